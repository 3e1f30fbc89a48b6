"""First in, first out: at most c = ceil(cores) pieces run, each at cores / c; others wait.

A hog of h cores takes no place in the order, but shares with those that run: each is at
cores / (c + h), whatever their number, and the hog takes up to h of what they leave.
"""

from collections import deque
from collections.abc import Callable
from math import ceil

from simlab.core import Cores as CoreCount
from simlab.core import Ratio, Seconds
from simlab.model.agenda import Agenda
from simlab.model.reference.cores import Cores
from simlab.model.reference.requests import Attempt, Frame, Piece


class QueuedCores(Cores):
    """First in, first out."""

    def __init__(self, agenda: Agenda, cores: CoreCount, proceed: Callable[[Frame], None]) -> None:
        super().__init__(agenda, cores, proceed)
        self._running: list[Piece] = []
        self._asking: deque[Piece] = deque()
        self._most = ceil(cores)
        self._each = cores / self._most

    def ask(self, frame: Frame, work: Seconds) -> None:
        """Have `work` done for `frame`; then it proceeds."""
        self.drawn += work
        piece = Piece(frame, work)
        running = self._running
        if len(running) < self._most:
            running.append(piece)
            self._book(piece)
            self._account(self._busy_with(len(running)))
        else:
            self._asking.append(piece)

    def _busy_with(self, running: int) -> float:
        """Return the cores that so many pieces and the hog keep busy."""
        busy = running * self._each
        return min(self.cores, busy + self.hog) if self.hog > 0.0 else busy

    def _count(self) -> None:
        self._account(self._busy_with(len(self._running)))

    def _book(self, piece: Piece) -> None:
        agenda = self._agenda
        piece.since, piece.due = agenda._now, None  # noqa: SLF001
        rate = self.speed * self._each
        if rate > 0.0:
            piece.due = agenda.after(piece.left / rate, self._worked, piece)

    def _worked(self, piece: Piece) -> None:
        self.done += piece.work
        running = self._running
        running.remove(piece)
        if self._asking:
            self._fill()
        else:
            self._account(self._busy_with(len(running)))
        self._agenda.soon.append((self._proceed, piece.frame))

    def _fill(self) -> None:
        while self._asking and len(self._running) < self._most:
            piece = self._asking.popleft()
            self._running.append(piece)
            self._book(piece)
        self._count()

    def _bend(self) -> None:
        """Bring the work left of running pieces up to now, and call their ends off."""
        now, rate = self._agenda._now, self.speed * self._each  # noqa: SLF001
        for piece in self._running:
            piece.left = max(0.0, piece.left - (now - piece.since) * rate)
            piece.since = now
            if piece.due is not None:
                piece.due.call_off()

    def set_speed(self, speed: Ratio, *, standing: bool) -> None:
        self._bend()
        self.speed, self.standing = (0.0 if standing else speed), standing
        self._rebook()

    def set_cores(self, cores: CoreCount) -> None:
        self._bend()
        self.cores, self._most = cores, ceil(cores)
        self._each = cores / (self._most + self.hog)
        self._rebook()

    def set_hog(self, hog: CoreCount) -> None:
        """Have something else share with the pieces that run."""
        self._bend()
        self.hog = hog
        self._each = self.cores / (self._most + hog)
        self._rebook()

    def _rebook(self) -> None:
        for piece in self._running:
            self._book(piece)
        self._fill()

    def forget(self, attempt: Attempt) -> None:
        """Throw away the work of `attempt`."""
        now, rate = self._agenda._now, self.speed * self._each  # noqa: SLF001
        for piece in [one for one in self._running if one.frame.attempt is attempt]:
            self._running.remove(piece)
            if piece.due is not None:
                piece.due.call_off()
            self._drop(piece, piece.left - (now - piece.since) * rate)
        for piece in [one for one in self._asking if one.frame.attempt is attempt]:
            self._asking.remove(piece)
            self._drop(piece, piece.work)
        self._fill()

    def forget_all(self) -> None:
        """Throw away all work."""
        now, rate = self._agenda._now, self.speed * self._each  # noqa: SLF001
        for piece in self._running:
            if piece.due is not None:
                piece.due.call_off()
            self._drop(piece, piece.left - (now - piece.since) * rate)
        for piece in self._asking:
            self._drop(piece, piece.work)
        self._running, self._asking = [], deque()
        self._count()

    def under_way(self) -> Seconds:
        """Return the work of the pieces that are here, begun ones counted whole."""
        total = 0.0
        for piece in (*self._running, *self._asking):
            total += piece.work
        return total

    def __len__(self) -> int:
        return len(self._running) + len(self._asking)
