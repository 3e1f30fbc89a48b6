"""A replica's cores: what both disciplines share. How they differ: `shared_cores`, `queued_cores`.

Work takes effect at the replica's speed. A change of speed or cores takes effect on the work left;
nobody is preempted. A hog (something else that runs there, by a fault) shares the cores with the
work; what it takes is busy, and nobody's work. Accumulators advance at data-plane events and at
changes of speed or cores, never by observing.
"""

from collections.abc import Callable

from simlab.core import Cores as CoreCount
from simlab.core import Ratio, Seconds
from simlab.model.agenda import Agenda
from simlab.model.reference.requests import Frame, Piece


class Cores:
    """What both disciplines share: speed, and the books of work and of busy time."""

    def __init__(self, agenda: Agenda, cores: CoreCount, proceed: Callable[[Frame], None]) -> None:
        self._agenda, self.cores, self._proceed = agenda, cores, proceed
        self.speed: Ratio = 1.0
        self.standing = False  # Paused: no core is busy.
        self.hog: CoreCount = 0.0  # Taken by something else, where they are free.
        self.busy = self.area = self.since = 0.0
        self.drawn = self.done = self.dropped = 0.0

    def cpu_seconds(self, now: Seconds) -> Seconds:
        """Return the core-seconds used up to `now`. (Computed; nothing is stored.)"""
        return self.area + self.busy * (now - self.since)

    def _drop(self, piece: Piece, left: Seconds) -> None:
        """Throw a piece away: what was worked of it counts as done, the rest as dropped."""
        left = max(0.0, left)
        self.done += piece.work - left
        self.dropped += left

    def _account(self, busy: float) -> None:
        now = self._agenda._now  # noqa: SLF001 (SimPy's own clock, without a property's cost)
        self.area += self.busy * (now - self.since)
        self.since = now
        self.busy = 0.0 if self.standing else busy
