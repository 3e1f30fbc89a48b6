"""Sweeping: what `simlab.sweep` does, with an experiment's words or with Python's."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from simlab.core import UserError
from simlab.scenario import (
    Experiment,
    Factors,
    Scenario,
    Strategy,
    grid_of,
    load_experiment,
    made_factors,
)
from simlab.study.faces import SEED
from simlab.study.measures import DEFAULT
from simlab.study.progress import Progress
from simlab.study.store import Store
from simlab.study.sweeps import Plan, Sweep, make_sweep

Values = Mapping[str, object]
REPLICATIONS = 30


def sweep(
    asked: Experiment | Scenario | str | Path,
    factors: Values | None = None,
    strategies: Sequence[str | Strategy] | None = None,
    *,
    zip: Sequence[Values] = (),  # noqa: A002 (as in files)
    include: Sequence[Values] = (),
    exclude: Sequence[Values] = (),
    replications: int | None = None,
    seed: int | None = None,
    measures: Sequence[str] = (),
    margin: Mapping[str, float] | None = None,
    jobs: int = 1,
    store: Store | str | Path | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
) -> Sweep:
    """Compare strategies at every point of a grid of factors.

    Args:
        asked: A scenario; or an experiment, or its file, whose words hold where none are given.
        factors: Values by path, crossed: a list, ``{"linspace": [a, b, n]}``, ``logspace`` or
            ``range``. Given, they and the next three stand for all that an experiment varies.
        strategies: Names, or strategies of their own; None: all.
        zip: Values by path that go in step.
        include: Points beside those.
        exclude: Values at which there is no point.
        replications: Runs of each strategy at each point; 30 unless said.
        seed: With the replication's number, all of a run's luck.
        measures: Paths of measures; the first decides who is best.
        margin: By measure, a difference that does not matter.
        jobs: Processes that run at once; the answer does not depend on it.
        store: Where runs are kept and found again: a store, or the directory of one; None: for
            the time being.
        progress: Who is told how it gets on.
        engine: ``auto`` or ``reference``.

    Raises:
        UserError: a name, a path, a value, a number or a file is wrong.
        RunFailedError: a run raised; with a store the others are kept.
    """
    given = None
    if factors or zip or include or exclude:
        given = made_factors(factors, zip, include, exclude)
    plan = plan_of(
        asked,
        given,
        strategies,
        replications=replications,
        seed=seed,
        measures=measures,
        margin=margin,
        engine=engine,
    )
    return make_sweep(plan, jobs=jobs, store=store, progress=progress)


def plan_of(
    asked: Experiment | Scenario | str | Path,
    factors: Factors | None = None,
    strategies: Sequence[str | Strategy] | None = None,
    *,
    sets: Sequence[tuple[str, str]] = (),
    replications: int | None = None,
    seed: int | None = None,
    measures: Sequence[str] = (),
    margin: Mapping[str, float] | None = None,
    engine: str = "auto",
) -> Plan:
    """Return what is asked: what is given, else what the experiment says, else what is usual.

    Args:
        asked: As in `sweep`.
        factors: None: those of the experiment.
        strategies: None: likewise.
        sets: Values by path, in every scenario, before those of the factors.
        replications: As in `sweep`.
        seed: As in `sweep`.
        measures: As in `sweep`.
        margin: As in `sweep`.
        engine: As in `sweep`.
    """
    asked = load_experiment(asked) if isinstance(asked, str | Path) else asked
    said = asked if isinstance(asked, Experiment) else None
    scenarios = said.scenarios if said else (asked,) if isinstance(asked, Scenario) else ()
    varied = factors or (said.factors if said else None)
    if varied is None:
        raise UserError(f"{asked.name}: nothing is varied: factors are missing")
    chosen = strategies or (said.strategies if said else scenarios[0].strategies)
    own = [one for one in chosen if isinstance(one, Strategy)]
    ready = tuple(_ready(one, sets, own) for one in scenarios)
    told = tuple(measures) or (said.measures if said else ()) or DEFAULT
    kept = {name: one for name, one in (said.margin if said else {}).items() if name in told}
    margins = {**kept, **(margin or {})}
    return Plan(
        name=asked.name,
        scenarios=ready,
        grid=grid_of(varied, ready[0]),
        strategies=tuple(one.name if isinstance(one, Strategy) else one for one in chosen),
        replications=_first(replications, said.replications if said else REPLICATIONS),
        seed=_first(seed, said.seed if said else SEED),
        measures=tuple(dict.fromkeys(told)),
        margin={
            name: one for name, one in margins.items() if name in told or name in (margin or {})
        },
        engine=engine,
    )


def _first(given: int | None, else_: int) -> int:
    return else_ if given is None else given


def _ready(
    scenario: Scenario, sets: Sequence[tuple[str, str]], strategies: Sequence[Strategy]
) -> Scenario:
    found = scenario.with_sets(sets, flag="--set") if sets else scenario
    return found.with_strategies(*strategies) if strategies else found
