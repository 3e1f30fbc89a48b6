"""The figure of a what-if: faults downward; requests lost, time to recover, time to act across.

dies (crash)   static    |-●-|
               adaptive  |-■-|        an open sign: a lower bound, some runs did not recover
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from simlab.report import style

if TYPE_CHECKING:
    from simlab.study.statistics import Estimate
    from simlab.study.whatif import WhatIf
    from simlab.study.whatif.recovery import Recovery

ROW, FAULT = 0.15, 0.12  # Inches of a strategy, and between faults.
TOP, FOOT, LETTER, GAP, EDGE = 0.95, 0.75, 0.066, 0.3, 0.2

Panel = tuple[str, "Callable[[Recovery], Estimate]", "Callable[[Recovery], bool]"]


def draw(found: "WhatIf") -> Figure:
    """Return the figure."""
    tall = len(found.faults) * (len(found.strategies) * ROW + FAULT)
    figure = style.blank(TOP + tall + FOOT)
    style.headline(figure, f"{found.question.scenario}: what faults do, and how they are met")
    figure.text(0.01, 1.0 - 0.45 / figure.get_figheight(), found.notes()[0],
                fontsize=style.SMALL, color=style.QUIET, va="top", wrap=True)  # fmt: skip
    left = EDGE + LETTER * max(len(_named(found, fault)) for fault in found.faults)
    width = (style.WIDTH - left - EDGE - 2 * GAP) / 3
    for at, panel in enumerate(_panels()):
        box = (left + at * (width + GAP), FOOT, width, tall)
        axes = figure.add_axes(_shares(figure, box))
        _panel(axes, found, panel, labeled=at == 0)
    handles = [_sign(at, name) for at, name in enumerate(found.strategies)]
    style.footnotes(figure, handles, len(handles))
    return figure


def _panels() -> list[Panel]:
    return [
        ("requests lost", lambda one: one.requests_lost, lambda _: True),
        ("time to recover (s)", lambda one: one.time_to_recover,
         lambda one: one.recovered == one.runs),
        ("time to act (s)", lambda one: one.time_to_act, lambda one: one.acted == one.runs),
    ]  # fmt: skip


def _shares(
    figure: Figure, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    wide, high = figure.get_figwidth(), figure.get_figheight()
    x, y, width, height = box
    return x / wide, y / high, width / wide, height / high


def _named(found: "WhatIf", fault: str) -> str:
    kind = found.kinds[fault]
    return fault if fault.replace("-", "_") == kind else f"{fault} ({kind})"


def _panel(axes: Any, found: "WhatIf", panel: Panel, *, labeled: bool) -> None:
    title, value, whole = panel
    rows, middles = len(found.strategies) * ROW + FAULT, []
    for place, fault in enumerate(found.faults):
        top = place * rows + FAULT / 2
        middles.append(top + (rows - FAULT) / 2)
        if place % 2:
            axes.axhspan(place * rows, (place + 1) * rows, color=style.PALE, alpha=0.5, zorder=0)
        for at, strategy in enumerate(found.strategies):
            one = found.recovery(fault, strategy)
            _point(axes, top + (at + 0.5) * ROW, value(one), at, filled=whole(one))
    style.plain(axes, grid="x")
    axes.set_yticks(middles, [_named(found, one) for one in found.faults] if labeled else [])
    axes.tick_params(axis="y", length=0.0)
    axes.set_ylim(len(found.faults) * rows, 0.0)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.set_title(title, fontsize=style.TEXT, loc="left")
    style.few(axes.xaxis, 5)


def _point(axes: Any, y: float, one: "Estimate", at: int, *, filled: bool) -> None:
    if one.mean is None:
        axes.text(0.02, y, "never", transform=axes.get_yaxis_transform(), va="center",
                  fontsize=style.SMALL - 1, color=style.color(at))  # fmt: skip
        return
    tint = style.color(at)
    if one.low is not None and one.high is not None:
        axes.plot([max(one.low, 0.0), one.high], [y, y], "-", color=tint, linewidth=1.2)
    face = tint if filled else "white"
    axes.plot([one.mean], [y], style.marker(at), color=tint, markerfacecolor=face, markersize=4.5)


def _sign(at: int, name: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], color=style.color(at), marker=style.marker(at), label=style.cut(name))
