"""From what is seen to a metric's proposal: pods, samples and requests, in whole thousandths.

A reading becomes whole thousandths as a quantity of the platform does: billionths, rounded, then
thousandths, rounded up. What has no value is missing, never 0.

Reference: Kubernetes, `resource.Quantity.MilliValue`; `horizontal.go`, computeReplicasForMetric.
"""

from math import isfinite
from typing import NamedTuple

from simlab.controllers.scaling.hpa.calculator import (
    MOST_USAGE,
    Average,
    MetricError,
    Proposal,
    Scaled,
    Tolerance,
    Utilization,
    propose_average,
    propose_per_pod,
    propose_value,
)
from simlab.controllers.scaling.hpa.metrics import MetricSpec, MetricTarget, ResourceMetric
from simlab.controllers.scaling.hpa.pods import Patience, Pod, PodName, Sample
from simlab.controllers.seen import seen_reading
from simlab.core import Observation, ReplicaSeen, ServiceSeen


class Label(NamedTuple):
    """How a metric is called: its name, and the platform's reason when it cannot be had."""

    name: str
    failed: str


def label(spec: MetricSpec) -> Label:
    """Return what `spec` is called in a decision's reasons."""
    failed = f"FailedGet{spec.type}Metric"
    if spec.resource is not None:
        return Label(spec.resource.name, failed)
    if spec.pods is not None:
        return Label(f"pods.{spec.pods.metric.name}", failed)
    if spec.object is not None:
        described, metric = spec.object.describedObject, spec.object.metric
        return Label(f"services.{described.name}.{metric.name}", failed)
    assert spec.external is not None, "a metric without a block cannot be made"
    return Label(spec.external.metric.name, failed)


def propose(
    spec: MetricSpec, seen: Observation, service: ServiceSeen, scaled: Scaled, tolerance: Tolerance
) -> Proposal:
    """Return what `spec` asks for.

    Raises:
        MetricError: It cannot be told now.
    """
    if spec.resource is not None:
        return _propose_resource(spec.resource, service, scaled, tolerance)
    if spec.pods is not None:
        samples = samples_of(service, spec.pods.metric.name)
        measure = Average(_amount(spec.pods.target.averageValue))
        return propose_per_pod(scaled, samples, measure, tolerance, cpu=False)
    target = spec.object.target if spec.object is not None else None
    if spec.external is not None:
        target = spec.external.target
    assert target is not None, "a metric without a block cannot be made"
    return _propose_total(label(spec).name, target, seen, scaled, tolerance)


def see(seen: Observation, service: ServiceSeen, patience: Patience) -> Scaled:
    """Return `service` as the calculations want it."""
    pods = [_pod(replica) for replica in service.replicas]
    running = sum(1 for pod in pods if not pod.deleting)
    return Scaled(
        now=seen.now, wanted=service.wanted, running=running, pods=pods, patience=patience
    )


def samples_of(service: ServiceSeen, name: str) -> dict[PodName, Sample]:
    """Return the replicas' readings called `name`, of those that have one.

    Raises:
        MetricError: None has one.
    """
    samples: dict[PodName, Sample] = {}
    for replica in service.replicas:
        reading = replica.readings.get(name)
        if reading is not None and reading.value is not None and isfinite(reading.value):
            value = thousandths(reading.value)
            samples[replica.number] = Sample(value, reading.measured_at, reading.window)
    if not samples:
        raise MetricError(f"unable to get metric {name}: no metrics returned")
    return samples


def requests_of(service: ServiceSeen, resource: str) -> dict[PodName, int]:
    """Return what each replica requests of `resource`.

    Raises:
        MetricError: One requests none.
    """
    requests: dict[PodName, int] = {}
    for replica in service.replicas:
        amount = replica.cpu_request if resource == "cpu" else replica.memory_request
        if amount is None:
            raise MetricError(f"missing request for {resource} in replica {replica.number}")
        requests[replica.number] = thousandths(amount)
    return requests


def thousandths(value: float) -> int:
    """Return `value` in whole thousandths, rounded up; what is below a billionth is noise.

    >>> thousandths(0.07), thousandths(0.0701), thousandths(2.0)
    (70, 71, 2000)
    """
    return -(-round(value * 1e9) // 1_000_000)


def _propose_resource(
    metric: ResourceMetric, service: ServiceSeen, scaled: Scaled, tolerance: Tolerance
) -> Proposal:
    samples = samples_of(service, metric.name)
    percent = metric.target.averageUtilization
    if percent is None:
        average = Average(_amount(metric.target.averageValue))
        return propose_per_pod(scaled, samples, average, tolerance, cpu=metric.name == "cpu")
    measure = Utilization(requests_of(service, metric.name), int(percent))
    return propose_per_pod(scaled, samples, measure, tolerance, cpu=metric.name == "cpu")


def _propose_total(
    path: str, target: MetricTarget, seen: Observation, scaled: Scaled, tolerance: Tolerance
) -> Proposal:
    value = seen_reading(seen, path, "").value
    if value is None or not isfinite(value):
        raise MetricError(f"unable to get metric {path}: no metrics returned")
    usage = min(thousandths(value), MOST_USAGE)
    if target.value is not None:
        return propose_value(scaled, usage, _amount(target.value), tolerance)
    return propose_average(scaled, usage, _amount(target.averageValue), tolerance)


def _amount(value: float | None) -> int:
    assert value is not None, "a target without its amount cannot be made"
    return thousandths(value)


def _pod(replica: ReplicaSeen) -> Pod:
    return Pod(
        name=replica.number,
        phase=replica.phase,
        ready=replica.ready,
        ready_since=replica.ready_since,
        started_at=replica.started_at,
        deleting=replica.deleting,
    )
