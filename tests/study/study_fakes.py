"""Fakes: a small world, an engine that makes records by formula, a scenario that resolves to them.

The engine knows no queue. Latency falls with the replicas of `web`, and what differs between
replications is the luck of each; so strategies that differ in replicas differ as expected.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from simlab.core import Constant, Loop, UserError, root, uniform
from simlab.load import ConstantSettings, Slo, SourceSettings
from simlab.model.settings.link import LinkSettings
from simlab.model.settings.service import ServiceSettings
from simlab.model.settings.steps import Amount, CpuStep, OperationSettings
from simlab.model.settings.world import Cost, WorldSettings
from simlab.telemetry import (
    Event,
    FaultRecord,
    LinkRecord,
    Record,
    ServiceRecord,
    SourceRecord,
    bucket,
)

LOG = "SIMLAB_TEST_LOG"  # Where a run notes that it is made, if the environment says so.


def world(replicas: int = 2, **changes: Any) -> WorldSettings:
    """Return a world of one service; `replicas` is what strategies differ in."""
    get = OperationSettings(steps=(CpuStep(cpu=Amount(base=Constant(value=0.01))),))
    plain = WorldSettings(
        duration=120.0,
        slo=Slo(within=0.5, objective=0.9),
        cost=Cost(core_hour=1.0, bad_request=0.01, scaling=0.1),
        services={"web": ServiceSettings(replicas=replicas, operations={"get": get})},
        links={"shoppers->web": LinkSettings()},
        load={"shoppers": SourceSettings(to={"web.get": 1.0}, shape=(ConstantSettings(rate=2.0),))},
    )
    return replace(plain, **changes)


def simulate(
    settings: WorldSettings,
    *,
    seed: int,
    replication: int = 0,
    loops: Mapping[str, Loop] | None = None,
    keep_requests: bool = False,
) -> Record:
    """Return the record of a run that never happened."""
    _note(settings, replication)
    replicas = settings.services["web"].replicas
    key, warmup = root(seed, replication, "fake"), settings.warmup or 0.0
    source = SourceRecord(
        valid_minutes=[0] * 2, good_minutes=[0] * 2, latency_seconds=[], answered_seconds=[]
    )
    for second in range(int(settings.duration)):
        slow = 3.0 if second < 20 else 1.0  # Cold at first.
        latency = slow * (0.2 - log(uniform(key, second, 0))) / replicas
        source.latency_seconds.append(slow + 0.25 * (second % 5))  # The same on the mean of 5 s.
        source.answered_seconds.append(1)
        if second >= warmup:
            _count(source, latency, int(second - warmup) // 60)
    span = settings.duration - warmup
    exists = replicas * span + 10 * uniform(key, 0, 1)
    service = ServiceRecord(
        exists=exists, ready=exists, cores=exists, ready_cores=exists, busy=span,
        scalings=[(warmup + 1.0, 1, 2)] * (replication % 2), scaled=True,
        drawn=[9.0] * 8, supply=[replicas] * 8,
    )  # fmt: skip
    link = LinkRecord(
        calls=source.requests,
        attempts=source.requests + replicas,
        outcomes=source.outcomes,
        histogram=source.histogram,
        latency_sum=source.latency_sum,
    )
    times = np.arange(15.0, settings.duration + 1, 15.0)
    ready = np.full(len(times), float(replicas))
    return Record(
        duration=settings.duration,
        warmup=warmup,
        ended=settings.duration,
        sources={"shoppers": source},
        services={"web": service},
        links={"shoppers->web": link},
        faults=[FaultRecord(fault="dies", kind="crash", start=30.0, detected=31.5)],
        events=[Event(at=1.0, kind="decision", who="mine", data={"because": {"gap": 0.5}})],
        timeline={"t": times, "services.web.ready": ready},
        requests={"number": np.arange(source.requests)} if keep_requests else {},
    )


def _count(source: SourceRecord, latency: float, minute: int) -> None:
    good = latency <= 0.5
    source.requests += 1
    source.outcomes[0] += 1
    source.good += good
    source.tolerable += not good and latency <= 2.0
    source.histogram[bucket(latency)] += 1
    source.latency_sum += latency
    source.latency_max = max(source.latency_max, latency)
    source.valid_minutes[minute] += 1
    source.good_minutes[minute] += good


def _note(settings: WorldSettings, replication: int) -> None:
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("a", encoding="utf-8") as log_file:
            log_file.write(f"{settings.services['web'].replicas} {replication}\n")


def broken(settings: WorldSettings, *, seed: int, replication: int = 0, **_: Any) -> Record:
    """Raise in replication 1 of worlds with two replicas, but where it was mended since."""
    if replication == 1 and settings.services["web"].replicas == 2 and "MENDED" not in os.environ:
        raise ZeroDivisionError("a controller divided by nothing")
    return simulate(settings, seed=seed, replication=replication)


def misused(settings: WorldSettings, *, seed: int, replication: int = 0, **_: Any) -> Record:
    """Raise what the user must mend."""
    raise UserError(f"trace.csv: has no row for replication {replication}")


def dying(settings: WorldSettings, *, seed: int, replication: int = 0, **_: Any) -> Record:
    """End the process in replication 2, as the kernel does when memory runs out."""
    if replication == 2:
        os.kill(os.getpid(), 9)
    return simulate(settings, seed=seed, replication=replication)


def unsettled(settings: WorldSettings, *, seed: int, replication: int = 0, **_: Any) -> Record:
    """Have latencies grow all the time."""
    record = simulate(settings, seed=seed, replication=replication)
    record.sources["shoppers"].latency_seconds = [float(at) for at in range(120)]
    return record


@dataclass(frozen=True)
class FakeScenario:
    """What `compare` needs of a scenario: strategies are numbers of replicas."""

    name: str = "shop"
    path: str | None = None
    replicas: Mapping[str, int] = field(
        default_factory=lambda: {"two": 2, "four": 4, "again": 2, "eight": 8}
    )
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def strategies(self) -> tuple[str, ...]:
        return tuple(self.replicas)

    def resolve(self, strategy: str | None = None) -> WorldSettings:
        if strategy is not None and strategy not in self.replicas:
            raise UserError(f"shop has no strategy {strategy!r}")
        return world(self.replicas.get(strategy or "", 1), **self.changes)
