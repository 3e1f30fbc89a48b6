"""The planner: which plan for which issue; what history, cool-downs and preconditions change."""

from collections.abc import Sequence
from typing import Any

import pytest

from simlab.controllers.mapek import (
    DEFAULT_RULES,
    Episode,
    Issue,
    KnowledgeBase,
    Planner,
    PlannerSettings,
    RecoveryPlan,
    Rule,
    Symptom,
    Thresholds,
)
from simlab.controllers.mapek.issues import Change
from simlab.controllers.mapek.knowledge import Given
from simlab.controllers.mapek.plans import (
    ChangeConfig,
    CleanupResources,
    MoveTraffic,
    RestartService,
    ScaleDown,
    ScaleUp,
)
from simlab.core import Observation
from tests.controllers.mapek_seen import replica, symptom, window

BOUNDS = {name: Thresholds() for name in ("web", "db", "spare")}


def issue(kind: str = "PerformanceDegradation", root: str = "services.web", **fields: Any) -> Issue:
    symptoms: Sequence[Symptom] = fields.pop("symptoms", (symptom(root),))
    usual: dict[str, Any] = {
        "severity": "High", "candidates": ((root, 1.0),), "confidence": 1.0, "at": 100.0,
        "affected_services": ("web",),
    }  # fmt: skip
    return Issue(type=kind, root_cause=root, symptoms=tuple(symptoms), **{**usual, **fields})


def seen(**more: Any) -> Observation:
    return window(100.0, {name: {"utilization": 0.2} for name in BOUNDS}, **more)


def plan(
    *issues: Issue,
    rules: Sequence[Rule] = DEFAULT_RULES,
    known: KnowledgeBase | None = None,
    busy: Sequence[str] = (),
    at: Observation | None = None,
    **settings: Any,
) -> list[RecoveryPlan]:
    known = known or KnowledgeBase(rules=tuple(rules))
    return Planner(PlannerSettings(**settings)).plan(at or seen(), issues, known, BOUNDS, busy)


CHANGES = (Change(at=60.0, path="links.web->db.timeout", before=2.0, after=0.01),)


@pytest.mark.parametrize(
    ("one", "strategy"),
    [
        pytest.param(issue(), "ScaleUp", id="slow"),
        pytest.param(issue(symptoms=[symptom("services.web", "HighErrorRate")]), "Restart", id="errors"),
        pytest.param(issue("ServiceFailure"), "Restart", id="down"),
        pytest.param(
            issue("ResourceExhaustion", symptoms=[symptom("services.web", "MemoryLeak")]), "Restart",
            id="leak",
        ),
        pytest.param(
            issue("ResourceExhaustion", symptoms=[
                symptom("services.web", "HighResourceUsage", metrics={"storage_share": 0.9})]),
            "CleanupResources", id="storage",
        ),
        pytest.param(
            issue("ResourceExhaustion", symptoms=[
                symptom("services.web", "HighResourceUsage", metrics={"utilization": 0.99})]),
            "ScaleUp", id="cores",
        ),
        pytest.param(
            issue("ConfigurationError", "links.web->db", changes=CHANGES), "UpdateConfig", id="config",
        ),
    ],
)  # fmt: skip
def test_the_usual_rules(one: Issue, strategy: str) -> None:
    (found,) = plan(one)
    assert (found.strategy, found.target) == (strategy, one.root_cause)
    assert found.issue == one.type


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(
            issue("PerformanceDegradation", "links.web->db"), id="a link cannot be scaled"
        ),
        pytest.param(
            issue(severity="Low", symptoms=[symptom("services.web", "HighErrorRate", 1)]),
            id="too little",
        ),
        pytest.param(issue(at=130.0), id="not seen in this window"),
        pytest.param(issue("ConfigurationError"), id="nothing to roll back to"),
        pytest.param(issue(root="services.elsewhere"), id="none of the targets"),
    ],
)
def test_what_no_rule_can_help(one: Issue) -> None:
    assert plan(one) == []


def test_a_plan_is_expected_to_end_what_the_issue_explains() -> None:
    (found,) = plan(issue(symptoms=[symptom("services.web"), symptom("services.db")]))
    assert [goal.measure for goal in found.expected_outcome.goals] == [
        "services.web.latency_p99", "services.db.latency_p99",
    ]  # fmt: skip
    assert (found.expected_outcome.settle, found.expected_outcome.deadline) == (60.0, 300.0)


