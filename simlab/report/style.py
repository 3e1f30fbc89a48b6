"""How figures look: Okabe and Ito's colors, which the color-blind can tell apart, and markers.

Of those, vermilion is kept for what goes wrong, and brown stands for yellow, too pale on white.
A color is never all that tells two things apart: markers or line styles differ as well.
Figures are ten inches wide: 1200 pixels, in which the smallest text is 13 pixels high.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from simlab.report.quantities import clock, figures, short

COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#8C510A", "#000000", "#888888")
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
FAULT = "#D55E00"  # Vermilion, kept for what goes wrong.
GOOD = "#009E73"
QUIET = "#666666"
PALE = "#e6e6e6"
WIDTH = 10.0  # Of every figure, in inches.
NOTEBOOK = 100  # Dots per inch there: as wide as a page of it.
DASHES = (0, (3.0, 1.5))
LABEL = 28  # Letters that a label beside a panel may have.
SMALL, TEXT, LARGE = 8, 9, 11  # Sizes of letters, in points.
TIMES = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
)  # fmt: skip


def color(at: int) -> str:
    """Return the color of the thing that is `at` in its list."""
    return COLORS[at % len(COLORS)]


def line(at: int) -> str:
    """Return the line style of the thing that is `at` in its list; it differs where colors end."""
    return LINES[at // len(COLORS) % len(LINES)]


def marker(at: int) -> str:
    """Return the marker of the thing that is `at` in its list."""
    return MARKERS[at % len(MARKERS)]


class Picture(Figure):
    """A figure that notebooks show by itself, without a plotting library's global state."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=NOTEBOOK, metadata={"Software": "simlab"})
        return buffer.getvalue()


def blank(height: float) -> Picture:
    """Return an empty figure of this height, in inches."""
    picture = Picture(figsize=(WIDTH, height), facecolor="white")
    FigureCanvasAgg(picture)
    return picture


def headline(figure: Figure, title: str) -> None:
    """Write `title` above everything, at the left."""
    top = 1.0 - 0.07 / figure.get_figheight()
    figure.text(0.01, top, title, ha="left", va="top", fontsize=LARGE)


def plain(axes: Any, *, grid: str) -> None:
    """Take away what says nothing, and draw a quiet grid along the axis `grid`."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(QUIET)
    axes.grid(visible=True, axis=grid, color=PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=SMALL, color=QUIET)


def stroke(color: str, line: Any, label: str) -> Line2D:
    """Return a line for a legend, which is in no panel."""
    return Line2D([], [], color=color, linestyle=line, linewidth=1.2, label=cut(label))


def cut(label: str) -> str:
    """Return a label that has room beside a panel.

    >>> cut("web"), len(cut("a-service-with-a-very-long-name-indeed"))
    ('web', 28)
    """
    return label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"


def key(axes: Any, handles: Sequence[Line2D]) -> None:
    """Put a legend of `handles` to the right of a panel."""
    if handles:
        axes.legend(
            handles=handles, fontsize=SMALL, frameon=False, loc="upper left", borderpad=0.0,
            bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0, labelspacing=0.25, handlelength=1.8,
        )  # fmt: skip


def footnotes(figure: Figure, handles: Sequence[Line2D], columns: int) -> None:
    """Put a legend of `handles` below everything, in at most so many columns."""
    if handles:
        figure.legend(
            handles=handles, fontsize=SMALL, frameon=False, loc="lower left", handletextpad=0.2,
            ncols=min(columns, len(handles)), columnspacing=1.5, borderaxespad=0.2,
            labelspacing=0.25,
        )  # fmt: skip


def few(axis: Any, most: int, *, whole: bool = False) -> None:
    """Give `axis` at most so many ticks, at round numbers."""
    axis.set_major_locator(MaxNLocator(most, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: figures(value)))


def times(axis: Any, duration: float) -> None:
    """Give a time axis at most twelve ticks, at times that people say."""
    days = 86400 * (1 + int(duration // (12 * 86400)))
    step = next((one for one in TIMES if duration / one <= 12), days)
    axis.set_major_locator(FixedLocator([step * at for at in range(int(duration / step) + 1)]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: clock(round(value, 3))))


def logarithmic(axes: Any, low: float, high: float) -> None:
    """Make the axis upward logarithmic, from `low` to `high` seconds, both positive."""
    axes.set_yscale("log")
    axes.set_ylim(low / 1.25, high * 1.25)
    subs = (1.0, 2.0, 5.0) if high < 100 * low else (1.0,)
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(float(f"{value:.3g}"))))
