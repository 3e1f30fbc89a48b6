"""The autoscaler's parts against the test cases of Kubernetes' own, number by number."""

from collections.abc import Callable
from typing import Any

import pytest

from simlab.controllers.scaling.hpa import limits
from simlab.controllers.scaling.hpa.calculator import (
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
from simlab.controllers.scaling.hpa.limits import Bounds, Direction, Events, Mark, Policy
from simlab.controllers.scaling.hpa.pods import Patience, Pod, PodName, Sample, group

Vector = dict[str, Any]

NOW = 100_000.0
ANCIENT = -1e9  # Stands for Go's zero time: long ago, and yet a number that can be added to.


def at(age: float | None) -> float:
    """Return the time of something of this age; None: the beginning of time."""
    return ANCIENT if age is None else NOW - age


def pod(one: Vector) -> Pod:
    ready = one["readyCondition"]
    return Pod(
        name=one["name"],
        phase=one["phase"],
        ready=None if ready is None else ready == "True",
        ready_since=at(one["transitionAge"]),
        started_at=at(one["startAge"]) if one["hasStartTime"] else None,
        deleting=one["deleted"],
    )


def patience(config: Vector) -> Patience:
    return Patience(
        initialization=config["cpuInitializationPeriodSeconds"],
        readiness_delay=config["initialReadinessDelaySeconds"],
    )


def scaled(vector: Vector) -> Scaled:
    current = vector["inputs"]["currentReplicas"]
    return Scaled(
        now=NOW,
        wanted=current,
        running=current,
        pods=[pod(one) for one in vector["inputs"]["pods"]],
        patience=patience(vector["config"]),
    )


def tolerance(vector: Vector) -> Tolerance:
    sides = vector["config"]["tolerances"]
    return Tolerance(up=sides["scaleUp"], down=sides["scaleDown"])


def total(amounts: dict[str, int], container: str) -> int:
    """Return a pod's amount: one container's, or all of them together."""
    return amounts[container] if container else sum(amounts.values())


def requests(inputs: Vector) -> dict[PodName, int]:
    """Return what each pod requests: here a pod is one replica, with one request."""
    resource, container = inputs["resource"], inputs["container"]
    return {
        one["name"]: total(
            {each["name"]: each["requests"][resource] for each in one["containers"]}, container
        )
        for one in inputs["pods"]
    }


def samples(inputs: Vector) -> dict[PodName, Sample]:
    return {
        one["pod"]: Sample(total(one["containers"], inputs["container"]), at(one["age"]), 60.0)
        for one in inputs["podMetrics"]
    }


def unfit(vector: Vector) -> str | None:
    """Say which feature of a case lies outside of these functions; None if there is none."""
    inputs = vector["inputs"]
    if "podMetrics" in inputs and not inputs["podMetrics"]:
        return "no samples at all: told apart where readings become samples"
    return None


def check(vector: Vector, proposal: Proposal) -> None:
    expected = vector["expected"]
    assert proposal.replicas == expected["replicas"]
    usage = expected.get("utilization", expected.get("usageMilli"))
    assert proposal.usage == usage
    if "rawAverageMilli" in expected:
        assert proposal.average == expected["rawAverageMilli"]


@pytest.mark.vectors(
    "hpa_replica_calculator",
    "hpa.Resource/AverageUtilization",
    "hpa.ContainerResource/AverageUtilization",
)
def test_proposes_for_a_utilization(vector: Vector) -> None:
    reason = unfit(vector)
    if reason:
        pytest.skip(reason)
    inputs, expected = vector["inputs"], vector["expected"]
    measure = Utilization(requests(inputs), inputs["targetUtilization"])
    arguments = (scaled(vector), samples(inputs), measure, tolerance(vector))
    if "error" in expected:
        with pytest.raises(MetricError, match=expected["error"]):
            propose_per_pod(*arguments, cpu=True)
    else:
        check(vector, propose_per_pod(*arguments, cpu=inputs["resource"] == "cpu"))


@pytest.mark.vectors("hpa_replica_calculator", "hpa.Pods/AverageValue")
def test_proposes_for_a_mean_over_pods(vector: Vector) -> None:
    inputs = vector["inputs"]
    names = [one["name"] for one in inputs["pods"]]
    values = {
        name: Sample(value, NOW, 60.0)
        for name, value in zip(names, inputs["valuesMilli"], strict=False)
    }
    measure = Average(inputs["targetMilli"])
    check(
        vector,
        propose_per_pod(scaled(vector), values, measure, tolerance(vector), cpu=False),
    )


@pytest.mark.vectors("hpa_replica_calculator", "hpa.Object/Value", "hpa.External/Value")
def test_proposes_for_a_value(vector: Vector) -> None:
    inputs = vector["inputs"]
    usage = sum(inputs["valuesMilli"])
    check(vector, propose_value(scaled(vector), usage, inputs["targetMilli"], tolerance(vector)))


@pytest.mark.vectors(
    "hpa_replica_calculator", "hpa.Object/AverageValue", "hpa.External/AverageValue"
)
def test_proposes_for_a_value_for_each_pod(vector: Vector) -> None:
    inputs = vector["inputs"]
    usage = sum(inputs["valuesMilli"])
    check(vector, propose_average(scaled(vector), usage, inputs["targetMilli"], tolerance(vector)))


@pytest.mark.vectors("hpa_replica_calculator", "hpa.groupPods")
def test_sorts_pods(vector: Vector) -> None:
    inputs, expected = vector["inputs"], vector["expected"]
    found: dict[PodName, Sample] = {
        name: Sample(one["value"], at(one["age"]), one["window"])
        for name, one in inputs["metrics"].items()
    }
    groups = group(
        [pod(one) for one in inputs["pods"]],
        found,
        cpu=inputs["resource"] == "cpu",
        now=NOW,
        patience=patience(vector["config"]),
    )
    assert groups.ready == expected["readyPodCount"]
    assert sorted(groups.unready) == sorted(expected["unready"])
    assert sorted(groups.missing) == sorted(expected["missing"])
    assert sorted(groups.ignored) == sorted(expected["ignored"])


def direction(rules: Vector, otherwise: float = 300.0) -> Direction:
    window = rules["stabilizationWindowSeconds"]
    return Direction(
        window=otherwise if window is None else window,
        select=rules["selectPolicy"],
        policies=tuple(
            Policy(one["type"] == "Pods", one["value"], one["periodSeconds"])
            for one in rules["policies"]
        ),
    )


def changes(log: list[Vector]) -> list[Mark]:
    return [Mark(one["change"], at(one["age"])) for one in log]


def marks(log: list[Vector]) -> list[Mark]:
    return [Mark(one["value"], at(one["age"])) for one in log]


@pytest.mark.vectors("hpa_behavior", "hpa.convertWithBehavior")
def test_limits_by_behavior(vector: Vector) -> None:
    inputs, config = vector["inputs"], vector["config"]
    limited = limits.convert_with_behavior(
        inputs["currentReplicas"],
        inputs["desiredReplicas"],
        Bounds(inputs["minReplicas"], inputs["maxReplicas"]),
        Events(changes(inputs["scaleUpEvents"]), changes(inputs["scaleDownEvents"])),
        NOW,
        up=direction(config["scaleUp"]),
        down=direction(config["scaleDown"]),
    )
    assert limited.replicas == vector["expected"]["replicas"]
    assert limited.reason == vector["expected"].get("condition", limited.reason)


@pytest.mark.vectors("hpa_behavior", "hpa.convertWithRules")
def test_limits_without_behavior(vector: Vector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SCALE_UP_FACTOR", vector["config"]["scaleUpLimitFactor"])
    inputs = vector["inputs"]
    bounds = Bounds(inputs["minReplicas"], inputs["maxReplicas"])
    limited = limits.convert_with_rules(
        inputs["currentReplicas"], inputs["desiredReplicas"], bounds
    )
    assert limited == (vector["expected"]["replicas"], vector["expected"]["condition"])


@pytest.mark.vectors("hpa_behavior", "hpa.scaleUpLimit", "hpa.scaleDownLimit")
def test_finds_the_limit_of_policies(vector: Vector) -> None:
    inputs = vector["inputs"]
    events = Events(changes(inputs["scaleUpEvents"]), changes(inputs["scaleDownEvents"]))
    limit = limits.up_limit if inputs["kind"] == "scaleUpLimit" else limits.down_limit
    rules = direction(vector["config"]["rules"])
    assert limit(inputs["currentReplicas"], events, rules, NOW) == vector["expected"]["limit"]


@pytest.mark.vectors("hpa_behavior", "hpa.stabilizeLegacy")
def test_stabilizes_without_behavior(vector: Vector) -> None:
    log, window = marks(vector["inputs"]["recommendations"]), 300.0
    replicas = limits.stabilize(log, vector["inputs"]["desiredReplicas"], NOW, window)
    assert replicas == vector["expected"]["replicas"]
    assert len(log) == vector["expected"]["logLength"]


@pytest.mark.vectors("hpa_behavior", "hpa.stabilizeBehavior")
def test_stabilizes_by_behavior(vector: Vector) -> None:
    inputs, config = vector["inputs"], vector["config"]
    log = marks(inputs["recommendations"])
    limited = limits.stabilize_both(
        log,
        inputs["currentReplicas"],
        inputs["desiredReplicas"],
        NOW,
        up=config["scaleUpWindowSeconds"],
        down=config["scaleDownWindowSeconds"],
    )
    assert limited.replicas == vector["expected"]["replicas"]
    if "log" in vector["expected"]:
        assert [mark.value for mark in log] == vector["expected"]["log"]


@pytest.mark.vectors("hpa_behavior", "hpa.storeEvent")
def test_stores_changes(vector: Vector) -> None:
    log, expected = changes(vector["inputs"]["events"]), vector["expected"]
    assert limits.changed_within(log, 60.0, NOW) == expected["changeInLast60sBeforeStore"]
    if vector["config"]["rules"] is None:
        pytest.skip("without behavior nothing is stored: see the autoscaler's own tests")
    limits.store_change(
        log, vector["inputs"]["replicaChange"], direction(vector["config"]["rules"]), NOW
    )
    assert [mark.value for mark in log] == [one["change"] for one in expected["log"]]


def test_runs_nearly_all_of_the_cases(vectors: Callable[[str, str], list[Vector]]) -> None:
    kinds = ("hpa.Resource/AverageUtilization", "hpa.ContainerResource/AverageUtilization")
    cases = [case for kind in kinds for case in vectors("hpa_replica_calculator", kind)]
    assert sum(unfit(case) is None for case in cases) >= 29
