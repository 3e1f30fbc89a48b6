"""Probes: what of the world can be scraped, as shapes that an engine implements.

Rule: to probe is to look. A probe changes nothing, and telemetry sees nothing else of the world.
Whoever adds a gauge to be scraped adds it here, in `samples` and in `readings`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from simlab.core import Bytes, Cores, Seconds
from simlab.telemetry.counters import Counters


class Counting(Protocol):
    """What a replica counts: `ReplicaCounters`, or anything with the same sums and counts."""

    @property
    def started(self) -> int: ...
    @property
    def ended(self) -> Sequence[int]: ...
    @property
    def latency_sum(self) -> Seconds: ...


class Named(Protocol):
    """Whatever is scraped as a whole."""

    @property
    def name(self) -> str: ...


class ReplicaProbe(Protocol):
    """One replica that exists.

    Args:
        number: Never used again within its service.
        alive: Whether it has a running container; it is scraped only then.
        in_flight: Slots in use.
        waiting: Length of its line.
        cpu_request: Cores that utilization divides by.
        counters: Of what arrived here; they go on through restarts, as `cpu_seconds` does.
    """

    @property
    def number(self) -> int: ...
    @property
    def alive(self) -> bool: ...
    @property
    def in_flight(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def cpu_request(self) -> Cores: ...
    @property
    def counters(self) -> Counting: ...
    def cpu_seconds(self, now: Seconds) -> float:
        """Return the core-seconds used since its first start; they never fall."""

    def memory(self, now: Seconds) -> Bytes:
        """Return the bytes in use."""

    def storage(self, now: Seconds) -> Bytes:
        """Return the bytes of storage in use."""


class ServiceProbe(Protocol):
    """One service.

    Args:
        replicas: Those that exist, in order of number.
        counters: Of what arrived at any of its replicas, gone ones too, as the callee sees it.
        restarts: Of its containers, since the start.
        stores: Whether it says anything of storage.
        wanted: Replicas asked for.
        ready: Replicas that are ready.
    """

    @property
    def name(self) -> str: ...
    @property
    def replicas(self) -> Sequence[ReplicaProbe]: ...
    @property
    def counters(self) -> Counters: ...
    @property
    def restarts(self) -> int: ...
    @property
    def stores(self) -> bool: ...
    @property
    def wanted(self) -> int: ...
    @property
    def ready(self) -> int: ...


class LinkProbe(Protocol):
    """One link, ``caller->callee``; `counters` count attempts as its clients see them."""

    @property
    def name(self) -> str: ...
    @property
    def counters(self) -> Counters: ...
    def breakers_open(self) -> int:
        """Return how many of its clients' breakers are not closed."""


class SourceProbe(Protocol):
    """One source of load; `simlab.telemetry.SourceBook` is one.

    Args:
        counters: Of requests, as the source sees them.
        valid_ended: Requests that have ended, but invalid ones.
        good_ended: Of those, ok or degraded and in time.
    """

    @property
    def name(self) -> str: ...
    @property
    def counters(self) -> Counters: ...
    @property
    def valid_ended(self) -> int: ...
    @property
    def good_ended(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """Everything that can be probed, each kind in the order of the scenario."""

    services: Sequence[ServiceProbe] = ()
    links: Sequence[LinkProbe] = ()
    sources: Sequence[SourceProbe] = ()
