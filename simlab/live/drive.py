"""Drive controllers on the wall clock: each period, what is seen goes in and actions come out.

    due(n) = n x period since the start, n = 1, 2, ...    never from the last step: nothing drifts
    luck   = the n-th number of the loop's own stream, as in `model.drive`

A step that is not over when the next one is due is an *overrun*: it is recorded, and the ticks that
it has missed are skipped, with their numbers. A step that raises is recorded, and the loop goes on.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

from simlab.core import (
    Action,
    ActionOutcome,
    Decision,
    Loop,
    Observation,
    ProbeSeen,
    ProbeWish,
    Seconds,
    Stream,
)
from simlab.core.probing import ALL
from simlab.live.clock import Clock
from simlab.live.system import ManagedSystem
from simlab.model.journal import Journal
from simlab.model.rows import decided, described


class Drive:
    """Steps `loop` once per period, the first time after one period."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        name: str,
        loop: Loop,
        *,
        system: ManagedSystem,
        luck: Stream,
    ) -> None:
        self._clock, self._journal, self.name, self.loop = clock, journal, name, loop
        self._system, self._luck = system, luck
        self.ticks = self.steps = self.skipped = self.failed = 0

    async def run(self) -> None:
        """Step until cancelled."""
        while True:
            self.ticks += 1
            due: Seconds = self.loop.period * self.ticks  # A product: sums would drift.
            probes = await self._probed(due)
            await self._clock.sleep_until(due)
            await self._step(probes)
            self._skip(due)

    async def _probed(self, due: Seconds) -> tuple[ProbeSeen, ...]:
        """Probe what the loop wants probed, so that all answers are in when its step is due."""
        named: Mapping[str, ProbeWish] = getattr(self.loop, "probes", {})
        wishes = {name: one for name, one in named.items() if name != ALL}
        if ALL in named:
            wishes = dict.fromkeys(self._system.services, named[ALL]) | wishes
        asked = [self._ask(name, wish, due - wish.timeout) for name, wish in wishes.items()]
        answers = await asyncio.gather(*asked)
        return tuple(one for some in answers for one in some)

    async def _ask(self, service: str, wish: ProbeWish, begin: Seconds) -> Sequence[ProbeSeen]:
        await self._clock.sleep_until(begin)
        return await self._system.probe(service, wish.operation, wish.timeout)

    async def _step(self, probes: tuple[ProbeSeen, ...]) -> None:
        seen = self._told(await self._system.observe(self.name), probes)
        self.steps += 1
        try:
            decision = self.loop.step(seen)
        except Exception as error:  # noqa: BLE001 (whatever it raises: the others are to go on)
            self.failed += 1
            said = f"{type(error).__name__}: {error}"
            self._journal.row(self._clock.now(), "failed", self.name, {"error": said})
            return
        self._take(decision)

    def _told(self, seen: Observation, probes: tuple[ProbeSeen, ...]) -> Observation:
        """Return what is seen, with what is new for this loop, and its luck."""
        now, inbox = self._clock.now(), self._journal.inboxes[self.name]
        return replace(
            seen,
            now=now,
            logs=(*seen.logs, *inbox.take_logs()),
            traces=(*seen.traces, *inbox.take_spans(now)),
            outcomes=(*seen.outcomes, *inbox.take_outcomes()),
            probes=(*seen.probes, *probes),
            luck=self._luck.uniform(self.ticks),
        )

    def _take(self, decision: Decision) -> None:
        self._journal.row(self._clock.now(), "decision", self.name, decided(decision))
        for finding in decision.findings:
            self._journal.finding(self.name, finding)
        self._journal.loop_spans(self.name, decision.spans)
        for action in decision.actions:
            self._act(action)

    def _act(self, action: Action) -> None:
        def tell(outcome: ActionOutcome) -> None:
            self._journal.outcome(self.name, outcome, described(action))

        self._system.act(action, tell)

    def _skip(self, due: Seconds) -> None:
        """Skip the ticks that are over already."""
        now = self._clock.now()
        missed = max(0, ceil(now / self.loop.period) - 1 - self.ticks)
        if missed:
            self.ticks, self.skipped = self.ticks + missed, self.skipped + missed
            data = {"late": now - due, "skipped": missed}
            self._journal.row(now, "overrun", self.name, data)
