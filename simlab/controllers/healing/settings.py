"""Settings of the health checker (`checker`): how it probes, when it believes, what it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from simlab.controllers.checks import require_counts
from simlab.controllers.healing.checker import HealthChecker
from simlab.controllers.healing.phi import PhiSettings
from simlab.core import (
    Count,
    Name,
    Number,
    ProbeWish,
    Ratio,
    Seconds,
    Selector,
    Settings,
    TelemetrySettings,
    require,
    require_in_time,
    require_not_negative,
    require_positive,
)

Recovery: TypeAlias = Literal["restart", "clean_up", "reroute"]


@dataclass(frozen=True, kw_only=True)
class RecoveryBackoff(Settings):
    """How long a replica is left alone after each of its recoveries.

    Args:
        initial: After the first.
        factor: Each wait is so many times the one before.
        cap: No wait is longer. Who has been healthy for so long begins with `initial` again.
    """

    initial: Seconds = 30.0
    factor: Number = 2.0
    cap: Seconds = 300.0

    def __post_init__(self) -> None:
        require_positive(initial=self.initial)
        require(self.factor >= 1, f"factor must be at least 1, got {self.factor:g}")
        require(
            self.cap >= self.initial,
            f"cap must not be less than initial ({self.initial:g} s), got {self.cap:g} s",
        )

    def after(self, recoveries: int) -> Seconds:
        """Return how long to wait after so many recoveries.

        >>> [RecoveryBackoff().after(n) for n in (0, 1, 2, 5, 99)]
        [0.0, 30.0, 60.0, 300.0, 300.0]
        """
        if recoveries <= 0:
            return 0.0
        wait = self.initial
        for _ in range(recoveries - 1):
            wait = min(self.cap, wait * self.factor)
        return wait


@dataclass(frozen=True, kw_only=True)
class HealthSettings(Settings):
    """A health checker: probes each replica of a service, and brings back those that fail.

    Args:
        target: The service whose replicas it probes.
        period: From one probe of a replica to the next.
        timeout: Without an answer by then a probe has failed; at most the period.
        operation: What a replica is asked, through its door, line and slots; None: only whether it
            is there.
        unhealthy_threshold: So many failures in a row, and a replica is unhealthy.
        healthy_threshold: So many answers in a row, and it is healthy again.
        initial_delay: A replica may fail for so long after it was started, if it was neither ready
            since nor has answered.
        recover: What is done about an unhealthy replica, one after another until it is healthy:
            ``restart`` it, ``clean_up`` its service, ``reroute`` calls to the standby.
        standby: The service that stands in for the target when it comes to ``reroute``.
        backoff: How long each recovery is given.
        restarting: At most such a share of the replicas is restarted at once, and at least one.
        phi: Be suspicious by phi accrual instead of `unhealthy_threshold`; None: do not.
    """

    kind: Literal["health"] = "health"
    target: Selector
    period: Seconds = 10.0
    timeout: Seconds = 1.0
    operation: Name | None = None
    unhealthy_threshold: Count = 3
    healthy_threshold: Count = 2
    initial_delay: Seconds = 60.0
    recover: tuple[Recovery, ...] = ("restart", "clean_up")
    standby: Name | None = None
    backoff: RecoveryBackoff = field(default_factory=RecoveryBackoff)
    restarting: Ratio = 0.5
    phi: PhiSettings | None = None

    telemetry: ClassVar[TelemetrySettings | None] = None  # It reads answers to probes alone.
    CHANGEABLE: ClassVar[tuple[str, ...]] = ("unhealthy_threshold", "healthy_threshold")

    def __post_init__(self) -> None:
        require_positive(period=self.period)
        require_in_time(self.timeout, self.period)
        require_counts(
            1,
            unhealthy_threshold=self.unhealthy_threshold,
            healthy_threshold=self.healthy_threshold,
        )
        require_not_negative(initial_delay=self.initial_delay)
        require(
            len(set(self.recover)) == len(self.recover),
            "recover must name each recovery once at most",
        )
        require(
            ("reroute" in self.recover) == (self.standby is not None),
            "recover: [reroute] and a standby go together: one of them is missing",
        )
        require(self.standby != self.target, f"standby must not be the target, {self.target}")
        require(
            0 < self.restarting <= 1,
            f"restarting must be a share above 0, at most 1, got {self.restarting:g}",
        )

    @property
    def probes(self) -> Mapping[str, ProbeWish]:
        """Return which probes its loop wants answered before each step, by service."""
        return {self.target: ProbeWish(self.operation, self.timeout)}

    def build(self) -> HealthChecker:
        return HealthChecker(self)
