"""The client side of a link on the wall clock: retry ( breaker ( limits ( balancer ( send )))).

The twin of `model.reference.callers`: the same gates, pickers and retries under the same settings,
asked in the same order; only that sending is I/O. A link has one client here, whoever calls over
it. Luck is addressed by the link's name, the number of the call and that of the attempt.

Longer than most: it is the one path that every attempt takes, best read in one place.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf
from typing import Any, Generic, TypeVar

from simlab.controllers import Backoff
from simlab.core import REFUSED, Outcome, Purpose, Seconds, Site, Tag
from simlab.live.clock import Clock
from simlab.live.turns import Turns
from simlab.live.waiting import LateError, within
from simlab.model.settings import CallSettings, Limits, LinkSettings
from simlab.telemetry import Counters

R = TypeVar("R")
STATES = ("closed", "open", "half_open")


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """What a call came to; `reply` is what the callee said last, `endpoint` who."""

    outcome: Outcome
    reply: R | None = None
    endpoint: int = -1


class LinkClient(Generic[R]):
    """One link; a `LinkProbe`, so it can be scraped.

    Args:
        name: ``caller->callee``.
        settings: Of the link, with its strategy's.
        clock: For time-outs and waits.
        site: Where its luck is drawn.
        moved: Told of each move of its breaker: the link, the state.
    """

    def __init__(
        self,
        name: str,
        settings: LinkSettings,
        *,
        clock: Clock,
        site: Site,
        moved: Callable[[str, str], None],
    ) -> None:
        self.name, self.settings, self._clock, self._site = name, settings, clock, site
        self.counters = Counters()  # Of attempts.
        self.calls = 0
        limits = settings.limits or Limits()
        self.picker = settings.balancer.build(cap=limits.per_endpoint)
        self.turns = Turns(clock, limits, self.picker)
        self.breaker = settings.breaker.build() if settings.breaker else None
        self._state, self._moved = 0, moved
        self.retry = settings.retry.build() if settings.retry else None
        self._retries: dict[str, Backoff | None] = {
            name: one.retry.build() if one.retry else None
            for name, one in settings.operations.items()
            if one.retry != settings.retry
        }

    @property
    def callee(self) -> str:
        """Return the name of the service that is called."""
        return self.name.partition("->")[2]

    def breakers_open(self) -> int:
        """Return 1 where the breaker is not closed."""
        return int(self._state != 0)

    def add(self, endpoint: int) -> None:
        """Let `endpoint` be called from now on."""
        self.picker.add(endpoint, self._clock.now())
        self._count()

    def remove(self, endpoint: int) -> None:
        """Let `endpoint` be called no more; what is out to it goes on."""
        self.picker.remove(endpoint, self._clock.now())
        self._count()

    def _count(self) -> None:
        self.turns.endpoints = len(self.picker.endpoints)
        self.turns.move()

    # A call.

    async def call(
        self, operation: str, send: Callable[[int], Awaitable[tuple[Outcome, R | None]]]
    ) -> Answer[R]:
        """Make a call: as many attempts as breaker, limits and retry allow.

        Args:
            operation: Of the callee.
            send: Sends one attempt to an endpoint; returns how it ended, and the reply.
        """
        rules, retry = self.settings.call(operation), self._retry_of(operation)
        number, started = self.calls, self._clock.now()
        self.calls += 1
        if retry is not None:
            retry.begin(started)
        tries, waited = 0, 0.0
        answer: Answer[R] = Answer(Outcome.CANCELLED)
        try:
            while True:
                tries += 1
                answer = await self._attempt(rules, started, number, tries, send)
                wait = self._again(rules, retry, answer.outcome, started, number, tries, waited)
                if wait is None:
                    return answer
                waited = wait
                await self._clock.sleep_until(self._clock.now() + wait)
        finally:
            if retry is not None:
                retry.end(answer.outcome, self._clock.now())

    def _retry_of(self, operation: str) -> Backoff | None:
        return self._retries.get(operation, self.retry)

    def _again(
        self,
        rules: CallSettings,
        retry: Backoff | None,
        outcome: Outcome,
        started: Seconds,
        number: int,
        tries: int,
        waited: Seconds,
    ) -> Seconds | None:
        """Return how long to wait before the next attempt; None: the call is over."""
        if retry is None or outcome <= Outcome.INVALID:
            return None
        luck = self._site.stream(Purpose.JITTER).uniform(number, tries)
        wait = retry.wait(tries, outcome, luck, waited)
        if wait is None:
            return None
        begins = self._clock.now() + wait - started
        end = min(_or_never(rules.deadline), _or_never(retry.within))
        return wait if begins < end and retry.take() else None

    # An attempt.

    async def _attempt(
        self,
        rules: CallSettings,
        started: Seconds,
        number: int,
        tries: int,
        send: Callable[[int], Awaitable[tuple[Outcome, R | None]]],
    ) -> Answer[R]:
        begun, ticket = self._clock.now(), 0
        if self.breaker is not None:
            ticket = self.breaker.admit(begun, 0.5)
            self._look()
            if ticket == REFUSED:
                self.counters.ended[Outcome.OPEN] += 1
                return Answer(Outcome.OPEN)
        due = min(begun + _or_never(rules.timeout), started + _or_never(rules.deadline))
        luck = self._site.child(Tag.TRY, tries).stream(Purpose.PICK).uniform(number)
        outcome, place = Outcome.CANCELLED, -1
        try:
            found = await self.turns.take(luck, due)
            if isinstance(found, Outcome):
                outcome = found
                return Answer(outcome)
            place = int(found)
            self.counters.started += 1
            self.counters.retries += tries > 1
            outcome, reply = await self._sent(place, due, send)
            return Answer(outcome, reply, place)
        finally:
            self._settle(ticket, place, outcome, begun, tries)

    async def _sent(
        self,
        endpoint: int,
        due: Seconds,
        send: Callable[[int], Awaitable[tuple[Outcome, R | None]]],
    ) -> tuple[Outcome, R | None]:
        async def sending() -> tuple[Outcome, R | None]:
            return await send(endpoint)

        try:
            return await within(self._clock, due, sending())
        except LateError:
            return Outcome.TIMEOUT, None

    def _settle(
        self, ticket: int, endpoint: int, outcome: Outcome, begun: Seconds, tries: int
    ) -> None:
        """Settle an attempt, sent or not, cancelled or not: exactly once."""
        now = self._clock.now()
        took = now - begun
        if endpoint >= 0:
            self.counters.end(outcome, took)
            self.picker.record(endpoint, now, outcome, took)
            self.turns.give_back()
        else:
            self.counters.ended[outcome] += 1
            if outcome != Outcome.LIMITED:  # An attempt, though it found nobody.
                self.counters.started += 1
                self.counters.retries += tries > 1
        if self.breaker is not None:
            if outcome in (Outcome.LIMITED, Outcome.CANCELLED):
                self.breaker.release(ticket, now)
            else:
                self.breaker.record(ticket, now, outcome, took)
            self._look()

    def _look(self) -> None:
        """See whether the breaker has moved."""
        assert self.breaker is not None, "only a breaker moves"
        if self.breaker.state != self._state:
            self._state = self.breaker.state
            self._moved(self.name, STATES[self._state])

    # Changes.

    def renew(self, settings: LinkSettings, rest: list[str], value: float | str | None) -> None:
        """Have `settings` from now on, which differ from those before by `value` at `rest`."""
        self.settings = settings
        match rest:
            case ["limits", _]:
                self.turns.renew(settings.limits or Limits())
            case ["balancer" | "breaker" | "retry" as part, *inner]:
                machines = {"balancer": self.picker, "breaker": self.breaker, "retry": self.retry}
                machine: Any = machines[part]
                machine.reconfigure(".".join(inner), value)


def _or_never(seconds: Seconds | None) -> Seconds:
    return inf if seconds is None else seconds
