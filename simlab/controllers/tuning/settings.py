"""Settings of the resource manager (`manager`)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from simlab.controllers.checks import require_counts
from simlab.controllers.tuning.manager import ResourceManager
from simlab.core import (
    RESOURCES,
    Bytes,
    Cores,
    Count,
    Number,
    Ratio,
    Resource,
    Seconds,
    Selector,
    Settings,
    TelemetrySettings,
    require,
    require_not_negative,
    require_positive,
)

MEBI, GIBI = 2.0**20, 2.0**30


@dataclass(frozen=True, kw_only=True)
class ResourcesSettings(Settings):
    """A resource manager: the quota of each replica's cores, memory and storage follows its use.

    Args:
        target: The service whose replicas' quotas it sets.
        period: From one look to the next.
        manage: The resources that it looks after.
        high: Used more than this of its quota, a resource gets more.
        low: Used less than this, it gets less.
        up: What the quota is multiplied by to get more.
        down: What it is multiplied by to get less.
        windows: So many looks are remembered.
        agree: So many of them must have found the same, the last one too.
        cooldown: After a change a resource is left alone for so long.
        min_cores: No replica gets less.
        max_cores: No replica gets more.
        min_memory: No replica gets less.
        max_memory: No replica gets more.
        min_storage: No replica gets less.
        max_storage: No replica gets more.
        telemetry: A pipeline of its own; None: the scenario's.
    """

    kind: Literal["resources"] = "resources"
    target: Selector
    period: Seconds = 60.0
    manage: tuple[Resource, ...] = RESOURCES
    high: Ratio = 0.8
    low: Ratio = 0.3
    up: Number = 1.2
    down: Number = 0.8
    windows: Count = 3
    agree: Count = 2
    cooldown: Seconds = 300.0
    min_cores: Cores = 0.1
    max_cores: Cores = 16.0
    min_memory: Bytes = 16.0 * MEBI
    max_memory: Bytes = 64.0 * GIBI
    min_storage: Bytes = 16.0 * MEBI
    max_storage: Bytes = 1024.0 * GIBI
    telemetry: TelemetrySettings | None = None

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        "high",
        "low",
        "min_cores",
        "max_cores",
        "min_memory",
        "max_memory",
        "min_storage",
        "max_storage",
    )

    def __post_init__(self) -> None:
        require_positive(period=self.period, low=self.low)
        require_not_negative(cooldown=self.cooldown)
        require(bool(self.manage), "manage must name at least one resource")
        require(len(set(self.manage)) == len(self.manage), "manage must name each resource once")
        self._check_band()
        require_counts(1, windows=self.windows, agree=self.agree)
        require(
            self.agree <= self.windows,
            f"agree must not be more than windows ({self.windows}), got {self.agree}",
        )
        for resource in RESOURCES:
            least, most = self.bounds(resource)
            require_positive(**{f"min_{resource}": least, f"max_{resource}": most})
            require(
                least <= most,
                f"min_{resource} must not be above max_{resource}, got {least:g} and {most:g}",
            )

    def _check_band(self) -> None:
        require(
            self.low < self.high <= 1,
            f"high must be a share above low, at most 1, got {self.high:g} and {self.low:g}",
        )
        require(self.up > 1, f"up must be more than 1, got {self.up:g}")
        require(0 < self.down < 1, f"down must be more than 0 and less than 1, got {self.down:g}")
        require(
            self.high / self.up >= self.low and self.low / self.down <= self.high,
            "up and down must not lead from one threshold beyond the other: high / up must not be "
            "less than low, low / down not more than high",
        )

    def bounds(self, resource: Resource) -> tuple[float, float]:
        """Return the least and the most of `resource` that a replica may get."""
        return getattr(self, f"min_{resource}"), getattr(self, f"max_{resource}")

    def build(self) -> ResourceManager:
        return ResourceManager(self)
