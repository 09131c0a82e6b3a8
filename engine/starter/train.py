"""``python -m engine.starter.train STAGE``: makes the starter model, stage by stage."""

import logging
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help=__doc__, no_args_is_help=True)

Work = Annotated[Path, typer.Option(help="Where glyphs, lessons and checkpoints are kept.")]
Minutes = Annotated[float, typer.Option(help="How long to train.")]


@app.command()
def glyphs(npm_dir: Annotated[Path, typer.Option()], work: Work) -> None:
    """Draw every icon of the npm packages once."""
    from engine.starter.render import render_all

    render_all(npm_dir, work / "cache")


@app.command()
def lesson(work: Work) -> None:
    """Encode the training texts with all-MiniLM-L6-v2."""
    from engine.starter.distill import prepare_lesson

    prepare_lesson(work / "cache", work / "text")


@app.command()
def text(work: Work, minutes: Minutes = 10) -> None:
    """Distil the text tower."""
    from engine.starter.distill import train_text_tower

    train_text_tower(work / "text", minutes)


@app.command()
def adopt(work: Work, folder: Annotated[Path | None, typer.Option()] = None) -> None:
    """Go on from the towers of a trained folder, by default the one that ships."""
    from engine.starter.adopt import adopt_towers
    from engine.starter.folder import WEIGHTS_DIR

    adopt_towers(folder or WEIGHTS_DIR, work)


@app.command()
def image(work: Work, photos: Annotated[Path, typer.Option()], minutes: Minutes = 60) -> None:
    """Train the image tower; may be interrupted and started again."""
    from engine.starter.image_tower import train_image_tower

    train_image_tower(work, photos, minutes)


@app.command()
def export(work: Work, folder: Annotated[Path | None, typer.Option()] = None) -> None:
    """Write the last checkpoint as an open_clip folder, by default the one that ships."""
    from engine.starter.folder import WEIGHTS_DIR
    from engine.starter.image_tower import export_folder

    export_folder(work, folder or WEIGHTS_DIR)


@app.command()
def align(
    work: Work, folder: Annotated[Path | None, typer.Option()] = None, minutes: Minutes = 5
) -> None:
    """Bring the text tower of an exported folder to its image tower."""
    from engine.starter.align import align_text_tower
    from engine.starter.folder import WEIGHTS_DIR

    align_text_tower(work, folder or WEIGHTS_DIR, minutes)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    app()
