"""Templates: the settings of the loops that an adaptive system, or each of its services, gets.

They are those of the loop by itself, with the founding periods, and without a telemetry of their
own: all loops of a system see what the system sees.
"""

# ruff: noqa: N815 (the product's field names)

from dataclasses import dataclass
from typing import ClassVar, Literal

from simlab.controllers.healing import HealthSettings
from simlab.controllers.learning import QLearningSettings
from simlab.controllers.mapek import MapeKSettings
from simlab.controllers.scaling import HpaSettings
from simlab.controllers.tuning import ResourcesSettings
from simlab.core import Count, Ratio, Seconds, Selector, TelemetrySettings


@dataclass(frozen=True, kw_only=True)
class CycleSettings(MapeKSettings):
    """The MAPE-K loop of an adaptive system, one for all of its services.

    Args:
        target: Which of the system's services it watches and acts on.
    """

    kind: Literal["mape_k"] = "mape_k"
    target: Selector = "all"

    telemetry: ClassVar[TelemetrySettings | None] = None  # type: ignore[misc]  # The system's.

    def __hash__(self) -> int:
        return super().__hash__()


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


@dataclass(frozen=True, kw_only=True)
class AgentSettings(QLearningSettings):
    """The learning agent that each service of an adaptive system gets.

    Of the founding agent it has all but the restarts, which it would try out on what is well. What
    it has not learned yet it leaves alone, and else it tries one thing in ten steps.

    Args:
        target: Which of the system's services get one.
        actions: ``delta``: so many more or less; ``headroom``: eight target utilizations;
            ``absolute``: each count; ``founding``: do nothing, one more, one less, restart.
        fallback: The target utilization where it has not learned enough to decide; None: it holds.
    """

    kind: Literal["qlearning"] = "qlearning"
    target: Selector = "all"
    actions: Literal["headroom", "delta", "absolute", "founding"] = "delta"
    period: Seconds = 300.0
    fallback: Ratio | None = None

    telemetry: ClassVar[TelemetrySettings | None] = None  # type: ignore[misc]  # The system's.
