"""`magpie verify`: whether catalogue, originals and vectors agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import FAILED, ShellFailure
from bot.shell.options import DataOption, JsonOption

if TYPE_CHECKING:
    from engine.schemas import VerifyReport

NAMED = 5
REPAIRS = {
    "missing_blobs": (
        "originals are missing",
        "restore them from a backup, or post or index the files again",
    ),
    "damaged_blobs": (
        "originals are damaged",
        "restore them from a backup, or delete and post or index the files again",
    ),
    "orphan_blobs": (
        "originals belong to no item",
        "the running engine sweeps them away; leave `magpie up` running and verify again",
    ),
    "missing_points": (
        "items have no vector yet",
        "the running engine embeds them; leave `magpie up` running and verify again",
    ),
    "orphan_points": (
        "vectors belong to no item",
        "the running engine removes them; leave `magpie up` running and verify again",
    ),
    "stale_points": (
        "vectors are of an older content or encoder",
        "the running engine embeds them anew; leave `magpie up` running and verify again",
    ),
}
"""For each finding of a report: what it means, and what repairs it."""


@shell_command
def verify(
    data: DataOption,
    rehash: Annotated[
        bool, typer.Option("--rehash", metavar=" ", help="Read every original, too. Slow.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare catalogue, originals and vectors, and say what would repair a difference.

    Ends with exit code 1 when they do not agree.

    Example: magpie verify --rehash
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    folder = DataFolder(data)
    if not folder.exists():
        raise ShellFailure(f"There is no data folder {folder.path}: nothing to verify.")
    report = run(_verify(folder, rehash=rehash))
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _print(report)
    if not report.clean:
        raise typer.Exit(FAILED)


async def _verify(folder: DataFolder, *, rehash: bool) -> VerifyReport:
    from bot.shell.engine_access import ready_engine
    from bot.shell.screen import waiting

    async with ready_engine(folder) as client:
        with waiting("comparing catalogue, originals and vectors…"):
            return await client.verify(rehash=rehash)


def _print(report: VerifyReport) -> None:
    typer.echo(f"{report.items} items, {report.blobs} originals, {report.points} vectors")
    if report.clean:
        typer.echo("Everything agrees.")
    for finding, (meaning, repair) in REPAIRS.items():
        names: list[str] = getattr(report, finding)
        if names:
            typer.echo(f"{len(names)} {meaning}: {repair}.", err=True)
            some = ", ".join(names[:NAMED])
            typer.echo(f"  {some}{', …' if len(names) > NAMED else ''}", err=True)
