"""Templates: the settings of the loops that each service of an adaptive system gets.

They are those of the loop by itself, with the founding periods, and without a telemetry of their
own: all loops of a system see what the system sees.
"""

# ruff: noqa: N815 (the product's field names)

from dataclasses import dataclass
from typing import ClassVar, Literal

from simlab.controllers.healing import HealthSettings
from simlab.controllers.scaling import HpaSettings
from simlab.controllers.tuning import ResourcesSettings
from simlab.core import Count, Seconds, Selector, TelemetrySettings


@dataclass(frozen=True, kw_only=True)
class ScalingSettings(HpaSettings):
    """The horizontal pod autoscaler that each service of an adaptive system gets.

    Args:
        target: Which of the system's services get one.
    """

    kind: Literal["hpa"] = "hpa"
    target: Selector = "all"
    maxReplicas: Count = 10
    syncPeriod: Seconds = 60.0

    telemetry: ClassVar[TelemetrySettings | None] = None  # type: ignore[misc]  # The system's.


@dataclass(frozen=True, kw_only=True)
class CheckingSettings(HealthSettings):
    """The health checker that each service of an adaptive system gets.

    Args:
        target: Which of the system's services get one.
    """

    kind: Literal["health"] = "health"
    target: Selector = "all"


@dataclass(frozen=True, kw_only=True)
class SizingSettings(ResourcesSettings):
    """The resource manager that each service of an adaptive system gets.

    Args:
        target: Which of the system's services get one.
    """

    kind: Literal["resources"] = "resources"
    target: Selector = "all"

    telemetry: ClassVar[TelemetrySettings | None] = None  # type: ignore[misc]  # The system's.
