"""The executor: order, outcomes, judging by what is seen, the way back, budgets, nothing twice."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from simlab.controllers.mapek import Executor, ExecutorSettings, KnowledgeBase, PlannerSettings
from simlab.controllers.mapek.executor import Executed
from simlab.controllers.mapek.goals import undone
from simlab.controllers.mapek.knowledge import ANY
from simlab.controllers.mapek.plans import (
    ChangeConfig,
    CleanupResources,
    CustomAction,
    ExpectedOutcome,
    MoveTraffic,
    RecoveryAction,
    RecoveryPlan,
    RestartService,
    ScaleDown,
    ScaleUp,
)
from simlab.controllers.mapek.symptoms import Goal
from simlab.core import (
    Action,
    ActionOutcome,
    CleanUp,
    Custom,
    LogLine,
    Restart,
    ScaleTo,
    SwitchTraffic,
    UpdateConfig,
)
from tests.controllers.mapek_seen import window

GOAL = Goal(measure="services.web.latency_p99", relation="<", value=1.0)
UP = ScaleUp("web", 2, 10)


def plan(
    *actions: RecoveryAction, at: float = 0.0, service: str = "web", number: int = 1
) -> RecoveryPlan:
    return RecoveryPlan(
        id=number, issue="PerformanceDegradation", target=f"services.{service}", service=service,
        strategy="S", trust=0.5, actions=actions, at=at, rollback_plan=undone(actions),
        expected_outcome=ExpectedOutcome(goals=(GOAL,), settle=30.0, deadline=120.0),
    )  # fmt: skip


class Play:
    """An executor, and the windows that it is shown."""

    def __init__(self, **settings: Any) -> None:
        self.known = KnowledgeBase(rules=())
        self.executor = Executor(ExecutorSettings(**settings), PlannerSettings(), 90.0)
        self.ended: list[tuple[str, str]] = []

    def step(
        self, now: float, *plans: RecoveryPlan, latency: float | None = 5.0,
        outcomes: Sequence[ActionOutcome] = (), wanted: int = 2,
    ) -> list[Action]:  # fmt: skip
        seen = window(now, {"web": {"latency_p99": latency}}, outcomes=tuple(outcomes))
        web = replace(seen.services["web"], wanted=wanted)
        seen = replace(seen, services={"web": web})
        done = Executed()
        self.executor.follow(seen, self.known, done)
        self.executor.begin(seen, plans, self.known, done)
        self.ended += [(result, reason) for _, result, reason in done.ended]
        return done.actions


def told(action: Action, status: str = "done", reason: str = "") -> ActionOutcome:
    return ActionOutcome(action=action, at=0.0, status=status, reason=reason)


@pytest.mark.parametrize(
    ("wish", "action"),
    [
        (UP, ScaleTo("web", 4, 1)),
        (ScaleUp("web", 20, 10), ScaleTo("web", 10, 1)),
        (ScaleDown("web", 1), ScaleTo("web", 1, 1)),
        (ScaleDown("web", 9), ScaleTo("web", 1, 1)),
        (RestartService("web", (1,)), Restart("web", (1,), 1)),
        (ChangeConfig("web", {"a.b.c": 2.0}), UpdateConfig({"a.b.c": 2.0}, 1)),
        (MoveTraffic("web", "spare", 0.5), SwitchTraffic("web", "spare", 0.5, id=1)),
        (CleanupResources("web"), CleanUp("web", 1)),
        (CustomAction("web", "page", {"level": 2.0}), Custom("page", {"level": 2.0}, 1)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_every_wish_becomes_its_action(wish: RecoveryAction, action: Action) -> None:
    (sent,) = Play().step(0.0, plan(wish))
    assert sent.expected is not None
    assert (sent.expected.measure, sent.expected.deadline) == (GOAL.measure, 120.0)
    assert replace(sent, expected=None) == action


def test_actions_go_one_after_the_other() -> None:
    play = Play()
    (first,) = play.step(0.0, plan(CleanupResources("web"), UP))
    assert play.step(30.0) == []
    assert play.step(60.0, outcomes=[told(first, "accepted")]) == []
    (second,) = play.step(90.0, outcomes=[told(first)])
    assert isinstance(second, ScaleTo)


@pytest.mark.parametrize(
    ("latencies", "result"),
    [
        pytest.param([5.0, 5.0, 0.5], "succeeded", id="seen to hold"),
        pytest.param([0.5, 5.0, 5.0, 5.0, 5.0], "rolled back", id="not before it has settled"),
        pytest.param([5.0] * 5, "rolled back", id="seen not to hold"),
        pytest.param([5.0, None, None, None, None], "unknown", id="not seen at all"),
    ],
)
def test_a_plan_is_judged_by_what_is_seen(latencies: list[float | None], result: str) -> None:
    play = Play()
    (sent,) = play.step(0.0, plan(UP))
    for at, latency in enumerate(latencies):
        outcomes = [told(sent)] if at == 0 else []
        back = play.step(30.0 * (at + 1), latency=latency, outcomes=outcomes, wanted=4)
        if back:
            assert back == [ScaleTo("web", 2, 2, back[0].expected)]
            play.step(30.0 * (at + 2), outcomes=[told(back[0])], wanted=2)
    assert [one for one, _ in play.ended] == [result]
    assert [one.result for one in play.known.history] == [result]
    assert play.known.cooling("web", "S", 200.0, 200.0)
    assert play.known.cooling("web", ANY, 200.0, 200.0) == (result == "succeeded")


def test_what_cannot_be_undone_has_failed() -> None:
    play = Play()
    (sent,) = play.step(0.0, plan(RestartService("web")))
    for at in range(1, 6):
        play.step(30.0 * at, outcomes=[told(sent)] if at == 1 else [])
    assert play.ended == [("failed", "not what was expected")]


def test_what_is_not_done_by_the_deadline_has_failed() -> None:
    play = Play()
    play.step(0.0, plan(CleanupResources("web")))
    for at in range(1, 5):
        play.step(30.0 * at)
    assert play.ended == [("failed", "not done by the deadline")]


@pytest.mark.parametrize("status", ["refused", "failed"])
def test_what_is_refused_ends_its_plan(status: str) -> None:
    play = Play()
    (sent,) = play.step(0.0, plan(UP))
    assert play.step(30.0, outcomes=[told(sent, status, "no room")]) == []
    assert play.ended == [("refused", "no room")]
    assert play.executor.busy == []


def test_what_was_done_before_a_refusal_is_undone() -> None:
    play = Play()
    (first,) = play.step(0.0, plan(UP, CleanupResources("web")))
    (second,) = play.step(30.0, outcomes=[told(first)], wanted=4)
    (back,) = play.step(60.0, outcomes=[told(second, "refused", "no")], wanted=4)
    assert isinstance(back, ScaleTo)
    assert back.replicas == 2
    play.step(90.0, outcomes=[told(back)])
    assert play.ended == [("rolled back", "no")]


def test_what_somebody_else_has_scaled_is_not_scaled_back() -> None:
    play = Play()
    (sent,) = play.step(0.0, plan(UP))
    play.step(30.0, outcomes=[told(sent)], wanted=7)
    assert [play.step(30.0 * at, wanted=7) for at in range(2, 6)] == [[]] * 4
    assert [one for one, _ in play.ended] == ["rolled back"]


def test_what_is_in_effect_already_is_not_sent() -> None:
    play = Play()
    assert play.step(0.0, plan(ScaleUp("web", 2, 2))) == []
    assert play.step(30.0, latency=0.5) == []
    assert play.ended == [("succeeded", "")]


def test_what_is_under_way_already_is_not_sent() -> None:
    play = Play()
    assert len(play.step(0.0, plan(RestartService("web")))) == 1
    for at in range(1, 5):
        play.step(30.0 * at)
    assert play.ended == [("failed", "not done by the deadline")]
    assert play.step(150.0, plan(RestartService("web"), at=150.0)) == []
    assert play.step(180.0, plan(RestartService("web", (1,)), at=180.0)) != []


def test_restarts_have_a_budget_whoever_plans_them() -> None:
    play = Play()
    restarts = [RestartService("web", (at,)) for at in range(4)]
    (one,) = play.step(0.0, plan(*restarts))
    for at in range(1, 4):
        sent = play.step(10.0 * at, outcomes=[told(one)])
        one = sent[0] if sent else one
    assert play.ended == [("refused", "the restart budget is spent")]


def test_only_so_many_plans_at_once() -> None:
    play = Play(plans=1)
    two = (plan(UP), plan(CleanupResources("db"), service="db", number=2))
    assert len(play.step(0.0, *two)) == 1
    assert play.executor.busy == ["web"]
    assert play.executor.room == 0


def test_a_restart_under_way_is_told_to_the_monitor() -> None:
    play = Play()
    (sent,) = play.step(0.0, plan(RestartService("web")))
    assert play.executor.restarting == ["web"]
    play.step(30.0, outcomes=[told(sent)])
    assert play.executor.restarting == []


def test_what_it_sets_itself_is_not_suspected_later() -> None:
    play = Play()
    play.step(0.0, plan(ChangeConfig("web", {"services.web.cores": 2.0})))

    def learn(after: float) -> int:
        told: dict[str, float | str | None] = {
            "path": "services.web.cores", "before": 1.0, "after": after
        }  # fmt: skip
        line = LogLine(at=10.0, kind="config", target="services.web", data=told)
        play.known.learn(window(30.0, {"web": {}}, logs=[line]), 100.0)
        return len(play.known.changes)

    assert learn(2.0) == 0
    assert learn(2.0) == 1  # Somebody else's.
