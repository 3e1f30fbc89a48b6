"""The four shapes a decision can take: controllers have them, and worlds, real or not, call them.

    Loop    what now? (each period)      Gate    may this attempt go?
    Picker  which one?                   Retry   when again?

A decision is told everything (the time, the measurements, its luck) and returns its decision as
data. It reads no clock, draws nothing, sleeps never, performs no I/O and never sees the model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

from simlab.core.actions import Action
from simlab.core.findings import Finding, LoopSpan
from simlab.core.observation import Observation
from simlab.core.outcomes import Outcome
from simlab.core.units import Ratio, Seconds

Ticket: TypeAlias = int
REFUSED: Ticket = -1
WAIT: Ticket = -2


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and why.

    Args:
        actions: In the order in which they are to take effect.
        because: Inputs, terms and which limit bound, by name: data, kept with the run.
        findings: What was noticed on the way: symptoms, issues, contests.
        spans: The cycles that this step went through.
    """

    actions: Sequence[Action] = ()
    because: Mapping[str, float | str | None] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    spans: Sequence[LoopSpan] = ()


@runtime_checkable
class Loop(Protocol):
    """Decides every `period` seconds from what was observed."""

    @property
    def period(self) -> Seconds: ...
    def step(self, seen: Observation) -> Decision: ...


class Gate(Protocol):
    """Decides, attempt by attempt, whether it may go ahead.

    Settle each ticket from `admit` once: with `record`, or with `release` where the attempt says
    nothing about the callee. `next` tells when those told to wait are to ask again.
    """

    def admit(self, now: Seconds, luck: Ratio) -> Ticket: ...
    def record(self, ticket: Ticket, now: Seconds, outcome: Outcome, took: Seconds) -> None: ...
    def release(self, ticket: Ticket, now: Seconds) -> None: ...
    def next(self, now: Seconds) -> Seconds | None: ...


class Picker(Protocol):
    """Decides which endpoint an attempt goes to; endpoints come (`add`) and go (`remove`).

    A `pick` counts as sent: settle it once with `record` (CANCELLED where it says nothing).
    """

    def add(self, endpoint: int, now: Seconds) -> None: ...
    def remove(self, endpoint: int, now: Seconds) -> None: ...
    def pick(self, now: Seconds, luck: Ratio) -> int: ...
    def record(self, endpoint: int, now: Seconds, outcome: Outcome, took: Seconds) -> None: ...


class Retry(Protocol):
    """Decides whether and when a failed call is tried again.

    `begin` and `end` frame each call once (budgets are filled there). `after` returns how long to
    wait before the next attempt, or None; `attempt` counts those made, the first included;
    `waited` is what it returned last in this call (0 at first), for decorrelated jitter.
    """

    def begin(self, now: Seconds) -> None: ...
    def after(
        self, attempt: int, outcome: Outcome, now: Seconds, luck: Ratio, waited: Seconds
    ) -> Seconds | None: ...
    def end(self, outcome: Outcome, now: Seconds) -> None: ...
    def hedge_in(self, attempt: int, now: Seconds) -> Seconds | None: ...
