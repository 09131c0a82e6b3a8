"""`magpie encode`: features of pictures and texts, for work outside Magpie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.features_file import SUFFIXES, write_features
from bot.shell.options import DataOption

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@shell_command
def encode(
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", dir_okay=False, help="Where to: FILE.npz or FILE.parquet."),
    ],
    data: DataOption,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]", exists=True, dir_okay=False, help="Pictures.", show_default=False
        ),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Texts, one a line."),
    ] = None,
    encoder: Annotated[
        str,
        typer.Option(metavar="NAME", help="`clip` for pictures and texts, `sentence` for texts."),
    ] = "clip",
) -> None:
    """Write the features of pictures and texts to a file.

    It holds `features`, float32 (N, D), every row of length 1, and `inputs` (N,), in the order
    given: pictures first, then texts.

    Example: magpie encode photos/*.jpg --out photos.npz
    """
    from bot.shell.event_loop import run

    if not files and texts is None:
        raise typer.BadParameter("Give pictures, or texts with --texts FILE.")
    if out.suffix not in SUFFIXES:
        raise typer.BadParameter("The file must end in .npz or .parquet.", param_hint="--out")
    if not out.parent.is_dir():
        raise ShellFailure(f"There is no folder {out.parent} to write to.")
    pictures, lines = list(files or []), _lines(texts) if texts is not None else []
    features = run(_encode(DataFolder(data), encoder, pictures, lines))
    try:
        write_features(out, features, [*(str(path) for path in pictures), *lines])
    except OSError as error:
        raise ShellFailure(f"{out} cannot be written ({error.strerror}).") from error
    typer.echo(f"{features.shape[0]} inputs, {features.shape[1]} dimensions: {out}")


def _lines(texts: Path) -> list[str]:
    try:
        lines = texts.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ShellFailure(f"{texts} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ShellFailure(f"{texts} is not a text in UTF-8.") from error
    if not lines:
        raise ShellFailure(f"{texts} holds no line to encode.")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            raise ShellFailure(f"Line {number} of {texts} is empty. Nothing was written.")
    return lines


async def _encode(
    folder: DataFolder, encoder: str, pictures: Sequence[Path], texts: Sequence[str]
) -> NDArray[np.float32]:
    import numpy as np

    from bot.shell.encode_batches import encode_pictures, encode_texts
    from bot.shell.engine_access import ready_engine

    async with ready_engine(folder) as client:
        parts = []
        if pictures:
            parts.append(await encode_pictures(client, pictures, encoder))
        if texts:
            parts.append(await encode_texts(client, texts, encoder))
    return np.concatenate(parts)
