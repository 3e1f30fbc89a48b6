"""Sources: where requests come from. A source is one client of each service that it calls.

open      arrivals are made by `load` and do not wait for answers
users     each thinks, asks, waits for the answer, and thinks again
"""

from abc import ABC, abstractmethod
from typing import TypeAlias

from simlab.core import Outcome, Purpose, Seconds, Site, Stream, root
from simlab.faults import Surge
from simlab.load import Arrivals, Carries, Mix, SourceSettings, Users, request_number
from simlab.model.agenda import Agenda, Due, Turn
from simlab.model.plan import Operation
from simlab.model.reference.callers import Callers
from simlab.model.reference.client import Client
from simlab.model.reference.requests import Request
from simlab.telemetry import RequestLog, SourceBook


class Source(ABC):
    """What both kinds share: making a request, and ending it."""

    def __init__(
        self,
        agenda: Agenda,
        callers: Callers,
        settings: SourceSettings,
        name: str,
        *,
        seed: int,
        replication: int,
        until: Seconds,
        targets: dict[str, tuple[Client, Operation]],
        carries: Carries | None,
        mix: Mix,
        traces: float,
        book: SourceBook,
        log: RequestLog | None,
    ) -> None:
        self._agenda, self._callers, self.settings, self.name = agenda, callers, settings, name
        self._until, self._targets, self._carries, self._mix = until, targets, carries, mix
        self._traces, self.book, self._log = traces, book, log
        self._site = Site(root(seed, replication, f"load.{name}"))
        self._sampled: Stream = self._site.stream(Purpose.TRACE)
        self._only = next(iter(targets.values())) if len(targets) == 1 else None
        self.open = 0  # Requests that have not ended.
        self._scale = settings.scale
        self.surges: list[Surge] = []

    def ask(self, number: int, carried: dict[str, float] | None) -> None:
        """Start request `number`."""
        now = self._agenda._now  # noqa: SLF001
        carries = self._carries.draw(number) if self._carries is not None else None
        if carried:
            carries = {**(carries or {}), **carried}
        request = Request(self.name, number, now, carries)
        if self._traces > 0.0 and self._sampled.uniform(number) < self._traces:
            request.spans = 0
        self.open += 1
        self.book.arrive(now)
        if self._log is not None:
            self._log.arrive(self.name, number, now)
        client, operation = self._only or self._targets[self._mix.pick(number)]
        self._callers.start_call(None, client, operation, self._site, request)

    def rescale(self, scale: float) -> None:
        """Have another scale from now on, beside surges."""
        self._scale = scale
        self._retime(self.scale)

    def push(self, surge: Surge) -> None:
        """Have the load multiplied."""
        self.surges.append(surge)
        self._retime(self.scale)

    def pop(self, surge: Surge) -> None:
        """Take `surge` off, and no other."""
        self.surges.remove(surge)
        self._retime(self.scale)

    @property
    def scale(self) -> float:
        """Return what the load is multiplied by now: its own scale, times that of each surge."""
        scale = self._scale
        for surge in self.surges:
            scale = scale * surge.factor
        return scale

    @abstractmethod
    def _retime(self, scale: float) -> None:
        """Have the load multiplied by `scale` from now on."""

    def ended(self, request: Request, outcome: Outcome) -> None:
        """Count the end of a request."""
        self.open -= 1
        now = self._agenda._now  # noqa: SLF001
        self.book.end(request.started, now - request.started, outcome)
        if self._log is not None:
            self._log.end(self.name, request.number, now - request.started, outcome)


class OpenSource(Source):
    """Arrivals that come whatever the system does."""

    def begin(self, arrivals: Arrivals) -> None:
        """Await the first arrival."""
        self._arrivals = arrivals
        self._next: Due | None = None
        self._await(arrivals.next())

    def _await(self, time: Seconds) -> None:
        self._next = None
        if time < self._until:
            self._next = self._agenda.request_at(time, self._arrive, None)

    def _arrive(self, _: None) -> None:
        arrivals = self._arrivals
        number = arrivals.number
        carried = arrivals.carried(number)
        self._await(arrivals.next())
        self.ask(number, dict(carried) if carried else None)

    def _retime(self, scale: float) -> None:
        """Come faster or slower; the rest of the integral until the next arrival stays."""
        if self._next is not None:
            self._next.call_off()
        self._await(self._arrivals.rescale(self._agenda.now, scale))


class UserSource(Source):
    """A closed loop of users; those of the lowest numbers are there."""

    def begin(self, users: Users) -> None:
        """Have the users of the start come, spread over one think time."""
        self._users = users
        self._turns: dict[int, int] = {}  # The next turn of each user that was ever there.
        self._there: dict[int, None] = {}
        self._change: Due | None = None
        self._come()

    def _come(self) -> None:
        """Let users come that are wanted and not there; look again when that may change."""
        now = self._agenda.now
        for user in range(self._users.wanted(now)):
            if user not in self._there:
                self._there[user] = None
                turn = self._turns.setdefault(user, 0)
                wait = self._users.first(user) if turn == 0 else self._users.think(user, turn - 1)
                self._agenda.after(wait, self._turn, user)
        change = self._users.changes_after(now)
        if change < self._until:
            self._change = self._agenda.at(change, Turn.LOAD, self._come)

    def _turn(self, user: int) -> None:
        now = self._agenda.now
        if now >= self._until or user >= self._users.wanted(now):
            del self._there[user]
            return
        turn = self._turns[user]
        self._turns[user] = turn + 1
        self.ask(request_number(user, turn), None)

    def ended(self, request: Request, outcome: Outcome) -> None:
        """Count the end of a request; its user thinks, or leaves if there are too many."""
        super().ended(request, outcome)
        user, turn = request.number >> 32, request.number & 0xFFFFFFFF
        if user >= self._users.wanted(self._agenda.now):
            del self._there[user]
        else:
            self._agenda.after(self._users.think(user, turn), self._turn, user)

    def _retime(self, scale: float) -> None:
        """Be more or fewer users."""
        self._users.rescale(scale)
        if self._change is not None:
            self._change.call_off()
        self._come()


AnySource: TypeAlias = OpenSource | UserSource
