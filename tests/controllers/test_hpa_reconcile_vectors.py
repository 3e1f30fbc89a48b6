"""Whole reconciliations of the autoscaler, by what it sees, against Kubernetes' own test cases."""

from collections.abc import Callable
from typing import Any

import pytest

from simlab.controllers import HpaSettings
from simlab.controllers.scaling.hpa import (
    Behavior,
    DescribedObject,
    ExternalMetric,
    MetricIdentifier,
    MetricSpec,
    MetricTarget,
    ObjectMetric,
    PodsMetric,
    ResourceMetric,
    ScalingPolicy,
    ScalingRules,
    limits,
)
from simlab.controllers.scaling.hpa.limits import Mark
from simlab.core import Observation, Reading, ReplicaSeen, ScaleTo, ServiceSeen, SourceSeen

Vector = dict[str, Any]

NOW = 100_000.0
ANCIENT = -1e9  # Stands for Go's zero time: long ago, and yet a number that can be added to.


def unfit(vector: Vector) -> str | None:
    """Say which feature of the case cannot be asked for here; None if all can."""
    types = {metric["type"] for metric in vector["config"]["metrics"]}
    if "CheddarCheese" in types:
        return "a metric type that cannot be written down"
    return None


def target(metric: Vector) -> MetricTarget:
    if "averageUtilization" in metric:
        return MetricTarget(type="Utilization", averageUtilization=metric["averageUtilization"])
    if "averageValueMilli" in metric:
        return MetricTarget(type="AverageValue", averageValue=metric["averageValueMilli"] / 1000)
    return MetricTarget(type="Value", value=metric["valueMilli"] / 1000)


def spec(metric: Vector) -> MetricSpec:
    match metric["type"]:
        case "Resource" | "ContainerResource":  # Of one container: its numbers become the pod's.
            resource = ResourceMetric(name=metric["resource"], target=target(metric))
            return MetricSpec(type="Resource", resource=resource)
        case "Pods":
            pods = PodsMetric(metric=MetricIdentifier(name="custom"), target=target(metric))
            return MetricSpec(type="Pods", pods=pods)
        case "Object":
            asked = ObjectMetric(
                describedObject=DescribedObject(name="web"),
                metric=MetricIdentifier(name="custom"),
                target=target(metric),
            )
            return MetricSpec(type="Object", object=asked)
    name = MetricIdentifier(name="sources.shoppers.custom")
    external = ExternalMetric(metric=name, target=target(metric))
    return MetricSpec(type="External", external=external)


def rules(direction: Vector | None) -> ScalingRules | None:
    if direction is None:
        return None
    return ScalingRules(
        stabilizationWindowSeconds=direction["stabilizationWindowSeconds"],
        selectPolicy=direction["selectPolicy"],
        policies=tuple(ScalingPolicy(**one) for one in direction["policies"]),
    )


def settings(config: Vector) -> HpaSettings:
    behavior = config["behavior"]
    metrics = tuple(spec(metric) for metric in config["metrics"])
    outside = any(one.type in ("Object", "External") for one in metrics)
    return HpaSettings(
        target="web",
        # The API refuses 0 for metrics of pods alone, which the test of the algorithm sets.
        minReplicas=config["minReplicas"] if outside else max(1, config["minReplicas"]),
        maxReplicas=config["maxReplicas"],
        metrics=metrics,
        behavior=behavior
        and Behavior(scaleUp=rules(behavior["scaleUp"]), scaleDown=rules(behavior["scaleDown"])),
        tolerance=config["tolerances"]["scaleUp"],
        downscaleStabilization=config["downscaleStabilizationSeconds"],
        cpuInitializationPeriod=config["cpuInitializationPeriodSeconds"],
        initialReadinessDelay=config["initialReadinessDelaySeconds"],
    )


def amount(amounts: dict[str, int], config: Vector) -> float:
    container = next((one["container"] for one in config["metrics"] if "container" in one), None)
    return (amounts[container] if container else sum(amounts.values())) / 1000


def since(age: float | None) -> float:
    return ANCIENT if age is None else NOW - age


def replica(number: int, vector: Vector) -> ReplicaSeen:
    pod, inputs = vector["inputs"]["pods"][number], vector["inputs"]
    readings = {}
    for sample in inputs["podResourceMetrics"]:
        if sample["pod"] == pod["name"]:
            value = amount(sample["containers"], vector["config"])
            readings["cpu"] = Reading(value, since(sample["age"]), sample["window"])
    if number < len(inputs["customValuesMilli"]):
        readings["custom"] = Reading(inputs["customValuesMilli"][number] / 1000, NOW)
    requests = {one["name"]: one["requests"].get("cpu", 0) for one in pod["containers"]}
    return ReplicaSeen(
        number=number,
        phase=pod["phase"],
        ready=pod["readyCondition"] == "True",
        ready_since=since(pod["transitionAge"]),
        started_at=since(pod["startAge"]),
        deleting=pod["deleted"],
        restarts=0,
        cpu_request=amount(requests, vector["config"]),
        cpu_limit=1.0,
        memory_request=None,
        memory_limit=None,
        readings=readings,
    )


def observation(vector: Vector) -> Observation:
    inputs = vector["inputs"]
    fails = any(metric.get("fetchFails") for metric in vector["config"]["metrics"])
    custom = inputs["customValuesMilli"]
    total = {"custom": Reading(sum(custom) / 1000, NOW)} if custom and not fails else {}
    web = ServiceSeen(
        wanted=inputs["specReplicas"],
        replicas=[replica(number, vector) for number in range(len(inputs["pods"]))],
        readings=total,
    )
    shoppers = SourceSeen(readings=total)
    return Observation(now=NOW, services={"web": web}, sources={"shoppers": shoppers})


@pytest.mark.vectors("hpa_reconcile", "hpa.reconcile")
def test_reconciles_as_kubernetes_does(vector: Vector, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = unfit(vector)
    if reason:
        pytest.skip(reason)
    monkeypatch.setattr(limits, "SCALE_UP_FACTOR", vector["config"]["scaleUpLimitFactor"])
    hpa = settings(vector["config"]).build()
    known = vector["inputs"]["recommendations"]
    if known is not None:
        hpa.recommendations = [Mark(one["value"], since(one["age"])) for one in known]
    decision = hpa.step(observation(vector))

    expected, wanted = vector["expected"], vector["inputs"]["specReplicas"]
    scaled = [] if expected["action"] == "none" else [expected["desiredReplicas"]]
    assert [one.replicas for one in decision.actions if isinstance(one, ScaleTo)] == scaled
    assert decision.because["replicas"] == expected["desiredReplicas"]
    conditions = {name: f"{status} {why}" for name, status, why in expected["conditions"]}
    told = ("AbleToScale", "ScalingActive", "ScalingLimited")
    assert {k: v for k, v in decision.because.items() if k in told} == conditions
    if "cpuUtilization" in expected:
        assert decision.because["cpu.usage"] == expected["cpuUtilization"]
    assert (wanted != expected["desiredReplicas"]) == bool(decision.actions)


def test_runs_nearly_all_of_the_cases(vectors: Callable[[str, str], list[Vector]]) -> None:
    cases = vectors("hpa_reconcile", "hpa.reconcile")
    assert sum(unfit(case) is None for case in cases) >= 42
