"""Fakes: systems and loops that do as they are told."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from simlab.core import (
    Action,
    ActionOutcome,
    Decision,
    Loop,
    Observation,
    ProbeSeen,
    Seconds,
    TelemetrySettings,
)
from simlab.live.clock import FakeClock
from simlab.live.control import Control
from simlab.live.system import ManagedSystem, Tell
from simlab.model.journal import Journal


@dataclass
class FakeSystem:
    """A system that shows nothing, remembers what is asked of it, and does it at once."""

    clock: FakeClock
    acted: list[tuple[Seconds, Action]] = field(default_factory=list)
    probed: list[tuple[Seconds, str, str | None, Seconds]] = field(default_factory=list)
    looked: dict[str, TelemetrySettings] = field(default_factory=dict)
    status: str = "done"

    @property
    def services(self) -> Sequence[str]:
        return ("web", "db")

    def look_through(self, loop: str, telemetry: TelemetrySettings) -> None:
        self.looked[loop] = telemetry

    async def observe(self, loop: str) -> Observation:
        return Observation(now=-1.0)  # The driver knows better.

    def act(self, action: Action, tell: Tell) -> None:
        self.acted.append((self.clock.now(), action))
        tell(ActionOutcome(action=action, at=self.clock.now(), status=self.status))

    async def probe(
        self, service: str, operation: str | None, within: Seconds
    ) -> Sequence[ProbeSeen]:
        begun = self.clock.now()
        self.probed.append((begun, service, operation, within))
        await self.clock.sleep_until(begun + within / 2)
        return (ProbeSeen(service=service, replica=0, at=begun, took=within / 2, passed=True),)


@dataclass
class FakeLoop:
    """A loop that decides what it is told to, and remembers what it saw."""

    period: Seconds = 10.0
    decide: Callable[[Observation], Decision] = lambda _: Decision()
    seen: list[Observation] = field(default_factory=list)

    def step(self, seen: Observation) -> Decision:
        self.seen.append(seen)
        return self.decide(seen)


def controlled(
    loops: dict[str, Loop],
    until: Seconds,
    *,
    clock: FakeClock | None = None,
    system: ManagedSystem | None = None,
    journal: Journal | None = None,
    telemetry: TelemetrySettings | None = None,
    seed: int = 7,
    replication: int = 0,
) -> tuple[Control, Journal]:
    """Run `loops` on a fake clock until just after `until`."""
    clock, journal = clock or FakeClock(), journal or Journal(keep_spans=False)
    control = Control(
        loops,
        clock=clock,
        journal=journal,
        system=system or FakeSystem(clock),
        telemetry=telemetry or TelemetrySettings(),
        seed=seed,
        replication=replication,
    )

    async def main() -> None:
        running = asyncio.create_task(control.run())
        await clock.sleep_until(until)
        for _ in range(20):  # Let the steps that are due at `until` be taken.
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    clock.run(main())
    return control, journal
