"""Phi accrual: how surely something that should have answered by now is gone.

phi = -log10(1 - F(time since the last heartbeat)), F the distribution of the intervals seen so far,
a normal one by a logistic approximation. 1 means it is wrong once in ten times, 8 once in 10^8.

Reference: N. Hayashibara et al., "The phi accrual failure detector", SRDS 2004; the formula and
its constants as in Akka's `PhiAccrualFailureDetector`.
"""

from dataclasses import dataclass
from math import exp, inf, log, sqrt

from simlab.controllers.checks import require_counts
from simlab.core import Count, Number, Seconds, Settings, require_not_negative, require_positive

LN10 = 2.302585092994046


@dataclass(frozen=True, kw_only=True)
class PhiSettings(Settings):
    """Akka's phi accrual detector.

    Args:
        threshold: What is suspected more than this is held dead.
        samples: So many of the last intervals are remembered.
        deviation: The least standard deviation, so that regular ones leave some room.
        pause: How much longer than usual an interval may be.
        first: The interval that is expected before there was one; None: the period of the loop.
    """

    threshold: Number = 8.0
    samples: Count = 1000
    deviation: Seconds = 0.1
    pause: Seconds = 0.0
    first: Seconds | None = None

    def __post_init__(self) -> None:
        require_positive(threshold=self.threshold, deviation=self.deviation)
        if self.first is not None:
            require_positive(first=self.first)
        require_not_negative(pause=self.pause)
        require_counts(1, samples=self.samples)


def phi(elapsed: Seconds, mean: Seconds, deviation: Seconds) -> float:
    """Return how surely something is gone that was last heard of `elapsed` ago.

    Logistic approximation of the normal distribution by S. Bowling et al., J. Industrial
    Engineering and Management 2 (2009), accurate to 0.00014.
    """
    y = (elapsed - mean) / deviation
    e = exp(min(700.0, -y * (1.5976 + 0.070566 * y * y)))
    share = e / (1.0 + e) if elapsed > mean else 1.0 - 1.0 / (1.0 + e)
    return inf if share <= 0.0 else max(0.0, -log(share) / LN10)


class Intervals:
    """The last intervals: their mean and variance, without summing anew.

    Args:
        most: So many are remembered.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._all: list[Seconds] = []
        self._total = self._squares = 0.0

    def __len__(self) -> int:
        return len(self._all)

    def add(self, interval: Seconds) -> None:
        """Remember an interval; if there are too many, the oldest is forgotten."""
        if len(self._all) >= self._most:
            oldest = self._all.pop(0)
            self._total -= oldest
            self._squares -= oldest * oldest
        self._all.append(interval)
        self._total += interval
        self._squares += interval * interval

    @property
    def mean(self) -> Seconds:
        return self._total / len(self._all)

    @property
    def variance(self) -> float:
        """Return the population variance."""
        return max(0.0, self._squares / len(self._all) - self.mean * self.mean)


class PhiDetector:
    """Heartbeats go in, suspicion comes out.

    Args:
        settings: How sure is sure.
        first: The interval that is expected, where the settings leave it open.
    """

    def __init__(self, settings: PhiSettings, first: Seconds = 1.0) -> None:
        self.settings = settings
        self.first = first if settings.first is None else settings.first
        self.intervals = Intervals(settings.samples)
        self.last: Seconds | None = None

    @property
    def monitoring(self) -> bool:
        """Return whether there was a heartbeat yet."""
        return self.last is not None

    def heartbeat(self, now: Seconds) -> None:
        """Take in a sign of life. The interval that ends a failure is not remembered."""
        if self.last is None:
            quarter = self.first / 4.0
            self.intervals.add(self.first - quarter)
            self.intervals.add(self.first + quarter)
        elif self.available(now):
            self.intervals.add(now - self.last)
        self.last = now

    def phi(self, now: Seconds) -> float:
        """Return how surely it is gone; 0 before the first heartbeat."""
        if self.last is None:
            return 0.0
        deviation = max(sqrt(self.intervals.variance), self.settings.deviation)
        mean = self.intervals.mean + self.settings.pause
        return phi(now - self.last, mean, deviation)

    def available(self, now: Seconds) -> bool:
        """Return whether it is not held dead."""
        return self.phi(now) < self.settings.threshold
