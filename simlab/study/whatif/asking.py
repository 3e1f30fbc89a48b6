"""Asking what if: the runs with and without each fault made, and their answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simlab.core import UserError
from simlab.model import MODEL_VERSION
from simlab.model.settings.world import WorldSettings
from simlab.scenario import Scenario, Strategy, digest
from simlab.study.columns import estimate
from simlab.study.comparing import kept, name_of, opened
from simlab.study.engines import Simulate, engine_of
from simlab.study.measures import check_paths, names_of
from simlab.study.progress import Progress, Silence
from simlab.study.question import Analysis, Question
from simlab.study.rounds import Rounds
from simlab.study.statistics import Estimate
from simlab.study.store import Store
from simlab.study.trials import Trial
from simlab.study.whatif.cases import Case, told
from simlab.study.whatif.contrasting import effects, spread, strategies
from simlab.study.whatif.recovery import recovery
from simlab.study.whatif.variants import EACH, Each, Family, family
from simlab.study.whatif.whatif import WhatIf
from simlab.study.work import stoppable

HARMED = ("cost", "bad_share")  # What is told of unless something else is asked for.


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A what-if question with its runs named.

    Args:
        families: By strategy.
        faults: That are asked about.
        worlds: By variant.
        whole: A world with every fault.
    """

    question: Question
    families: Mapping[str, Family]
    faults: tuple[str, ...]
    each: Each
    worlds: Mapping[str, WorldSettings]
    whole: WorldSettings


def whatif(
    scenario: Scenario,
    strategies: Sequence[str | Strategy] | None = None,
    *,
    faults: Sequence[str] | None = None,
    each: Each = "alone",
    seed: int,
    replications: int = 20,
    measures: Sequence[str] = HARMED,
    jobs: int = 1,
    store: Store | str | Path | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
    simulate: Simulate | None = None,
) -> WhatIf:
    """Run every strategy with and without each fault, and return what the faults do.

    Args:
        scenario: With at least one fault, and a warm-up that is given.
        strategies: Names in the scenario, or strategies of their own; None: all of the scenario's.
        faults: Names in the scenario; None: all of them.
        each: ``alone`` (this fault against none), or ``among`` (all against all but this).
        seed: With the replication's number, all of a run's luck.
        replications: Runs of each strategy, with and without each fault.
        measures: Paths of measures whose change is told of.
        jobs: Processes that run at once; the answer does not depend on it.
        store: Where runs are kept and found again: a store, or the directory of one.
        progress: Who is told how it gets on.
        engine: ``auto`` or ``reference``.
        simulate: Another engine, as a function that can be imported by its name.

    Raises:
        UserError: a name, a path, a number or a file is wrong.
        RunFailedError: a run raised; with a store the others are kept, and it is tried again.
    """
    planned = plan(
        scenario, strategies, faults=faults, each=each, seed=seed, replications=replications,
        measures=measures, engine=engine,
    )  # fmt: skip
    with stoppable(), kept(store) as there:
        rounds = Rounds(jobs=jobs, store=there, progress=progress or Silence(), simulate=simulate)
        with opened(there, scenario, planned.question, planned.worlds):
            return answered(planned, rounds.make(planned.question, planned.worlds))


def plan(
    scenario: Scenario,
    strategies: Sequence[str | Strategy] | None = None,
    *,
    faults: Sequence[str] | None = None,
    each: Each = "alone",
    seed: int,
    replications: int,
    measures: Sequence[str] = HARMED,
    engine: str = "auto",
) -> Planned:
    """Return the question with its runs named; raise `UserError` where it makes no sense."""
    chosen = scenario.strategies if strategies is None else tuple(strategies)
    if not chosen:
        raise UserError(f"{scenario.name} has no strategies to be tried; name some")
    if each not in EACH:
        raise UserError(f"each must be {' or '.join(EACH)}, got {each!r}")
    resolved = {name_of(one): scenario.resolve(one) for one in chosen}
    whole = next(iter(resolved.values()))
    asked = _asked(scenario, faults, whole)
    families = {name: family(name, asked, tuple(whole.faults), each) for name in resolved}
    variants = [(name, one) for name, own in families.items() for one in own.all()]
    worlds = {one.name: one.world(resolved[name]) for name, one in variants}
    question = Question(
        scenario=scenario.name, strategies=tuple(worlds), replications=replications, seed=seed,
        measures=tuple(dict.fromkeys(measures)), engine=engine_of(engine),
        model_version=MODEL_VERSION, analysis=whole.analysis, warmup=whole.warmup or 0.0,
        digests={name: digest(world) for name, world in worlds.items()}, kind="whatif",
    )  # fmt: skip
    check_paths(question.measures, names_of(whole))
    return Planned(
        question=question, families=families, faults=asked, each=each, worlds=worlds, whole=whole
    )


def _asked(
    scenario: Scenario, faults: Sequence[str] | None, whole: WorldSettings
) -> tuple[str, ...]:
    known = ", ".join(whole.faults) or "none"
    if whole.warmup is None:
        raise UserError(f"{scenario.name}: warmup: auto came; a what-if needs a number of seconds")
    for name in faults or ():
        if name not in whole.faults:
            raise UserError(f"{scenario.name} has no fault {name!r}; it has {known}")
    asked = tuple(whole.faults) if faults is None else tuple(dict.fromkeys(faults))
    if not asked:
        raise UserError(f"{scenario.name} has no faults to be tried")
    return asked


def answered(planned: Planned, trials: Mapping[str, Sequence[Trial]]) -> WhatIf:
    """Return the answer that `trials` give: by variant, in order of replication."""
    question, whole = planned.question, planned.whole
    cases = [_case(planned, name, fault, trials)
             for fault in planned.faults for name in planned.families]  # fmt: skip
    named = ("false_alarms", *question.measures)
    callers = {
        service: [link for link in whole.links if link.split("->")[1] == service]
        for service in whole.services
    }
    return WhatIf(
        question=question,
        strategies=tuple(planned.families),
        faults=planned.faults,
        kinds={name: whole.faults[name].kind for name in planned.faults},
        each=planned.each,
        calm={
            name: _estimates(trials[own.calm.name], named, question.analysis)
            for name, own in planned.families.items()
        },
        recoveries=[recovery(one, whole.faults[one.fault].kind) for one in cases],
        effects=effects(cases, question.measures),
        spread=spread(cases, callers),
        contests=strategies(cases, question.measures),
    )


def _estimates(
    trials: Sequence[Trial], paths: Sequence[str], analysis: Analysis
) -> dict[str, Estimate]:
    return {path: estimate(trials, path, analysis) for path in paths}


def _case(
    planned: Planned, strategy: str, fault: str, trials: Mapping[str, Sequence[Trial]]
) -> Case:
    hurt, calm = (trials[one.name] for one in planned.families[strategy].pairs[fault])
    duration = planned.whole.duration
    pairs = zip(hurt, calm, strict=True)
    return Case(
        fault=fault,
        strategy=strategy,
        hurt=[told(with_it, without, fault, duration) for with_it, without in pairs],
        calm=calm,
        duration=duration,
        analysis=planned.question.analysis,
    )
