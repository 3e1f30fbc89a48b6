"""Settings of the horizontal pod autoscaler: its object's fields, and its controller's flags.

Reference: Kubernetes API, `autoscaling/v2`; kube-controller-manager, `--horizontal-pod-autoscaler-`
flags.
"""

# ruff: noqa: N815 (the product's field names)

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from simlab.controllers.checks import require_counts
from simlab.controllers.scaling.hpa.behavior import Behavior
from simlab.controllers.scaling.hpa.hpa import Hpa
from simlab.controllers.scaling.hpa.metrics import MetricSpec, MetricTarget, ResourceMetric
from simlab.core import (
    Count,
    Ratio,
    Seconds,
    Selector,
    Settings,
    TelemetrySettings,
    require,
    require_not_negative,
    require_positive,
)


def cpu_utilization(percent: Count) -> MetricSpec:
    """Return the metric most people mean: cpu in percent of what the pods request."""
    target = MetricTarget(type="Utilization", averageUtilization=percent)
    return MetricSpec(type="Resource", resource=ResourceMetric(name="cpu", target=target))


@dataclass(frozen=True, kw_only=True)
class HpaSettings(Settings):
    """Kubernetes' horizontal pod autoscaler.

    Args:
        target: The service to scale.
        minReplicas: The least count it may decide; 0 needs an Object or External metric.
        maxReplicas: The greatest count.
        metrics: What it watches; the greatest proposal counts. By default cpu at 80 %.
        behavior: How fast it may scale; None: the rules from before there was a behavior.
        telemetry: A pipeline of its own; None: the scenario's.
        syncPeriod: From one decision to the next.
        tolerance: How far usage / target may be from 1 before anything is done.
        downscaleStabilization: No count below what was recommended within this time.
        cpuInitializationPeriod: While a replica is so young, its cpu counts only if it is ready
            and was measured since.
        initialReadinessDelay: A replica that became unready within this after its start was never
            ready yet, and its cpu does not count.
    """

    kind: Literal["hpa"] = "hpa"
    target: Selector
    minReplicas: Count = 1
    maxReplicas: Count
    metrics: tuple[MetricSpec, ...] = (cpu_utilization(80),)
    behavior: Behavior | None = None
    telemetry: TelemetrySettings | None = None
    syncPeriod: Seconds = 15.0
    tolerance: Ratio = 0.1
    downscaleStabilization: Seconds = 300.0
    cpuInitializationPeriod: Seconds = 300.0
    initialReadinessDelay: Seconds = 30.0

    CHANGEABLE: ClassVar[tuple[str, ...]] = ("minReplicas", "maxReplicas", "averageUtilization")

    def __post_init__(self) -> None:
        require_counts(0, minReplicas=self.minReplicas)
        require_counts(1, maxReplicas=self.maxReplicas)
        require(
            self.minReplicas <= self.maxReplicas,
            f"minReplicas must not be above maxReplicas, got {self.minReplicas:g} and "
            f"{self.maxReplicas:g}",
        )
        require(bool(self.metrics), "metrics must name at least one")
        outside = any(spec.type in ("Object", "External") for spec in self.metrics)
        require(
            self.minReplicas > 0 or outside,
            "minReplicas may be 0 only with an Object or External metric: without pods there is "
            "nothing else to measure",
        )
        require_positive(syncPeriod=self.syncPeriod)
        require_not_negative(
            tolerance=self.tolerance,
            downscaleStabilization=self.downscaleStabilization,
            cpuInitializationPeriod=self.cpuInitializationPeriod,
            initialReadinessDelay=self.initialReadinessDelay,
        )

    @property
    def period(self) -> Seconds:
        return self.syncPeriod

    @property
    def averageUtilization(self) -> int | None:  # noqa: N802 (the product's field name)
        """Return the target of the first metric that is a utilization, in percent."""
        place = self._utilization()
        if place is None:
            return None
        resource = self.metrics[place].resource
        return None if resource is None else resource.target.averageUtilization

    def with_utilization(self, percent: float) -> "HpaSettings":
        """Return these settings with another target of the first metric that is a utilization.

        Raises:
            ValueError: There is none, or `percent` makes no sense.
        """
        place = self._utilization()
        require(place is not None, "averageUtilization cannot change: no metric is a Utilization")
        assert place is not None, "what was just required"
        resource = self.metrics[place].resource
        assert resource is not None, "only resources have a utilization"
        require_counts(1, averageUtilization=percent)
        target = replace(resource.target, averageUtilization=int(percent))
        spec = replace(self.metrics[place], resource=replace(resource, target=target))
        return replace(self, metrics=(*self.metrics[:place], spec, *self.metrics[place + 1 :]))

    def build(self) -> Hpa:
        return Hpa(self)

    def _utilization(self) -> int | None:
        for place, spec in enumerate(self.metrics):
            if spec.resource is not None and spec.resource.target.type == "Utilization":
                return place
        return None
