"""A record: what a run leaves behind, as plain numbers and columns; measures are made of it.

Its size depends on the duration, never on the number of requests (but for `requests`, which is
kept only where it is asked for). All times in seconds, from the start of the run.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simlab.core import OUTCOMES, Bytes, LoopSpan, Seconds, Span
from simlab.telemetry.histogram import BUCKETS

Floats = NDArray[np.float64]
BIN: Seconds = 10.0  # Of good and valid requests, for the curve of quality.
INSTANTS = ("crash", "evict")  # Kinds of faults that have no length.
GRID: Seconds = 15.0  # Of demand and supply, for elasticity.


@dataclass(kw_only=True)
class SourceRecord:
    """Requests of one source that arrived within [warmup, duration).

    Args:
        requests: How many.
        outcomes: By outcome, in the order of `Outcome`; requests less their sum are in flight.
        good: Ok or degraded, and in time.
        tolerable: Ok or degraded, later than good, within 4 x `within`.
        histogram: Latencies of ok and degraded; shape (BUCKETS,).
        valid_bins, good_bins: By arrival, in bins of BIN from 0 on, warm-up included.
        valid_minutes, good_minutes: By arrival, in minutes since the warm-up.
        latency_seconds, answered_seconds: Sum of latencies and count of answers, by second of
            arrival from 0 on, warm-up included.
        within: The source's own bound on good latency; None: no slo.
        objective: The share that is to be good; None: no slo.
    """

    requests: int = 0
    outcomes: list[int] = field(default_factory=lambda: [0] * len(OUTCOMES))
    good: int = 0
    tolerable: int = 0
    histogram: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    latency_sum: Seconds = 0.0
    latency_max: Seconds = 0.0
    valid_bins: list[int] = field(default_factory=list)
    good_bins: list[int] = field(default_factory=list)
    valid_minutes: list[int] = field(default_factory=list)
    good_minutes: list[int] = field(default_factory=list)
    latency_seconds: list[float] = field(default_factory=list)
    answered_seconds: list[int] = field(default_factory=list)
    within: Seconds | None = None
    objective: float | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> "SourceRecord":
        """Return a copy with lists of its own; numbers need no deeper one, and forks are many."""
        twin = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list):
                setattr(twin, name, value.copy())
        return twin


@dataclass(kw_only=True)
class ServiceRecord:
    """One service. Integrals are over [warmup, duration).

    Args:
        exists, ready: Integrals of the number of replicas, in replica-seconds.
        cores, ready_cores: Integrals of the cores of replicas that exist, that are ready.
        memory: Integral of billed memory of replicas that exist, in byte-seconds.
        busy: Core-seconds used.
        scalings: Accepted scaling operations: (time, wanted before, wanted after).
        scaled: Whether something scales it (a loop's target, or a scaling operation).
        restarts, killed: Platform or asked-for restarts; kills for want of memory.
        drawn: Core-seconds of work drawn by attempts that arrived, in bins of GRID from 0 on.
        supply: Ready replicas at 0, GRID, 2 GRID, ...
        unit_cores: Cores of one replica.
        outcomes: Of attempts that reached a replica within [warmup, duration), by outcome there.
        in_vain: Of those, the ones that nobody listened to any more when they ended.
    """

    exists: float = 0.0
    ready: float = 0.0
    cores: float = 0.0
    ready_cores: float = 0.0
    memory: float = 0.0
    busy: float = 0.0
    scalings: list[tuple[Seconds, int, int]] = field(default_factory=list)
    scaled: bool = False
    restarts: int = 0
    killed: int = 0
    drawn: list[float] = field(default_factory=list)
    supply: list[int] = field(default_factory=list)
    unit_cores: float = 1.0
    billed_memory: Bytes = 0.0
    outcomes: list[int] = field(default_factory=lambda: [0] * len(OUTCOMES))
    in_vain: int = 0


@dataclass(kw_only=True)
class LinkRecord:
    """One link, calls begun within [warmup, duration).

    Args:
        calls, attempts: Begun; refusals by the link's own breaker or limits are no attempts.
        outcomes: Of its attempts (and of refusals), by outcome.
        histogram: Of attempts that ended ok or degraded; shape (BUCKETS,).
    """

    calls: int = 0
    attempts: int = 0
    outcomes: list[int] = field(default_factory=lambda: [0] * len(OUTCOMES))
    histogram: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    latency_sum: Seconds = 0.0


@dataclass(kw_only=True)
class FaultRecord:
    """One occurrence of a fault.

    Args:
        fault: Its name.
        kind: Its kind.
        targets: What it hit: names of services, links and sources; `loops.NAME` of a loop and
            `platform.actuator`. Empty where it hit nothing.
        replicas: (service, number) of the replicas it hit.
        start, stop: When; `stop` is None for one that lasts to the end (or an instant).
        detected: The first symptom that names a target, or None.
        acted: The first accepted action or platform restart on a target, or None.
        rank: Place of a target (a link's callee, too) in the first list of root causes that an
            analyzer made while the fault was active or within DIAGNOSED of its end; None: never.
    """

    fault: str
    kind: str
    targets: tuple[str, ...] = ()
    replicas: tuple[tuple[str, int], ...] = ()
    start: Seconds = 0.0
    stop: Seconds | None = None
    detected: Seconds | None = None
    acted: Seconds | None = None
    rank: int | None = None

    @property
    def instant(self) -> bool:
        """Return whether it was over as soon as it had begun."""
        return self.kind in INSTANTS


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something worth a row: a decision, an action, a crash, a refusal, a fault's start or stop.

    Args:
        kind: ``decision``, ``action``, ``fault``, ``log``, ``breaker``, or that of a finding.
        who: The loop, service, link or fault.
        data: JSON-able details.
    """

    at: Seconds
    kind: str
    who: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Record:
    """Everything that a run leaves behind.

    Args:
        duration, warmup: Of the run, in seconds.
        ended: When the drain ended.
        sources, services, links: By name, in the order of the scenario.
        faults: Occurrences, in order of start.
        events: In order of time.
        cycles: (loop, span) of each cycle that a loop reported, in order.
        knowledge: What loops have learned, as JSON-able documents, by loop.
        timeline: Columns of equal length over ``t`` (the end of each step): see `Timeline`.
        requests: Columns ``source``, ``number``, ``arrival``, ``latency``, ``outcome``, or empty.
        spans: Of sampled requests, in order of their end; kept where requests are.
    """

    duration: Seconds
    warmup: Seconds
    ended: Seconds = 0.0
    sources: dict[str, SourceRecord] = field(default_factory=dict)
    services: dict[str, ServiceRecord] = field(default_factory=dict)
    links: dict[str, LinkRecord] = field(default_factory=dict)
    faults: list[FaultRecord] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    cycles: list[tuple[str, LoopSpan]] = field(default_factory=list)
    knowledge: dict[str, dict[str, Any]] = field(default_factory=dict)
    timeline: dict[str, Floats] = field(default_factory=dict)
    requests: dict[str, NDArray[Any]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
