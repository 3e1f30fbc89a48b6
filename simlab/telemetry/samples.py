"""Samples: what one scrape copied of one thing.

Rule: a sample is immutable, so that observers, windows and forks share it instead of copying it.
"""

from typing import Any, NamedTuple, Protocol, TypeAlias

from simlab.core import Bytes, Cores, Seconds
from simlab.telemetry.counters import Counters
from simlab.telemetry.probes import LinkProbe, ReplicaProbe, ServiceProbe, SourceProbe


class Counts(NamedTuple):
    """Counters, as they were at `at`; `latency` is empty for a replica, which keeps none."""

    at: Seconds
    started: int
    ended: tuple[int, ...]
    latency_sum: Seconds
    latency: tuple[int, ...] = ()
    retries: int = 0


class Sample(Protocol):
    """Whatever a scrape leaves: counts with their time, and perhaps gauges."""

    @property
    def counts(self) -> Counts: ...


class ReplicaSample(NamedTuple):
    """One replica: `cpu` in core-seconds used since its start, `request` in cores."""

    counts: Counts
    cpu: float
    request: Cores
    memory: Bytes
    storage: Bytes
    in_flight: int
    line: int


class ServiceSample(NamedTuple):
    """One service; `replicas` are those that were alive, by number."""

    counts: Counts
    restarts: int
    replicas: dict[int, ReplicaSample]

    @property
    def kind(self) -> str:
        """Say which readings can be made of it."""
        return "service"

    def __deepcopy__(self, memo: dict[int, Any]) -> "ServiceSample":
        return self


class LinkSample(NamedTuple):
    """One link."""

    counts: Counts
    breakers_open: int

    @property
    def kind(self) -> str:
        """Say which readings can be made of it."""
        return "link"

    def __deepcopy__(self, memo: dict[int, Any]) -> "LinkSample":
        return self


class SourceSample(NamedTuple):
    """One source."""

    counts: Counts

    @property
    def kind(self) -> str:
        """Say which readings can be made of it."""
        return "source"

    def __deepcopy__(self, memo: dict[int, Any]) -> "SourceSample":
        return self


AnySample: TypeAlias = ServiceSample | LinkSample | SourceSample


def sample_service(probe: ServiceProbe, now: Seconds) -> ServiceSample:
    """Return what a scrape at `now` sees of a service and of its replicas that are alive."""
    replicas = {
        replica.number: _sample_replica(replica, now) for replica in probe.replicas if replica.alive
    }
    return ServiceSample(_copy(probe.counters, now), probe.restarts, replicas)


def sample_link(probe: LinkProbe, now: Seconds) -> LinkSample:
    """Return what a scrape at `now` sees of a link."""
    return LinkSample(_copy(probe.counters, now), probe.breakers_open())


def sample_source(probe: SourceProbe, now: Seconds) -> SourceSample:
    """Return what a scrape at `now` sees of a source."""
    return SourceSample(_copy(probe.counters, now))


def _sample_replica(replica: ReplicaProbe, now: Seconds) -> ReplicaSample:
    counters = replica.counters
    counts = Counts(now, counters.started, tuple(counters.ended), counters.latency_sum)
    return ReplicaSample(
        counts,
        replica.cpu_seconds(now),
        replica.cpu_request,
        replica.memory(now),
        replica.storage(now),
        replica.in_flight,
        replica.waiting,
    )


def _copy(counters: Counters, now: Seconds) -> Counts:
    return Counts(
        now,
        counters.started,
        tuple(counters.ended),
        counters.latency_sum,
        tuple(counters.latency),
        counters.retries,
    )
