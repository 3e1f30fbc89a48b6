"""A recorded load, replayed: rates on a grid, or single arrivals.

    replayed time = (recorded time - start) / speed          rate = recorded rate x speed x scale

`speed` 2 replays what was recorded in half the time, so as many requests come in half the time.
After the last row (and its step) nothing arrives.
"""

from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from simlab.core import (
    File,
    Number,
    Seconds,
    Settings,
    UserError,
    require_not_negative,
    require_positive,
)
from simlab.load.pieces import Piece
from simlab.load.place import Place
from simlab.load.tracefile import ArrivalTrace, RateTrace, Trace, read_trace


@dataclass(frozen=True, kw_only=True)
class TraceSettings(Settings):
    """A recorded load: a CSV file of rates on a regular grid, or with one arrival a line.

    Args:
        file: With a header row and the time in seconds first, ``.gz`` too. Where the second column
            is named ``requests_per_second`` or ``rate``, a row's rate holds until the next row, the
            last for one step, then 0. Else each line is one arrival, and further columns are what
            it carries.
        start: Where to begin, counted from the first row.
        speed: How much faster than recorded; the same requests in less time, so the rate rises.
        scale: Multiplies the rate. Of single arrivals, each comes so many times: with 2 twice,
            with 0.5 every second one.
    """

    kind: Literal["trace"] = "trace"
    file: File
    start: Seconds = 0.0
    speed: Number = 1.0
    scale: Number = 1.0

    def __post_init__(self) -> None:
        require_not_negative(start=self.start, scale=self.scale)
        require_positive(speed=self.speed)

    def read(self) -> Trace:
        """Return what the file holds; a `UserError` if it cannot be used from `start` on."""
        trace = read_trace(self.file)
        last = trace.times[-1] if isinstance(trace, ArrivalTrace) else trace.length
        if self.start > last or (self.start == last and isinstance(trace, RateTrace)):
            raise UserError(
                f"{self.file}: start must be before the end ({last:g} s), got {self.start:g} s"
            )
        return trace

    def build(self, place: Place) -> "Replay":
        trace = self.read()
        if isinstance(trace, ArrivalTrace):
            raise UserError(
                f"{self.file}: a file with one arrival a line must stand alone, not be added to"
                " other shapes or be a number of users"
            )
        return Replay(trace, start=self.start, speed=self.speed, scale=self.scale)


class Replay:
    """A grid of rates from `start` on."""

    __slots__ = ("_scale", "_speed", "_start", "_trace")

    def __init__(self, trace: RateTrace, *, start: Seconds, speed: float, scale: float) -> None:
        self._trace, self._start, self._speed = trace, start, speed
        self._scale = scale * speed

    def __deepcopy__(self, memo: dict[int, Any]) -> "Replay":
        return self  # It never changes.

    def piece(self, time: Seconds) -> Piece:
        rates = self._trace.rates
        row = int((time * self._speed + self._start) / self._trace.step)
        row = min(row, len(rates))
        while row > 0 and self._edge(row) > time:
            row -= 1
        while row < len(rates) and self._edge(row + 1) <= time:
            row += 1
        start = max(self._edge(row), 0.0)
        if row == len(rates):
            return Piece(start, inf, 0.0)
        return Piece(start, self._edge(row + 1), self._scale * rates[row])

    def _edge(self, row: int) -> Seconds:
        """Return when `row` begins."""
        return (row * self._trace.step - self._start) / self._speed


__all__ = ["Replay", "TraceSettings"]
