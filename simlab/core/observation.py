"""What may be known: one snapshot of the whole system, as telemetry and the platform tell it.

Readings come from scrapes: late, windowed, perhaps stale or missing. The platform's own state
(wanted, phases, readiness) is seen as it is at `now`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simlab.core.actions import ActionOutcome
from simlab.core.units import Bytes, Cores, Seconds


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that telemetry has; without its time nobody could tell stale from fresh.

    Args:
        value: None where it is missing, which is neither zero nor unchanged.
        measured_at: When the newest scrape behind it was taken, in seconds.
        window: The time between the oldest and the newest scrape behind it; 0 for a gauge.
    """

    value: float | None
    measured_at: Seconds
    window: Seconds = 0.0


MISSING = Reading(None, float("-inf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSeen:
    """One replica: its state from the platform, its readings from scrapes.

    Args:
        number: Never used again within its service.
        phase: ``Pending`` or ``Running``.
        ready: Whether the platform holds it ready.
        ready_since: When `ready` last changed; -inf for replicas of the start.
        started_at: When its container first started; -inf for replicas of the start.
        deleting: Whether it is draining.
        cpu_request: Cores that autoscalers divide by.
        memory_request: Bytes that autoscalers divide by; None where none is declared.
        readings: By name: ``cpu`` (cores in use), ``memory`` and ``storage`` (bytes),
            ``in_flight``, ``line``, ``arrival_rate``, ``utilization`` (cpu / request).
    """

    number: int
    phase: str
    ready: bool
    ready_since: Seconds
    started_at: Seconds
    deleting: bool
    restarts: int
    cpu_request: Cores
    cpu_limit: Cores
    memory_request: Bytes | None
    memory_limit: Bytes | None
    storage_limit: Bytes | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSeen:
    """One service.

    Args:
        wanted: Replicas asked for.
        replicas: All that exist, by number.
        readings: By name: ``arrival_rate``, ``error_rate``, ``rate.OUTCOME`` (1/s),
            ``latency_mean``, ``latency_p50``, ``latency_p95``, ``latency_p99`` (s),
            ``utilization`` (usage / request), ``memory`` and ``storage`` (bytes), ``in_flight``,
            ``line``, ``restarts``.
    """

    wanted: int
    replicas: Sequence[ReplicaSeen] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)

    @property
    def ready(self) -> int:
        """Return how many replicas are ready and not being deleted."""
        return sum(1 for replica in self.replicas if replica.ready and not replica.deleting)

    def reading(self, name: str) -> Reading:
        """Return the reading of this name; one without a value where there is none."""
        return self.readings.get(name, MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSeen:
    """One link. Readings: ``arrival_rate``, ``error_rate``, ``rate.OUTCOME``, ``retry_rate``,
    ``latency_...``, ``breakers_open`` (a count of its clients' breakers that are not closed).
    """

    readings: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSeen:
    """One source. Readings: ``arrival_rate``, ``error_rate``, ``rate.OUTCOME``, ``latency_...``."""

    readings: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """Something that the platform or a service logged.

    Args:
        kind: ``crash``, ``restart``, ``out_of_memory``, ``storage_full``, ``refusal``,
            ``error_burst``, ``config``, ``ready``, ``drain``, ``gone``; ``unready``: its readiness
            probe fails; ``unhealthy``: replaced since its liveness or startup probe has failed;
            ``evict``: the platform takes it away.
        target: ``services.web``, ``services.web/3`` for its replica 3, ``links.a->b``.
        data: Of a ``config``: ``path``, ``before`` and ``after``.
    """

    at: Seconds
    kind: str
    target: str
    detail: str = ""
    data: Mapping[str, float | str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One attempt of a sampled request, as its callee saw it.

    Args:
        trace: ``source/request``.
        id: The attempt's number within its trace; its caller's is `parent` (-1: the source).
    """

    trace: str
    id: int
    parent: int
    service: str
    operation: str
    replica: int
    start: Seconds
    end: Seconds
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSeen:
    """The answer to one probe that the loop had sent: see `Loop`s with `probes`.

    Args:
        at: When it was sent, in seconds.
        took: Until its answer, or the time-out.
        passed: Whether it was answered well and in time.
        reason: Why not: an outcome, such as ``timeout``.
    """

    service: str
    replica: int
    at: Seconds
    took: Seconds
    passed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What may be known at `now`.

    `logs`, `traces`, `outcomes` and `probes` hold what is new since this loop's last step, in
    order. `luck` is a uniform number in (0, 1) for this step alone, addressed by the loop's name.
    """

    now: Seconds
    services: Mapping[str, ServiceSeen] = field(default_factory=dict)
    links: Mapping[str, LinkSeen] = field(default_factory=dict)
    sources: Mapping[str, SourceSeen] = field(default_factory=dict)
    queues: Mapping[str, Mapping[str, Reading]] = field(default_factory=dict)
    logs: Sequence[LogLine] = ()
    traces: Sequence[Span] = ()
    outcomes: Sequence[ActionOutcome] = ()
    probes: Sequence[ProbeSeen] = ()
    luck: float = 0.5
