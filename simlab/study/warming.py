"""Warming: a warm-up of `auto` is found from pilot runs, one for all strategies that are compared.

Pilots are the first ten replications of each strategy without any warm-up, however many are asked
for: so a comparison that is asked for more replications later keeps its warm-up, and its runs.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

from simlab.core import Loop, Seconds, UserError
from simlab.model.settings.world import WorldSettings
from simlab.study.engines import Simulate
from simlab.study.statistics import PILOTS, settle
from simlab.study.trials import Single, curve

GIVEN = "given"
FOUND = (
    f"MSER-5 on the mean of {PILOTS} replications' latency by second, the largest over strategies,"
    " up to the next 10 s"
)


def settled(world: WorldSettings, warmup: Seconds) -> WorldSettings:
    """Return the world with this warm-up."""
    return replace(world, warmup=warmup)


def warmup_of(curves: Mapping[str, Sequence[Single]], duration: Seconds) -> Seconds:
    """Return the warm-up for all strategies, from the pilots' curves of each.

    Raises:
        UserError: where one of them never settles within half of the run.
    """
    found = 0.0
    for strategy, pilots in curves.items():
        own = settle([_known(one) for one in pilots], duration)
        if own is None:
            who = f" of {strategy}" if strategy else ""
            raise UserError(
                f"run too short: the latency{who} has not settled within half of {duration:g} s;"
                " a longer duration, or a warmup of your own, is needed"
            )
        found = max(found, own)
    return found


def _known(one: Single) -> list[float | None]:
    return [None if value != value else value for value in one.tolist()]  # noqa: PLR0124 (nan)


def find_warmup(
    world: WorldSettings, *, seed: int, simulate: Simulate, loops: Mapping[str, Loop] | None = None
) -> Seconds:
    """Return the warm-up of a single run's world, from pilots that are made for it.

    Pilots use copies of `loops`.
    """
    pilot = settled(world, 0.0)
    pilots = [
        curve(simulate(pilot, seed=seed, replication=replication, loops=deepcopy(loops or {})))
        for replication in range(PILOTS)
    ]
    return warmup_of({"": pilots}, world.duration)
