"""Plans: what a sweep asks, point by point, before anything is run.

A plan holds no worlds, which may be very many: a point makes its own when it is asked, in whatever
process that is, from the scenario and the values of the point.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from simlab.core import UserError
from simlab.model import MODEL_VERSION
from simlab.scenario import Grid, Point, Scenario, digest
from simlab.study.engines import engine_of
from simlab.study.measures import DEFAULT, check_paths, names_of
from simlab.study.question import Question
from simlab.study.warming import settled

MANY = 100_000  # Runs that are warned of.


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A point on a scenario: where strategies are compared.

    Args:
        scenario: Its place in the plan.
        name: ``SCENARIO[PATH=VALUE, ...]``; in a store it stands for a scenario.
    """

    scenario: int
    point: Point
    name: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is asked at a cell, as far as it is known.

    Args:
        question: With its warm-up; 0 where that is to be found yet.
        auto: Whether it is.
        duration: Of a run.
    """

    cell: Cell
    question: Question
    auto: bool
    duration: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A sweep that is asked for.

    Args:
        name: Of the experiment, or of the scenario.
        scenarios: Each meets every point; they have all strategies.
        grid: The points.
        strategies: Names.
        replications: Of each strategy at each point.
        seed: With the replication's number, all of a run's luck.
        measures: Paths of measures that are told; the first decides who is best.
        margin: By measure, a difference that does not matter.
        engine: ``auto`` or ``reference``.
    """

    name: str
    scenarios: tuple[Scenario, ...]
    grid: Grid
    strategies: tuple[str, ...]
    replications: int
    seed: int
    measures: tuple[str, ...] = DEFAULT
    margin: Mapping[str, float] = field(default_factory=dict)
    engine: str = "auto"

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Return every point on every scenario, scenario by scenario."""
        return tuple(
            Cell(scenario=at, point=point, name=f"{scenario.name}[{point.text}]")
            for at, scenario in enumerate(self.scenarios)
            for point in self.grid.points
        )

    @property
    def runs(self) -> int:
        """Return how many runs the answer is made of, without those that find a warm-up."""
        return len(self.cells) * len(self.strategies) * self.replications

    def check(self) -> None:
        """Raise `UserError` if the measures or other words are wrong; see also `drafts`."""
        for scenario in self.scenarios:
            world = scenario.resolve(self.strategies[0]) if self.strategies else None
            if world is None:
                raise UserError(f"{scenario.name}: there must be at least one strategy")
            check_paths(self.measures, names_of(world))

    def drafts(self) -> list[Draft]:
        """Return what is asked at each cell.

        Raises:
            UserError: A value cannot stand at a point, or a word is wrong.
        """
        return [self.draft(cell) for cell in self.cells]

    def draft(self, cell: Cell, warmup: float | None = None) -> Draft:
        """Return what is asked at a cell; with `warmup` where it has been found."""
        scenario = cell.point.at(self.scenarios[cell.scenario])
        worlds = {name: scenario.resolve(name) for name in self.strategies}
        first = next(iter(worlds.values()))
        auto = warmup is None and any(one.warmup is None for one in worlds.values())
        known = 0.0 if auto else first.warmup if warmup is None else warmup
        question = Question(
            scenario=cell.name,
            strategies=self.strategies,
            replications=self.replications,
            seed=self.seed,
            measures=self.measures,
            margin=self.margin,
            engine=engine_of(self.engine),
            analysis=first.analysis,
            warmup=known or 0.0,
            digests={name: digest(settled(one, known or 0.0)) for name, one in worlds.items()},
            model_version=MODEL_VERSION,
        )
        return Draft(cell=cell, question=question, auto=auto, duration=first.duration)

    def idle(self, drafts: Sequence[Draft]) -> list[tuple[str, ...]]:
        """Return the axes along which nothing in any world changes."""
        return [axis for axis in self.grid.axes if not any(_changes(axis, drafts))]


def _changes(axis: Sequence[str], drafts: Sequence[Draft]) -> Iterator[bool]:
    """Yield, for points that differ along `axis` alone, whether their worlds do; once if none."""
    first: dict[tuple[object, ...], Mapping[str, str]] = {}
    alone = True
    for draft in drafts:
        values = draft.cell.point.by_path
        others = tuple((path, one.text) for path, one in values.items() if path not in axis)
        key = (draft.cell.scenario, *others)
        if key in first:
            alone = False
            yield first[key] != draft.question.digests
        first.setdefault(key, draft.question.digests)
    if alone:
        yield True
