"""Counters: what every service, link, source and replica counts of its own; scrapes copy them.

Rule: a counter never falls, through restarts neither. What happened in a window is a difference.
"""

from copy import copy
from math import log
from typing import Any

from simlab.core import OUTCOMES, Outcome, Seconds
from simlab.telemetry.histogram import (
    BUCKETS,
    LARGEST,
    LOG_SMALLEST,
    PER_GROWTH,
    SMALLEST,
    bucket,
)

DEGRADED = int(Outcome.DEGRADED)  # Up to here an end is an answer, with a latency that counts.


class Counters:
    """Counts of one thing since the start; they only grow.

    Args:
        started: Requests, calls or attempts begun.
        ended: By outcome, in the order of `Outcome`.
        latency: Histogram of those that ended ok or degraded.
        latency_sum: Of the same, in seconds.
        retries: Attempts beyond the first of their call (links only).
    """

    __slots__ = ("ended", "latency", "latency_sum", "retries", "started")

    def __init__(self) -> None:
        self.started = self.retries = 0
        self.ended = [0] * len(OUTCOMES)
        self.latency = [0] * BUCKETS
        self.latency_sum: Seconds = 0.0

    def __deepcopy__(self, memo: dict[int, Any]) -> "Counters":
        """Return a copy with lists of its own; numbers need no deeper one, and forks are many."""
        twin = copy(self)
        twin.ended, twin.latency = self.ended.copy(), self.latency.copy()
        return twin

    def end(self, outcome: Outcome, took: Seconds) -> None:
        """Count one end."""
        self.ended[outcome] += 1
        if outcome <= DEGRADED:
            self.latency_sum += took
            if SMALLEST < took < LARGEST:  # `bucket`, without the cost of a call.
                self.latency[int((log(took) - LOG_SMALLEST) * PER_GROWTH) + 1] += 1
            else:
                self.latency[bucket(took)] += 1


class ReplicaCounters:
    """What one replica counts: as `Counters`, without a histogram; there are many replicas."""

    __slots__ = ("ended", "latency_sum", "started")

    def __init__(self) -> None:
        self.started = 0
        self.ended = [0] * len(OUTCOMES)
        self.latency_sum: Seconds = 0.0

    def end(self, outcome: Outcome, took: Seconds) -> None:
        """Count one end."""
        self.ended[outcome] += 1
        if outcome <= DEGRADED:
            self.latency_sum += took
