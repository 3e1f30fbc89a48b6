"""The figure of a comparison: above, each strategy's mean with its interval; below, differences.

One column for each measure, in its own unit. A difference that is not sure is drawn hollow.
The best are marked only where they are surely better than some other.
"""

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from simlab.report.quantities import scale_of
from simlab.report.style import QUIET, blank, color, marker, plain
from simlab.study.measures import measure_of

if TYPE_CHECKING:
    from simlab.study.comparison import Comparison
    from simlab.study.judging import Difference

SURE = ("better", "worse", "higher", "lower")
COLUMNS = 4  # Measures side by side; more go into further rows.


def draw(found: "Comparison") -> Figure:
    """Return the figure."""
    measures = found.question.measures
    wide = min(len(measures), COLUMNS)
    bands = -(-len(measures) // COLUMNS)
    pairs = len(found.strategies) * (len(found.strategies) - 1) // 2
    tall = [0.7 + 0.34 * len(found.strategies), 0.7 + 0.34 * max(1, pairs)]
    figure = blank(max(6.0, 3.1 * wide + 1.0), 0.6 + bands * sum(tall))
    panels: Any = figure.subplots(2 * bands, wide, squeeze=False, height_ratios=tall * bands)
    for at, name in enumerate(measures):
        row, column = 2 * (at // COLUMNS), at % COLUMNS
        _means(panels[row][column], found, name, labeled=column == 0)
        _differences(panels[row + 1][column], found, name, labeled=column == 0)
    for at in range(len(measures), bands * wide):
        for row in (0, 1):
            panels[2 * (at // COLUMNS) + row][at % COLUMNS].set_visible(False)
    question = found.question
    figure.suptitle(
        f"{question.scenario}: {question.replications} replications {found.population},"
        " 95 % intervals",
        fontsize=11,
    )
    return figure


def _means(axes: Any, found: "Comparison", name: str, *, labeled: bool) -> None:
    estimates = [found.estimates[strategy][name] for strategy in found.strategies]
    factor, word = scale_of([one.mean for one in estimates], measure_of(name).unit)
    for at, one in enumerate(estimates):
        if one.mean is None:
            axes.text(0.5, at, "not available", transform=axes.get_yaxis_transform(), ha="center",
                      va="center", fontsize=8, color=QUIET)  # fmt: skip
            continue
        middle = one.mean * factor
        low = middle if one.low is None else one.low * factor
        high = middle if one.high is None else one.high * factor
        axes.errorbar(middle, at, xerr=[[middle - low], [high - middle]], fmt=marker(at),
                      color=color(at), capsize=3, markersize=6)  # fmt: skip
    axes.set_title(f"{name} ({word})" if word else name, fontsize=10)
    _rows(axes, [_named(found, strategy, name) for strategy in found.strategies], labeled=labeled)


def _named(found: "Comparison", strategy: str, name: str) -> str:
    surely = len(found.best) < len(found.strategies)
    is_goal = name == found.question.measures[0]
    return f"{strategy} (best)" if surely and is_goal and strategy in found.best else strategy


def _differences(axes: Any, found: "Comparison", name: str, *, labeled: bool) -> None:
    seen = [one for one in found.found if one.measure == name]
    factor, word = scale_of([one.estimate.mean for one in seen], measure_of(name).unit)
    for at, one in enumerate(seen):
        _difference(axes, at, one, factor)
    axes.axvline(0.0, color=QUIET, linewidth=1.0)
    axes.set_xlabel(f"difference ({word})" if word else "difference", fontsize=9)
    _rows(axes, [f"{one.a} - {one.b}" for one in seen], labeled=labeled)


def _difference(axes: Any, at: int, one: "Difference", factor: float) -> None:
    estimate = one.estimate
    if estimate.mean is None:
        return
    middle = estimate.mean * factor
    low = middle if estimate.low is None else estimate.low * factor
    high = middle if estimate.high is None else estimate.high * factor
    face = "black" if one.verdict in SURE else "white"
    axes.errorbar(middle, at, xerr=[[middle - low], [high - middle]], fmt="o", color="black",
                  markerfacecolor=face, capsize=3, markersize=5)  # fmt: skip


def _rows(axes: Any, names: list[str], *, labeled: bool) -> None:
    plain(axes)
    axes.set_yticks(range(len(names)), names if labeled else [""] * len(names))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.margins(x=0.12)
    axes.locator_params(axis="x", nbins=4)
