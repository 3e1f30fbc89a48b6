"""A patient: what a health checker knows of one replica. Answers go in, a verdict comes out.

Rule 1: only a run of equal answers changes the verdict; no answer changes nothing.
Rule 2: while a replica starts, what fails says nothing; it has started once it was ready, or has
answered.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simlab.controllers.healing.phi import PhiDetector
from simlab.core import ProbeSeen, ReplicaSeen, Seconds

if TYPE_CHECKING:
    from simlab.controllers.healing.settings import HealthSettings


@dataclass(frozen=True, slots=True)
class Asked:
    """A recovery that was asked for: what, of which replicas, and what went to the standby then."""

    what: str
    numbers: tuple[int, ...]
    away: float


class Patient:
    """One replica, and the episode that it is in while it is unhealthy.

    Args:
        settings: Of its checker.
        seen: The replica, when it is first seen.
    """

    def __init__(self, settings: "HealthSettings", seen: ReplicaSeen) -> None:
        self.number = seen.number
        self.began, self.restarts = seen.started_at, seen.restarts
        self.starting = not seen.ready
        self.failed = self.passed = 0  # In a row.
        self.reason = ""
        self.healthy = True
        self.since: Seconds = float("-inf")  # When that changed last.
        self.detector: PhiDetector | None = None
        if settings.phi is not None:
            self.detector = PhiDetector(settings.phi, settings.period)
        self.todo: list[str] = []  # Recoveries that this episode has left.
        self.rerouted = False
        self.recoveries = 0  # In a row; of earlier episodes, too.
        self.waits_until: Seconds = float("-inf")

    def look(self, seen: ReplicaSeen, now: Seconds) -> None:
        """See what the platform says of it."""
        if seen.restarts != self.restarts:
            self.began, self.restarts, self.starting = now, seen.restarts, True
        if seen.ready:
            self.starting = False

    def hear(self, answer: ProbeSeen, now: Seconds, settings: "HealthSettings") -> None:
        """Take in the answer to a probe."""
        if answer.passed:
            self.failed, self.passed, self.starting = 0, self.passed + 1, False
            if self.detector is not None:
                self.detector.heartbeat(answer.at + answer.took)
        elif not self.starting or now >= self.began + settings.initial_delay:
            self.failed, self.passed = self.failed + 1, 0
            self.reason = answer.reason

    def suspect(self, now: Seconds, settings: "HealthSettings") -> bool:
        """Return whether it is to be held unhealthy, by what was heard last."""
        if self.failed == 0:
            return False
        if self.detector is not None and self.detector.monitoring:
            return not self.detector.available(now)
        return self.failed >= settings.unhealthy_threshold

    def fall_ill(self, now: Seconds, settings: "HealthSettings") -> None:
        """Begin an episode."""
        if now - self.since >= settings.backoff.cap:
            self.recoveries = 0
        self.healthy, self.since, self.todo = False, now, list(settings.recover)

    def recover(self, now: Seconds) -> None:
        """End the episode."""
        self.healthy, self.since, self.todo, self.rerouted = True, now, [], False
