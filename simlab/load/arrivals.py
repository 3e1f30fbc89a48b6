"""Arrivals: the n-th is where the integrated rate, times the scale, reaches the n-th point.

Points have unit rate and belong to the source alone, so a load that is scaled keeps its luck, and
whatever the system does the same requests come.
"""

from collections.abc import Mapping
from math import inf

from simlab.core import PerSecond, Seconds, UserError, require_not_negative
from simlab.load.clock import Clock
from simlab.load.place import Place
from simlab.load.points import Even, points
from simlab.load.recorded import Recorded
from simlab.load.settings import POISSON, SourceSettings
from simlab.load.shapes import TraceSettings, added
from simlab.load.tracefile import ArrivalTrace


class Arrivals:
    """The arrivals of a source in one replication, one by one; can be copied at any time.

    Args:
        settings: Of a source whose load is not users.
        name: The source's; part of the address of all its chance.

    Attributes:
        number: Of the arrival that `next` returned last, from 0 on; -1 before the first.
        scale: The load's, as it is now.

    Raises:
        UserError: A trace file cannot be used, or one arrival a line does not stand alone.

    >>> from simlab.load import ArrivalSettings, ConstantSettings
    >>> every_two_seconds = SourceSettings(
    ...     to={"web.get": 1.0},
    ...     shape=(ConstantSettings(rate=0.5),),
    ...     arrivals=ArrivalSettings(process="even"),
    ... )
    >>> arrivals = Arrivals(every_two_seconds, seed=1, replication=0, name="shoppers")
    >>> arrivals.next(), arrivals.next(), arrivals.rescale(3.0, 2.0), arrivals.number
    (2.0, 4.0, 3.5, 1)
    """

    __slots__ = ("_due", "_law", "_points", "_volume", "number", "scale")

    def __init__(self, settings: SourceSettings, *, seed: int, replication: int, name: str) -> None:
        assert settings.users is None, "users make their own requests: see Users"
        place = Place(seed, replication, name)
        self.scale = settings.scale
        self._law = _recorded(settings) or Clock(added(settings.shape, place), settings.scale)
        recorded = isinstance(self._law, Recorded)
        self._points = Even() if recorded else points(settings.arrivals, place)
        self.number, self._volume, self._due = -1, 0.0, 0.0

    def next(self) -> Seconds:
        """Return when the next arrival is; inf if, at the present scale, there is none any more."""
        if self._due == inf:
            return inf
        self.number = number = self.number + 1
        self._volume = volume = self._volume + self._points.gap(number)
        self._due = due = self._law.time_at(volume)
        return due

    def rescale(self, now: Seconds, scale: float) -> Seconds:
        """Make the load's scale `scale` from `now` on; return when the pending arrival is now.

        What has been used of the integral is kept: only the rest comes faster or slower. An
        arrival that was never to come (inf) may now have a time, and the other way round.

        Args:
            now: Not before the last arrival but one that `next` returned, nor after the last.
            scale: In place of `SourceSettings.scale`: the load's, times that of any surge.
        """
        assert self.number >= 0, "ask for the first arrival before the scale is changed"
        require_not_negative(scale=scale)
        if scale != self.scale:
            self.scale = scale
            self._due = self._law.rescale(now, scale, self._volume)
        return self._due

    def rate(self, time: Seconds) -> PerSecond:
        """Return the rate at `time`, at the present scale.

        Of single recorded arrivals it is how many come in the whole second that `time` is in.
        """
        return self._law.rate(time)

    def volume(self, start: Seconds, end: Seconds) -> float:
        """Return how many arrivals to expect in [start, end), at the present scale."""
        return self._law.volume(start, end)

    def carried(self, number: int) -> Mapping[str, float]:
        """Return what arrival `number`, returned by `next` before, was recorded with, by name.

        That are the further columns of a file with one arrival a line; every other load has none.
        """
        return self._law.carried(number) if isinstance(self._law, Recorded) else {}


def _recorded(settings: SourceSettings) -> Recorded | None:
    """Return the clock of a file with one arrival a line, if the load is one."""
    shape = settings.shape[0]
    if len(settings.shape) > 1 or not isinstance(shape, TraceSettings):
        return None
    trace = shape.read()
    if not isinstance(trace, ArrivalTrace):
        return None
    if settings.arrivals != POISSON:
        raise UserError(
            f"{shape.file}: arrivals must be left out for a file with one arrival a line,"
            f" got {settings.arrivals.process}"
        )
    return Recorded(
        trace, start=shape.start, speed=shape.speed, row_scale=shape.scale, scale=settings.scale
    )


__all__ = ["Arrivals"]
