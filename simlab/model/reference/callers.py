"""What all clients do: retry ( breaker ( limits ( balancer ( send )))).

A call has attempts, one after another; an attempt has a time-out that keeps the value it began
with.

Longer than most: it is the one path that every attempt takes, in the order in which the
specification tells it; `_try` and `send` are its two halves, without calls that cost.
"""

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from simlab.core import REFUSED, Outcome, Purpose, Site, Tag
from simlab.model.agenda import Agenda
from simlab.model.plan import Operation
from simlab.model.reference.client import Client
from simlab.model.reference.limiter import Limiter
from simlab.model.reference.link_bends import cut_off
from simlab.model.reference.requests import (
    ENDED,
    OUTSIDE,
    QUEUES,
    RUNS,
    TRAVELS,
    WAITS,
    Attempt,
    Call,
    Frame,
    Request,
)
from simlab.model.reference.rules import ALL

if TYPE_CHECKING:
    from simlab.model.reference.server import Server

TRY = int(Tag.TRY)
OUT, BACK, PICK = Purpose.OUT, Purpose.BACK, Purpose.PICK
LIMITED, UNAVAILABLE = Outcome.LIMITED, Outcome.UNAVAILABLE


class Callers:
    """What all clients do: start calls and attempts, listen, time out, try again."""

    server: "Server"

    def __init__(
        self,
        agenda: Agenda,
        breaker_moved: Callable[[Client, int], None],
    ) -> None:
        self._agenda, self._breaker_moved = agenda, breaker_moved
        self.limiter = Limiter(agenda, self)

    # A call.

    def start_call(
        self,
        frame: Frame | None,
        client: Client,
        operation: Operation,
        site: Site,
        request: Request,
    ) -> None:
        """Start a call; its first attempt comes soon."""
        agenda, edge = self._agenda, client.edge
        rules = edge.rules
        if edge.special:
            rules = edge.special.get(operation.name, rules)
        call = Call(frame, client, operation, rules, site, request, agenda._now)  # noqa: SLF001
        if frame is not None:
            attempt = frame.attempt
            if attempt.kids is None:
                attempt.kids = [call]
            else:
                attempt.kids.append(call)
        edge.calls_started += 1
        if rules.retries:
            retry = client.retry_of(operation.name)
            if retry is not None:
                retry.begin(call.started)
        agenda.soon.append((self._try, call))

    def _try(self, call: Call) -> None:
        """Make the next attempt of `call`, through breaker and limits."""
        if call.ended:
            return
        client, edge, now = call.client, call.client.edge, self._agenda._now  # noqa: SLF001
        call.tries += 1
        ticket = 0
        breaker = client.breaker
        if breaker is not None:
            ticket = breaker.admit(now, 0.5)
            if breaker.state != client.breaker_state:  # type: ignore[attr-defined]
                self.moved(client)
            if ticket == REFUSED:
                edge.counters.ended[Outcome.OPEN] += 1
                edge.refusals += 1
                self.failed(call, Outcome.OPEN)
                return
        attempt = Attempt(call, call.site.child(TRY, call.tries), now, ticket)
        if client.limited and (client.waiting or not self.limiter.allows(client, now)):
            self.limiter.wait_or_refuse(attempt, Outcome.LIMITED)
            return
        picker, known, luck = client.picker, client.known, 0.5
        if edge.splits:
            attempt.split = edge.split_of(attempt)
            picker, known = client.picker_of(attempt), client.known_to(attempt)
        if known > 1:
            luck = attempt.site.stream(PICK).uniform(call.request.number)
        endpoint = picker.pick(now, luck)
        if endpoint >= 0:
            self.send(attempt, endpoint)
        else:
            self.limiter.wait_or_refuse(attempt, LIMITED if known else UNAVAILABLE)

    # An attempt.

    def set_timer(self, attempt: Attempt) -> None:
        """Set the time-out; it takes its place in the order at the start of the attempt."""
        call = attempt.call
        rules = call.rules
        due, end = self._agenda._now + rules.timeout, call.started + rules.deadline  # noqa: SLF001
        due = end if end < due else due
        if due < inf:
            attempt.timer = self._agenda.request_at(due, self._time_out, attempt)

    def send(self, attempt: Attempt, endpoint: int) -> None:
        """Have the attempt's message travel to `endpoint`."""
        call = attempt.call
        client, request = call.client, call.request
        edge = client.edge
        if attempt.timer is None and call.rules.timed:
            self.set_timer(attempt)
        call.attempt, attempt.stage = attempt, TRAVELS
        client.in_flight += 1
        if client.rate is not None:
            client.tokens -= 1.0
        edge.counters.started += 1
        if call.tries > 1:
            edge.counters.retries += 1
        split = attempt.split
        attempt.replica = (edge if split is None else split).replicas[endpoint]
        number, latency, site = request.number, edge.latency, attempt.site
        lost = False
        if latency is not None:
            attempt.out = latency.draw(site.stream(OUT), number)
            attempt.back = latency.draw(site.stream(BACK), number)
        if edge.loss > 0.0:
            lost = site.stream(Purpose.LOST_OUT).uniform(number) < edge.loss
            attempt.lost_back = site.stream(Purpose.LOST_BACK).uniform(number) < edge.loss
        if edge.bent and edge.bends.send(attempt):
            lost = True
        if lost:
            attempt.stage = ENDED
        elif latency is None and not edge.bends.delays:
            self._agenda.soon.append((self.server.arrive, attempt))
        else:
            self._agenda.after(attempt.out, self.server.arrive, attempt)

    def reply(self, attempt: Attempt, outcome: Outcome) -> None:
        """Have the reply travel back, if anybody is there to hear it."""
        attempt.stage = ENDED
        if not attempt.listening or attempt.lost_back or attempt.replica.unreachable:
            return
        edge = attempt.call.client.edge
        if edge.bends.cuts and attempt.split is None:
            return
        attempt.outcome = outcome
        if edge.latency is None:
            self._agenda.soon.append((self._hear, attempt))
        else:
            self._agenda.after(attempt.back, self._hear, attempt)

    def _hear(self, attempt: Attempt) -> None:
        if not attempt.listening or (attempt.call.client.edge.bent and cut_off(attempt)):
            return
        outcome = attempt.outcome
        self._stop_listening(attempt, outcome)
        if outcome <= Outcome.INVALID:
            self._end_call(attempt.call, outcome)
        else:
            self.failed(attempt.call, outcome)

    def _stop_listening(self, attempt: Attempt, outcome: Outcome) -> None:
        """Settle an attempt that was sent."""
        call = attempt.call
        client, now = call.client, self._agenda._now  # noqa: SLF001
        attempt.listening, call.attempt = False, None
        if attempt.timer is not None:
            attempt.timer.call_off()
            attempt.timer = None
        took = now - attempt.started
        client.in_flight -= 1
        client.edge.counters.end(outcome, took)
        client.picker_of(attempt).record(attempt.replica.number, now, outcome, took)
        breaker = client.breaker
        if breaker is not None:
            breaker.record(attempt.ticket, now, outcome, took)
            if breaker.state != client.breaker_state:  # type: ignore[attr-defined]
                self.moved(client)
        if client.waiting:
            self._agenda.soon.append((self.limiter.wake, client))

    def _time_out(self, attempt: Attempt) -> None:
        if not attempt.listening:
            return
        attempt.timer = None
        if attempt.stage == WAITS:
            attempt.call.client.waiting.remove(attempt)
            self.limiter.refuse(attempt, Outcome.TIMEOUT)
            return
        self._abandon(attempt, Outcome.TIMEOUT)
        self.failed(attempt.call, Outcome.TIMEOUT)

    def _abandon(self, attempt: Attempt, outcome: Outcome) -> None:
        """Stop listening while the callee may still be at it; tell it, if that is the rule."""
        self._stop_listening(attempt, outcome)
        if attempt.call.rules.cancel != ALL or attempt.stage not in (
            TRAVELS,
            OUTSIDE,
            QUEUES,
            RUNS,
        ):
            return
        edge = attempt.call.client.edge
        if edge.bent and (edge.bends.cut(attempt) or cut_off(attempt)):
            return
        if edge.latency is None and attempt.out == 0.0:
            self._agenda.soon.append((self.server.cancel, attempt))
        else:
            self._agenda.after(attempt.out, self.server.cancel, attempt)

    # The end of a call.

    def failed(self, call: Call, outcome: Outcome) -> None:
        """Try again, if the retry rule, the deadline and the budget allow; else end the call."""
        rules = call.rules
        if rules.retries:
            client, now = call.client, self._agenda._now  # noqa: SLF001
            retry = client.retry_of(call.operation.name)
            luck = call.site.stream(Purpose.JITTER).uniform(call.request.number, call.tries)
            wait = retry.wait(call.tries, outcome, luck, call.waited)  # type: ignore[union-attr]
            if wait is not None:
                begins = now + wait
                if (
                    begins < call.started + rules.deadline
                    and begins < call.started + rules.within
                    and retry.take()  # type: ignore[union-attr]
                ):
                    call.waited = wait
                    self._agenda.after(wait, self._try, call)
                    return
        self._end_call(call, outcome)

    def _end_call(self, call: Call, outcome: Outcome) -> None:
        call.ended = True
        client = call.client
        client.edge.calls_ended[outcome] += 1
        if call.rules.retries:
            retry = client.retry_of(call.operation.name)
            if retry is not None:
                retry.end(outcome, self._agenda._now)  # noqa: SLF001
        self.server.steps.answered(call, outcome)

    def cancel_call(self, call: Call) -> None:
        """End a call whose caller is dead: `cancelled`, at once."""
        if call.ended:
            return
        call.ended = True
        call.client.edge.calls_ended[Outcome.CANCELLED] += 1
        attempt = call.attempt
        if attempt is None:
            return
        if attempt.stage == WAITS:
            call.client.waiting.remove(attempt)
            self.limiter.refuse(attempt, Outcome.CANCELLED)
        else:
            self._abandon(attempt, Outcome.CANCELLED)

    def moved(self, client: Client) -> None:
        """See whether the client's breaker has changed its state, and have it known."""
        state = client.breaker.state  # type: ignore[union-attr]
        if state != client.breaker_state:
            client.breaker_state = state
            self._breaker_moved(client, state)
