"""Forests: means or differences one below the other, each a point with its interval."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from simlab.report import style
from simlab.report.quantities import headed, scale_of
from simlab.study.measures import measure_of

if TYPE_CHECKING:
    from simlab.study.comparison import Comparison
    from simlab.study.statistics import Estimate

STAR = "★"
NAME = 16  # Letters that a strategy's name may have in a figure.
TICK = 0.55  # Inches that a number below an axis takes.
TOWARD = {"less": "less is better", "more": "more is better", None: ""}
LOOKS = {  # By verdict: the color of the point and its interval, whether it is filled, its shape.
    "better": (style.GOOD, True, "o"),
    "worse": (style.FAULT, True, "o"),
    "higher": ("black", True, "o"),
    "lower": ("black", True, "o"),
    "equivalent": ("black", False, "D"),
    "identical": ("black", False, "D"),
    "not distinguishable": (style.QUIET, False, "o"),
    "tail too thin": (style.QUIET, False, "s"),
    "not available": (style.QUIET, False, "s"),
}
SAID = {
    "better": "a - b: a surely better", "worse": "a - b: a surely worse",
    "higher": "a - b: a surely higher", "lower": "a - b: a surely lower",
}  # fmt: skip


def strategies_of(found: "Comparison") -> list[str]:
    """Return what stands beside the means: names, a star before the best, if any are."""
    surely = len(found.best) < len(found.strategies)
    return [
        f"{STAR} {_cut(name)}" if surely and name in found.best else _cut(name)
        for name in found.strategies
    ]


def pairs_of(found: "Comparison") -> list[str]:
    """Return what stands beside the differences."""
    first = found.question.measures[0]
    return [f"{_cut(one.a)} - {_cut(one.b)}" for one in found.found if one.measure == first]


def _cut(name: str) -> str:
    """Return a name without its middle, if it is long: it is its end that often differs."""
    return name if len(name) <= NAME else f"{name[: NAME // 2]}…{name[1 - NAME // 2 :]}"


def title_of(name: str, word: str, letters: int) -> str:
    r"""Return what stands above a measure's column, in lines of at most so many letters.

    >>> title_of("links.web->cart.attempts_per_call", "", 20)
    'links.web->cart.\nattempts_per_call'
    """
    parts = headed(name, word).replace(".", ". ")
    return "\n".join(line.replace(". ", ".") for line in wrap(parts, letters))


def means(axes: Any, found: "Comparison", name: str, *, labeled: bool, letters: int) -> None:
    """Draw the mean of each strategy with its interval."""
    estimates = [found.estimates[strategy][name] for strategy in found.strategies]
    measure = measure_of(name)
    factor, word = scale_of([one.mean for one in estimates], measure.unit)
    for at, one in enumerate(estimates):
        look = (style.color(at), style.color(at), style.marker(at))
        _point(axes, at, one, factor, look)
    _rows(axes, strategies_of(found), labeled=labeled)
    pad = style.SMALL + 6.0 if measure.better else 4.0
    axes.set_title(title_of(name, word, letters), fontsize=style.TEXT, loc="left", pad=pad)
    axes.annotate(TOWARD[measure.better], (0.0, 1.0), (0.0, 4.0), xycoords="axes fraction",
                  textcoords="offset points", fontsize=style.SMALL, color=style.QUIET)  # fmt: skip


def differences(axes: Any, found: "Comparison", name: str, *, labeled: bool) -> None:
    """Draw the difference of each pair with its interval, around 0."""
    seen = [one for one in found.found if one.measure == name]
    factor, word = scale_of([one.estimate.mean for one in seen], measure_of(name).unit)
    margin = found.question.margin.get(name)
    if margin is not None:
        axes.axvspan(-margin * factor, margin * factor, color=style.QUIET, alpha=0.15, zorder=0)
    axes.axvline(0.0, color=style.QUIET, linewidth=1.0, zorder=1)
    for at, one in enumerate(seen):
        tint, filled, shape = LOOKS[one.verdict]
        _point(axes, at, one.estimate, factor, (tint, tint if filled else "white", shape))
    _rows(axes, pairs_of(found), labeled=labeled)
    axes.set_xlabel(headed("difference", word), fontsize=style.SMALL, labelpad=2.0)


def _point(axes: Any, at: int, one: "Estimate", factor: float, look: tuple[str, str, str]) -> None:
    """Draw an estimate in the row `at`; `look` is the edge, the face and the shape of its point."""
    if one.mean is None:
        axes.text(0.5, at, "not available", transform=axes.get_yaxis_transform(), ha="center",
                  va="center", fontsize=style.SMALL, color=style.QUIET)  # fmt: skip
        return
    edge, face, shape = look
    middle, low, high = one.mean * factor, one.low, one.high
    if low is not None and high is not None:
        axes.plot([low * factor, high * factor], [at, at], "|-", color=edge, linewidth=1.5,
                  markersize=6.0)  # fmt: skip
    axes.plot([middle], [at], shape, color=edge, markerfacecolor=face, markersize=6.0, zorder=3)


def _rows(axes: Any, names: Sequence[str], *, labeled: bool) -> None:
    inches = axes.get_position().width * style.WIDTH
    style.plain(axes, grid="y")
    axes.set_yticks(range(len(names)), names if labeled else [""] * len(names))
    axes.tick_params(axis="y", length=0.0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.margins(x=0.12)
    style.few(axes.xaxis, min(8, int(inches / TICK)))


def signs_of(found: "Comparison") -> list[Any]:
    """Return what says what the signs that there are mean."""
    there = [verdict for verdict in LOOKS if any(one.verdict == verdict for one in found.found)]
    handles = [_explained(verdict) for verdict in there]
    if any(label.startswith(STAR) for label in strategies_of(found)):
        said = f"{STAR} best in {found.question.measures[0]}"
        handles.insert(0, style.stroke("none", "none", said))
    return handles


def _explained(verdict: str) -> Any:
    tint, filled, shape = LOOKS[verdict]
    handle = style.stroke(tint, "none", SAID.get(verdict, verdict))
    handle.set(marker=shape, markerfacecolor=tint if filled else "white", markersize=6.0)
    return handle
