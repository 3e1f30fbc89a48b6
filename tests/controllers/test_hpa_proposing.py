"""From what is seen to a proposal: readings become whole thousandths, what is missing stays so."""

from dataclasses import replace
from typing import Any

import pytest

from simlab.controllers.scaling.hpa import (
    DescribedObject,
    ExternalMetric,
    MetricIdentifier,
    MetricSpec,
    MetricTarget,
    ObjectMetric,
    PodsMetric,
    ResourceMetric,
    cpu_utilization,
)
from simlab.controllers.scaling.hpa.calculator import MetricError, Proposal, Tolerance
from simlab.controllers.scaling.hpa.pods import Patience, Sample
from simlab.controllers.scaling.hpa.proposing import (
    label,
    propose,
    requests_of,
    samples_of,
    see,
    thousandths,
)
from simlab.core import Observation, Reading, ReplicaSeen, ServiceSeen, SourceSeen

REPLICA = ReplicaSeen(
    number=0,
    phase="Running",
    ready=True,
    ready_since=0.0,
    started_at=0.0,
    deleting=False,
    restarts=0,
    cpu_request=0.5,
    cpu_limit=1.0,
    memory_request=1000.0,
    memory_limit=None,
    readings={
        "cpu": Reading(0.3, 995.0, 60.0),
        "memory": Reading(800.0, 995.0),
        "in_flight": Reading(7.0, 995.0),
    },
)
SERVICE = ServiceSeen(
    wanted=2,
    replicas=[REPLICA, replace(REPLICA, number=1)],
    readings={"arrival_rate": Reading(90.0, 995.0)},
)
SEEN = Observation(
    now=1000.0,
    services={"web": SERVICE},
    sources={"shoppers": SourceSeen(readings={"arrival_rate": Reading(90.0, 995.0)})},
)


def average(value: float) -> MetricTarget:
    return MetricTarget(type="AverageValue", averageValue=value)


def resource(name: Any, target: MetricTarget) -> MetricSpec:
    return MetricSpec(type="Resource", resource=ResourceMetric(name=name, target=target))


MEMORY = resource("memory", MetricTarget(type="Utilization", averageUtilization=40))
PODS = MetricSpec(
    type="Pods",
    pods=PodsMetric(metric=MetricIdentifier(name="in_flight"), target=average(3.5)),
)
OBJECT = MetricSpec(
    type="Object",
    object=ObjectMetric(
        describedObject=DescribedObject(name="web"),
        metric=MetricIdentifier(name="arrival_rate"),
        target=MetricTarget(type="Value", value=45.0),
    ),
)
EXTERNAL = MetricSpec(
    type="External",
    external=ExternalMetric(
        metric=MetricIdentifier(name="sources.shoppers.arrival_rate"), target=average(15.0)
    ),
)


def asked(spec: MetricSpec, seen: Observation = SEEN) -> Proposal:
    patience = Patience(initialization=0.0, readiness_delay=0.0)
    service = seen.services["web"]
    scaled = see(seen, service, patience)
    return propose(spec, seen, service, scaled, Tolerance(up=0.1, down=0.1))


def without(readings: dict[str, Reading]) -> Observation:
    replicas = [replace(one, readings=readings) for one in SERVICE.replicas]
    return replace(
        SEEN, services={"web": replace(SERVICE, replicas=replicas, readings={})}, sources={}
    )


@pytest.mark.parametrize(
    ("spec", "replicas", "usage"),
    [
        pytest.param(cpu_utilization(30), 4, 60, id="cpu, of what is requested"),
        pytest.param(resource("cpu", average(0.1)), 6, 300, id="cpu, for each pod"),
        pytest.param(MEMORY, 4, 80, id="memory, of what is requested"),
        pytest.param(resource("memory", average(400.0)), 4, 800_000, id="memory, for each pod"),
        pytest.param(PODS, 4, 7000, id="a reading of the pods"),
        pytest.param(OBJECT, 4, 90_000, id="a reading of a service"),
        pytest.param(EXTERNAL, 6, 45_000, id="any seen number"),
    ],
)
def test_asks_for(spec: MetricSpec, replicas: int, usage: int) -> None:
    proposal = asked(spec)
    assert (proposal.replicas, proposal.usage) == (replicas, usage)


