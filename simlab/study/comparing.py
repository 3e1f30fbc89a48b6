"""Comparing: strategies on one scenario, under the same luck, many times over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from simlab.model import MODEL_VERSION
from simlab.model.settings.world import WorldSettings
from simlab.scenario import Scenario, Strategy, canonical, digest
from simlab.study import manifest
from simlab.study.comparison import Comparison, answer
from simlab.study.engines import Simulate, engine_of
from simlab.study.measures import DEFAULT, check_paths, names_of
from simlab.study.progress import Progress, Silence
from simlab.study.question import Question
from simlab.study.rounds import Rounds
from simlab.study.statistics import PILOTS
from simlab.study.store import Store
from simlab.study.warming import FOUND, GIVEN, settled, warmup_of
from simlab.study.work import stoppable


def compare(
    scenario: Scenario,
    strategies: Sequence[str | Strategy] | None = None,
    *,
    seed: int,
    replications: int = 30,
    measures: Sequence[str] = DEFAULT,
    margin: Mapping[str, float] | None = None,
    jobs: int = 1,
    store: Store | str | Path | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
    simulate: Simulate | None = None,
) -> Comparison:
    """Run every strategy `replications` times and return what differs, and how surely.

    Args:
        scenario: What they are compared on.
        strategies: Names in the scenario, or strategies of their own; None: all of the scenario's.
        seed: With the replication's number, all of a run's luck.
        replications: Runs of each strategy.
        measures: Paths of measures that differences are told of; the first decides who is best.
        margin: By measure, a difference that does not matter, in its unit: for `equivalent`.
        jobs: Processes that run at once; the answer does not depend on it.
        store: Where runs are kept and found again: a store, or the directory of one.
        progress: Who is told how it gets on.
        engine: ``auto`` or ``reference``.
        simulate: Another engine, as a function that can be imported by its name.

    Raises:
        UserError: a name, a path, a number or a file is wrong.
        RunFailedError: a run raised; with a store the others are kept, and it is tried again.
    """
    chosen = scenario.strategies if strategies is None else tuple(strategies)
    worlds = {name_of(one): scenario.resolve(one) for one in chosen}
    question = Question(
        scenario=scenario.name,
        strategies=tuple(name_of(one) for one in chosen),
        replications=replications,
        seed=seed,
        measures=tuple(dict.fromkeys(measures)),
        margin=dict(margin or {}),
        engine=engine_of(engine),
        model_version=MODEL_VERSION,
    )
    check_paths(question.measures, names_of(next(iter(worlds.values()))))
    with stoppable(), kept(store) as there:
        rounds = Rounds(jobs=jobs, store=there, progress=progress or Silence(), simulate=simulate)
        return Asking(scenario=scenario, question=question, worlds=worlds, rounds=rounds).answer()


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A question on its way to its answer."""

    scenario: Scenario
    question: Question
    worlds: Mapping[str, WorldSettings]
    rounds: Rounds

    def answer(self) -> Comparison:
        """Settle the warm-up, make the runs, and judge them."""
        if any(world.warmup is None for world in self.worlds.values()):
            return self._ask(self._found_warmup(), FOUND)
        return self._ask(next(iter(self.worlds.values())).warmup or 0.0, GIVEN)

    def _found_warmup(self) -> float:
        pilots = self._settled(0.0)
        question = replace(pilots.question, replications=PILOTS)
        trials = self.rounds.make(question, pilots.worlds)
        curves = {name: [one.curve for one in own] for name, own in trials.items()}
        return warmup_of(curves, next(iter(self.worlds.values())).duration)

    def _settled(self, warmup: float) -> "Asking":
        """Return the same with this warm-up, and with what its runs are stored by."""
        worlds = {name: settled(world, warmup) for name, world in self.worlds.items()}
        digests = {name: digest(world) for name, world in worlds.items()}
        analysis = next(iter(worlds.values())).analysis
        question = replace(self.question, warmup=warmup, digests=digests, analysis=analysis)
        return replace(self, worlds=worlds, question=question)

    def _ask(self, warmup: float, rule: str) -> Comparison:
        asking = self._settled(warmup)
        question, store = asking.question, self.rounds.store
        with opened(store, self.scenario, question, asking.worlds, rule):
            return answer(question, self.rounds.make(question, asking.worlds))


@contextmanager
def opened(
    store: Store | None,
    scenario: Scenario,
    question: Question,
    worlds: Mapping[str, WorldSettings],
    warmup_rule: str = GIVEN,
) -> Iterator[None]:
    """Keep what is asked, and a manifest that is closed when what is done inside has ended."""
    if store is None:
        yield
        return
    store.ask(question.scenario, question.to_json())
    written = manifest.opened(
        store.directory,
        question,
        text=manifest.text_of(scenario.path),
        path=scenario.path,
        warmup_rule=warmup_rule,
        resolved={name: canonical(world) for name, world in worlds.items()},
    )
    yield
    manifest.closed(store.directory, written)


def name_of(strategy: str | Strategy) -> str:
    """Return the name of a strategy."""
    return strategy if isinstance(strategy, str) else strategy.name


@contextmanager
def kept(store: Store | str | Path | None) -> Iterator[Store | None]:
    """Have the store open: one that is, or that of a directory, or none."""
    if store is None or isinstance(store, Store):
        yield store
        return
    with Store.open(store) as opened:
        yield opened
