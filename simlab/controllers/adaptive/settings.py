"""Settings of the adaptive system, its founding periods among them, and of its autoscalers."""

# ruff: noqa: N815 (the product's field names)

from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from simlab.controllers.adaptive.claims import ArbiterSettings
from simlab.controllers.adaptive.parts import parts_of
from simlab.controllers.adaptive.system import AdaptiveSystem
from simlab.controllers.changing import changed, number
from simlab.controllers.scaling import HpaSettings
from simlab.core import Count, Seconds, Selector, Settings, TelemetrySettings, require


@dataclass(frozen=True, kw_only=True)
class ScalingSettings(HpaSettings):
    """The autoscalers of an adaptive system: one for each service, of these settings.

    Args:
        target: Which of the system's services.
        minReplicas: The least count that each may decide.
        maxReplicas: The greatest count.
        metrics: What they watch; the greatest proposal counts. By default cpu at 80 %.
        behavior: How fast they may scale; None: the rules from before there was a behavior.
        telemetry: None: they see what the system sees.
        syncPeriod: From one decision to the next.
        tolerance: How far usage / target may be from 1 before anything is done.
        downscaleStabilization: No count below what was recommended within this time.
        cpuInitializationPeriod: While a replica is so young, its cpu counts only if it is ready
            and was measured since.
        initialReadinessDelay: A replica that became unready within this after its start was never
            ready yet, and its cpu does not count.
    """

    kind: Literal["hpa"] = "hpa"
    target: Selector = "all"
    maxReplicas: Count = 10
    syncPeriod: Seconds = 60.0


@dataclass(frozen=True, kw_only=True)
class AdaptiveSystemSettings(Settings):
    """The adaptive system: loops that act on the same services, and an arbiter between them.

    It is as often stepped as the greatest time of which the periods of its loops are multiples.

    Args:
        target: The services that it is for: all, those with a tag, or one.
        telemetry: A pipeline of its own; None: the scenario's. All of its loops see through it.
        scaling: The autoscaler that each service gets; none: nobody scales by utilization.
        arbiter: Who wins where two loops want one lever.
    """

    kind: Literal["adaptive_system"] = "adaptive_system"
    target: Selector = "all"
    telemetry: TelemetrySettings | None = None
    scaling: ScalingSettings | None = field(default_factory=ScalingSettings)
    arbiter: ArbiterSettings = field(default_factory=ArbiterSettings)

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        *(f"scaling.{name}" for name in HpaSettings.CHANGEABLE),
    )

    def __post_init__(self) -> None:
        parts = parts_of(self)
        require(bool(parts), "at least one of its loops must not be none")
        for part in parts:
            require(
                part.settings.telemetry is None,
                f"{part.name} sees what the system sees: give the system the telemetry",
            )

    @property
    def period(self) -> Seconds:
        return self.build().period

    def with_change(self, name: str, value: object) -> "AdaptiveSystemSettings":
        """Return these settings with one of its `CHANGEABLE` set to `value`.

        Raises:
            ValueError: The name is not on the list, or the settings do not bear the value.
        """
        if name == "scaling.averageUtilization" and self.scaling is not None:
            scaling = self.scaling.with_utilization(number(name, value))
            assert isinstance(scaling, ScalingSettings), "what it was"
            return replace(self, scaling=scaling)
        return changed(self, name, value)

    def build(self) -> AdaptiveSystem:
        return AdaptiveSystem(self)
