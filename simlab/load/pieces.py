"""Rates in pieces: each a straight line, plus perhaps curves, all with known integrals.

    rate(t)      level + slope (t - start) + sum of curves(t)          start <= t < end
    volume(t)    the integral from start to t: the number of arrivals to expect

Pieces of one rate lie end to end from 0 to infinity, so jumps, stretches without load and ends are
all edges of pieces, and a sum of rates is again such a rate. Rates are never negative.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

from simlab.core import PerSecond, Seconds


class Curve(Protocol):
    """A part of a rate that is no straight line."""

    def rate(self, time: Seconds) -> PerSecond: ...
    def volume(self, start: Seconds, end: Seconds) -> float:
        """Return the integral from `start` to `end`, which may be infinite."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A rate from `start` up to `end`, which belongs to the next piece.

    Args:
        level: The straight part at `start`; where `end` is infinite it is level for ever.
        slope: By how much the straight part grows in a second.
        curves: What comes on top.
    """

    start: Seconds
    end: Seconds
    level: PerSecond
    slope: float = 0.0
    curves: tuple[Curve, ...] = ()

    @property
    def flat(self) -> bool:
        """Whether the rate is the same all along."""
        return self.slope == 0.0 and not self.curves

    def rate(self, time: Seconds) -> PerSecond:
        """Return the rate at `time`, within the piece."""
        rate = self.level + self.slope * (time - self.start)
        for curve in self.curves:
            rate += curve.rate(time)
        return max(rate, 0.0)

    def volume(self, time: Seconds) -> float:
        """Return the integral from `start` to `time`, within the piece; infinite where it is."""
        if time == inf:
            volume = inf if self.level > 0 else 0.0
        else:
            width = time - self.start
            volume = width * (self.level + 0.5 * self.slope * width)
        for curve in self.curves:
            volume += curve.volume(self.start, time)
        return max(volume, 0.0)

    def cut(self, start: Seconds, end: Seconds = inf) -> "Piece":
        """Return the part of this piece between `start` and `end`."""
        start, end = max(start, self.start), min(end, self.end)
        level = max(self.level + self.slope * (start - self.start), 0.0)
        return Piece(start, end, level, self.slope, self.curves)


class Rate(Protocol):
    """A load as a rate over time; it has no state, so the same time always lies in equal pieces."""

    def piece(self, time: Seconds) -> Piece:
        """Return the whole piece that `time` (from 0 on) lies in: start <= time < end."""
        ...


class Pieces:
    """A rate that is known as a list of pieces, the first from 0, the last without end.

    A piece without width is no harm: its time lies in the one behind it.
    """

    __slots__ = ("_pieces", "_starts")

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = tuple(pieces)
        self._starts = [piece.start for piece in self._pieces]

    def __deepcopy__(self, memo: dict[int, Any]) -> "Pieces":
        return self  # It never changes.

    def piece(self, time: Seconds) -> Piece:
        return self._pieces[bisect_right(self._starts, time) - 1]


class Sum:
    """The sum of rates."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Sequence[Rate]) -> None:
        self._parts = tuple(parts)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Sum":
        return self  # It never changes.

    def piece(self, time: Seconds) -> Piece:
        pieces = [part.piece(time) for part in self._parts]
        start = max(piece.start for piece in pieces)
        end = min(piece.end for piece in pieces)
        level, slope, curves = 0.0, 0.0, ()  # type: float, float, tuple[Curve, ...]
        for piece in pieces:
            level += piece.cut(start).level
            slope += piece.slope
            curves += piece.curves
        return Piece(start, end, level, slope, curves)


def integral(rate: Rate, start: Seconds, end: Seconds) -> float:
    """Return the integral of `rate` from `start` to `end`, which must be finite."""
    volume, time = 0.0, start
    while time < end:
        piece = rate.piece(time).cut(time, end)
        volume += piece.volume(piece.end)
        time = piece.end
    return volume


__all__ = ["Curve", "Piece", "Pieces", "Rate", "Sum", "integral"]
