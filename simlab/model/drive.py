"""Drive controllers on simulated time: each period, what is seen goes in and actions come out."""

from collections.abc import Callable

from simlab.core import Action, Loop, Observation, ProbeSeen, Ratio, Seconds, Stream
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
    ) -> None:
        self._agenda, self._journal, self.name, self.loop = agenda, journal, name, loop
        self._observe, self._act, self._luck = observe, act, luck
        self._probes = probes
        self._steps = 0
        self._book()

    def _book(self) -> None:
        self._steps += 1
        due: Seconds = self.loop.period * self._steps  # A product: sums would drift.
        for timeout in self._probes.timeouts(self.loop.period):
            sent = max(due - timeout, self._agenda.now)
            self._agenda.at(sent, Turn.CONTROL, self._probes.send, timeout)
        self._agenda.at(due, Turn.CONTROL, self._step)

    def _step(self) -> None:
        luck = self._luck.uniform(self._steps)
        decision = self.loop.step(self._observe(self.name, luck, self._probes.take()))
        self._journal.row(self._agenda.now, "decision", self.name, decided(decision))
        for finding in decision.findings:
            self._journal.finding(self.name, finding)
        self._journal.loop_spans(self.name, decision.spans)
        for action in decision.actions:
            self._act(self.name, action)
        self._book()
