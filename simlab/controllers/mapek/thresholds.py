"""Thresholds: from where on a number is a symptom; for all services, and for one apart."""

from dataclasses import dataclass, fields
from typing import Literal

from simlab.controllers.checks import require_counts
from simlab.controllers.seen import ROOMS, require_metric
from simlab.core import (
    Count,
    Name,
    Number,
    Ratio,
    Seconds,
    Settings,
    Text,
    require,
    require_positive,
)

SHARES = ("error_rate", "memory", "storage", "ready", "unreachable")


@dataclass(frozen=True, kw_only=True)
class Thresholds(Settings):
    """From where on something is wrong, for every service that has nothing of its own.

    Args:
        latency_p99: HighLatency above it.
        error_rate: HighErrorRate above it.
        utilization: HighResourceUsage where cpu usage / request is above it.
        memory: HighResourceUsage where a replica's memory / limit is above it.
        storage: HighResourceUsage where a replica's storage / limit is above it.
        ready: ServiceDown where the share of replicas that are ready is below it.
        unreachable: ServiceDown where a larger share of attempts finds nobody there.
        crashes: ServiceDown where as many crashes, or failed probes, are seen within `of` windows.
        leak: MemoryLeak where memory grows so that its limit is reached within this time.
    """

    latency_p99: Seconds = 1.0
    error_rate: Ratio = 0.05
    utilization: Number = 0.9
    memory: Ratio = 0.9
    storage: Ratio = 0.85
    ready: Ratio = 0.75
    unreachable: Ratio = 0.5
    crashes: Count = 3
    leak: Seconds = 3600.0

    def __post_init__(self) -> None:
        require_positive(latency_p99=self.latency_p99, utilization=self.utilization, leak=self.leak)
        require_counts(1, crashes=self.crashes)
        for name in SHARES:
            _require_inner_share(name, getattr(self, name))

    def under(self, own: "OwnThresholds | None") -> "Thresholds":
        """Return these, with what `own` has in their place."""
        if own is None:
            return self
        found = {one.name: getattr(own, one.name) for one in fields(own)}
        mine = {one.name: getattr(self, one.name) for one in fields(self)}
        return Thresholds(**mine | {name: one for name, one in found.items() if one is not None})


@dataclass(frozen=True, kw_only=True)
class OwnThresholds(Settings):
    """Thresholds of one service; None: as for all.

    Args:
        latency_p99: HighLatency above it.
        error_rate: HighErrorRate above it.
        utilization: HighResourceUsage where cpu usage / request is above it.
        memory: HighResourceUsage where a replica's memory / limit is above it.
        storage: HighResourceUsage where a replica's storage / limit is above it.
        ready: ServiceDown where the share of replicas that are ready is below it.
        unreachable: ServiceDown where a larger share of attempts finds nobody there.
        crashes: ServiceDown where as many crashes, or failed probes, are seen within `of` windows.
        leak: MemoryLeak where memory grows so that its limit is reached within this time.
    """

    latency_p99: Seconds | None = None
    error_rate: Ratio | None = None
    utilization: Number | None = None
    memory: Ratio | None = None
    storage: Ratio | None = None
    ready: Ratio | None = None
    unreachable: Ratio | None = None
    crashes: Count | None = None
    leak: Seconds | None = None

    def __post_init__(self) -> None:
        Thresholds().under(self)


@dataclass(frozen=True, kw_only=True)
class CustomSymptom(Settings):
    """A symptom of one's own: any number that is seen, beyond a bound.

    Args:
        name: What it is called: ``Custom(name)``.
        metric: The path of the number: ``services.cart.line``, ``links.web->cart.rate.timeout``.
        relation: On which side of the bound it is wrong.
        bound: In the metric's unit.
        service: Which service it is a symptom of; None: the one in the path.
    """

    name: Name
    metric: Text
    relation: Literal["above", "below"] = "above"
    bound: Number
    service: Name | None = None

    def __post_init__(self) -> None:
        require_metric(self.metric)
        room = self.metric.partition(".")[0]
        require(
            room in ROOMS,
            f"metric must be a whole path, such as services.web.line, got {self.metric}",
        )
        require(
            self.service is not None or room in ("services", "links"),
            f"service must say whose symptom {self.metric} is",
        )

    @property
    def subject(self) -> str:
        """Return the path of whom it is a symptom of."""
        if self.service is not None:
            return f"services.{self.service}"
        room, name, _ = self.metric.split(".", 2)
        return f"{room}.{name}"


def _require_inner_share(name: str, value: float) -> None:
    require(0 < value < 1, f"{name} must be a share above 0 and below 1 (100 %), got {value:g}")
