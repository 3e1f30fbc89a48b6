"""Users: a closed loop. Each asks, waits for the answer, thinks, and asks again.

    user u begins   u-th uniform x one think time after it comes
    request         (user, turn), as one number: user 2^32 + turn
    think           from the answer of turn k until turn k + 1

The driver of the loop keeps `wanted` users going: it starts user after user, from 0 on, and one
whose number is not below `wanted` when its request is done leaves. One who comes back goes on with
its next turn, so no request's number is used twice. All is addressed by source, user and turn,
never by the order in which things happen.
"""

from math import floor

from simlab.core import Purpose, Seconds, require_not_negative
from simlab.load.place import Place
from simlab.load.settings import SourceSettings

GRID: Seconds = 1.0  # How often a number that changes all the time is looked at.


def request_number(user: int, turn: int) -> int:
    """Return the number of the request that is `turn` (from 0) of `user` (from 0)."""
    return (user << 32) | turn


class Users:
    """The users of a source in one replication; can be copied at any time.

    Args:
        settings: Of a source whose load is users.
        name: The source's; part of the address of all its chance.

    Attributes:
        scale: Multiplies the number of users, as it is now; may be set.
    """

    __slots__ = ("_begins", "_numbers", "_thinks", "_thought", "scale")

    def __init__(self, settings: SourceSettings, *, seed: int, replication: int, name: str) -> None:
        users = settings.users
        assert users is not None, "a rate makes its own arrivals: see Arrivals"
        place = Place(seed, replication, name)
        self.scale = settings.scale
        self._numbers = users.build(place.below(0))
        self._thought = users.think.sampler()
        self._begins = place.stream(Purpose.ARRIVAL)
        self._thinks = place.stream(Purpose.WAIT)

    def rescale(self, scale: float) -> None:
        """Make the load's scale `scale`; `wanted` may differ at once."""
        require_not_negative(scale=scale)
        self.scale = scale

    def wanted(self, time: Seconds) -> int:
        """Return how many users there are to be at `time`: the nearest whole number."""
        piece = self._numbers.piece(time)
        if not piece.flat:
            time = max(piece.start, floor(time / GRID) * GRID)
        return floor(self.scale * piece.rate(time) + 0.5)

    def changes_after(self, time: Seconds) -> Seconds:
        """Return when, after `time`, `wanted` may next change by itself; inf if never."""
        piece = self._numbers.piece(time)
        return piece.end if piece.flat else min(piece.end, (floor(time / GRID) + 1) * GRID)

    def first(self, user: int) -> Seconds:
        """Return how long after it comes `user` makes its first request."""
        number = request_number(user, 0)
        return self._begins.uniform(number) * self._thought.draw(self._begins, number, 1)

    def think(self, user: int, turn: int) -> Seconds:
        """Return how long `user` thinks after the answer to `turn`."""
        return self._thought.draw(self._thinks, request_number(user, turn))


__all__ = ["Users", "request_number"]
