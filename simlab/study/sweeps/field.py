"""Fields: the runs of a sweep, and what makes them, in whatever process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from simlab.model.settings.world import WorldSettings
from simlab.scenario import Scenario
from simlab.study.engines import Simulate
from simlab.study.question import Question
from simlab.study.sweeps.plan import Cell, Plan
from simlab.study.trials import Failure, Task, Trial, made
from simlab.study.warming import settled


def tasks_of(questions: Sequence[Question]) -> list[Task]:
    """Return all runs: a replication at every point, then the next.

    So what is there of a sweep that was interrupted tells of all its points.
    """
    found = [replace(task, point=one.scenario) for one in questions for task in one.tasks()]
    return sorted(found, key=lambda task: task.replication)  # Else in their order: it is stable.


@dataclass(frozen=True, kw_only=True)
class Field:
    """Makes runs of all points. Picklable, for workers.

    Args:
        scenarios: Of the plan.
        cells: By name.
        warmups: By the cell's name.
        simulate: The engine, as a function that can be imported by name; None: the product's own.
    """

    scenarios: tuple[Scenario, ...]
    cells: Mapping[str, Cell]
    warmups: Mapping[str, float]
    seed: int
    simulate: Simulate | None = None

    def run(self, task: Task) -> Trial | Failure:
        """Make the run."""
        return made(task, self.world(task), seed=self.seed, simulate=self.simulate)

    def world(self, task: Task) -> WorldSettings:
        """Return the world of a run."""
        cell = self.cells[task.point]
        scenario = cell.point.at(self.scenarios[cell.scenario])
        return settled(scenario.resolve(task.strategy), self.warmups[task.point])


def field_of(plan: Plan, questions: Sequence[Question], simulate: Simulate | None = None) -> Field:
    """Return what makes the runs of `questions`."""
    return Field(
        scenarios=plan.scenarios,
        cells={cell.name: cell for cell in plan.cells},
        warmups={one.scenario: one.warmup for one in questions},
        seed=plan.seed,
        simulate=simulate,
    )
