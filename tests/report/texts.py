"""What can be read in a figure, and whether it can."""

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text


def texts_in(figure: Figure) -> list[Text]:
    """Return every text that is drawn."""
    figure.draw_without_rendering()
    inside = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            slack = (high - low) * 1e-6
            for tick in axis.get_major_ticks():
                if not low - slack <= tick.get_loc() <= high + slack:
                    inside |= {tick.label1, tick.label2}
    found = figure.findobj(Text)
    return [
        one
        for one in found
        if isinstance(one, Text) and one.get_text() and one.get_visible() and one not in inside
    ]


def collisions(figure: Figure) -> list[str]:
    """Return the texts of `figure` that lie on one another, or out of it."""
    boxes = [(one.get_text(), one.get_window_extent()) for one in texts_in(figure)]
    whole = figure.bbox
    outside = [
        f"{text!r} is out of the picture"
        for text, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > whole.x1 + 1 or box.y1 > whole.y1 + 1
    ]
    upon = [
        f"{one!r} and {other!r}"
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    return outside + upon
