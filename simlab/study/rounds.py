"""Rounds: many runs of several strategies, made where they are not in the store yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from simlab.core import UserError
from simlab.model.settings.world import WorldSettings
from simlab.study.engines import Simulate
from simlab.study.progress import Progress
from simlab.study.question import Question
from simlab.study.store import Store
from simlab.study.trials import Bench, Failure, Maker, Task, Trial
from simlab.study.work import run_all


class RunFailedError(RuntimeError):
    """Runs raised what is no mistake of the user's words; the message has the first traceback."""


@dataclass(frozen=True, kw_only=True)
class Rounds:
    """How runs are made.

    Args:
        store: Where they are kept, or None. In a store, runs of one key are made once; without
            one, each is made afresh, even those that must come out alike.
        simulate: The engine; None: the product's own.
    """

    jobs: int
    store: Store | None
    progress: Progress
    simulate: Simulate | None

    def make(
        self, question: Question, worlds: Mapping[str, WorldSettings]
    ) -> dict[str, list[Trial]]:
        """Return the trials that answer `question`, by strategy, in order of replication.

        Raises:
            UserError: a run's words are wrong, a worker died, or the store cannot be written.
            RunFailedError: runs raised; the others were made.
        """
        tasks = question.tasks()
        needed = tasks if self.store is None else missing(self.store, tasks)
        bench = Bench(worlds=worlds, seed=question.seed, simulate=self.simulate)
        self.progress.start(len(tasks), len(tasks) - len(needed))
        try:
            made = self._make(bench, needed, question.scenario, question.seed)
        finally:
            self.progress.finish()
        return _in_order(tasks, made) if self.store is None else stored(self.store, question)

    def fill(self, maker: Maker, tasks: Sequence[Task], *, seed: int) -> None:
        """Have the store hold the runs of `tasks`, of many points: what is missing is made.

        Raises:
            UserError, RunFailedError: as `make` does.
        """
        assert self.store is not None, "what is filled is a store"
        needed = missing(self.store, tasks)
        self.progress.start(len(tasks), len(tasks) - len(needed))
        try:
            self._make(maker, needed, "", seed)
        finally:
            self.progress.finish()

    def _make(
        self, bench: Maker, tasks: Sequence[Task], scenario: str, seed: int
    ) -> dict[Task, Trial]:
        made: dict[Task, Trial] = {}
        failures: list[Failure] = []
        for one in run_all(bench, tasks, self.jobs):
            if isinstance(one, Failure) and one.by_user:
                raise UserError(one.error)
            if self.store is not None:
                self.store.save(one, scenario=one.task.point or scenario, seed=seed)
            if isinstance(one, Failure):
                failures.append(one)
            elif not one.task.point:  # A sweep's are too many to be held.
                made[one.task] = replace(one, trace=None)
            self.progress.advance()
        if failures:
            raise RunFailedError(_told(failures, len(tasks)))
        return made


def missing(store: Store, tasks: Sequence[Task]) -> list[Task]:
    """Return the first task of each key that has no run in the store."""
    by_key = {task.key: task for task in reversed(tasks)}
    done = store.done(by_key)
    return [task for task in tasks if task.key not in done and by_key[task.key] is task]


def _in_order(tasks: Sequence[Task], made: Mapping[Task, Trial]) -> dict[str, list[Trial]]:
    trials: dict[str, list[Trial]] = {}
    for task in tasks:
        trials.setdefault(task.strategy, []).append(made[task])
    return trials


def stored(store: Store, question: Question) -> dict[str, list[Trial]]:
    """Return the trials of those replications that the store has for every strategy."""
    found = {task: store.trial(task) for task in question.tasks()}
    whole: dict[str, list[Trial]] = {name: [] for name in question.strategies}
    for replication in range(question.replications):
        own = [one for task, one in found.items() if task.replication == replication]
        trials = [one for one in own if one is not None]
        if len(trials) == len(own):
            for one in trials:
                whole[one.task.strategy].append(one)
    return whole


def _told(failures: Sequence[Failure], runs: int) -> str:
    first = failures[0]
    return f"{len(failures)} of {runs} runs failed; the first is {first.task}:\n{first.error}"
