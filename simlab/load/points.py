"""Point processes of unit rate: in the mean one point for each unit of a load's integral.

    poisson    gaps -log(u), the field's model of many independent users
    gamma      a renewal process: gaps of mean 1 and coefficient of variation cv (> 1: in clumps)
    even       one point at each whole number

The first gap is a whole one. Gap n is drawn at the source's place, with n as the request number, so
neither the rate nor anything that the system does can change it.
"""

from math import log
from typing import Protocol

from simlab.core import Gamma, Purpose, Stream
from simlab.load.place import Place
from simlab.load.settings import ArrivalSettings


class Points(Protocol):
    """A point process of unit rate."""

    def gap(self, number: int) -> float:
        """Return the volume between point `number` - 1 (or 0, for the first) and point `number`."""
        ...


class Poisson:
    """Points of a Poisson process."""

    __slots__ = ("_stream",)

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def gap(self, number: int) -> float:
        return -log(self._stream.uniform(number))


class Renewal:
    """Points of a renewal process with gamma gaps."""

    __slots__ = ("_sampler", "_stream")

    def __init__(self, stream: Stream, cv: float) -> None:
        self._stream = stream
        self._sampler = Gamma(mean=1.0, cv=cv).sampler()

    def gap(self, number: int) -> float:
        return self._sampler.draw(self._stream, number)


class Even:
    """One point each unit."""

    __slots__ = ()

    def gap(self, number: int) -> float:
        return 1.0


def points(settings: ArrivalSettings, place: Place) -> Points:
    """Return the points that the arrivals of the source at `place` follow."""
    if settings.process == "even":
        return Even()
    stream = place.stream(Purpose.ARRIVAL)
    return Poisson(stream) if settings.cv is None else Renewal(stream, settings.cv)


__all__ = ["Even", "Points", "Poisson", "Renewal", "points"]
