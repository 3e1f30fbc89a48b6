"""The book of a source: its requests, counted as they arrive and as they end.

    arrive    a request is valid, and not yet good; it counts in the bins of its arrival
    end       ok or degraded within `within` makes it good; invalid takes it out of the valid ones

So what is still in flight when the book is closed is valid and bad. Totals are of requests that
arrive within [warmup, duration); bins, seconds and `counters` begin at 0, for curves and scrapes.
Reference: the project's measures.
"""

from math import inf

from simlab.core import Outcome, Ratio, Seconds
from simlab.telemetry.counters import DEGRADED, Counters
from simlab.telemetry.histogram import bucket
from simlab.telemetry.record import BIN, SourceRecord

MINUTE: Seconds = 60.0
TOLERABLE = 4.0  # Times `within`: Apdex Alliance.
INVALID = int(Outcome.INVALID)


def slots(span: Seconds, width: Seconds) -> int:
    """Return how many slots of `width` hold every time in [0, span); the last may be cut short.

    >>> slots(30.0, 10.0), slots(30.1, 10.0)
    (3, 4)
    """
    whole = int(span // width)
    return whole if whole * width >= span else whole + 1


class SourceBook:
    """The book of one source; a `SourceProbe`, so it can be scraped.

    Call `arrive` and `end` once for each request; nothing else counts in `counters`.

    Args:
        name: Of the source.
        duration: Of the run.
        warmup: Requests that arrive before it are in no total.
        within: The longest good latency; None: any answer is good, and none merely tolerable.
        objective: The share that is to be good, for the record; None: no slo.
    """

    def __init__(
        self,
        name: str,
        *,
        duration: Seconds,
        warmup: Seconds,
        within: Seconds | None = None,
        objective: Ratio | None = None,
    ) -> None:
        self.name = name
        self.counters = Counters()
        self.valid_ended = self.good_ended = 0
        self.record = _blank(duration, duration - warmup)
        self.record.within, self.record.objective = within, objective
        self._duration, self._warmup = duration, warmup
        self._within = inf if within is None else within

    def arrive(self, at: Seconds) -> None:
        """Count a request that arrives at `at`."""
        record = self.record
        self.counters.started += 1
        if at < self._duration:
            record.valid_bins[int(at // BIN)] += 1
            if at >= self._warmup:
                record.requests += 1
                record.valid_minutes[self._minute(at)] += 1

    def end(self, arrival: Seconds, latency: Seconds, outcome: Outcome) -> None:
        """Count the end of a request that arrived at `arrival`, `latency` seconds ago."""
        self.counters.ended[outcome] += 1
        if self._warmup <= arrival < self._duration:
            self.record.outcomes[outcome] += 1
        if outcome <= DEGRADED:
            self._answer(arrival, latency)
        elif outcome == INVALID:
            self._void(arrival)
        else:
            self.valid_ended += 1

    def close(self) -> SourceRecord:
        """Return the record, once the drain is over; what has not ended stays valid and bad."""
        record = self.record
        ended = sum(record.outcomes)
        assert ended <= record.requests, f"{self.name}: {ended} of {record.requests} ended"
        bins = zip(record.valid_bins, record.good_bins, strict=True)
        assert all(good <= valid for valid, good in bins), f"{self.name}: ended, never arrived"
        return record

    def _answer(self, arrival: Seconds, latency: Seconds) -> None:
        """Count a request that ended ok or degraded."""
        record, counters = self.record, self.counters
        at, good = bucket(latency), latency <= self._within
        counters.latency[at] += 1
        counters.latency_sum += latency
        self.valid_ended += 1
        self.good_ended += good
        if arrival < self._duration:
            second = int(arrival)
            record.answered_seconds[second] += 1
            record.latency_seconds[second] += latency
            record.good_bins[int(arrival // BIN)] += good
            if arrival >= self._warmup:
                record.histogram[at] += 1
                self._total(arrival, latency, good=good)

    def _total(self, arrival: Seconds, latency: Seconds, *, good: bool) -> None:
        """Add an answer to the totals."""
        record = self.record
        record.latency_sum += latency
        record.latency_max = max(record.latency_max, latency)
        if good:
            record.good += 1
            record.good_minutes[self._minute(arrival)] += 1
        elif latency <= TOLERABLE * self._within:
            record.tolerable += 1

    def _void(self, arrival: Seconds) -> None:
        """Take a request that ended invalid out of the valid ones."""
        if arrival < self._duration:
            self.record.valid_bins[int(arrival // BIN)] -= 1
            if arrival >= self._warmup:
                self.record.valid_minutes[self._minute(arrival)] -= 1

    def _minute(self, at: Seconds) -> int:
        """Return the minute since the warm-up; rounding is not to push the last one out."""
        return min(int((at - self._warmup) // MINUTE), len(self.record.valid_minutes) - 1)


def _blank(duration: Seconds, counted: Seconds) -> SourceRecord:
    bins, minutes, seconds = slots(duration, BIN), slots(counted, MINUTE), slots(duration, 1.0)
    return SourceRecord(
        valid_bins=[0] * bins,
        good_bins=[0] * bins,
        valid_minutes=[0] * minutes,
        good_minutes=[0] * minutes,
        latency_seconds=[0.0] * seconds,
        answered_seconds=[0] * seconds,
    )
