"""Recording what a loop saw and decided, and showing it again to another loop of the same settings.

A loop decides by what it sees alone. So what was seen in one driver, shown in the other, must come
to the same decisions: `Recorder` wraps a loop in either driver, `Replay` is a system for the live
one. The luck of a replay is drawn anew: it must come out as it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from simlab.core import (
    Action,
    Decision,
    Loop,
    Observation,
    ProbeSeen,
    Seconds,
    TelemetrySettings,
)
from simlab.live.system import Tell


class Recorder:
    """A loop that remembers what `loop` saw and what it decided."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.seen: list[Observation] = []
        self.decisions: list[Decision] = []

    @property
    def period(self) -> Seconds:
        return self.loop.period

    @property
    def telemetry(self) -> TelemetrySettings | None:
        """Return the loop's own way of measuring, if it has one."""
        own: TelemetrySettings | None = getattr(self.loop, "telemetry", None)
        return own or getattr(getattr(self.loop, "settings", None), "telemetry", None)

    @property
    def probes(self) -> Mapping[str, Any]:
        """Return what the loop wants probed."""
        wishes: Mapping[str, Any] = getattr(self.loop, "probes", {})
        return wishes

    def step(self, seen: Observation) -> Decision:
        decision = self.loop.step(seen)
        self.seen.append(seen)
        self.decisions.append(decision)
        return decision


class Replay:
    """A system that shows each loop what was recorded of it, and on which nothing can be done.

    Args:
        recorded: By loop: what it saw, step by step.
    """

    def __init__(self, recorded: Mapping[str, Sequence[Observation]]) -> None:
        self._left = {name: list(reversed(seen)) for name, seen in recorded.items()}

    @property
    def services(self) -> Sequence[str]:
        return ()

    def look_through(self, loop: str, telemetry: TelemetrySettings) -> None:
        """Nothing is measured: what is seen is known."""

    async def observe(self, loop: str) -> Observation:
        return self._left[loop].pop()

    def act(self, action: Action, tell: Tell) -> None:
        """Tell nothing: what became of it then stands in what is shown next."""

    async def probe(
        self, service: str, operation: str | None, within: Seconds
    ) -> Sequence[ProbeSeen]:
        return ()  # Likewise.
