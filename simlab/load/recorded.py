"""The clock of recorded arrivals: request n comes with the row at which scale x rows reaches n + 1.

So with scale 1 each row is one request, with 2 two at once, with 0.5 every second row is one; and
a change of scale keeps, as everywhere, what has been used so far.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, inf

from simlab.core import PerSecond, Seconds
from simlab.load.tracefile import ArrivalTrace

CLOSE = 1e-9  # Of a row: 0.29 x 100 rows are 29 requests.


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one scale.

    Args:
        number: The first request in it.
        used: The volume when it begins.
        row: The first row in it.
    """

    number: int
    used: float
    row: int
    scale: float


class Recorded:
    """When rows are due, asked in rising order, and what they carry."""

    __slots__ = ("_row_scale", "_spans", "_speed", "_start", "_trace")

    def __init__(
        self, trace: ArrivalTrace, *, start: Seconds, speed: float, row_scale: float, scale: float
    ) -> None:
        self._trace, self._start, self._speed, self._row_scale = trace, start, speed, row_scale
        self._spans = [Span(0, 0.0, self._row_from(0.0), row_scale * scale)]

    def time_at(self, volume: float) -> Seconds:
        """Return when request `volume` - 1 is due; inf if the rows end before."""
        row = self._row(int(volume) - 1)
        return self._time(row) if row < len(self._trace.times) else inf

    def rescale(self, now: Seconds, scale: float, volume: float) -> Seconds:
        """Make the scale `scale` from `now` on; return when `volume`, asked last, is due now."""
        last, row = self._spans[-1], self._row_from(now)
        used = last.used + last.scale * (row - last.row)
        self._spans.append(Span(int(volume) - 1, used, row, self._row_scale * scale))
        return self.time_at(volume)

    def rate(self, time: Seconds) -> PerSecond:
        """Return how many requests come in the whole second that `time` is in."""
        return self.volume(floor(time), floor(time) + 1.0)

    def volume(self, start: Seconds, end: Seconds) -> float:
        """Return how many requests come from `start` until before `end`, at the present scale."""
        return self._spans[-1].scale * (self._row_from(end) - self._row_from(start))

    def carried(self, number: int) -> Mapping[str, float]:
        """Return what request `number`, already asked for, carries: by column, in their order."""
        row = self._row(number)
        return {name: column[row] for name, column in self._trace.carried.items()}

    def _row(self, number: int) -> int:
        """Return the row that request `number` comes with; behind the last if there is none."""
        at = bisect_right(self._spans, number, key=lambda span: span.number) - 1
        span = self._spans[at]
        if span.scale == 0.0:
            return len(self._trace.times)
        rows = ceil((number + 1 - span.used) / span.scale - CLOSE)
        return span.row + max(rows, 1) - 1

    def _row_from(self, time: Seconds) -> int:
        """Return the first row that is due at `time` or later."""
        return bisect_left(range(len(self._trace.times)), time, key=self._time)

    def _time(self, row: int) -> Seconds:
        return (self._trace.times[row] - self._start) / self._speed


__all__ = ["Recorded"]