def episode(result: str, strategy: str = "ScaleUp", service: str = "web") -> Episode:
    return Episode(
        issue="PerformanceDegradation", service=service, strategy=strategy, result=result, at=0.0,
        took=1.0,
    )  # fmt: skip


TWO = (Rule(do=("ScaleUp",)), Rule(do=("Restart",)))


@pytest.mark.parametrize(
    ("history", "strategy"),
    [
        pytest.param([], "ScaleUp", id="at first by the order of the rules"),
        pytest.param(["failed"] * 3, "Restart", id="what failed is trusted less"),
        pytest.param(["rolled back"] * 3, "Restart", id="what was rolled back, too"),
        pytest.param(["failed"], "ScaleUp", id="once is not enough"),
        pytest.param(["failed"] * 2, "ScaleUp", id="at equal trust the earlier rule"),
        pytest.param(["unknown"] * 9, "ScaleUp", id="what could not be judged says nothing"),
        pytest.param(["refused"] * 9, "ScaleUp", id="nor what was refused"),
        pytest.param(["succeeded"] * 5 + ["failed"], "ScaleUp", id="what mostly works stays"),
    ],
)
def test_history_decides(history: list[str], strategy: str) -> None:
    known = KnowledgeBase(rules=TWO, history=[episode(one) for one in history])
    assert plan(issue(), known=known)[0].strategy == strategy


def test_history_of_another_service_says_nothing() -> None:
    known = KnowledgeBase(rules=TWO, history=[episode("failed", service="db")] * 9)
    assert plan(issue(), known=known)[0].strategy == "ScaleUp"


def test_trust_is_the_mean_of_the_posterior() -> None:
    known = KnowledgeBase(rules=TWO, history=[episode("succeeded"), episode("failed")])
    assert known.trust("PerformanceDegradation", "web", "ScaleUp", 0, 2) == pytest.approx(
        (2.0 * 2 / 3 + 1) / (2.0 + 2)
    )


@pytest.mark.parametrize(
    ("ended", "strategies"),
    [
        pytest.param({("web", "ScaleUp"): 50.0}, ["Restart"], id="cooling down: the next rule"),
        pytest.param({("web", ""): 50.0}, [], id="after a success everything waits"),
        pytest.param({("db", "ScaleUp"): 50.0}, ["ScaleUp"], id="another service does not matter"),
        pytest.param({("web", "ScaleUp"): -20.0}, ["ScaleUp"], id="the cool-down is over"),
    ],
)
def test_cooldowns(ended: dict[tuple[str, str], float], strategies: list[str]) -> None:
    known = KnowledgeBase(rules=TWO, ended=ended)
    assert [one.strategy for one in plan(issue(), known=known)] == strategies


def test_one_plan_a_service_and_the_worst_issue_first() -> None:
    bad = issue("ServiceFailure", severity="Critical")
    found = plan(issue(), issue(root="services.db"), bad)
    assert [(one.service, one.issue) for one in found] == [
        ("web", "ServiceFailure"), ("db", "PerformanceDegradation"),
    ]  # fmt: skip
    assert [one.service for one in plan(issue(), bad, busy=["web"])] == []


# Actions and their preconditions.


def test_scale_up_goes_no_further_than_it_may() -> None:
    assert plan(issue(), max_replicas=3)[0].actions == (ScaleUp("web", 1, 3),)
    assert plan(issue(), rules=TWO[:1], max_replicas=2) == []


def test_a_restart_is_of_the_replicas_that_stand_out() -> None:
    one = issue("ServiceFailure", replicas=(1, 7))
    assert plan(one)[0].actions == (RestartService("web", (1,)),)
    assert plan(issue("ServiceFailure"))[0].actions == (RestartService("web", ()),)


def test_a_restart_needs_a_budget() -> None:
    known = KnowledgeBase(rules=TWO[1:], restarts={"web": [90.0, 95.0, 96.0]})
    assert plan(issue(), known=known) == []
    assert plan(issue(), known=known, restarts=4) != []
    assert plan(issue(), known=known, restart_window=5.0) != []


