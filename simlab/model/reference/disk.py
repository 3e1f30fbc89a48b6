"""A replica's storage: what is always there, what requests wrote, what it logged, what faults took.

What requests wrote stays; what was logged stays until somebody cleans up. Logging stops where the
storage is full, and goes on when there is room. All is computed from the last change on; to look
changes nothing.
"""

from math import inf

from simlab.core import Bytes, BytesPerSecond, Seconds
from simlab.model.settings.service import Storage


class Disk:
    """Storage of one replica; it outlives restarts."""

    def __init__(self, settings: Storage, limit: Bytes) -> None:
        self.base, self.per_request, self.limit = settings.base, settings.per_request, limit
        self.written = self.filled = 0.0
        self.told = False  # Whether it has been logged that it is full.
        self._logged = self._rate = self._since = 0.0

    def used(self, now: Seconds) -> Bytes:
        """Return the bytes in use at `now`, at most the limit."""
        return min(self.limit, self._demand(now))

    def full(self, now: Seconds) -> bool:
        """Return whether the next request has no room to write, or nothing has any."""
        demand = self._demand(now)
        return demand >= self.limit or demand + self.per_request > self.limit

    def write(self, now: Seconds) -> bool:
        """Write what one request writes; return whether there was room for it."""
        if self._demand(now) + self.per_request > self.limit:
            return False
        self.written += self.per_request
        return True

    def clean(self, now: Seconds) -> Bytes:
        """Throw away what was logged; return how much it was."""
        self._settle(now)
        freed, self._logged = self._logged, 0.0
        return freed

    def bend(self, now: Seconds, rate: BytesPerSecond, filled: Bytes) -> None:
        """Log at `rate` from now on, with `filled` taken by something else."""
        self._settle(now)
        self._rate, self.filled = rate, filled

    def resize(self, now: Seconds, limit: Bytes) -> None:
        """Have another limit; what is there stays there."""
        self._settle(now)
        self.limit = limit

    def _others(self) -> Bytes:
        return self.base + self.written + self.filled

    def _demand(self, now: Seconds) -> Bytes:
        """Return what would be in use at `now` if there was no limit to logging since."""
        return self._others() + self._logged + self._rate * (now - self._since)

    def _settle(self, now: Seconds) -> None:
        """Store what was logged up to `now`: it grew as far as there was room."""
        grown = self._logged + self._rate * (now - self._since)
        if self.limit < inf:
            grown = max(self._logged, min(grown, self.limit - self._others()))
        self._logged, self._since = grown, now
