"""Steps: what runs in a slot, one frame within another.

What goes on the list of this instant, in the order in which it is caused: the first step of an
operation, the step after a piece of work or a call, the first step of each branch, each further
round. A nested group and what follows a wait begin in the event that leads to them.

Longer than most: frames and failures belong together; `proceed` is the interpreter's loop, whose
kinds of step stand side by side so that a step costs no call.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from simlab.core import Outcome, Purpose, Seconds, Site, Stream, Tag
from simlab.model.agenda import Agenda
from simlab.model.plan import CALL, CPU, PARALLEL, PART, WAIT, Step
from simlab.model.reference.callers import Callers
from simlab.model.reference.client import Client
from simlab.model.reference.requests import (
    BODY,
    BRANCH,
    ENDED,
    OTHERWISE,
    Attempt,
    Call,
    Frame,
    Request,
)

if TYPE_CHECKING:
    from simlab.model.reference.server import Server

STEP, ROUND, IN_BRANCH, ELSE = int(Tag.STEP), int(Tag.ROUND), int(Tag.BRANCH), int(Tag.ELSE)
OK, DEGRADED, ERROR = Outcome.OK, Outcome.DEGRADED, Outcome.ERROR
TAKEN, WORK, SPENT = Purpose.CHANCE, Purpose.WORK, Purpose.WAIT


class Steps:
    """Runs the steps of attempts that are in a slot."""

    def __init__(
        self,
        agenda: Agenda,
        callers: Callers,
        server: "Server",
        request_ended: Callable[[Request, Outcome], None],
    ) -> None:
        self._agenda, self._callers, self._server = agenda, callers, server
        self._request_ended = request_ended

    def proceed(self, frame: Frame) -> None:
        """Run the steps of `frame` from where it is, until one takes time."""
        attempt, steps = frame.attempt, frame.steps
        if attempt.dead:
            return
        number, n = attempt.request.number, len(steps)
        while frame.at < n:
            step, site = steps[frame.at], frame.site.child(STEP, frame.at)
            frame.at += 1
            if step.chance < 1.0 and site.stream(TAKEN).uniform(number) >= step.chance:
                if not step.otherwise:
                    continue
                frame = Frame(attempt, step.otherwise, site.child(ELSE, 0), OTHERWISE, frame)
                steps, n = frame.steps, len(frame.steps)
                continue
            kind = step.kind
            if kind == CPU:
                work, replica = step.value, attempt.replica
                if work is None:
                    if step.per:
                        work = self._amount(step, site.stream(WORK), attempt.request)
                    else:
                        work = step.sampler.draw(site.stream(WORK), number)  # type: ignore[union-attr]
                replica.service.draw(attempt.arrived, work)
                replica.cores.ask(frame, work)
                return
            if kind == CALL:
                client = self._client(attempt, step)
                self._callers.start_call(frame, client, step.operation, site, attempt.request)
                return
            if kind == WAIT:
                wait = step.value
                if wait is None:
                    wait = self._amount(step, site.stream(SPENT), attempt.request)
                self._agenda.after(wait, self.proceed, frame)
                return
            if kind == PARALLEL:
                self._branch(frame, step, site)
                return
            times = step.times if not step.repeat else int(self._carried(attempt, step.repeat))
            if times > 0 and step.body:
                frame = Frame(attempt, step.body, site.child(ROUND, 0), BODY, frame)
                frame.times = times
                steps, n = frame.steps, len(frame.steps)
        self._finish(frame)

    def _client(self, attempt: Attempt, step: Step) -> Client:
        service = attempt.replica.service
        return service.client(step.link, attempt.replica)

    def _carried(self, attempt: Attempt, name: str) -> float:
        carries = attempt.request.carries
        return carries[name] if carries is not None else 0.0

    def _amount(self, step: Step, stream: Stream, request: Request) -> Seconds:
        """Return the amount: its base, then so much for each unit of each carried number."""
        number = request.number
        amount = step.sampler.draw(stream, number)  # type: ignore[union-attr]
        if step.per:
            offset = 0
            for name, sampler in step.per:
                offset += PART
                carried = request.carries[name]  # type: ignore[index]
                amount = amount + carried * sampler.draw(stream, number, offset)
        return amount

    def _branch(self, frame: Frame, step: Step, site: Site) -> None:
        frame.pending = [
            Frame(frame.attempt, steps, site.child(IN_BRANCH, at), BRANCH, frame)
            for at, steps in enumerate(step.branches)
        ]
        for branch in tuple(frame.pending):
            self._agenda.soon.append((self.proceed, branch))

    def _finish(self, frame: Frame) -> None:
        """All steps of `frame` are done: go on where it came from."""
        up, attempt = frame.up, frame.attempt
        if up is None:
            if attempt.fails:
                self._server.leave(attempt, ERROR)
            else:
                self._server.leave(attempt, DEGRADED if attempt.degraded else OK)
        elif frame.kind == BODY and frame.round + 1 < frame.times:
            site = up.site.child(STEP, up.at - 1)
            again = Frame(attempt, frame.steps, site.child(ROUND, frame.round + 1), BODY, up)
            again.times, again.round = frame.times, frame.round + 1
            self._agenda.soon.append((self.proceed, again))
        elif frame.kind == BRANCH:
            self._branch_done(frame, up)
        else:
            self.proceed(up)

    def _branch_done(self, frame: Frame, up: Frame) -> None:
        if not frame.heard:
            self._unheard_done(frame.attempt)
            return
        assert up.pending is not None
        up.pending.remove(frame)
        if not up.pending:
            up.pending = None
            self.proceed(up)

    def _unheard_done(self, attempt: Attempt) -> None:
        attempt.unheard -= 1
        if attempt.unheard == 0 and attempt.stage == ENDED:
            replica = attempt.replica
            replica.unheard.pop(attempt, None)
            self._server.check_empty(replica)

    def answered(self, call: Call, outcome: Outcome) -> None:
        """A call has ended: its caller goes on, or fails."""
        frame = call.frame
        if frame is None:
            self._request_ended(call.request, outcome)
            return
        attempt = frame.attempt
        assert attempt.kids is not None
        attempt.kids.remove(call)
        if outcome == OK:
            self._agenda.soon.append((self.proceed, frame))
        elif outcome == DEGRADED:
            if _heard(frame):
                attempt.degraded = True
            self._agenda.soon.append((self.proceed, frame))
        else:
            self._fail(frame, Outcome.DEPENDENCY)

    def _fail(self, frame: Frame, outcome: Outcome) -> None:
        """The current step of `frame` has failed: run its else, do without, or fail in turn."""
        attempt = frame.attempt
        step = frame.steps[frame.at - 1]
        if step.otherwise:
            site = frame.site.child(STEP, frame.at - 1).child(ELSE, 0)
            self.proceed(Frame(attempt, step.otherwise, site, OTHERWISE, frame))
            return
        self._fail_finally(frame, step, outcome)

    def _fail_finally(self, frame: Frame, step: Step, outcome: Outcome) -> None:
        attempt, up = frame.attempt, frame.up
        if step.optional:
            if _heard(frame):
                attempt.degraded = True
            self.proceed(frame)
        elif up is None:
            self._server.leave(attempt, outcome)
        elif frame.kind == BRANCH and not frame.heard:
            self._unheard_done(attempt)
        elif frame.kind == OTHERWISE:
            self._fail_finally(up, up.steps[up.at - 1], outcome)
        else:
            if frame.kind == BRANCH:
                self._hush(up, frame)
            self._fail(up, outcome)

    def _hush(self, up: Frame, failed: Frame) -> None:
        """One branch has failed: the others go on unheard."""
        assert up.pending is not None
        up.pending.remove(failed)
        for branch in up.pending:
            branch.heard = False
            up.attempt.unheard += 1
        up.pending = None


def _heard(frame: Frame) -> bool:
    """Return whether somebody still waits for what `frame` does."""
    at: Frame | None = frame
    while at is not None:
        if not at.heard:
            return False
        at = at.up
    return True
