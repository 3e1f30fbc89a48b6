"""Faces: what `simlab.run`, `simlab.start` and `simlab.compare` do. Only here a seed has a default.

Beneath, a seed is always asked for: a forgotten one is an error, not the same luck once more.
"""

from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path

from simlab.core import Loop, UserError
from simlab.model.handlers import Handler
from simlab.model.settings.world import WorldSettings
from simlab.scenario import Scenario, Strategy
from simlab.study import comparing, running
from simlab.study.comparison import Comparison
from simlab.study.engines import engine_of, simulator
from simlab.study.measures import DEFAULT
from simlab.study.progress import Progress
from simlab.study.question import check_replication, check_seed
from simlab.study.runs import Run
from simlab.study.stepping import World
from simlab.study.store import Store
from simlab.study.warming import find_warmup, settled
from simlab.study.whatif import HARMED, Each, WhatIf

SEED = 1


def run(
    scenario: Scenario,
    strategy: str | Strategy | None = None,
    *,
    seed: int = SEED,
    replication: int = 0,
    loops: Mapping[str, Loop] | None = None,
    handlers: Mapping[str, Handler] | None = None,
    engine: str = "auto",
    keep_requests: bool = True,
) -> Run:
    """Run `scenario` once.

    Args:
        scenario: From `simlab.load`.
        strategy: A name in the scenario, or a strategy of its own; None: nothing decides but
            what is given as `loops`.
        seed: Of all luck.
        replication: Which of the seed's replications, from 0 on.
        loops: Controllers by name: anything with a `period` and a `step`.
        handlers: What custom actions do, by name: functions of a module that are told the world
            and the action's parameters (see `simlab.model.handlers`).
        engine: ``auto`` or ``reference``.
        keep_requests: Whether `Run.requests` is to have a row for each request.

    Raises:
        UserError: a name, a number or a file is wrong.
    """
    world = _ready(scenario, strategy, seed=seed, replication=replication, loops=loops)
    record = running.run(
        world,
        seed=seed,
        replication=replication,
        loops=loops,
        handlers=handlers,
        engine=engine,
        keep_requests=keep_requests,
    )
    return Run(
        scenario=scenario.name,
        strategy=_name(strategy),
        seed=seed,
        replication=replication,
        engine=engine_of(engine),
        world=world,
        record=record,
    )


def start(
    scenario: Scenario,
    strategy: str | Strategy | None = None,
    *,
    seed: int = SEED,
    replication: int = 0,
    loops: Mapping[str, Loop] | None = None,
    handlers: Mapping[str, Handler] | None = None,
    keep_requests: bool = True,
) -> World:
    """Return the run that `run` would make, at its beginning, to be stepped by hand."""
    from simlab.model import World as Model

    world = _ready(scenario, strategy, seed=seed, replication=replication, loops=loops)
    model = Model(
        world,
        seed=seed,
        replication=replication,
        loops=dict(loops or {}),
        handlers=handlers,
        keep_requests=keep_requests,
    )
    return World(scenario.name, _name(strategy), engine_of("auto"), model)


def compare(
    scenario: Scenario,
    strategies: Sequence[str | Strategy] | None = None,
    *,
    replications: int = 30,
    seed: int = SEED,
    measures: Sequence[str] = DEFAULT,
    margin: Mapping[str, float] | None = None,
    jobs: int = 1,
    store: Store | str | Path | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
) -> Comparison:
    """Compare strategies on `scenario`: see `simlab.study.comparing.compare`."""
    return comparing.compare(
        scenario,
        strategies,
        replications=replications,
        seed=seed,
        measures=measures,
        margin=margin,
        jobs=jobs,
        store=store,
        progress=progress,
        engine=engine,
    )


def whatif(
    scenario: Scenario,
    strategies: Sequence[str | Strategy] | None = None,
    *,
    faults: Sequence[str] | None = None,
    each: Each = "alone",
    replications: int = 20,
    seed: int = SEED,
    measures: Sequence[str] = HARMED,
    jobs: int = 1,
    store: Store | str | Path | None = None,
    progress: Progress | None = None,
    engine: str = "auto",
) -> WhatIf:
    """Ask what faults do under each strategy: see `simlab.study.whatif.asking.whatif`."""
    from simlab.study.whatif import whatif

    return whatif(
        scenario,
        strategies,
        faults=faults,
        each=each,
        replications=replications,
        seed=seed,
        measures=measures,
        jobs=jobs,
        store=store,
        progress=progress,
        engine=engine,
    )


def _ready(
    scenario: Scenario,
    strategy: str | Strategy | None,
    *,
    seed: int,
    replication: int,
    loops: Mapping[str, Loop] | None,
) -> WorldSettings:
    """Return the world to run, its warm-up settled."""
    check_seed(seed)
    check_replication(replication)
    for name, loop in (loops or {}).items():
        _check_loop(name, loop)
    world = scenario.resolve(strategy)
    if world.warmup is not None:
        return world
    return settled(world, find_warmup(world, seed=seed, simulate=simulator(), loops=loops))


def _check_loop(name: str, loop: Loop) -> None:
    """Raise `UserError` unless `loop`, which may be anybody's, is a controller."""
    if not isinstance(loop, Loop):
        kind = type(loop).__name__
        raise UserError(f"loops: {name!r} must have a `period` and a `step`, got {kind}")
    period: object = loop.period
    if not isinstance(period, int | float) or not 0 < period < inf:
        raise UserError(
            f"loops: the period of {name!r} must be a positive number of seconds, got {period!r}"
        )


def _name(strategy: str | Strategy | None) -> str | None:
    return strategy if strategy is None or isinstance(strategy, str) else strategy.name
