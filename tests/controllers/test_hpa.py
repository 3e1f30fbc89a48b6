"""The autoscaler over time: what it remembers, what it says, what it does after a refusal."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from simlab.controllers import Hpa, HpaSettings
from simlab.controllers.scaling.hpa import (
    Behavior,
    ExternalMetric,
    MetricIdentifier,
    MetricSpec,
    MetricTarget,
    ScalingPolicy,
    ScalingRules,
    cpu_utilization,
)
from simlab.core import (
    ActionOutcome,
    Decision,
    LinkSeen,
    Observation,
    Reading,
    ReplicaSeen,
    ScaleTo,
    ServiceSeen,
)

SETTINGS = HpaSettings(target="web", minReplicas=1, maxReplicas=100, metrics=(cpu_utilization(50),))


def replica(number: int, cpu: float | None) -> ReplicaSeen:
    return ReplicaSeen(
        number=number,
        phase="Running",
        ready=True,
        ready_since=float("-inf"),
        started_at=float("-inf"),
        deleting=False,
        restarts=0,
        cpu_request=1.0,
        cpu_limit=1.0,
        memory_request=None,
        memory_limit=None,
        readings={"cpu": Reading(cpu, 0.0, 60.0)},
    )


def step(
    hpa: Hpa, now: float, wanted: int, cpu: float | None, outcomes: Sequence[Any] = (), **seen: Any
) -> Decision:
    service = ServiceSeen(wanted=wanted, replicas=[replica(i, cpu) for i in range(wanted)])
    return hpa.step(Observation(now=now, services={"web": service}, outcomes=outcomes, **seen))


def count(decision: Decision) -> int | None:
    if not decision.actions:
        return None
    (action,) = decision.actions
    assert isinstance(action, ScaleTo)
    assert action.service == "web"
    return action.replicas


def test_scales_in_proportion() -> None:
    assert count(step(SETTINGS.build(), 0.0, 4, 0.9)) == 8


def test_a_fresh_one_cannot_scale_down_for_its_window() -> None:
    hpa = SETTINGS.build()
    assert [count(step(hpa, now, 6, 0.1)) for now in (0.0, 300.0, 300.1)] == [None, None, 2]


def test_scales_down_to_the_greatest_recommendation_of_the_window() -> None:
    hpa = replace(SETTINGS, downscaleStabilization=60.0).build()
    step(hpa, 0.0, 8, 0.5)
    step(hpa, 45.0, 8, 0.3)  # Says 5.
    assert [count(step(hpa, now, 8, 0.1)) for now in (60.0, 75.0, 120.0)] == [None, 5, 2]


def test_says_that_it_is_held_by_the_past() -> None:
    hpa = SETTINGS.build()
    because = step(hpa, 0.0, 6, 0.1).because
    assert because["AbleToScale"] == "True ScaleDownStabilized"
    assert (because["desired"], because["stabilized"], because["replicas"]) == (2, 6, 6)


def test_says_what_it_went_by() -> None:
    assert step(SETTINGS.build(), 0.0, 4, 0.9).because == {
        "wanted": 4,
        "ready": 4,
        "AbleToScale": "True SucceededRescale",
        "cpu.usage": 90,
        "cpu.proposal": 8,
        "ScalingActive": "True ValidMetricFound",
        "desired": 8,
        "stabilized": 8,
        "ScalingLimited": "False DesiredWithinRange",
        "replicas": 8,
    }


def test_says_which_limit_bound() -> None:
    assert step(SETTINGS.build(), 0.0, 4, 2.0).because["ScalingLimited"] == "True ScaleUpLimit"
    tight = replace(SETTINGS, maxReplicas=5).build()
    assert step(tight, 0.0, 4, 2.0).because["ScalingLimited"] == "True TooManyReplicas"


def test_does_nothing_without_metrics_and_says_so() -> None:
    decision = step(SETTINGS.build(), 0.0, 4, None)
    assert decision.actions == ()
    assert decision.because["ScalingActive"] == "False FailedGetResourceMetric"
    assert decision.because["cpu.missing"] == "unable to get metric cpu: no metrics returned"
    assert decision.because["replicas"] == 4


def test_recommends_nothing_from_nothing() -> None:
    """A cycle without metrics leaves no recommendation behind."""
    hpa = SETTINGS.build()
    step(hpa, 0.0, 6, 0.1)
    assert hpa.recommendations is not None
    before = len(hpa.recommendations)
    step(hpa, 15.0, 6, None)
    assert len(hpa.recommendations) == before


def test_does_nothing_without_its_service_and_says_so() -> None:
    decision = SETTINGS.build().step(Observation(now=0.0))
    assert (decision.actions, decision.because) == ((), {"AbleToScale": "False FailedGetScale"})


@pytest.mark.parametrize(("wanted", "expected"), [(200, 100), (2, 3), (0, None)])
def test_brings_what_is_wanted_within_bounds_without_metrics(
    wanted: int, expected: int | None
) -> None:
    assert count(step(replace(SETTINGS, minReplicas=3).build(), 0.0, wanted, None)) == expected


EXTERNAL = MetricSpec(
    type="External",
    external=ExternalMetric(
        metric=MetricIdentifier(name="links.a->web.arrival_rate"),
        target=MetricTarget(type="AverageValue", averageValue=10.0),
    ),
)


@pytest.mark.parametrize(
    ("cpu", "rate", "expected"),
    [
        pytest.param(0.5, 60.0, 6, id="the greater one counts"),
        pytest.param(0.7, 60.0, 6, id="the greater one counts, second"),
        pytest.param(0.8, 60.0, 7, id="the greater one counts, first"),
        pytest.param(0.8, None, 7, id="up goes with one missing"),
        pytest.param(0.1, None, None, id="down does not"),
        pytest.param(None, 20.0, None, id="nor with the other missing"),
        pytest.param(None, 60.0, 6, id="up goes with the other"),
    ],
)
def test_takes_the_greatest_proposal(
    cpu: float | None, rate: float | None, expected: int | None
) -> None:
    hpa = replace(
        SETTINGS, metrics=(cpu_utilization(50), EXTERNAL), downscaleStabilization=0.0
    ).build()
    hpa.recommendations = []
    links = {"a->web": LinkSeen(readings={"arrival_rate": Reading(rate, 0.0)})}
    assert count(step(hpa, 0.0, 4, cpu, links=links)) == expected


def test_says_which_metric_failed_first() -> None:
    hpa = replace(SETTINGS, metrics=(EXTERNAL, cpu_utilization(50))).build()
    assert step(hpa, 0.0, 4, None).because["ScalingActive"] == "False FailedGetExternalMetric"


def policies(*rules: tuple[Any, int, int]) -> ScalingRules:
    return ScalingRules(
        stabilizationWindowSeconds=0,
        policies=tuple(
            ScalingPolicy(type=kind, value=value, periodSeconds=period)
            for kind, value, period in rules
        ),
    )


SLOW = replace(
    SETTINGS,
    behavior=Behavior(scaleUp=policies(("Pods", 2, 60)), scaleDown=policies(("Pods", 1, 60))),
)


def test_goes_as_fast_as_its_policies_allow() -> None:
    hpa, wanted, seen = SLOW.build(), 4, []
    for now in (0.0, 15.0, 59.9, 60.0, 90.0, 120.0):
        wanted = count(step(hpa, now, wanted, 0.9)) or wanted
        seen.append(wanted)
    assert seen == [6, 6, 6, 8, 8, 10]


def test_goes_down_as_fast_as_its_policies_allow() -> None:
    hpa, wanted, seen = SLOW.build(), 8, []
    for now in (0.0, 15.0, 60.0, 120.0):
        wanted = count(step(hpa, now, wanted, 0.1)) or wanted
        seen.append(wanted)
    assert seen == [7, 7, 6, 5]


@pytest.mark.parametrize(
    ("status", "expected"), [("refused", 6), ("failed", 6), ("accepted", None), ("done", None)]
)
def test_a_refused_change_does_not_count_as_one(status: str, expected: int | None) -> None:
    hpa = SLOW.build()
    (action,) = step(hpa, 0.0, 4, 0.9).actions
    outcome = ActionOutcome(action=action, at=1.0, status=status)
    wanted = 4 if expected else 6
    assert count(step(hpa, 15.0, wanted, 0.9, outcomes=[outcome])) == expected


def test_only_the_last_change_is_taken_back() -> None:
    hpa = SLOW.build()
    (first,) = step(hpa, 0.0, 4, 0.9).actions
    step(hpa, 60.0, 6, 0.9)
    late = ActionOutcome(action=first, at=61.0, status="refused")
    assert count(step(hpa, 75.0, 8, 0.9, outcomes=[late])) is None


@pytest.mark.parametrize(("utilization", "expected"), [(0.58, None), (0.62, 5)])
def test_has_a_tolerance_of_its_own_for_each_direction(
    utilization: float, expected: int | None
) -> None:
    rules = ScalingRules(stabilizationWindowSeconds=0, tolerance=0.2)
    up = replace(SETTINGS, behavior=Behavior(scaleUp=rules)).build()
    assert count(step(up, 0.0, 4, utilization)) == expected
    down = replace(SETTINGS, behavior=Behavior(scaleDown=rules)).build()
    assert count(step(down, 0.0, 8, 0.40)) is None
    assert count(step(down, 15.0, 8, 0.33)) == 6
    assert count(step(SETTINGS.build(), 0.0, 4, 0.58)) == 5


def test_falls_back_on_the_controllers_downscale_window() -> None:
    behavior = Behavior(scaleDown=ScalingRules(selectPolicy="Max"))
    hpa = replace(SETTINGS, behavior=behavior, downscaleStabilization=60.0).build()
    assert [count(step(hpa, now, 6, 0.1)) for now in (0.0, 59.9, 60.0)] == [None, None, 2]


def test_numbers_its_actions() -> None:
    hpa = SETTINGS.build()
    ids = [step(hpa, 15.0 * i, 4, 0.9).actions[0].id for i in range(3)]
    assert ids == [1, 2, 3]


def test_takes_changes_while_it_runs() -> None:
    hpa = SETTINGS.build()
    step(hpa, 0.0, 4, 0.5)
    hpa.reconfigure("averageUtilization", 25.0)
    assert count(step(hpa, 15.0, 4, 0.5)) == 8
    hpa.reconfigure("maxReplicas", 6.0)
    assert count(step(hpa, 30.0, 4, 0.5)) == 6
    hpa.reconfigure("minReplicas", 5.0)
    assert count(step(hpa, 45.0, 4, 0.25)) == 5
    assert hpa.settings == replace(
        SETTINGS, minReplicas=5, maxReplicas=6, metrics=(cpu_utilization(25),)
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("maxReplicas", 0.0), ("averageUtilization", 0.5), ("averageUtilization", None), ("kp", 1.0)],
)
def test_refuses_changes_that_make_no_sense(name: str, value: Any) -> None:
    hpa = SETTINGS.build()
    with pytest.raises(ValueError, match=name):
        hpa.reconfigure(name, value)
    assert hpa.settings == SETTINGS


def test_decides_every_sync_period() -> None:
    assert replace(SETTINGS, syncPeriod=30.0).build().period == 30.0
