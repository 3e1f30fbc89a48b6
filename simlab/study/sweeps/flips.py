"""Flips: where along a factor the ranking of two strategies turns, all else the same.

Only sure verdicts count: between the last point at which one surely beats the other and the first
at which it surely loses there may be points that nobody can tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simlab.study.sweeps.sweep import Spot

SURE = {"better": 1, "worse": -1}


@dataclass(frozen=True, kw_only=True)
class Flip:
    """Two strategies that change places.

    Args:
        measure: By which they are ranked.
        a, b: The first of which is surely better at `before`, and surely worse at `after`.
        axis: The paths along which it happens.
        before: The last point before the ranking turns.
        after: The first point where it has turned.
    """

    measure: str
    a: str
    b: str
    axis: tuple[str, ...]
    before: "Spot"
    after: "Spot"


def flips_of(spots: Sequence["Spot"], axes: Sequence[tuple[str, ...]]) -> list[Flip]:
    """Return every flip in the first measure, axis by axis."""
    strategies = spots[0].comparison.strategies
    return [
        flip
        for axis in axes
        for line in lines_of(spots, axis)
        for a, b in combinations(strategies, 2)
        for flip in _along(line, axis, a, b)
    ]


def lines_of(spots: Sequence["Spot"], axis: Sequence[str]) -> list[list["Spot"]]:
    """Return the spots that differ along `axis` alone, in the order of its first path."""
    lines: dict[tuple[str, ...], list[Spot]] = {}
    for spot in spots:
        others = tuple(one.text for path, one in spot.point.by_path.items() if path not in axis)
        lines.setdefault((spot.scenario, *others), []).append(spot)
    return [ordered(line, axis[0]) for line in lines.values()]


def ordered(spots: Sequence["Spot"], path: str) -> list["Spot"]:
    """Return `spots` by their value at `path`, if all are numbers; else as they come."""
    numbers = {id(one): one.point.by_path[path].number for one in spots}
    if any(number is None for number in numbers.values()):
        return list(spots)
    return sorted(spots, key=lambda one: numbers[id(one)] or 0.0)


def _along(line: Sequence["Spot"], axis: tuple[str, ...], a: str, b: str) -> Iterator[Flip]:
    last: tuple[int, Spot] | None = None
    for spot in line:
        sign = SURE.get(verdict_of(spot, a, b), 0)
        if sign == 0:
            continue
        if last is not None and last[0] != sign:
            first, second = (a, b) if last[0] > 0 else (b, a)
            measure = spot.comparison.question.measures[0]
            yield Flip(measure=measure, a=first, b=second, axis=axis, before=last[1], after=spot)
        last = (sign, spot)


def verdict_of(spot: "Spot", a: str, b: str) -> str:
    """Return what is said of a against b in the first measure."""
    measure = spot.comparison.question.measures[0]
    pairs: Mapping[tuple[str, str], str] = {
        (one.a, one.b): one.verdict for one in spot.comparison.found if one.measure == measure
    }
    return pairs[a, b]