@pytest.mark.parametrize("spec", [cpu_utilization(30), MEMORY, PODS, OBJECT, EXTERNAL])
@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_cannot_tell_without_readings(spec: MetricSpec, value: float | None) -> None:
    with pytest.raises(MetricError, match="no metrics returned"):
        asked(spec, without({}))
    nothing = Reading(value, 995.0)
    with pytest.raises(MetricError, match="no metrics returned"):
        asked(spec, without(dict.fromkeys(("cpu", "memory", "in_flight"), nothing)))


def test_needs_a_request_of_every_pod() -> None:
    replicas = [REPLICA, replace(REPLICA, number=1, memory_request=None)]
    seen = replace(SEEN, services={"web": replace(SERVICE, replicas=replicas)})
    with pytest.raises(MetricError, match="missing request for memory in replica 1"):
        asked(MEMORY, seen)
    assert requests_of(SERVICE, "cpu") == {0: 500, 1: 500}


def test_is_patient_about_cpu_only() -> None:
    young = replace(REPLICA, started_at=999.0, ready_since=999.0)
    seen = replace(SEEN, services={"web": replace(SERVICE, replicas=[young])})
    scaled = see(seen, seen.services["web"], Patience(initialization=300.0, readiness_delay=0.0))
    tolerance = Tolerance(up=0.1, down=0.1)
    with pytest.raises(MetricError, match="pods might be unready"):
        propose(cpu_utilization(30), seen, seen.services["web"], scaled, tolerance)
    with pytest.raises(MetricError, match="pods might be unready"):
        propose(resource("cpu", average(0.1)), seen, seen.services["web"], scaled, tolerance)
    assert propose(MEMORY, seen, seen.services["web"], scaled, tolerance).replicas == 2
    assert propose(PODS, seen, seen.services["web"], scaled, tolerance).replicas == 2


def test_keeps_when_and_over_what_a_reading_was_measured() -> None:
    assert samples_of(SERVICE, "cpu")[0] == Sample(300, 995.0, 60.0)


def test_counts_who_runs_without_who_is_leaving() -> None:
    replicas = [REPLICA, replace(REPLICA, number=1, deleting=True, phase="Pending")]
    scaled = see(
        SEEN, replace(SERVICE, replicas=replicas), Patience(initialization=0.0, readiness_delay=0.0)
    )
    assert (scaled.running, scaled.wanted, scaled.now) == (1, 2, 1000.0)
    assert [(pod.name, pod.phase, pod.deleting) for pod in scaled.pods] == [
        (0, "Running", False),
        (1, "Pending", True),
    ]


@pytest.mark.parametrize(
    ("spec", "name", "failed"),
    [
        (cpu_utilization(30), "cpu", "FailedGetResourceMetric"),
        (PODS, "pods.in_flight", "FailedGetPodsMetric"),
        (OBJECT, "services.web.arrival_rate", "FailedGetObjectMetric"),
        (EXTERNAL, "sources.shoppers.arrival_rate", "FailedGetExternalMetric"),
    ],
)
def test_calls_metrics_by_name(spec: MetricSpec, name: str, failed: str) -> None:
    assert label(spec) == (name, failed)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, 0), (0.3, 300), (0.07, 70), (0.0001, 1), (1e-12, 0), (2e9, 2_000_000_000_000)],
)
def test_counts_in_thousandths(value: float, expected: int) -> None:
    assert thousandths(value) == expected


@pytest.mark.vectors("hpa_replica_calculator", "hpa.calculateRequests")
def test_requests_of_containers(vector: dict[str, Any]) -> None:
    pytest.skip("a replica has one request: there are no containers to sum up")
