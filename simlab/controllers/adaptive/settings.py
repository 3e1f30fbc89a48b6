"""Settings of the adaptive system: which loops it has, and who wins where they meet."""

from dataclasses import dataclass, field, replace
from math import inf
from typing import ClassVar, Final, Literal

from simlab.controllers.adaptive.claims import PARTS, ArbiterSettings
from simlab.controllers.adaptive.parts import parts_of
from simlab.controllers.adaptive.rhythm import common_period
from simlab.controllers.adaptive.system import AdaptiveSystem
from simlab.controllers.adaptive.templates import (
    AgentSettings,
    CheckingSettings,
    CycleSettings,
    ScalingSettings,
    SizingSettings,
)
from simlab.controllers.changing import changed, number
from simlab.core import Seconds, Selector, Settings, TelemetrySettings, require

SCALERS: Final = ("mape_k", "scaling", "learning")  # Parts that may scale.


@dataclass(frozen=True, kw_only=True)
class AdaptiveSystemSettings(Settings):
    """The adaptive system: loops that act on the same services, and an arbiter between them.

    It is as often stepped as the greatest time of which the periods of its loops are multiples.

    Args:
        target: The services that it is for: all, those with a tag, or one.
        telemetry: A pipeline of its own; None: the scenario's. All of its loops see through it.
        mape_k: The MAPE-K loop for all services; none: nobody analyzes.
        health: The health checker that each service gets; none: nobody probes.
        scaling: The autoscaler that each service gets; none: nobody scales by utilization.
        resources: The resource manager that each service gets; none: quotas stay.
        learning: The learning agent that each service gets; none: nobody learns.
        arbiter: Who wins where two loops want one lever.
    """

    kind: Literal["adaptive_system"] = "adaptive_system"
    target: Selector = "all"
    telemetry: TelemetrySettings | None = None
    mape_k: CycleSettings | None = field(default_factory=CycleSettings)
    health: CheckingSettings | None = field(default_factory=CheckingSettings)
    scaling: ScalingSettings | None = field(default_factory=ScalingSettings)
    resources: SizingSettings | None = None
    learning: AgentSettings | None = field(default_factory=AgentSettings)
    arbiter: ArbiterSettings = field(default_factory=ArbiterSettings)

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        *(f"mape_k.{name}" for name in CycleSettings.CHANGEABLE),
        *(f"health.{name}" for name in CheckingSettings.CHANGEABLE),
        *(f"scaling.{name}" for name in ScalingSettings.CHANGEABLE),
        *(f"resources.{name}" for name in SizingSettings.CHANGEABLE),
        *(f"learning.{name}" for name in AgentSettings.CHANGEABLE),
    )

    def __post_init__(self) -> None:
        require(bool(parts_of(self)), f"{', '.join(PARTS)} must not all be none")
        for part in parts_of(self):
            self._check_target(part.name, part.settings.target)
        if self.health is not None:
            require(
                self.health.timeout <= self.period,
                f"health.timeout must not be longer than {self.period:g} s, which is how often a "
                f"system with loops of these periods looks, got {self.health.timeout:g} s",
            )

    def _check_target(self, part: str, target: str) -> None:
        mine = self.target.split(",")
        strangers = [one for one in target.split(",") if one not in mine]
        require(
            "all" in (self.target, target) or not strangers,
            f"{part}.target must be among the system's services, got {', '.join(strangers)}",
        )

    @property
    def period(self) -> Seconds:
        """Return how often the system looks."""
        return common_period([part.period for part in parts_of(self)])[0]

    @property
    def scales(self) -> bool:
        """Return whether any of its loops may scale a service."""
        return any(part.name in SCALERS for part in parts_of(self))

    @property
    def maxReplicas(self) -> float:  # noqa: N802 (autoscalers' field name)
        """Return the most replicas that it may give a service; inf where nothing bounds them."""
        mosts = [getattr(one.settings, "maxReplicas", inf) for one in parts_of(self)
                 if one.name in SCALERS]  # fmt: skip
        return float(max(mosts, default=0))

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
