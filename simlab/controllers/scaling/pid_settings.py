"""Settings of the PID scaler (`pid_scaler`), with the reasons for its default gains."""

# ruff: noqa: N815 (autoscalers' field names)

from dataclasses import dataclass
from typing import ClassVar, Literal

from simlab.controllers.checks import require_counts
from simlab.controllers.scaling.pid import PidController
from simlab.controllers.scaling.pid_scaler import PidScaler
from simlab.controllers.seen import require_metric
from simlab.core import (
    Count,
    Number,
    Seconds,
    Selector,
    Settings,
    TelemetrySettings,
    Text,
    require,
    require_not_negative,
    require_positive,
)

GAP = 5.0  # Periods; what is longer counts as a gap.


@dataclass(frozen=True, kw_only=True)
class PidSettings(Settings):
    """A PID controller that sets how many replicas a service has.

    The default gains suit a utilization as a ratio. With n replicas one more moves it by about
    setpoint / n. A window of 60 s averages like a lag of 30 s, and with its other half, half a
    period and a boot some 60 s pass before an action shows: for n = 5 the SIMC rule (S. Skogestad,
    J. Process Control 13, 2003) then gives kp 2 and ki 0.07, for n = 10 twice that. The defaults
    lie between, a little slower in the sum, since counts are whole: with kp 3 (one replica for 33
    points of error) and ki 0.05 (as much again every 60 s) errors below 17 points are left alone.
    Of one or two replicas, one more is worth more than that, so there they may hunt; a deadBand of
    5 points calms them. There is no kd: it would act on the noise of a scraped window.

    Args:
        target: The service to scale.
        minReplicas: The least count it may decide.
        maxReplicas: The greatest count.
        metric: What is measured: ``cpu`` (usage / request of the ready replicas), a reading of the
            target such as ``latency_p95``, or the path of any seen number.
        setpoint: What it should be, in its own unit.
        kp: Replicas for each unit of error.
        ki: Replicas for each unit of error and second.
        kd: Replicas for each unit by which the metric moves in a second; needs a kp.
        period: From one decision to the next.
        direction: ``reverse``: more replicas while the metric is above the setpoint; or ``direct``.
        filter: How many times faster than the derivative acts (kd / kp) it is smoothed.
        tracking: How fast the integral follows what was really done; None: sqrt(kd / ki), or
            kp / ki without a kd.
        deadBand: An error of no more than this counts as none, a larger one as what is beyond it;
            in the metric's unit.
        maxStep: The most replicas that one decision adds or removes; None: no bound.
        telemetry: A pipeline of its own; None: the scenario's.
    """

    kind: Literal["pid"] = "pid"
    target: Selector
    minReplicas: Count = 1
    maxReplicas: Count = 10
    metric: Text = "cpu"
    setpoint: Number = 0.6
    kp: Number = 3.0
    ki: Number = 0.05
    kd: Number = 0.0
    period: Seconds = 15.0
    direction: Literal["reverse", "direct"] = "reverse"
    filter: Number = 10.0
    tracking: Seconds | None = None
    deadBand: Number = 0.0
    maxStep: Count | None = None
    telemetry: TelemetrySettings | None = None

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        "minReplicas",
        "maxReplicas",
        "setpoint",
        "kp",
        "ki",
        "kd",
        "deadBand",
    )

    def __post_init__(self) -> None:
        require_counts(0, minReplicas=self.minReplicas)
        require_counts(1, maxReplicas=self.maxReplicas)
        require(
            self.minReplicas <= self.maxReplicas,
            f"minReplicas must not be above maxReplicas, got {self.minReplicas:g} and "
            f"{self.maxReplicas:g}",
        )
        require_metric(self.metric)
        require_not_negative(kp=self.kp, ki=self.ki, kd=self.kd, deadBand=self.deadBand)
        require(self.kp > 0 or self.ki > 0, "kp and ki must not both be 0")
        require(
            self.kd == 0 or self.kp > 0, "kd needs a kp: it is smoothed over kd / (kp x filter)"
        )
        require_positive(period=self.period, filter=self.filter)
        if self.maxStep is not None:
            require_counts(1, maxStep=self.maxStep)
        self.controller()

    def controller(self) -> PidController:
        """Return a fresh controller of these settings."""
        return PidController(
            kp=self.kp,
            ki=self.ki,
            kd=self.kd,
            setpoint=self.setpoint,
            direction=self.direction,
            dead_band=self.deadBand,
            low=self.minReplicas,
            high=self.maxReplicas,
            filter=self.filter,
            tracking=self.tracking,
            longest=GAP * self.period,
        )

    def build(self) -> PidScaler:
        return PidScaler(self)
