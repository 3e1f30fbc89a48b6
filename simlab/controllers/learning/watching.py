"""Watching a service: what an agent remembers between looks, so that features can be told.

    bad        failed, or surely late: as many as lie beyond a quantile that is later than `within`
    memory     used / limit; a service without a limit uses nothing of it
    age        since a ready replica last became ready
    capacity   given; else load / (utilization x ready), last told at a utilization of 5 % to 95 %

What was measured longer ago than `stale` is not known. Trends are against the last two looks.
"""

from collections.abc import Sequence
from math import inf
from typing import Final

from simlab.controllers.learning.features import Scales, Sight, features
from simlab.core import PerSecond, Reading, Seconds, ServiceSeen

TAILS: Final = (("latency_p50", 0.5), ("latency_p95", 0.05), ("latency_p99", 0.01))
IDLE, FULL = 0.05, 0.95


class Watcher:
    """Looks at one service, again and again."""

    def __init__(
        self,
        *,
        scales: Scales,
        capacity: PerSecond | None,
        within: Seconds | None,
        stale: Seconds,
    ) -> None:
        self._scales, self._given, self._within, self._stale = scales, capacity, within, stale
        self._told: float | None = None
        self._loads: tuple[float | None, float | None] = (None, None)

    @property
    def capacity(self) -> PerSecond | None:
        """Return what one replica can serve in a second; None: not known yet."""
        return self._told if self._given is None else self._given

    def look(self, service: ServiceSeen, now: Seconds) -> tuple[Sight, dict[str, float | None]]:
        """Return what is known now, and the features by name; to be asked once a step."""
        sight = look(service, now, self._stale, self._within)
        used = sight.utilization
        if sight.load and sight.ready > 0 and used is not None and IDLE <= used <= FULL:
            self._told = sight.load / (used * sight.ready)
        earlier, before = self._loads
        self._loads = (before, sight.load)
        found = features(
            sight,
            before=before,
            earlier=earlier,
            capacity=self.capacity,
            scales=self._scales,
            now=now,
        )
        return sight, found


def look(service: ServiceSeen, now: Seconds, stale: Seconds, within: Seconds | None) -> Sight:
    """Return what is known of `service`; what was measured more than `stale` ago is not."""

    def value(reading: Reading) -> float | None:
        return None if now - reading.measured_at > stale else reading.value

    flight, line = value(service.reading("in_flight")), value(service.reading("line"))
    errors = value(service.reading("error_rate"))
    return Sight(
        utilization=value(service.reading("utilization")),
        load=value(service.reading("arrival_rate")),
        wanted=service.wanted,
        ready=service.ready,
        exist=len(service.replicas),
        backlog=None if flight is None or line is None else flight + line,
        bad=_bad(errors, [(value(service.reading(name)), tail) for name, tail in TAILS], within),
        errors=errors,
        memory=_memory(service, value(service.reading("memory"))),
        age=_age(service, now),
    )


def _bad(
    errors: float | None, tails: Sequence[tuple[float | None, float]], within: Seconds | None
) -> float | None:
    """Return the share that failed, or was surely late: as many as lie beyond a late quantile."""
    if errors is None:
        return None
    late = 0.0
    for latency, tail in tails:
        if within is not None and latency is not None and latency > within:
            late = max(late, tail)
    return errors + (1.0 - errors) * late


def _memory(service: ServiceSeen, used: float | None) -> float | None:
    limits = [one.memory_limit for one in service.replicas if not one.deleting]
    if not limits or any(limit is None or limit == inf for limit in limits):
        return 0.0 if limits else None
    total = 0.0
    for limit in limits:
        total += limit or 0.0
    return None if used is None else used / total


def _age(service: ServiceSeen, now: Seconds) -> Seconds:
    """Return how long ago a ready replica last became ready; what never did is as old as time."""
    latest = -inf
    for one in service.replicas:
        if one.ready and not one.deleting:
            latest = max(latest, one.ready_since)
    return now - latest
