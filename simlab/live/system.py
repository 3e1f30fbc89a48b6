"""A managed system: what a driver needs of whatever really runs; and shadow mode.

To manage another kind of system, write a class with these methods; nothing else changes.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from simlab.core import (
    Action,
    ActionOutcome,
    Observation,
    ProbeSeen,
    Seconds,
    TelemetrySettings,
)

Tell: TypeAlias = Callable[[ActionOutcome], None]
SHADOW = "shadow"  # The status of an action that was only recorded.


class ManagedSystem(Protocol):
    """What really runs: it can be looked at, acted on and probed.

    A driver calls these from one task at a time.
    """

    @property
    def services(self) -> Sequence[str]:
        """Return the names of its services."""

    def look_through(self, loop: str, telemetry: TelemetrySettings) -> None:
        """Have `loop` see through a pipeline of these settings; called once, at the start."""

    async def observe(self, loop: str) -> Observation:
        """Return what `loop` sees now. What is new in its inbox, and luck, the driver adds."""

    def act(self, action: Action, tell: Tell) -> None:
        """Begin to carry out `action`, and `tell` each outcome, now or later.

        One ends with ``done``, ``refused`` or ``failed``; what takes long is ``accepted`` first.
        """

    async def probe(
        self, service: str, operation: str | None, within: Seconds
    ) -> Sequence[ProbeSeen]:
        """Probe each replica of `service` at once; return after at most `within` seconds.

        Args:
            service: Whose replicas.
            within: How long an answer may take, in seconds.
            operation: What is asked for; None: the service's own health check.
        """


class Shadow:
    """A system that is looked at and never acted on: each action ends as ``shadow``."""

    def __init__(self, system: ManagedSystem, now: Callable[[], Seconds]) -> None:
        self._system, self._now = system, now

    @property
    def services(self) -> Sequence[str]:
        return self._system.services

    def look_through(self, loop: str, telemetry: TelemetrySettings) -> None:
        self._system.look_through(loop, telemetry)

    async def observe(self, loop: str) -> Observation:
        return await self._system.observe(loop)

    def act(self, action: Action, tell: Tell) -> None:
        tell(ActionOutcome(action=action, at=self._now(), status=SHADOW))

    async def probe(
        self, service: str, operation: str | None, within: Seconds
    ) -> Sequence[ProbeSeen]:
        return await self._system.probe(service, operation, within)
