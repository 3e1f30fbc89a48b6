"""Workloads: how many requests come in each tick, from a scenario's load or from a synthetic kind.

    scenario   the volumes of the sources' shapes, under the trace seed's luck
    train      diurnal, a slow random walk, some bursts         calm    hardly any of both
    spiky      many bursts        flash  a few that are large   steps   levels that jump

What arrives is the expectation plus the noise of counting, sqrt(n) z. All chance is addressed by
the trace seed, so a trace is the same for whoever meets it.
"""

from dataclasses import dataclass
from math import exp, log, pi, sin, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simlab.core import PerSecond, Purpose, Seconds, Site, UserError, root
from simlab.core.streams import block
from simlab.load import Arrivals
from simlab.model.settings.world import WorldSettings

Floats = NDArray[np.float64]
DAY: Seconds = 86400.0


@dataclass(frozen=True)
class Kind:
    """A synthetic kind; sizes are relative to the mean rate.

    Args:
        swing: Of the day.
        walk: The standard deviation of the random walk's logarithm.
        bursts: In a day.
        height: Of a burst, in the mean.
        lasts: Of a burst, in the mean.
    """

    swing: float
    walk: float
    bursts: float
    height: float
    lasts: Seconds
    steps: bool = False


KINDS: Final = {
    "train": Kind(0.5, 0.12, 8.0, 0.6, 600.0),
    "spiky": Kind(0.4, 0.12, 40.0, 0.8, 240.0),
    "calm": Kind(0.5, 0.04, 0.0, 0.0, 1.0),
    "flash": Kind(0.4, 0.1, 4.0, 2.0, 900.0),
    "steps": Kind(0.0, 0.02, 0.0, 0.0, 1.0, steps=True),
}
WORKLOADS: Final = ("scenario", *KINDS)
MEMORY: Seconds = 1200.0  # Of the random walk.
LEVEL: Seconds = 2400.0  # How long a step lasts.


def check_workload(workload: str) -> None:
    """Raise `UserError` unless there is such a workload."""
    if workload not in WORKLOADS:
        raise UserError(f"workload must be one of {', '.join(WORKLOADS)}, got {workload!r}")


def uniforms(seed: int, name: str, count: int) -> Floats:
    """Return `count` numbers in (0, 1) at the address that `seed` and `name` are."""
    key = Site(root(seed, 0, f"rl.{name}")).stream(Purpose.ARRIVAL).key
    return np.array(block(key, np.arange((count + 1) // 2, dtype=np.uint64), 0))[:count]


def normals(seed: int, name: str, count: int) -> Floats:
    """Return `count` standard normal numbers (Box and Muller's)."""
    half = (count + 1) // 2
    both = uniforms(seed, name, 2 * half)
    radius, angle = np.sqrt(-2.0 * np.log(both[:half])), 2.0 * pi * both[half:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:count]


def synthetic(kind: str, seed: int, mean: PerSecond, tick: Seconds, ticks: int) -> Floats:
    """Return the expected rate in each tick of a synthetic kind, per second."""
    made = KINDS[kind]
    phase = uniforms(seed, "phase", 1)[0]
    shocks = normals(seed, "walk", ticks)
    keep = exp(-tick / MEMORY)
    push, walk = made.walk * sqrt(1.0 - keep * keep), made.walk * shocks[0]
    levels = uniforms(seed, "levels", int(ticks * tick / LEVEL) + 1)
    rates = np.empty(ticks)
    for at in range(ticks):
        time = at * tick
        walk = keep * walk + push * shocks[at]
        level = 0.5 + levels[int(time / LEVEL)] if made.steps else 1.0
        rates[at] = mean * level * (1.0 + made.swing * sin(2.0 * pi * (time / DAY + phase)))
        rates[at] *= exp(walk)
    return rates + mean * _bursts(made, seed, tick, ticks)


def _bursts(made: Kind, seed: int, tick: Seconds, ticks: int) -> Floats:
    """Return what bursts add: they come at random, and fade as they came, along a line."""
    added = np.zeros(ticks)
    if not made.bursts:
        return added
    luck = uniforms(seed, "bursts", 3 * (int(made.bursts * ticks * tick / DAY * 3) + 8))
    time = 0.0
    for gap, size, length in zip(luck[0::3], luck[1::3], luck[2::3], strict=True):
        time -= log(gap) * DAY / made.bursts
        if time >= ticks * tick:
            break
        height, lasts = made.height * (0.5 + size), made.lasts * (0.5 + length)
        for at in range(int(time / tick), min(int((time + lasts) / tick) + 1, ticks)):
            along = (at * tick - time) / lasts
            added[at] += height * max(0.0, min(1.0, 4.0 * along + 0.25, 4.0 * (1.0 - along)))
    return added


def of_scenario(
    world: WorldSettings, visits: dict[str, float], seed: int, tick: Seconds, ticks: int
) -> Floats:
    """Return the expected rate in each tick that sources ask a service at, per second."""
    rates = np.zeros(ticks)
    for name, share in visits.items():
        if world.load[name].users is not None:
            raise UserError(
                f"load.{name}: users wait for answers; only open sources can be learned"
            )
        arrivals = Arrivals(world.load[name], seed=seed, replication=0, name=name)
        for at in range(ticks):
            rates[at] += share * arrivals.volume(at * tick, (at + 1) * tick) / tick
    return rates


def counted(rates: Floats, seed: int, tick: Seconds) -> Floats:
    """Return rates with the noise of counting arrivals tick by tick."""
    noise = normals(seed, "counts", len(rates))
    found: Any = np.maximum(rates + np.sqrt(rates / tick) * noise, 0.0)
    return np.asarray(found, np.float64)
