"""The ledger: integrals over time and counts between two marks, for the record of a run.

Marks are set at the end of the warm-up and at the end of arrivals. A mark copies what is counted
then; it computes and never stores anything in the world.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from simlab.core import Seconds
from simlab.model.reference.client import Edge
from simlab.model.reference.service import Service
from simlab.telemetry import GRID, LinkRecord, ServiceRecord


@dataclass(slots=True)
class Levels:
    """What exists of a service since `since`, and the integrals up to then."""

    since: Seconds = 0.0
    levels: tuple[float, ...] = (0.0,) * 5
    sums: list[float] = field(default_factory=lambda: [0.0] * 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What has come about since the start of a run.

    Args:
        exists: The integral of a service's replicas, in replica-seconds.
        scalings: How often its wanted count was changed.
        requests: Of all sources, those that have ended (and were the service's to answer).
        bad: Of those, what was not good.
        failed: Of those, what was not answered at all.
    """

    exists: float
    scalings: int
    requests: int
    bad: int
    failed: int


@dataclass(slots=True, kw_only=True)
class Mark:
    """Counts at one time."""

    busy: dict[str, float]
    services: dict[str, tuple[list[int], int, int, int]]
    links: dict[str, tuple[int, int, list[int], list[int], float]]


class Ledger:
    """Keeps the integrals of every service, and the marks."""

    def __init__(
        self,
        services: Mapping[str, Service],
        links: Mapping[str, Edge],
        *,
        warmup: Seconds,
        duration: Seconds,
    ) -> None:
        self._services, self._links = services, links
        self._warmup, self._duration = warmup, duration
        self._levels = {name: Levels() for name in services}
        self._busy_gone = dict.fromkeys(services, 0.0)
        self.records = {
            name: ServiceRecord(unit_cores=one.cores, billed_memory=one.settings.billed_memory)
            for name, one in services.items()
        }
        self._marks: list[Mark] = []

    def changed(self, service: Service, now: Seconds) -> None:
        """Something about the replicas of `service` has changed at `now`."""
        levels = self._levels[service.name]
        self._add(levels, now)
        exist, ready = len(service.replicas), service.ready
        levels.levels = (
            float(exist),
            float(ready),
            _total(one.cores.cores for one in service.replicas),
            _total(one.cores.cores for one in service.replicas if one.ready),
            _total(one.billed_memory for one in service.replicas),
        )

    def exists(self, service: str, now: Seconds) -> float:
        """Return the replica-seconds of `service` up to `now`; nothing is stored."""
        levels = self._levels[service]
        begin, end = max(levels.since, self._warmup), min(now, self._duration)
        return levels.sums[0] + levels.levels[0] * max(end - begin, 0.0)

    def _add(self, levels: Levels, now: Seconds) -> None:
        begin, end = max(levels.since, self._warmup), min(now, self._duration)
        if end > begin:
            for at, level in enumerate(levels.levels):
                levels.sums[at] += level * (end - begin)
        levels.since = now

    def scaled(self, service: Service, now: Seconds, before: int, after: int) -> None:
        """A scaling operation was accepted."""
        record = self.records[service.name]
        record.scaled = True
        if self._warmup <= now < self._duration:
            record.scalings.append((now, before, after))

    def left(self, service: Service, busy: Seconds) -> None:
        """A replica that used `busy` core-seconds is gone."""
        self._busy_gone[service.name] += busy

    def supply(self) -> None:
        """Take a sample of what is ready, on the grid."""
        for name, service in self._services.items():
            self.records[name].supply.append(service.ready)

    def mark(self, now: Seconds) -> None:
        """Set a mark."""
        busy = {}
        for name, service in self._services.items():
            total = self._busy_gone[name]
            for replica in service.replicas:
                total += replica.cpu_seconds(now)
            busy[name] = total
        services = {
            name: (one.counters.ended.copy(), one.in_vain, one.restarts, one.killed)
            for name, one in self._services.items()
        }
        links = {
            name: (
                one.calls_started,
                one.counters.started,
                one.counters.ended.copy(),
                one.counters.latency.copy(),
                one.counters.latency_sum,
            )
            for name, one in self._links.items()
        }
        self._marks.append(Mark(busy=busy, services=services, links=links))

    def close(self) -> tuple[dict[str, ServiceRecord], dict[str, LinkRecord]]:
        """Return the records of services and links between the marks."""
        first, last = self._marks
        bins = int(self._duration // GRID) + 1
        for name, record in self.records.items():
            levels = self._levels[name]
            self._add(levels, self._duration)
            record.exists, record.ready, record.cores, record.ready_cores, record.memory = (
                levels.sums
            )
            record.busy = last.busy[name] - first.busy[name]
            ended, in_vain, restarts, killed = last.services[name]
            was_ended, was_in_vain, was_restarts, was_killed = first.services[name]
            record.outcomes = _less(ended, was_ended)
            record.in_vain = in_vain - was_in_vain
            record.restarts, record.killed = restarts - was_restarts, killed - was_killed
            drawn = self._services[name].drawn[:bins]
            record.drawn = drawn + [0.0] * (bins - len(drawn))
        return self.records, {
            name: _link(last.links[name], first.links[name]) for name in last.links
        }


def _total(amounts: Iterable[float]) -> float:
    """Return the sum: so many times each amount, in the order in which they first come."""
    counts: dict[float, int] = {}
    for amount in amounts:
        counts[amount] = counts.get(amount, 0) + 1
    total = 0.0
    for amount, count in counts.items():
        total += count * amount
    return total


def _less(now: list[int], before: list[int]) -> list[int]:
    return [a - b for a, b in zip(now, before, strict=True)]


Counted = tuple[int, int, list[int], list[int], float]


def _link(now: Counted, before: Counted) -> LinkRecord:
    return LinkRecord(
        calls=now[0] - before[0],
        attempts=now[1] - before[1],
        outcomes=_less(now[2], before[2]),
        histogram=_less(now[3], before[3]),
        latency_sum=now[4] - before[4],
    )
