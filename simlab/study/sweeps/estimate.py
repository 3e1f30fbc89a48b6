"""Estimates: how long a sweep would take, and how much disk, without doing it.

By what runs of its own took, where the store has some; else by a few that are made for it and
thrown away: spread over the points, until ten seconds are over. Nothing is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

from simlab.core import UserError
from simlab.study.engines import Simulate
from simlab.study.host import clock
from simlab.study.question import Question
from simlab.study.rounds import RunFailedError, missing
from simlab.study.store import Store
from simlab.study.store.database import FILE
from simlab.study.sweeps.field import field_of, tasks_of
from simlab.study.sweeps.making import found_warmup, pilots_of, warnings_of
from simlab.study.sweeps.plan import Draft, Plan
from simlab.study.trials import Failure, Task

SAMPLES = 4
ENOUGH = 10.0  # Seconds.


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a sweep would be.

    Args:
        points: On all scenarios.
        strategies: How many.
        replications: Of each at each point.
        runs: That the answer is made of.
        pilots: More, to find warm-ups; not all may be needed.
        there: In the store already.
        alike: That need not be made, since another is the same world.
        missing: That are to be made.
        per_run: Seconds that one takes.
        per_run_bytes: Of disk.
        measured: Runs that this was measured on; 0: by those that the store has.
        jobs: Processes.
        warnings: What is legal but surely unmeant.
    """

    points: int
    strategies: int
    replications: int
    runs: int
    pilots: int
    there: int
    alike: int
    missing: int
    per_run: float
    per_run_bytes: float
    measured: int
    jobs: int
    warnings: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Return how long it would take, about."""
        return self.missing * self.per_run / self.jobs

    @property
    def disk(self) -> float:
        """Return the bytes that it would add to the store, about."""
        return self.missing * self.per_run_bytes

    def to_json(self) -> dict[str, Any]:
        """Return the document that `simlab sweep --dry-run --json` prints."""
        return {**asdict(self), "seconds": self.seconds, "disk": self.disk}


def estimate_of(
    plan: Plan,
    *,
    jobs: int = 1,
    store: str | Path | None = None,
    simulate: Simulate | None = None,
) -> Estimate:
    """Return what the sweep would be.

    Args:
        plan: What is asked.
        jobs: Processes that would run at once.
        store: The directory where runs would be kept; it need not be there.
        simulate: Another engine.
    """
    if jobs < 1:
        raise UserError(f"jobs must be from 1 on, got {jobs}")
    plan.check()
    drafts = plan.drafts()
    if store is not None and (Path(store) / FILE).is_file():
        with Store.read(store) as kept:
            return _estimate(plan, drafts, kept, jobs=jobs, simulate=simulate)
    with TemporaryDirectory(prefix="simlab-") as directory, Store.open(directory) as nothing:
        return _estimate(plan, drafts, nothing, jobs=jobs, simulate=simulate)


def _estimate(
    plan: Plan, drafts: Sequence[Draft], store: Store, *, jobs: int, simulate: Simulate | None
) -> Estimate:
    pilots = pilots_of(drafts)
    questions = _known(plan, drafts, pilots, store)
    tasks, first = tasks_of(questions), tasks_of(list(pilots.values()))
    every = {task.key: task for task in [*first, *tasks]}
    needed = missing(store, list(every.values()))
    cost = _recorded(store, every) or _measured(plan, questions, needed, simulate)
    return Estimate(
        points=len(plan.cells),
        strategies=len(plan.strategies),
        replications=plan.replications,
        runs=len(tasks),
        pilots=len(first),
        there=len(every) - len(needed),
        alike=len(tasks) + len(first) - len(every),
        missing=len(needed),
        per_run=cost.seconds,
        per_run_bytes=cost.size,
        measured=cost.measured,
        jobs=jobs,
        warnings=tuple(warnings_of(plan, drafts)),
    )


def _known(
    plan: Plan, drafts: Sequence[Draft], pilots: Mapping[str, Question], store: Store
) -> list[Question]:
    """Return what is asked, its warm-up found where the pilots for it are in the store."""
    found = []
    for one in drafts:
        asked = pilots.get(one.cell.name)
        if asked is None or missing(store, asked.tasks()):
            found.append(one.question)
        else:
            warmup = found_warmup(store, one, asked)
            found.append(plan.draft(one.cell, warmup).question)
    return found


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a run costs: seconds and bytes in the mean, and on how many it was measured."""

    seconds: float
    size: float
    measured: int = 0


def _recorded(store: Store, tasks: Mapping[str, Task]) -> Cost | None:
    """Return what runs of the same sweep cost, of those that the store has; None if it has none."""
    took = store.took()
    own = [took[key] for key in tasks if key in took]
    if not own:
        return None
    return Cost(seconds=fmean(own), size=store.size() / len(took))


def _measured(
    plan: Plan, questions: Sequence[Question], needed: Sequence[Task], simulate: Simulate | None
) -> Cost:
    """Return what some runs cost that are made for it."""
    field = field_of(plan, questions, simulate)
    step = max(1, len(needed) // SAMPLES)
    with TemporaryDirectory(prefix="simlab-") as directory, Store.open(directory) as store:
        empty, begun = store.size(), clock()
        took = []
        for task in needed[step // 2 :: step][:SAMPLES]:
            run = field.run(task)
            if isinstance(run, Failure):
                raise (UserError if run.by_user else RunFailedError)(f"{task}: {run.error}")
            store.save(run, scenario=task.point, seed=plan.seed)
            took.append(run.seconds)
            if clock() - begun > ENOUGH:
                break
        size = store.size() - empty
    count = len(took)
    return Cost(seconds=fmean(took), size=max(0, size) / count, measured=count)
