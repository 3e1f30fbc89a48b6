"""How figures look: Okabe and Ito's colors, which the color-blind can tell apart, and markers."""

from io import BytesIO
from typing import Any

from matplotlib.figure import Figure

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
FAULT = "#D55E00"
QUIET = "#666666"


def color(at: int) -> str:
    """Return the color of the thing that is `at` in its list."""
    return COLORS[at % len(COLORS)]


def marker(at: int) -> str:
    """Return the marker of the thing that is `at` in its list."""
    return MARKERS[at % len(MARKERS)]


class Picture(Figure):
    """A figure that notebooks show by itself, without a plotting library's global state."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=80, metadata={"Software": "simlab"})
        return buffer.getvalue()


def blank(width: float, height: float) -> Picture:
    """Return an empty figure of this size in inches."""
    return Picture(figsize=(width, height), layout="constrained", facecolor="white")


def plain(axes: Any) -> None:
    """Take away what says nothing."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="y", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9)
