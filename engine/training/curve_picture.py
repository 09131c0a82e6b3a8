"""How the present method of a job learns, as a small picture to post in a chat."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from engine.labels.picture import BLUE, FAINT, GREEN, GRID, GROUND, PIXELS_AN_INCH
from engine.schemas import JobProgress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE_IN = (5.0, 1.7)


def curve_picture(progress: JobProgress) -> bytes:
    """Draws training loss and validation accuracy by epoch, side by side; a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(SIZE_IN, dpi=PIXELS_AN_INCH, facecolor=GROUND, layout="constrained")
    FigureCanvasAgg(figure)
    loss, accuracy = figure.subplots(1, 2)
    _draw(loss, progress.train_loss, "training loss", BLUE)
    _draw(accuracy, progress.validation_accuracy, "right on the validation split", GREEN)
    accuracy.set(ylim=(-0.03, 1.03))
    accuracy.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    file = BytesIO()
    figure.savefig(file, format="png", facecolor=GROUND)
    return file.getvalue()


def _draw(axes: Axes, values: list[float], title: str, colour: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.plot(range(1, len(values) + 1), values, color=colour, marker="o", markersize=2.5)
    axes.set_title(title, loc="left", size=8, color=FAINT)
    axes.set_facecolor(GROUND)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.grid(visible=True, color=GRID, linewidth=0.5)
    axes.tick_params(colors=FAINT, labelsize=7, length=0)
    axes.spines[:].set_visible(False)
