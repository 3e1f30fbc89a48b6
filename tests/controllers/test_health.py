"""The health checker: episodes, the ladder, its back-off and budget, by what it is told."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from simlab.controllers import HealthChecker, HealthSettings, PhiSettings, RecoveryBackoff
from simlab.core import (
    Action,
    ActionOutcome,
    CleanUp,
    Decision,
    Observation,
    ProbeSeen,
    ReplicaSeen,
    Restart,
    ServiceSeen,
    SwitchTraffic,
)

QUICK = RecoveryBackoff(initial=20.0, factor=2.0, cap=60.0)


def replica(number: int, **fields: Any) -> ReplicaSeen:
    facts: dict[str, Any] = {
        "phase": "Running",
        "ready": True,
        "ready_since": float("-inf"),
        "started_at": float("-inf"),
        "deleting": False,
        "restarts": 0,
        "cpu_request": 1.0,
        "cpu_limit": 1.0,
        "memory_request": None,
        "memory_limit": None,
    }
    return ReplicaSeen(number=number, **{**facts, **fields})


class Ward:
    """A checker of the service `web`, told step by step which replicas answer."""

    def __init__(self, replicas: int = 2, **settings: Any) -> None:
        fields = {"backoff": QUICK, "initial_delay": 0.0, **settings}
        self.loop = HealthSettings(target="web", **fields).build()
        self.replicas = [replica(number) for number in range(replicas)]
        self.now, self.step_number = 0.0, 0
        self.outcomes: list[ActionOutcome] = []
        self.last = Decision()

    def step(self, answers: str) -> list[Action]:
        """Take a step: of each replica ``.`` answers, ``x`` fails, ``?`` was not probed."""
        self.now += 10.0
        probes = [
            ProbeSeen(
                service="web", replica=number, at=self.now - 1.0, took=0.0 if one == "." else 1.0,
                passed=one == ".", reason="" if one == "." else "timeout",
            )
            for number, one in enumerate(answers) if one != "?"
        ]  # fmt: skip
        seen = Observation(
            now=self.now,
            services={"web": ServiceSeen(wanted=2, replicas=self.replicas)},
            probes=probes,
            outcomes=self.outcomes,
        )
        self.outcomes = []
        self.last = self.loop.step(seen)
        return list(self.last.actions)

    def play(self, *steps: str) -> list[list[str]]:
        """Take steps, in which all that is asked for is done at once; return what that was."""
        told = []
        for answers in steps:
            actions = self.step(answers)
            for action in actions:
                self.answer(action, "done")
            told.append([word(action) for action in actions])
        return told

    def answer(self, action: Action, status: str) -> None:
        self.outcomes.append(ActionOutcome(action=action, at=self.now, status=status))

    def findings(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        return [(one.kind, one.target, one.data) for one in self.last.findings]


def word(action: Action) -> str:
    match action:
        case Restart(service="web", replicas=(number,)):
            return f"restart {number}"
        case CleanUp(service="web"):
            return "clean up"
        case SwitchTraffic(away="web", to=to, share=share, service=None):
            return f"{share:.0%} to {to}"
    raise AssertionError(action)


def acts(steps: Sequence[Sequence[str]]) -> list[str]:
    return [one for step in steps for one in step]


@pytest.mark.parametrize(
    ("answers", "restarts"),
    [
        pytest.param("xx.xx.xx.", [], id="never three in a row"),
        pytest.param("..xxx", [4], id="three in a row"),
        pytest.param("x?x?x", [4], id="what was not probed is unknown: neither fails nor passes"),
        pytest.param("xx.xxx", [5], id="a pass begins anew"),
    ],
)
def test_when_a_replica_is_held_unhealthy(answers: str, restarts: list[int]) -> None:
    told = Ward(1).play(*answers)
    assert [at for at, step in enumerate(told) if step == ["restart 0"]] == restarts


def test_it_is_told_what_turned_and_why() -> None:
    ward = Ward(2, unhealthy_threshold=2, healthy_threshold=3)
    ward.play(".x", ".x")
    data = {"reason": "timeout", "failures": 2}
    assert ward.findings() == [("probe_failed", "services.web/1", data)]
    ward.play("..", "..")
    assert ward.findings() == []
    ward.play("..")
    assert ward.findings() == [("recovered", "services.web/1", {"lasted": 30.0})]
    assert [one.name for one in ward.last.findings] == ["Healthy"]


def test_recovery_is_once_an_episode_whatever_the_probes_say() -> None:
    ward = Ward(1, recover=("restart",))
    told = ward.play(*"xxx", *"xxxxxxxxxxxxxxxx")
    assert acts(told) == ["restart 0"]
    told = ward.play(*"..", *"xxx")
    assert acts(told) == ["restart 0"], "another episode"


def test_one_pass_does_not_end_an_episode() -> None:
    ward = Ward(1, recover=("restart",), healthy_threshold=2)
    assert acts(ward.play(*"xxx.xxx.xxx.xxx")) == ["restart 0"]


def test_the_ladder_is_climbed_rung_by_rung_as_each_has_had_its_time() -> None:
    """Restart at 30 s, 20 s for it; clean up at 50 s, 40 s for it; reroute at 90 s."""
    ladder = ("restart", "clean_up", "reroute")
    ward = Ward(2, recover=ladder, standby="spare")
    told = ward.play(*[".x"] * 12)
    assert [(10 * at + 10, *step) for at, step in enumerate(told) if step] == [
        (30, "restart 1"),
        (50, "clean up"),
        (90, "50% to spare"),
    ]


def test_who_is_healthy_in_time_climbs_no_further_and_gets_its_calls_back() -> None:
    ward = Ward(2, recover=("reroute", "restart"), standby="spare")
    assert acts(ward.play(".x", ".x", ".x", "..", "..", "..", "..")) == [
        "50% to spare",
        "0% to spare",
    ]


def test_the_standby_gets_the_share_of_those_that_are_given_up() -> None:
    ward = Ward(2, recover=("reroute",), standby="spare")
    assert acts(ward.play("xx", "xx", "xx", "x.", "x.", "..", "..")) == [
        "100% to spare", "50% to spare", "0% to spare",
    ]  # fmt: skip


def test_without_recoveries_it_only_tells() -> None:
    ward = Ward(1, recover=())
    assert acts(ward.play(*"xxxxxx")) == []
    assert ward.last.because["unhealthy"] == 1


def test_clean_up_of_two_replicas_is_one() -> None:
    ward = Ward(2, recover=("clean_up",))
    assert acts(ward.play("xx", "xx", "xx")) == ["clean up"]


def test_back_off_holds_between_episodes_of_one_replica() -> None:
    """Restarted at 30 s: left alone until 50 s; at 60 s again: until 100 s."""
    ward = Ward(1, recover=("restart",), unhealthy_threshold=1, healthy_threshold=1)
    told = ward.play(*"..x.x.x.x.x.xx.xx")
    assert [10 * at + 10 for at, step in enumerate(told) if step] == [30, 50, 90, 160]


def test_back_off_begins_anew_after_a_long_good_time() -> None:
    ward = Ward(1, recover=("restart",), unhealthy_threshold=1, healthy_threshold=1)
    ward.play(*"x.", *"x." * 4)
    ward.play(*"......")
    told = ward.play(*"x.x")
    assert acts(told) == ["restart 0", "restart 0"], "20 s later"


@pytest.mark.parametrize(
    ("share", "first"),
    [
        pytest.param(1.0, ["restart 0", "restart 1", "restart 2", "restart 3"], id="all at once"),
        pytest.param(0.5, ["restart 0", "restart 1"], id="half of four"),
        pytest.param(0.7, ["restart 0", "restart 1"], id="a share is rounded down"),
        pytest.param(0.01, ["restart 0"], id="but one at least"),
    ],
)
def test_only_a_share_is_restarted_at_once(share: float, first: list[str]) -> None:
    ward = Ward(4, restarting=share, recover=("restart",))
    assert acts(ward.play("xxxx", "xxxx", "xxxx")) == first
    assert ward.last.because["postponed"] == 4 - len(first)
    rest = [f"restart {number}" for number in range(len(first), 4)]
    assert acts(ward.play(*["xxxx"] * 4)) == rest


def test_a_restart_under_way_keeps_its_place_in_the_budget() -> None:
    ward = Ward(2, restarting=0.5, recover=("restart",))
    for answers in ("xx", "xx", "xx"):
        actions = ward.step(answers)
    ward.answer(actions[0], "accepted")
    assert [word(one) for one in actions] == ["restart 0"]
    assert ward.play("xx", "xx") == [[], []]
    ward.answer(actions[0], "done")
    assert ward.play("xx") == [["restart 1"]]


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param("..", id="healthy though nobody said done"),
        pytest.param("gone", id="gone"),
    ],
)
def test_a_place_in_the_budget_is_given_back(ends: str) -> None:
    ward = Ward(2, restarting=0.5, recover=("restart",), healthy_threshold=1)
    for answers in ("xx", "xx", "xx"):
        ward.step(answers)
    if ends == "gone":
        del ward.replicas[0]
        assert acts(ward.play("?x")) == ["restart 1"]
    else:
        assert acts(ward.play(".x")) == ["restart 1"]


@pytest.mark.parametrize("status", ["refused", "failed"])
def test_what_was_refused_comes_up_again_after_the_others(status: str) -> None:
    ward = Ward(1, recover=("restart", "clean_up"))
    for answers in "xxx":
        actions = ward.step(answers)
    ward.answer(actions[0], status)
    told = ward.play(*"xxxxxxxxxxxxxxxxxx")
    assert acts(told) == ["clean up", "restart 0"]
    assert told[1] == ["clean up"], "each has its time"


@pytest.mark.parametrize("status", ["done", "shadow"])
def test_what_has_ended_otherwise_is_not_asked_for_again(status: str) -> None:
    """In shadow mode nothing is done; the checker goes on as if it were."""
    ward = Ward(2, recover=("restart",), restarting=0.5)
    for answers in ("xx", "xx", "xx"):
        (action,) = ward.step(answers) or (None,)
    assert action is not None
    ward.answer(action, status)
    assert acts(ward.play(*["xx"] * 9)) == ["restart 1"]


def test_a_refused_reroute_is_said_again() -> None:
    ward = Ward(1, recover=("reroute",), standby="spare", healthy_threshold=1)
    for answers in "xxx":
        actions = ward.step(answers)
    ward.answer(actions[0], "refused")
    assert ward.step("x") == []
    (again,) = ward.step("x")
    assert word(again) == "100% to spare"
    ward.answer(again, "done")
    (back,) = ward.step(".")
    assert word(back) == "0% to spare"
    ward.answer(back, "refused")
    assert [word(one) for one in ward.step(".")] == ["0% to spare"], "calls are given back for sure"


def test_who_starts_may_fail_for_a_while() -> None:
    ward = Ward(1, initial_delay=60.0)
    ward.replicas = [replica(0, ready=False, started_at=0.0)]
    told = ward.play(*"xxxxxxxx")
    assert [at for at, step in enumerate(told) if step] == [7], "60, 70, 80 s count"


def test_who_was_restarted_starts_again() -> None:
    ward = Ward(1, initial_delay=60.0, recover=("restart",))
    ward.play(*"..")
    ward.replicas = [replica(0, ready=False, restarts=1)]
    told = ward.play(*"xxxxxxxxx")
    assert [10 * at + 30 for at, step in enumerate(told) if step] == [110], "from 30 s on"


def test_who_was_restarted_and_is_ready_again_has_started() -> None:
    ward = Ward(1, initial_delay=60.0, recover=("restart",))
    ward.play(*"..")
    ward.replicas = [replica(0, ready=True, restarts=1)]
    assert acts(ward.play(*"xxx")) == ["restart 0"]


def test_a_ready_one_has_started() -> None:
    ward = Ward(1, initial_delay=60.0)
    ward.replicas = [replica(0, ready=True, started_at=0.0)]
    assert acts(ward.play(*"xxx")) == ["restart 0"]


def test_who_drains_is_left_alone() -> None:
    ward = Ward(1)
    ward.play(*"xx")
    ward.replicas = [replica(0, deleting=True)]
    assert acts(ward.play(*"xxxx")) == []


def test_answers_of_other_services_say_nothing() -> None:
    loop = HealthSettings(target="web").build()
    other = ProbeSeen(service="db", replica=0, at=0.0, took=1.0, passed=False, reason="timeout")
    web = ServiceSeen(wanted=1, replicas=[replica(0)])
    for now in (10.0, 20.0, 30.0, 40.0):
        decision = loop.step(Observation(now=now, services={"web": web}, probes=[other]))
    assert decision.because["answers"] == "missing"
    assert decision.because["unhealthy"] == 0


def test_phi_waits_for_as_long_as_it_is_usual() -> None:
    """Regular answers make it suspicious after one that is missing; a pause lets that pass."""
    for pause, found in ((0.0, 0), (5.0, 1), (15.0, 2)):
        ward = Ward(1, phi=PhiSettings(pause=pause), unhealthy_threshold=99, recover=("restart",))
        ward.play(*["."] * 400)
        told = ward.play(*"xxxx")
        assert [at for at, step in enumerate(told) if step] == [found]


def test_who_never_answered_is_judged_by_the_run() -> None:
    ward = Ward(1, phi=PhiSettings(), unhealthy_threshold=3)
    assert acts(ward.play(*"xxx")) == ["restart 0"]


def test_thresholds_can_change_while_it_runs() -> None:
    ward = Ward(1)
    ward.loop.reconfigure("unhealthy_threshold", 1)
    assert acts(ward.play("x")) == ["restart 0"]
    with pytest.raises(ValueError, match="unhealthy_threshold must be"):
        ward.loop.reconfigure("unhealthy_threshold", 0)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"timeout": 11.0}, r"timeout must not be longer than the period \(10 s\)", id="slow"),
        pytest.param({"timeout": 0.0}, "timeout must be positive", id="no time"),
        pytest.param({"period": 0.0}, "period must be positive", id="period"),
        pytest.param({"unhealthy_threshold": 0}, "unhealthy_threshold must be", id="unhealthy"),
        pytest.param({"healthy_threshold": 0}, "healthy_threshold must be", id="healthy"),
        pytest.param({"initial_delay": -1.0}, "initial_delay must not be negative", id="delay"),
        pytest.param({"recover": ("restart", "restart")}, "each recovery once at most", id="twice"),
        pytest.param({"recover": ("reroute",)}, "go together: one of them is missing", id="no standby"),
        pytest.param({"standby": "spare"}, "go together: one of them is missing", id="no reroute"),
        pytest.param(
            {"standby": "web", "recover": ("reroute",)}, "standby must not be the target", id="itself"
        ),
        pytest.param({"restarting": 0.0}, "restarting must be a share above 0", id="none at once"),
        pytest.param({"restarting": 1.1}, "restarting must be a share", id="more than all"),
    ],
)  # fmt: skip
def test_refuses(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        HealthSettings(target="web", **fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"initial": 0.0}, "initial must be positive"),
        ({"factor": 0.5}, "factor must be at least 1"),
        ({"cap": 29.0}, "cap must not be less than initial"),
    ],
)
def test_refuses_a_back_off(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        RecoveryBackoff(**fields)


def test_its_probes_are_plain_data_on_the_loop() -> None:
    loop = HealthSettings(target="web", operation="ok", timeout=2.0).build()
    assert isinstance(loop, HealthChecker)
    ((service, wish),) = loop.probes.items()
    assert (service, wish.operation, wish.timeout) == ("web", "ok", 2.0)
