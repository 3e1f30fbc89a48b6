"""Drive controllers on simulated time: each period, what is seen goes in and actions come out.

A loop that a fault halts makes no step and sends no probe. If it lost its state, it is built anew
when the fault that made it forget has ended, and its first step comes one period later.
"""

from collections.abc import Callable

from simlab.core import Action, Loop, Observation, ProbeSeen, Ratio, Seconds, Stream
from simlab.faults import Halt
from simlab.model.agenda import Agenda, Turn
from simlab.model.journal import Journal
from simlab.model.loop_probes import LoopProbes
from simlab.model.rows import decided


class Drive:
    """Steps `loop` once per period, the first time after one period; probes go out before."""

    def __init__(
        self,
        agenda: Agenda,
        journal: Journal,
        name: str,
        loop: Loop,
        *,
        observe: Callable[[str, Ratio, tuple[ProbeSeen, ...]], Observation],
        act: Callable[[str, Action], None],
        luck: Stream,
        probes: LoopProbes,
        anew: Callable[[str], Loop],
    ) -> None:
        self._agenda, self._journal, self.name, self.loop = agenda, journal, name, loop
        self._observe, self._act, self._luck = observe, act, luck
        self._probes, self._anew = probes, anew
        self.halts: list[Halt] = []
        self._begun, self._steps, self._before = 0.0, 0, 0
        self._book()

    def _book(self) -> None:
        self._steps += 1
        due: Seconds = self.loop.period * (self._steps - self._before)  # A product: sums drift.
        due = self._begun + due
        for timeout in self._probes.timeouts(self.loop.period):
            sent = max(due - timeout, self._agenda.now)
            self._agenda.at(sent, Turn.CONTROL, self._probe, timeout, self._before)
        self._agenda.at(due, Turn.CONTROL, self._step, self._before)

    def _probe(self, timeout: Seconds, before: int) -> None:
        if before == self._before and not self.halts:
            self._probes.send(timeout)

    def push(self, rule: Halt) -> None:
        """Halt the loop."""
        self.halts.append(rule)

    def pop(self, rule: Halt) -> None:
        """Let it go on, unless another fault halts it; as a new one, if it has forgotten."""
        self.halts.remove(rule)
        if rule.forgets:
            self._probes.take()
            self.loop = self._anew(self.name)
            self._probes.ask_for(self.loop)
            self._begun, self._before = self._agenda.now, self._steps
            self._book()

    def _step(self, before: int) -> None:
        if before != self._before:
            return  # It was booked for the loop that is no more.
        if self.halts:
            self._probes.take()
            self._book()
            return
        luck = self._luck.uniform(self._steps)
        decision = self.loop.step(self._observe(self.name, luck, self._probes.take()))
        self._journal.row(self._agenda.now, "decision", self.name, decided(decision))
        for finding in decision.findings:
            self._journal.finding(self.name, finding)
        self._journal.loop_spans(self.name, decision.spans)
        for action in decision.actions:
            self._act(self.name, action)
        self._book()
