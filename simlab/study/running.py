"""Running: one run of one world."""

from collections.abc import Mapping

from simlab.core import Loop
from simlab.model.handlers import Handler
from simlab.model.settings.world import WorldSettings
from simlab.study.engines import engine_of, simulator
from simlab.study.question import check_replication, check_seed
from simlab.study.warming import find_warmup, settled
from simlab.telemetry import Record


def run(
    world: WorldSettings,
    *,
    seed: int,
    replication: int = 0,
    loops: Mapping[str, Loop] | None = None,
    handlers: Mapping[str, Handler] | None = None,
    engine: str = "auto",
    keep_requests: bool = False,
) -> Record:
    """Run `world` once and return its record.

    Args:
        world: Where its warm-up is `auto`, pilot runs find it first.
        seed: The same seed, replication and world give the same record.
        replication: Which of the seed's replications, from 0 on.
        loops: Controllers given from Python, by name, beside those of the world; they are used
            as they are, so what they remember stays in them.
        handlers: What custom actions do, by name: functions of a module (pilot runs for a warm-up
            of `auto` have none).
        engine: ``auto`` or ``reference``.
        keep_requests: Whether the record is to have a row for each request.

    Raises:
        UserError: what is asked for does not exist, or the run is too short for a warm-up.
    """
    engine_of(engine)
    check_seed(seed)
    check_replication(replication)
    simulate = simulator()
    if world.warmup is None:
        world = settled(world, find_warmup(world, seed=seed, simulate=simulate, loops=loops))
    return simulate(
        world,
        seed=seed,
        replication=replication,
        loops=dict(loops or {}),
        handlers=handlers,
        keep_requests=keep_requests,
    )
