"""Requests per second of the reference engine and of plain SimPy, on the same three-tier work.

    python experiments/benchmarks/engines.py [--seconds 1800] [--repeats 3]

Both do the same arrivals, work, picks, time-outs, retries and luck; the rival (`naive.py`) is a
process a request and Resources, without telemetry. Runs alternate in one process; CPU time;
medians of ratios. `bare`: cores and balancing alone; `full`: with time-outs, retries, budget,
breaker, slots, lines, latency, loss and errors.
"""

import argparse
import sys
from math import inf
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parent))

from naive import Naive

from simlab.controllers import (
    BackoffSettings,
    LeastRequestSettings,
    Resilience4jSettings,
    TokenBucketSettings,
)
from simlab.core import Exponential
from simlab.load import ConstantSettings, SourceSettings
from simlab.model import simulate
from simlab.model.settings import (
    Amount,
    CallStep,
    CpuStep,
    Errors,
    LinkSettings,
    OperationSettings,
    ServiceSettings,
    WorldSettings,
)

TIERS = ("web", "cart", "db")
RATE, MEAN, REPLICAS = 80.0, 0.032, 4  # A utilization of 0.64.


def service(name: str, *, full: bool) -> ServiceSettings:
    following = TIERS.index(name) + 1
    steps = [CpuStep(cpu=Amount(base=Exponential(mean=MEAN)))]
    if following < len(TIERS):
        steps.append(CallStep(call=f"{TIERS[following]}.get"))
    errors = Errors(share=0.005 if full else 0.0)
    return ServiceSettings(
        replicas=REPLICAS,
        discipline="fifo",
        slots=16 if full else inf,
        line=32 if full else inf,
        operations={"get": OperationSettings(steps=tuple(steps), errors=errors)},
    )


def link(*, full: bool) -> LinkSettings:
    if not full:
        return LinkSettings(balancer=LeastRequestSettings(), per="service")
    return LinkSettings(
        balancer=LeastRequestSettings(),
        per="service",
        timeout=2.0,
        latency=Exponential(mean=0.001),
        loss=0.001,
        retry=BackoffSettings(attempts=3, budget=TokenBucketSettings(per_call=0.2)),
        breaker=Resilience4jSettings(),
    )


def world(*, full: bool, seconds: float) -> WorldSettings:
    pairs = zip(("users", *TIERS), TIERS, strict=False)
    return WorldSettings(
        duration=seconds,
        services={name: service(name, full=full) for name in TIERS},
        links={f"{a}->{b}": link(full=full) for a, b in pairs},
        load={"users": SourceSettings(to={"web.get": 1.0}, shape=(ConstantSettings(rate=RATE),))},
    )


def reference(settings: WorldSettings) -> tuple[float, int, float]:
    began = process_time()
    source = simulate(settings, seed=1).sources["users"]
    answered = source.outcomes[0] + source.outcomes[1]
    return process_time() - began, source.requests, source.latency_sum / answered


def naive(settings: WorldSettings) -> tuple[float, int, float]:
    began = process_time()
    rival = Naive(settings, seed=1)
    rival.run()
    took, n = process_time() - began, len(rival.latencies)
    return took, n, sum(rival.latencies) / n


def main() -> None:
    parser = argparse.ArgumentParser(description="Reference engine against plain SimPy.")
    parser.add_argument("--seconds", type=float, default=1800.0, help="simulated time of a run")
    parser.add_argument("--repeats", type=int, default=3, help="pairs of runs")
    words = parser.parse_args()
    for full in (False, True):
        settings = world(full=full, seconds=words.seconds)
        reference(settings), naive(settings)  # Warm.
        pairs = [(reference(settings), naive(settings)) for _ in range(words.repeats)]
        ratios = [theirs[0] / ours[0] for ours, theirs in pairs]
        ours, theirs = (median(pair[at][1] / pair[at][0] for pair in pairs) for at in (0, 1))
        print(
            f"{'full' if full else 'bare'}: reference {ours:,.0f} requests/s,"
            f" plain SimPy {theirs:,.0f} requests/s, ratio {median(ratios):.2f}"
            f" ({min(ratios):.2f} to {max(ratios):.2f});"
            f" mean latency {pairs[0][0][2] * 1e3:.1f} and {pairs[0][1][2] * 1e3:.1f} ms"
        )


if __name__ == "__main__":
    main()
