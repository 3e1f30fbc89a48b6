"""An inner loop: one of a system's loops, when it is due, and what it is to be told when it is.

It sees what a loop by itself would see: the outcomes of its own actions, under the ids that it
gave them, and the logs, traces and probes since its own last step.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from simlab.core import Action, ActionOutcome, LogLine, Observation, ProbeSeen, Seconds, Span
from simlab.core.chance import Tag, child

CUT: Final = 4503599627370496.0  # 2 to the 52: what a float in (0, 1) can tell apart.


class Inner:
    """One loop of a system.

    Args:
        name: ``mape_k``, ``scaling/web``.
        place: Numbers that tell its luck from that of the system's other loops.
        loop: Itself: a `Loop` with a `reconfigure`.
        every: It is stepped at every so manieth step of the system.
    """

    def __init__(self, name: str, place: Sequence[int], loop: Any, every: int) -> None:
        self.name, self.place, self.loop, self.every = name, tuple(place), loop, every
        self._logs: list[LogLine] = []
        self._traces: list[Span] = []
        self._probes: list[ProbeSeen] = []
        self._outcomes: list[ActionOutcome] = []

    @property
    def part(self) -> str:
        """Return the part of the system that it belongs to."""
        return self.name.partition("/")[0]

    def due(self, step: int) -> bool:
        """Return whether it is stepped at the `step`-th step of the system, from 1 on."""
        return step % self.every == 0

    def hear(self, seen: Observation) -> None:
        """Keep what is new in `seen`."""
        self._logs += seen.logs
        self._traces += seen.traces
        self._probes += seen.probes

    def told(self, action: Action, outcome: ActionOutcome) -> None:
        """Keep what has become of `action`, which is as the loop asked for it."""
        self._outcomes.append(replace(outcome, action=action))

    def denied(self, action: Action, now: Seconds, reason: str) -> None:
        """Keep that the arbiter has denied `action`."""
        self._outcomes.append(ActionOutcome(action=action, at=now, status="refused", reason=reason))

    def view(self, seen: Observation) -> Observation:
        """Return what it sees at its step; what is new is told once."""
        view = replace(
            seen,
            logs=tuple(self._logs),
            traces=tuple(self._traces),
            probes=tuple(self._probes),
            outcomes=tuple(self._outcomes),
            luck=luck_of(seen.luck, self.place),
        )
        self._logs, self._traces, self._probes, self._outcomes = [], [], [], []
        return view


def luck_of(luck: float, place: Sequence[int]) -> float:
    """Return the luck of the loop at `place`, of that of its system: uniform in (0, 1), too.

    The mixing is that of addresses (`core.chance.child`), from the bits of `luck` on.
    """
    bits = int(luck * CUT)
    for number in place:
        bits = child(bits, Tag.BRANCH, number)
    return ((bits >> 10) + 0.5) / CUT
