"""Grids: the points of a sweep, in the order in which people read them.

Rule 1: the first axis goes slowest; what is included comes last.
Rule 2: what is excluded is taken from what is crossed, never from what is included.
Rule 3: a point has a value for every path: where it sets none, what stands there anyway.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import Final

from simlab.core import FileError, UserError
from simlab.scenario.choosing import unknown
from simlab.scenario.factors import Factors
from simlab.scenario.paths import At
from simlab.scenario.problems import Problems
from simlab.scenario.scenario import Scenario
from simlab.scenario.sets import Set
from simlab.scenario.spread import spread
from simlab.scenario.values import Value, probe, same, standing, value_of
from simlab.scenario.worlds import worlds_of

MOST: Final = 1_000_000  # Points.
TOLD: Final = 20  # Problems of values.


@dataclass(frozen=True, slots=True)
class Point:
    """Values for all paths of a sweep.

    Args:
        by_path: Of all paths, in the same order at every point.
    """

    by_path: Mapping[str, Value]

    @property
    def sets(self) -> tuple[Set, ...]:
        """Return what makes a scenario that of this point."""
        return tuple(one.set for one in self.by_path.values() if one.set is not None)

    @property
    def text(self) -> str:
        """Return the values with their paths, in one line."""
        return ", ".join(f"{path}={one.text}" for path, one in self.by_path.items())

    def at(self, scenario: Scenario) -> Scenario:
        """Return the scenario as it is at this point, checked."""
        return scenario.changed(self.sets, ())


@dataclass(frozen=True, slots=True)
class Grid:
    """All points of a sweep.

    Args:
        axes: The paths, by axis; those of one axis go in step. The last may be of included points.
        points: At least one.
        crossed: How many of them, the first, are crossed; the others are included.
    """

    axes: tuple[tuple[str, ...], ...]
    points: tuple[Point, ...]
    crossed: int

    @property
    def paths(self) -> tuple[str, ...]:
        """Return all paths, in order."""
        return tuple(chain.from_iterable(self.axes))


def grid_of(factors: Factors, scenario: Scenario) -> Grid:
    """Return the points that `factors` make of `scenario`.

    Raises:
        FileError: Paths lead nowhere, values cannot stand there, or no point is left.
    """
    problems = Problems()
    places = _places(factors, scenario, problems)
    problems.check()
    axes = [[spread(one, places[one.set.path], problems) for one in axis] for axis in factors.axes]
    _check_axes(factors, axes, problems)
    problems.check()
    base = {path: standing(at, path) for path, at in places.items()}
    steps = [list(zip(*axis, strict=True)) for axis in axes]
    crossed = [
        {**base, **{one.path: one for one in chain.from_iterable(row)}}
        for row in (product(*steps) if steps else ())
    ]
    crossed = _without_excluded(crossed, factors, places, problems)
    included = _included(crossed, factors, base, places, problems)
    problems.check()
    more = tuple(path for path in places if not any(path in axis for axis in _paths(factors)))
    named = (*_paths(factors), *([more] if more else []))
    points = tuple(Point(values) for values in [*crossed, *included])
    if not points:
        raise UserError("no point is left: exclude takes them all away")
    return Grid(named, points, len(crossed))


def _paths(factors: Factors) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one.set.path for one in axis) for axis in factors.axes)


def _places(factors: Factors, scenario: Scenario, problems: Problems) -> dict[str, At]:
    """Return where each path leads, in order: of the axes, then of what is included."""
    varied = [one.set for axis in factors.axes for one in axis]
    first = {one.path: one for one in [*chain.from_iterable(factors.include), *varied]}
    order = dict.fromkeys([one.path for one in varied] + list(first))
    found: dict[str, At] = {}
    for path in order:
        tried = probe(first[path])
        try:
            worlds_of(scenario.document, (*scenario.sets, tried), scenario.added)
        except FileError as error:
            if not tried.found:
                problems.tell(error)
        if tried.found:
            found[path] = tried.found[0]
    return found


def _check_axes(
    factors: Factors, axes: Sequence[Sequence[Sequence[Value]]], problems: Problems
) -> None:
    for axis, columns in zip(factors.axes, axes, strict=True):
        for one, column in zip(axis, columns, strict=True):
            if len(column) != len(columns[0]):
                first = axis[0].set.path
                message = f"has {len(column)} values, and {first} has {len(columns[0])}"
                problems.add(one.set.place, one.set.path, f"{message}: in step they go together")
    count = prod(len(columns[0]) for columns in axes)
    if axes and count > MOST:
        where = factors.axes[-1][-1].set
        message = f"makes {count:,} points with the other factors; {MOST:,} are the most"
        problems.add(where.place, where.path, message)


def _without_excluded(
    points: list[dict[str, Value]],
    factors: Factors,
    places: Mapping[str, At],
    problems: Problems,
) -> list[dict[str, Value]]:
    kept = points
    varied = list(chain.from_iterable(_paths(factors)))
    for row in factors.exclude:
        strange = [one for one in row if one.path not in varied]
        for one in strange:
            problems.add(one.place, "", unknown(one.path, tuple(varied), "factor"))
        if strange:
            continue
        wanted = [value_of(places[one.path], one) for one in row]
        hit = [all(same(point[one.path], one) for one in wanted) for point in points]
        if not any(hit):
            what = ", ".join(f"{one.path}={one.text}" for one in wanted)
            problems.add(row[0].place, "", f"excludes nothing: there is no point at {what}")
        gone = {id(point) for point, one in zip(points, hit, strict=True) if one}
        kept = [point for point in kept if id(point) not in gone]
    return kept


def _included(
    points: Sequence[Mapping[str, Value]],
    factors: Factors,
    base: Mapping[str, Value],
    places: Mapping[str, At],
    problems: Problems,
) -> list[dict[str, Value]]:
    found: list[dict[str, Value]] = []
    for row in factors.include:
        values = {**base, **{one.path: value_of(places[one.path], one) for one in row}}
        if any(
            all(same(one, other[path]) for path, one in values.items())
            for other in chain(points, found)
        ):
            problems.add(row[0].place, "", "includes a point that is there already")
        found.append(values)
    return found


def check_grid(grid: Grid, scenario: Scenario) -> None:
    """Raise a `FileError` for values that cannot stand in `scenario`, each at its first point."""
    problems = Problems()
    seen: set[tuple[str, str]] = set()
    for point in grid.points:
        fresh = {(one.path, one.text) for one in point.by_path.values()} - seen
        if not fresh:
            continue
        seen |= fresh
        try:
            point.at(scenario)
        except UserError as error:
            problems.tell(error)
        if len(problems) >= TOLD:
            break
    problems.check()
