"""The callee's half: the door, slots and line, and how an attempt ends. `steps` is what runs.

Longer than most: an attempt's way through a replica is one story, from the door to the reply.
"""

from collections.abc import Callable
from math import inf

from simlab.core import Outcome, Purpose, Ratio, Seconds, Span
from simlab.model.agenda import Agenda
from simlab.model.reference.callers import Callers
from simlab.model.reference.replica import Replica, State
from simlab.model.reference.requests import (
    ENDED,
    OUTSIDE,
    QUEUES,
    RUNS,
    TRAVELS,
    WHOLE,
    Attempt,
    Frame,
    Request,
)
from simlab.model.reference.rules import QUEUED
from simlab.model.reference.service import Service
from simlab.model.reference.steps import Steps

DEGRADED, ERROR = Outcome.DEGRADED, Outcome.ERROR
READY, DRAINING = State.READY, State.DRAINING


class Server:
    """What all replicas do with what arrives."""

    def __init__(
        self,
        agenda: Agenda,
        callers: Callers,
        request_ended: Callable[[Request, Outcome], None],
        emptied: Callable[[Service, Replica], None],
        overfull: Callable[[Service, Replica], None],
        full: Callable[[Service, Replica], None],
    ) -> None:
        self._agenda, self._callers = agenda, callers
        self._emptied, self._overfull, self._full = emptied, overfull, full
        self.steps = Steps(agenda, callers, self, request_ended)
        self.spans: list[Span] = []

    # The door.

    def arrive(self, attempt: Attempt) -> None:
        """A message reaches its replica."""
        replica = attempt.replica
        if replica.unreachable:
            attempt.stage = ENDED
            return
        service = replica.service
        service.counters.started += 1
        replica.counters.started += 1
        attempt.arrived = self._agenda._now  # noqa: SLF001
        if attempt.request.spans >= 0:
            attempt.span = attempt.request.spans
            attempt.request.spans += 1
        if replica.state != READY and replica.state != DRAINING:
            self._turn_away(service, attempt, Outcome.REFUSED)
        elif replica.paused:
            attempt.stage = OUTSIDE
            replica.outside.append(attempt)
        else:
            self._enter(service, attempt)

    def _enter(self, service: Service, attempt: Attempt) -> None:
        replica = attempt.replica
        if len(replica.inside) < service.slots:
            if not attempt.listening and attempt.call.rules.cancel == QUEUED:
                self._drop(service, attempt)
                return
            self._take_slot(attempt)
        elif len(replica.line) < service.line:
            attempt.stage = QUEUES
            replica.line.append(attempt)
        else:
            self._turn_away(service, attempt, Outcome.OVERLOADED)
            return
        if replica.memory_limit < inf and (
            replica.memory(self._agenda._now) > replica.memory_limit  # noqa: SLF001
        ):
            self._overfull(service, replica)

    def resume(self, replica: Replica) -> None:
        """Let in what waited outside a paused replica, in order."""
        while replica.outside:
            attempt = replica.outside.popleft()
            self._enter(attempt.replica.service, attempt)

    def _turn_away(self, service: Service, attempt: Attempt, outcome: Outcome) -> None:
        self._count(service, attempt, outcome)
        self._callers.reply(attempt, outcome)

    def _count(self, service: Service, attempt: Attempt, outcome: Outcome) -> None:
        now = self._agenda._now  # noqa: SLF001
        took = now - attempt.arrived
        service.counters.end(outcome, took)
        counters = attempt.replica.counters
        counters.ended[outcome] += 1
        if outcome <= DEGRADED:
            counters.latency_sum += took
        if not attempt.listening:
            service.in_vain += 1
        if attempt.request.spans >= 0:
            self._trace(attempt, outcome, now)

    def _take_slot(self, attempt: Attempt) -> None:
        replica, operation = attempt.replica, attempt.operation
        attempt.stage = RUNS
        replica.inside[attempt] = None
        disk = replica.disk
        if disk.per_request > 0.0 and not disk.write(self._agenda._now):  # noqa: SLF001
            self._full(replica.service, replica)
            self._agenda.soon.append((self._fail_early, attempt))
            return
        share = operation.errors
        if replica.failing > 0.0:
            share = 1.0 - (1.0 - share) * (1.0 - replica.failing)
        if share > 0.0 or replica.fast:
            luck = attempt.site.stream(Purpose.ERROR).uniform(attempt.request.number)
            attempt.fails = luck < share
            after = operation.fails_after if luck < operation.errors else inf
            if replica.fast and luck >= operation.errors:
                after = self._fails_fast(attempt, luck)
            if after < inf:
                self._agenda.after(after, self._fail_early, attempt)
                return
        frame = Frame(attempt, operation.steps, attempt.site, WHOLE, None)
        self._agenda.soon.append((self.steps.proceed, frame))

    def _fails_fast(self, attempt: Attempt, luck: Ratio) -> Seconds:
        """Return when a fault makes `attempt` fail without its steps; inf where none does."""
        replica, share = attempt.replica, attempt.call.operation.errors
        for rule in replica.fast:
            share = 1.0 - (1.0 - share) * (1.0 - rule.share)
            if luck < share:
                return rule.after
        share = 1.0 - (1.0 - share) * (1.0 - replica.failing)
        attempt.fails = luck < share
        return inf

    def _fail_early(self, attempt: Attempt) -> None:
        if not attempt.dead:
            self.leave(attempt, ERROR)

    # The end of an attempt.

    def leave(self, attempt: Attempt, outcome: Outcome) -> None:
        """The reply leaves, the slot is free, the head of the line takes it."""
        service = attempt.replica.service
        replica = attempt.replica
        self._count(service, attempt, outcome)
        self._callers.reply(attempt, outcome)
        if attempt.unheard:
            replica.unheard[attempt] = None
        del replica.inside[attempt]
        if replica.line:
            self._fill(service, replica)
        if replica.state == DRAINING:
            self.check_empty(replica)

    def _fill(self, service: Service, replica: Replica) -> None:
        """Give free slots to the head of the line; throw away what nobody waits for."""
        while replica.line and len(replica.inside) < service.slots:
            head = replica.line.popleft()
            if not head.listening and head.call.rules.cancel == QUEUED:
                self._drop(service, head)
            else:
                self._take_slot(head)

    def fill(self, service: Service) -> None:
        """Let the lines of `service` move up, after its slots have changed."""
        for replica in service.replicas:
            self._fill(service, replica)

    def _drop(self, service: Service, attempt: Attempt) -> None:
        attempt.stage, attempt.dead = ENDED, True
        self._count(service, attempt, Outcome.CANCELLED)

    def check_empty(self, replica: Replica) -> None:
        """See whether a draining replica is empty."""
        if replica.state == DRAINING and replica.empty:
            self._emptied(replica.service, replica)

    def cancel(self, attempt: Attempt) -> None:
        """The caller's cancellation arrives: stop at once."""
        replica, service = attempt.replica, attempt.replica.service
        if replica.unreachable:
            return
        if attempt.stage == TRAVELS:
            return  # Its own message is still under way: it cannot be stopped.
        if attempt.stage == QUEUES:
            replica.line.remove(attempt)
            self._drop(service, attempt)
        elif attempt.stage == OUTSIDE:
            replica.outside.remove(attempt)
            self._drop(service, attempt)
        elif attempt.stage == RUNS:
            self._drop(service, attempt)
            del replica.inside[attempt]
            replica.cores.forget(attempt)
            for call in attempt.kids or ():
                self._callers.cancel_call(call)
            self._fill(service, replica)
        self.check_empty(replica)

    def crash(self, service: Service, replica: Replica) -> None:
        """All inside ends `crashed`: by entry into a slot, then the line, then outside."""
        inside, line, outside = replica.inside, replica.line, replica.outside
        silent = replica.unheard
        replica.inside, replica.unheard = {}, {}
        replica.line, replica.outside = type(line)(), type(outside)()
        replica.cores.forget_all()
        for attempt in (*inside, *silent):
            attempt.dead = True
            for call in tuple(attempt.kids or ()):
                self._callers.cancel_call(call)
        for attempt in (*inside, *line, *outside):
            attempt.dead = True
            self._turn_away(service, attempt, Outcome.CRASHED)

    def _trace(self, attempt: Attempt, outcome: Outcome, now: Seconds) -> None:
        call, request = attempt.call, attempt.request
        parent = call.frame.attempt.span if call.frame is not None else -1
        self.spans.append(
            Span(
                trace=f"{request.source}/{request.number}",
                id=attempt.span,
                parent=parent,
                service=attempt.operation.service,
                operation=attempt.operation.name,
                replica=attempt.replica.number,
                start=attempt.arrived,
                end=now,
                outcome=outcome.name.lower(),
            )
        )
