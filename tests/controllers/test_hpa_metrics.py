"""What can be written down: each metric with its own block, each target with its own amount."""

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
    cpu_utilization,
)
from simlab.controllers.scaling.hpa.behavior import down_rules, up_rules
from simlab.controllers.scaling.hpa.limits import Direction, Policy

UTILIZATION = MetricTarget(type="Utilization", averageUtilization=60)
AVERAGE = MetricTarget(type="AverageValue", averageValue=5.0)
VALUE = MetricTarget(type="Value", value=5.0)
NAME = MetricIdentifier(name="sources.shoppers.arrival_rate")


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        ({"type": "Utilization"}, "target: type Utilization needs averageUtilization"),
        ({"type": "Value", "averageValue": 1.0}, "target: type Value needs value"),
        (
            {"type": "Value", "value": 1.0, "averageValue": 1.0},
            "target: type Value needs value, and nothing else",
        ),
        ({"type": "Utilization", "averageUtilization": 0}, "averageUtilization must be"),
        ({"type": "Value", "value": 0.0}, "value must be positive"),
        ({"type": "AverageValue", "averageValue": -1.0}, "averageValue must be positive"),
    ],
)
def test_a_target_has_the_amount_of_its_type(nonsense: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        MetricTarget(**nonsense)


def test_a_metric_has_the_block_of_its_type() -> None:
    resource = ResourceMetric(name="cpu", target=UTILIZATION)
    with pytest.raises(ValueError, match="of type Pods needs its block pods, and no other"):
        MetricSpec(type="Pods", resource=resource)
    with pytest.raises(ValueError, match="of type Resource needs its block resource"):
        MetricSpec(type="Resource")


def test_a_block_bears_certain_targets_only() -> None:
    with pytest.raises(ValueError, match="type must be Utilization or AverageValue here"):
        ResourceMetric(name="cpu", target=VALUE)
    with pytest.raises(ValueError, match="type must be AverageValue here"):
        PodsMetric(metric=NAME, target=VALUE)
    with pytest.raises(ValueError, match="type must be Value or AverageValue here"):
        ExternalMetric(metric=NAME, target=UTILIZATION)
    with pytest.raises(ValueError, match="type must be Value or AverageValue here"):
        ObjectMetric(describedObject=DescribedObject(name="web"), metric=NAME, target=UTILIZATION)


@pytest.mark.parametrize("name", ["arrival_rate", "sources.shoppers"])
def test_an_external_metric_is_a_path(name: str) -> None:
    with pytest.raises(ValueError, match=r"ROOM\.NAME\.READING"):
        ExternalMetric(metric=MetricIdentifier(name=name), target=VALUE)


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        ({"minReplicas": -1}, "minReplicas must be"),
        ({"maxReplicas": 0}, "maxReplicas must be"),
        ({"minReplicas": 11}, "minReplicas must not be above maxReplicas"),
        ({"minReplicas": 0}, "minReplicas may be 0 only with"),
        ({"metrics": ()}, "metrics must name"),
        ({"syncPeriod": 0.0}, "syncPeriod must be"),
        ({"tolerance": -0.1}, "tolerance must not be"),
        ({"downscaleStabilization": -1.0}, "downscaleStabilization must not be"),
        ({"cpuInitializationPeriod": -1.0}, "cpuInitializationPeriod must not be"),
        ({"initialReadinessDelay": -1.0}, "initialReadinessDelay must not be"),
    ],
)
def test_refuses_settings_that_make_no_sense(nonsense: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        HpaSettings(**({"target": "web", "maxReplicas": 10} | nonsense))


def test_scales_to_nothing_only_with_something_else_to_measure() -> None:
    external = MetricSpec(type="External", external=ExternalMetric(metric=NAME, target=VALUE))
    settings = HpaSettings(target="web", minReplicas=0, maxReplicas=10, metrics=(external,))
    assert settings.minReplicas == 0
    assert settings.averageUtilization is None


def test_watches_cpu_at_80_percent_unless_told_otherwise() -> None:
    settings = HpaSettings(target="web", maxReplicas=10)
    assert settings.metrics == (cpu_utilization(80),)
    assert (settings.averageUtilization, settings.period) == (80, 15.0)


def test_changes_the_first_utilization() -> None:
    pods = MetricSpec(type="Pods", pods=PodsMetric(metric=NAME, target=AVERAGE))
    settings = HpaSettings(
        target="web", maxReplicas=10, metrics=(pods, cpu_utilization(60), cpu_utilization(70))
    )
    assert settings.with_utilization(50).metrics == (pods, cpu_utilization(50), cpu_utilization(70))
    with pytest.raises(ValueError, match=r"^averageUtilization must be a whole number"):
        settings.with_utilization(50.5)
    with pytest.raises(ValueError, match="no metric is a Utilization"):
        HpaSettings(target="web", maxReplicas=10, metrics=(pods,)).with_utilization(50)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ScalingPolicy(type="Pods", value=0, periodSeconds=15), "value must be"),
        (lambda: ScalingPolicy(type="Pods", value=1, periodSeconds=0), "periodSeconds must be"),
        (lambda: ScalingPolicy(type="Pods", value=1, periodSeconds=1801), "periodSeconds must be"),
        (lambda: ScalingRules(stabilizationWindowSeconds=3601), "stabilizationWindowSeconds must"),
        (lambda: ScalingRules(policies=()), "policies must name at least one"),
        (lambda: ScalingRules(tolerance=-0.1), "tolerance must not be negative"),
    ],
)
def test_refuses_rules_that_make_no_sense(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        make()


def test_fills_in_the_rules_of_the_api() -> None:
    assert up_rules(None) == Direction(
        0.0, "Max", (Policy(True, 4, 15.0), Policy(False, 100, 15.0))
    )
    assert down_rules(None, 300.0) == Direction(300.0, "Max", (Policy(False, 100, 15.0),))


def test_keeps_what_the_rules_leave_out() -> None:
    policy = ScalingPolicy(type="Percent", value=10, periodSeconds=60)
    assert down_rules(ScalingRules(policies=(policy,)), 120.0) == Direction(
        120.0, "Max", (Policy(False, 10, 60.0),)
    )
    rules = ScalingRules(stabilizationWindowSeconds=0, selectPolicy="Min")
    assert down_rules(rules, 120.0) == Direction(0.0, "Min", (Policy(False, 100, 15.0),))
    assert Behavior(scaleDown=rules).scaleUp is None
