"""What an HPA can be told to watch, in the fields of autoscaling/v2.

    Resource   cpu or memory of the pods: a share of what they request, or a value for each pod
    Pods       a reading of the replicas, by name: the mean over the pods
    Object     a reading of a service; External: any seen number, by its path: a value, or a value
               for each pod

Reference: Kubernetes API, `autoscaling/v2`, MetricSpec.
"""

# ruff: noqa: N815 (the product's field names)

from dataclasses import dataclass
from typing import Literal, TypeAlias

from simlab.controllers.checks import require_counts
from simlab.controllers.seen import ROOMS, require_metric
from simlab.core import (
    Bytes,
    Cores,
    Count,
    Name,
    PerSecond,
    Seconds,
    Settings,
    Text,
    require,
    require_positive,
)

# Of whatever unit the metric has: 500m (cores, in thousandths), 512Mi, 250ms, 120/s or a number.
Amount: TypeAlias = Cores | Bytes | Seconds | PerSecond

TargetType = Literal["Utilization", "AverageValue", "Value"]
FIELDS = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}


@dataclass(frozen=True, kw_only=True)
class MetricTarget(Settings):
    """What a metric should be.

    Args:
        type: Which of the others holds: ``Utilization``, ``AverageValue`` or ``Value``.
        averageUtilization: Percent of what the pods request.
        averageValue: For each pod.
        value: For all pods together.
    """

    type: TargetType
    averageUtilization: Count | None = None
    averageValue: Amount | None = None
    value: Amount | None = None

    def __post_init__(self) -> None:
        for kind, name in FIELDS.items():
            amount = getattr(self, name)
            needed = kind == self.type
            require(
                needed == (amount is not None),
                f"target: type {self.type} needs {FIELDS[self.type]}, and nothing else",
            )
        if self.averageUtilization is not None:
            require_counts(1, averageUtilization=self.averageUtilization)
        for name in ("averageValue", "value"):
            amount = getattr(self, name)
            if amount is not None:
                require_positive(**{name: amount})


@dataclass(frozen=True, kw_only=True)
class ResourceMetric(Settings):
    """A resource that pods request.

    Args:
        name: ``cpu`` or ``memory``.
        target: A utilization, or an average value in cores or bytes.
    """

    name: Literal["cpu", "memory"]
    target: MetricTarget

    def __post_init__(self) -> None:
        _require_target(self.target, "Utilization", "AverageValue")


@dataclass(frozen=True, kw_only=True)
class MetricIdentifier(Settings):
    """Which number.

    Args:
        name: A reading's name; for External the path of any seen number.
    """

    name: Text


@dataclass(frozen=True, kw_only=True)
class PodsMetric(Settings):
    """A reading of the replicas.

    Args:
        metric: Such as ``in_flight`` or ``arrival_rate``.
        target: An average value.
    """

    metric: MetricIdentifier
    target: MetricTarget

    def __post_init__(self) -> None:
        _require_target(self.target, "AverageValue")


@dataclass(frozen=True, kw_only=True)
class DescribedObject(Settings):
    """Whose reading it is.

    Args:
        kind: ``Service``.
        name: The service's name.
    """

    kind: Literal["Service"] = "Service"
    name: Name


@dataclass(frozen=True, kw_only=True)
class ObjectMetric(Settings):
    """A reading of a service, this one or another.

    Args:
        describedObject: The service.
        metric: Such as ``arrival_rate`` or ``latency_p95``.
        target: A value, or an average value.
    """

    describedObject: DescribedObject
    metric: MetricIdentifier
    target: MetricTarget

    def __post_init__(self) -> None:
        _require_target(self.target, "Value", "AverageValue")


@dataclass(frozen=True, kw_only=True)
class ExternalMetric(Settings):
    """Any seen number.

    Args:
        metric: Such as ``sources.shoppers.arrival_rate`` or ``links.web->cart.error_rate``.
        target: A value, or an average value.
    """

    metric: MetricIdentifier
    target: MetricTarget

    def __post_init__(self) -> None:
        require_metric(self.metric.name)
        room = self.metric.name.partition(".")[0]
        require(
            room in ROOMS,
            f"an External metric is ROOM.NAME.READING with {', '.join(ROOMS)} for a room, "
            f"got {self.metric.name}",
        )
        _require_target(self.target, "Value", "AverageValue")


@dataclass(frozen=True, kw_only=True)
class MetricSpec(Settings):
    """One metric: its type, and the block of that type.

    Args:
        type: ``Resource``, ``Pods``, ``Object`` or ``External``.
        resource: For Resource.
        pods: For Pods.
        object: For Object.
        external: For External.
    """

    type: Literal["Resource", "Pods", "Object", "External"]
    resource: ResourceMetric | None = None
    pods: PodsMetric | None = None
    object: ObjectMetric | None = None
    external: ExternalMetric | None = None

    def __post_init__(self) -> None:
        for name in ("resource", "pods", "object", "external"):
            needed = name == self.type.lower()
            given = getattr(self, name) is not None
            require(
                needed == given,
                f"a metric of type {self.type} needs its block {self.type.lower()}, and no other",
            )


def _require_target(target: MetricTarget, *allowed: str) -> None:
    require(
        target.type in allowed,
        f"target: type must be {' or '.join(allowed)} here, got {target.type}",
    )
