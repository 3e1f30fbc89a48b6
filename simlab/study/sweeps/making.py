"""Making: the runs of a sweep, and its answer from what the store has then.

    drafts ─▶ pilots, where a warm-up is to be found ─▶ runs ─▶ looked at, point by point ─▶ weighed

A sweep always has a store, if only for as long as it runs: it has more runs than memory should
hold, and many points share some (what a factor does not touch is run once).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from simlab.study import manifest
from simlab.study.comparison import answer
from simlab.study.engines import Simulate
from simlab.study.judging import Difference, Looked, look, weigh_looked
from simlab.study.progress import Progress, Silence
from simlab.study.question import Question
from simlab.study.rounds import Rounds, stored
from simlab.study.statistics import PILOTS
from simlab.study.store import Store
from simlab.study.sweeps.field import field_of, tasks_of
from simlab.study.sweeps.plan import MANY, Draft, Plan
from simlab.study.sweeps.sweep import Spot, Sweep
from simlab.study.warming import FOUND, GIVEN, warmup_of
from simlab.study.work import stoppable


def make_sweep(
    plan: Plan,
    *,
    jobs: int = 1,
    store: Store | str | Path | None = None,
    progress: Progress | None = None,
    simulate: Simulate | None = None,
) -> Sweep:
    """Make the runs that are missing, and return the answer.

    Args:
        plan: What is asked.
        jobs: Processes that run at once; the answer does not depend on it.
        store: Where runs are kept and found again: a store, or the directory of one.
        progress: Who is told how it gets on.
        simulate: Another engine, as a function that can be imported by its name.

    Raises:
        UserError: a word or a file is wrong, or results cannot be kept.
        RunFailedError: a run raised; the others are kept, and it is tried again.
    """
    plan.check()
    drafts = plan.drafts()  # Before anything is written: all that is wrong with a point.
    with stoppable(), _kept(store) as kept:
        rounds = Rounds(jobs=jobs, store=kept, progress=progress or Silence(), simulate=simulate)
        return Making(plan=plan, rounds=rounds, store=kept).answer(drafts)


@dataclass(frozen=True, kw_only=True)
class Making:
    """A sweep on its way to its answer."""

    plan: Plan
    rounds: Rounds
    store: Store

    def answer(self, drafts: Sequence[Draft]) -> Sweep:
        """Find the warm-ups, make the runs, and judge them."""
        warnings = warnings_of(self.plan, drafts)
        drafts = self._settled(drafts)
        questions = [one.question for one in drafts]
        self.store.ask_all({one.scenario: one.to_json() for one in questions})
        written = self._manifest(drafts)
        self._fill(questions)
        found = self._found(drafts, warnings)
        manifest.closed(self.store.directory, written)
        return found

    def _fill(self, questions: Sequence[Question]) -> None:
        field = field_of(self.plan, questions, self.rounds.simulate)
        self.rounds.fill(field, tasks_of(questions), seed=self.plan.seed)

    def _settled(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Return the drafts with the warm-ups that pilot runs show."""
        pilots = pilots_of(drafts)
        if not pilots:
            return drafts
        self._fill(list(pilots.values()))
        return [
            self.plan.draft(one.cell, found_warmup(self.store, one, pilots[one.cell.name]))
            if one.auto
            else one
            for one in drafts
        ]

    def _manifest(self, drafts: Sequence[Draft]) -> dict[str, object]:
        points: dict[str, dict[str, object]] = {}
        for one in drafts:
            name = self.plan.scenarios[one.cell.scenario].name
            points.setdefault(name, {})[one.cell.name] = {
                "values": {path: value.text for path, value in one.cell.point.by_path.items()},
                "analysis": one.question.analysis,
                "warmup": one.question.warmup,
                "sha256": dict(one.question.digests),
            }
        return manifest.opened_sweep(
            self.store.directory,
            drafts[0].question,
            name=self.plan.name,
            files={one.name: one.path for one in self.plan.scenarios},
            points=points,
            warmup_rule=FOUND if pilots_of(drafts) else GIVEN,
        )

    def _found(self, drafts: Sequence[Draft], warnings: Sequence[str]) -> Sweep:
        """Return the answer; the runs of one point at a time are in memory."""
        looked: list[list[Looked]] = []
        spots = []
        for one in drafts:
            trials = stored(self.store, one.question)
            looked.append(look(one.question, trials))
            name = self.plan.scenarios[one.cell.scenario].name
            comparison = answer(one.question, trials, ())
            spots.append(Spot(scenario=name, point=one.cell.point, comparison=comparison))
        weighed = iter(weigh_looked([one for each in looked for one in each]))
        return Sweep(
            name=self.plan.name,
            axes=self.plan.grid.axes,
            spots=tuple(_with(spot, [next(weighed) for _ in each])
                        for spot, each in zip(spots, looked, strict=True)),
            warnings=tuple(warnings),
        )  # fmt: skip


def _with(spot: Spot, found: Sequence[Difference]) -> Spot:
    return replace(spot, comparison=replace(spot.comparison, found=tuple(found)))


def pilots_of(drafts: Sequence[Draft]) -> dict[str, Question]:
    """Return, by cell, what is asked first to find a warm-up."""
    return {one.cell.name: replace(one.question, replications=PILOTS) for one in drafts if one.auto}


def found_warmup(store: Store, draft: Draft, pilots: Question) -> float:
    """Return the warm-up of a cell, for all its strategies; its pilots are in the store."""
    trials = stored(store, pilots)
    curves = {name: [one.curve for one in own] for name, own in trials.items()}
    return warmup_of(curves, draft.duration)


def warnings_of(plan: Plan, drafts: Sequence[Draft]) -> list[str]:
    """Return what is legal but surely unmeant."""
    found = [f"{', '.join(axis)}: changes nothing in any world" for axis in plan.idle(drafts)]
    if plan.runs > MANY:
        found.append(f"{plan.runs:,} runs are more than {MANY:,}: is that what is meant?")
    return found


@contextmanager
def _kept(store: Store | str | Path | None) -> Iterator[Store]:
    if isinstance(store, Store):
        yield store
    elif store is not None:
        with Store.open(store) as opened:
            yield opened
    else:
        with TemporaryDirectory(prefix="simlab-") as directory, Store.open(directory) as opened:
            yield opened
