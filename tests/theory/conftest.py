"""Queueing theory as an oracle: what is measured at fixed seeds against what is known exactly."""

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np
import pytest
from scipy.special import stdtrit

from simlab.model import simulate
from simlab.model.settings import WorldSettings
from simlab.scenario import parse
from simlab.telemetry import Record

REPLICATIONS = 10

QUEUE = """
schema: simlab/scenario/v1
name: queue
duration: {seconds}
warmup: {warmup}
analysis: steady_state
services:
  web: {{{service}, operations: {{get: {work}}}}}
links: {{users->web: {{{link}}}}}
load: {{users: {{to: web.get, shape: {{kind: constant, rate: {rate}}}}}}}
"""


def queue(
    *,
    rate: float,
    work: str,
    service: str = "discipline: fifo",
    link: str = "",
    seconds: int = 300,
    warmup: int = 30,
) -> WorldSettings:
    """Return a world of one service that is asked at a constant rate."""
    text = QUEUE.format(
        rate=rate, work=work, service=service, link=link, seconds=seconds, warmup=warmup
    )
    return parse(text, name="queue.yaml").resolve(None)


@pytest.fixture(scope="session")
def runs() -> Callable[..., list[Record]]:
    """Return the records of replications of a world, with the books checked in the first."""

    def many(world: WorldSettings, replications: int = REPLICATIONS) -> list[Record]:
        return [simulate(world, seed=7, replication=r) for r in range(replications)]

    return many


def mean_latencies(records: Sequence[Record]) -> list[float]:
    """Return the mean latency of each run."""
    sources = [record.sources["users"] for record in records]
    return [s.latency_sum / (s.outcomes[0] + s.outcomes[1]) for s in sources]


def holds(
    values: Sequence[float], exact: float, *, level: float = 0.99, width: float = 0.1
) -> bool:
    """Say whether the t interval of `values` holds `exact`, and is narrow enough to mean it.

    `width` is the largest half-width that is allowed, relative to `exact`.
    """
    mean, spread = float(np.mean(values)), float(np.std(values, ddof=1))
    half = float(stdtrit(len(values) - 1, (1 + level) / 2)) * spread / sqrt(len(values))
    assert half <= width * exact, f"too wide: {mean:.5g} ± {half:.3g} for {exact:.5g}"
    assert abs(mean - exact) <= half, f"{mean:.5g} ± {half:.3g} does not hold {exact:.5g}"
    return True
