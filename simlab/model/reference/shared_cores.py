"""Processor sharing: all n pieces share, each at min(1, cores / n) of a core.

A hog of h cores counts as h more pieces: each has min(1, cores / (n + h)).

Attained service grows by elapsed x rate, and a piece ends when it reaches its tag (attained at
start + work); at that event attained := tag, exactly; equal tags end in the same event, in order
of start; idle, it restarts at 0.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

from simlab.core import Cores as CoreCount
from simlab.core import Ratio, Seconds
from simlab.model.agenda import Agenda, Due
from simlab.model.reference.cores import Cores
from simlab.model.reference.requests import Attempt, Frame, Piece


class SharedCores(Cores):
    """Processor sharing."""

    def __init__(self, agenda: Agenda, cores: CoreCount, proceed: Callable[[Frame], None]) -> None:
        super().__init__(agenda, cores, proceed)
        self._pieces: list[tuple[float, int, Piece]] = []
        self._order = 0
        self._attained = self._touched = 0.0
        self._next: Due | None = None

    def ask(self, frame: Frame, work: Seconds) -> None:
        """Have `work` done for `frame`; then it proceeds."""
        self.drawn += work
        self._attain()
        self._order += 1
        heappush(self._pieces, (self._attained + work, self._order, Piece(frame, work)))
        self._share()

    def _rate(self) -> float:
        n = len(self._pieces) + self.hog
        return self.speed if n <= self.cores else self.speed * (self.cores / n)

    def _attain(self) -> None:
        now = self._agenda._now  # noqa: SLF001
        if self._pieces:
            self._attained = self._attained + (now - self._touched) * self._rate()
        else:
            self._attained = 0.0
        self._touched = now

    def _share(self) -> None:
        """Account for the time since the last change, and schedule the next end."""
        pieces = self._pieces
        n = len(pieces) + self.hog
        self._account(n if n < self.cores else self.cores)
        if self._next is not None:
            self._next.call_off()
            self._next = None
        if pieces and self.speed > 0.0:
            left = pieces[0][0] - self._attained
            self._next = self._agenda.after(
                left / self._rate() if left > 0.0 else 0.0, self._worked, None
            )

    def _worked(self, _: None) -> None:
        tag = self._pieces[0][0]
        self._attained, self._touched, self._next = tag, self._agenda._now, None  # noqa: SLF001
        while self._pieces and self._pieces[0][0] == tag:
            piece = heappop(self._pieces)[2]
            self.done += piece.work
            self._agenda.soon.append((self._proceed, piece.frame))
        self._share()

    def set_speed(self, speed: Ratio, *, standing: bool) -> None:
        self._attain()
        self.speed, self.standing = (0.0 if standing else speed), standing
        self._share()

    def set_cores(self, cores: CoreCount) -> None:
        self._attain()
        self.cores = cores
        self._share()

    def set_hog(self, hog: CoreCount) -> None:
        """Have something else take part as so many pieces."""
        self._attain()
        self.hog = hog
        self._share()

    def forget(self, attempt: Attempt) -> None:
        """Throw away the work of `attempt`."""
        self._attain()
        kept = [entry for entry in self._pieces if entry[2].frame.attempt is not attempt]
        for tag, _, piece in self._pieces:
            if piece.frame.attempt is attempt:
                self._drop(piece, tag - self._attained)
        if len(kept) != len(self._pieces):
            heapify(kept)
            self._pieces = kept
            self._share()

    def forget_all(self) -> None:
        """Throw away all work."""
        self._attain()
        for tag, _, piece in sorted(self._pieces, key=lambda entry: entry[:2]):
            self._drop(piece, tag - self._attained)
        self._pieces = []
        self._share()

    def under_way(self) -> Seconds:
        """Return the work of the pieces that are here, begun ones counted whole."""
        total = 0.0
        for _, _, piece in self._pieces:
            total += piece.work
        return total

    def __len__(self) -> int:
        return len(self._pieces)
