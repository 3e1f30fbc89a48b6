"""Several queues, and arrivals that move: tandem, fork-join of two, Poisson counts."""

from collections.abc import Callable
from itertools import pairwise
from math import pi

import numpy as np
from scipy import stats

from simlab.model import simulate
from simlab.scenario import parse
from simlab.telemetry import Record
from tests.theory.conftest import holds, mean_latencies

Runs = Callable[..., list[Record]]

TANDEM = """
schema: simlab/scenario/v1
name: tandem
duration: 400
warmup: 40
analysis: steady_state
defaults: {service: {discipline: fifo}}
services:
  web: {operations: {get: [{cpu: {dist: exponential, mean: 10ms}}, {call: db.get}]}}
  db:  {operations: {get: {dist: exponential, mean: 14ms}}}
load: {users: {to: web.get, shape: {kind: constant, rate: 50}}}
"""

FORK_JOIN = """
schema: simlab/scenario/v1
name: fork-join
duration: 600
warmup: 60
analysis: steady_state
defaults: {service: {discipline: fifo}}
services:
  web:   {operations: {get: [{parallel: [{call: left.get}, {call: right.get}]}]}}
  left:  {operations: {get: {dist: exponential, mean: 20ms}}}
  right: {operations: {get: {dist: exponential, mean: 20ms}}}
load: {users: {to: web.get, shape: {kind: constant, rate: 30}}}
"""

DAY = """
schema: simlab/scenario/v1
name: day
duration: 1000
services: {web: {cores: 100, operations: {get: 1ms}}}
load:
  users:
    to: web.get
    shape: [{kind: diurnal, mean: 20, amplitude: 0.8, period: 500s}, {kind: ramp, from: 0, to: 10, at: 200s, over: 400s}]
"""


def test_a_tandem_is_two_queues_of_their_own(runs: Runs) -> None:
    """By Burke's theorem the second queue, too, is M/M/1: sojourns add."""
    records = runs(parse(TANDEM, name="tandem.yaml").resolve(None))
    exact = 1 / (1 / 0.010 - 50) + 1 / (1 / 0.014 - 50)
    assert holds(mean_latencies(records), exact, width=0.1)


def test_a_fork_join_of_two(runs: Runs) -> None:
    """W = (12 - rho) / 8 of one M/M/1 (L. Flatto and S. Hahn, SIAM J. Appl. Math. 44, 1984)."""
    records = runs(parse(FORK_JOIN, name="fork-join.yaml").resolve(None))
    rho = 0.6
    assert holds(mean_latencies(records), (12 - rho) / 8 / (50 - 30), width=0.1)


def expected(start: float, end: float) -> float:
    """Return the integral of DAY's rate, worked out by hand."""

    def primitive(t: float) -> float:
        wave = 20 * t - 20 * 0.8 * 500 / (2 * pi) * (np.cos(2 * pi * t / 500) - 1)
        ramp = 0.0 if t < 200 else (10 / 800) * min(t - 200, 400) ** 2 + 10 * max(0.0, t - 600)
        return float(wave + ramp)

    return primitive(end) - primitive(start)


def test_counts_of_a_moving_rate_are_poisson() -> None:
    """Counts in bins, over replications: right in the mean, and as spread as Poisson's."""
    world = parse(DAY, name="day.yaml").resolve(None)
    edges = np.arange(0, 1001, 50.0)
    counts = np.array(
        [
            np.histogram(
                simulate(world, seed=3, replication=r, keep_requests=True).requests["arrival"],
                edges,
            )[0]
            for r in range(8)
        ]
    )
    means = np.array([expected(a, b) for a, b in pairwise(edges)])
    chi2 = float(((counts - means) ** 2 / means).sum())
    low, high = stats.chi2.interval(0.99, counts.size)
    assert low < chi2 < high
    assert abs(counts.sum() - 8 * means.sum()) < 3 * np.sqrt(8 * means.sum())
