"""The clock of a load: it tells when the integrated rate, times the load's scale, has a volume.

    volume(t) = base + scale x (integral of the rate from the piece's start to t)

A change of scale keeps what has been used of the integral so far, and the rest comes faster or
slower. While an arrival is awaited the clock may already stand in a later piece than the present
is in, so it remembers the place that it set out from.
"""

from math import inf

from simlab.core import PerSecond, Seconds
from simlab.load.inverse import time_at
from simlab.load.pieces import Piece, Rate, integral

CLOSE = 1e-9  # Of an arrival: one that a rounding puts behind the end of a piece comes at its end.


class Clock:
    """When volumes are reached, asked in rising order."""

    __slots__ = (
        "_base",
        "_end",
        "_from",
        "_full",
        "_last",
        "_level",
        "_most",
        "_piece",
        "_rate",
        "_start",
        "scale",
    )
    _piece: Piece
    _base: float  # The volume at the start of the piece, and
    _full: float  # at its end.
    _most: float  # The greatest that is looked for in this piece.
    _start: Seconds
    _end: Seconds
    _last: Seconds  # The time told last, or the start.
    _level: PerSecond  # The scaled rate where the piece is flat and not empty, else 0.

    def __init__(self, rate: Rate, scale: float) -> None:
        self._rate, self.scale = rate, scale
        self._from = (0.0, 0.0)
        self._enter(rate.piece(0.0), 0.0)

    def time_at(self, volume: float) -> Seconds:
        """Return when `volume` is reached; inf if it is not reached at this scale."""
        if volume > self._most and not self._reach(volume):
            return inf
        if self._level > 0.0:
            time = self._start + (volume - self._base) / self._level
            return time if time < self._end else self._end
        part = (volume - self._base) / self.scale if volume > self._base else 0.0
        self._last = time_at(self._piece, part, self._last)
        return self._last

    def rescale(self, now: Seconds, scale: float, volume: float) -> Seconds:
        """Make the scale `scale` from `now` on; return when `volume`, asked last, is reached now.

        `now` lies between the times of the two volumes that were asked last.
        """
        start, base = (self._start, self._base) if self._start <= now else self._from
        used = base + self.scale * integral(self._rate, start, now)
        self.scale = scale
        self._enter(self._rate.piece(now).cut(now), min(used, volume))
        return self.time_at(volume)

    def rate(self, time: Seconds) -> PerSecond:
        """Return the rate at `time`, at the present scale."""
        return self.scale * self._rate.piece(time).rate(time)

    def volume(self, start: Seconds, end: Seconds) -> float:
        """Return how many arrivals to expect between `start` and `end`, at the present scale."""
        return self.scale * integral(self._rate, start, end)

    def _reach(self, volume: float) -> bool:
        """Move on to the piece in which `volume` is reached; say whether there is one."""
        if self.scale == 0.0:
            return False
        self._from = (self._start, self._base)
        while volume > self._most:
            if self._end == inf:
                return False
            self._enter(self._rate.piece(self._end), self._full)
        return True

    def _enter(self, piece: Piece, base: float) -> None:
        self._piece, self._base = piece, base
        self._start, self._end, self._last = piece.start, piece.end, piece.start
        # An infinite piece times no load is no load (in floats it is no number).
        volume = self.scale * piece.volume(piece.end) if self.scale > 0.0 else 0.0
        self._full = base + volume
        self._most = self._full + CLOSE if volume > 0.0 and piece.end < inf else self._full
        self._level = self.scale * piece.level if piece.flat else 0.0


__all__ = ["Clock"]