def test_a_rollback_sets_what_was_there_before_all_changes() -> None:
    later = Change(at=70.0, path=CHANGES[0].path, before=0.01, after=0.02)
    one = issue("ConfigurationError", "links.web->db", changes=(*CHANGES, later))
    (found,) = plan(one)
    path = CHANGES[0].path
    assert found.actions == (ChangeConfig("db", {path: 2.0}, {path: 0.02}),)
    assert found.rollback_plan == (ChangeConfig("db", {path: 0.02}, {path: 2.0}),)


def test_traffic_goes_where_somebody_is_ready() -> None:
    rule = Rule(do=("SwitchTraffic",), to="spare", share=0.5)
    (found,) = plan(issue(), rules=[rule])
    assert found.actions == (MoveTraffic("web", "spare", 0.5),)
    assert found.rollback_plan == (MoveTraffic("web", "spare", 0.0),)
    goals = [goal.measure for goal in found.expected_outcome.goals]
    assert goals == ["services.spare.error_rate", "services.spare.latency_p99"]
    nobody = seen(replicas={"spare": [replica(0, ready=False)]})
    assert plan(issue(), rules=[rule], at=nobody) == []
    assert plan(issue(), rules=[Rule(do=("SwitchTraffic",), to="gone")]) == []


def test_a_rule_may_do_several_things_in_order_and_undoes_them_in_reverse() -> None:
    rule = Rule(do=("SwitchTraffic", "CleanupResources", "ScaleUp"), to="spare")
    (found,) = plan(issue(), rules=[rule])
    assert [type(one) for one in found.actions] == [MoveTraffic, CleanupResources, ScaleUp]
    assert [type(one) for one in found.rollback_plan] == [ScaleDown, MoveTraffic]
    assert found.strategy == "SwitchTraffic+CleanupResources+ScaleUp"
    assert plan(issue(), rules=[rule], max_replicas=2) == []  # All of it, or nothing.


# Giving back.


def given(**fields: Any) -> KnowledgeBase:
    usual: dict[str, Any] = {"replicas": 1, "wanted": 2, "since": -600.0}
    return KnowledgeBase(rules=DEFAULT_RULES, given={"web": Given(**{**usual, **fields})})


def test_what_was_added_is_given_back_when_it_has_long_been_calm() -> None:
    (found,) = plan(known=given())
    assert (found.strategy, found.issue) == ("ScaleDown", "Calm")
    assert found.actions == (ScaleDown("web", 1),)
    assert isinstance(found.rollback_plan[0], ScaleUp)
    (back,) = plan(known=given(to="spare", replicas=0))
    assert back.actions == (MoveTraffic("web", "spare", 0.0),)
    assert back.rollback_plan == (MoveTraffic("web", "spare", 1.0),)


@pytest.mark.parametrize(
    ("known", "more"),
    [
        pytest.param(given(since=-400.0), {}, id="not yet calm for long"),
        pytest.param(given(wanted=3), {}, id="somebody else has scaled since"),
        pytest.param(given(), {"busy": ["web"]}, id="a plan is under way"),
        pytest.param(given(replicas=0), {}, id="nothing was taken"),
        pytest.param(
            given(), {"at": window(100.0, {"web": {"utilization": 0.5}})}, id="the rest is too few"
        ),
        pytest.param(
            given(), {"at": window(100.0, {"web": {"utilization": None}})}, id="use is unknown"
        ),
    ],
)
def test_it_is_not_given_back(known: KnowledgeBase, more: dict[str, Any]) -> None:
    assert plan(known=known, **more) == []


def test_a_symptom_begins_the_calm_anew() -> None:
    known = given()
    assert [one.strategy for one in plan(issue(root="services.db", affected_services=("db", "web")),
                                         known=known)] == ["ScaleUp"]  # fmt: skip
    assert known.given["web"].since == 100.0


@pytest.mark.parametrize(
    "fields",
    [
        {"do": ()},
        {"do": ("SwitchTraffic",)},
        {"do": ("Custom",)},
        {"do": ("Restart",), "settle": 300.0},
        {"do": ("Restart",), "replicas": 0},
        {"do": ("Restart",), "symptom": "Sadness"},
        {"do": ("Restart",), "share": 2.0},
    ],
)
def test_rules_that_make_no_sense(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        Rule(**fields)
