"""Loops that meet on a lever, each pair in a scenario: who won and why is in the run's record.

One service of four idle replicas: whoever scales by utilization wants fewer. One of them dies and
is left dead: whoever probes wants it back.
"""

from dataclasses import dataclass

import pytest

from simlab.telemetry import Record
from tests.model.scenes import play

WORLD = """
    duration: 60s
    services:
      web:
        replicas: 4
        resize: in_place
        operations: {get: [{cpu: 10ms}]}
    load: {users: {to: web.get, shape: {kind: constant, rate: %s/s}}}
    links: {users->web: {timeout: 1s}}
    telemetry: {scrape: 1s, window: 3s}
    %s
"""
DEAD = "faults: {dies: {kind: crash, target: web, replicas: 1, at: %gs, restart: false}}"
HPA = (
    "{kind: hpa, %smaxReplicas: 8, syncPeriod: 1s, downscaleStabilization: 0s,"
    " cpuInitializationPeriod: 0s, initialReadinessDelay: 0s}"
)
CHECKS = "{kind: health, %speriod: 1s, timeout: 500ms, unhealthy_threshold: 1}"
SIZES = "{kind: resources, %speriod: 1s, cooldown: 0s, windows: 1, agree: 1, low: 60%%, manage: [cores]}"
AGENT = "{kind: qlearning, %speriod: 1s, capacity: 60/s, stabilization: 0s, epsilon: 100%%, actions: %s}"
MENDS = (
    "{kind: mape_k, period: 1s, services: {web: {latency_p99: 1ms}},"
    " monitor: {raise_after: 1, of: 1, answers: 1},"
    " planner: {cooldown: 0s, rules: [{settle: 2s, deadline: 30s, do: [%s]}]}}"
)  # Whatever is slow, and it is, has one cure.


@dataclass(frozen=True)
class Met:
    """A contest, as the record has it."""

    at: float
    who: str
    lever: str
    name: str
    reason: str


def contests(record: Record) -> list[Met]:
    return [
        Met(one.at, one.who, one.data["target"], one.data["name"], one.data["reason"])
        for one in record.events
        if one.kind == "contest"
    ]


def within(*, fault: str = "", rate: int = 2, arbiter: str = "{}", **parts: str) -> Record:
    """Play an adaptive system of these parts, and no other."""
    others = {"health": "none", "scaling": "none", "learning": "none", "mape_k": "none"} | parts
    words = ", ".join(f"{name}: {text}" for name, text in others.items())
    loops = f"{{brain: {{kind: adaptive_system, arbiter: {arbiter}, {words}}}}}"
    text = WORLD % (rate, fault) + f"    strategies: {{s: {{loops: {loops}}}}}\n"
    return play(text, "s")


def side_by_side(*, fault: str = "", rate: int = 2, **loops: str) -> Record:
    """Play these loops with nobody between them."""
    words = ", ".join(f"{name}: {text}" for name, text in loops.items())
    return play(WORLD % (rate, fault) + f"    strategies: {{s: {{loops: {{{words}}}}}}}\n", "s")


def acted(record: Record, by: str, kind: str) -> list[float]:
    """Return when actions of `kind` that an inner loop asked for were accepted."""
    return [
        one.at
        for one in record.events
        if one.kind == "action"
        and one.data["action"].get("issuer", "") == by
        and one.data["action"]["kind"] == kind
        and one.data["status"] == ("accepted" if kind == "restart" else "done")
    ]


# With an arbiter.


def test_no_scale_down_while_a_replica_is_brought_back() -> None:
    """Health restarts a dead replica; the autoscaler, which wants fewer, waits for its lease."""
    record = within(health=CHECKS % "", scaling=HPA % "", fault=DEAD % 0.5)
    first = contests(record)[0]
    assert acted(record, "health/web", "restart")[0] == 1.0
    assert (first.who, first.lever) == ("brain", "services.web.capacity")
    assert first.name == "health/web over scaling/web"
    assert first.reason.startswith("a scale-down waits for health/web, until ")
    assert acted(record, "scaling/web", "scale") == []
    free = within(health=CHECKS % "", scaling=HPA % "", fault=DEAD % 0.5,
                  arbiter="{health: {priority: 3, lease: 5s}}")  # fmt: skip
    assert 6.0 <= acted(free, "scaling/web", "scale")[0] < 10.0


def test_a_restart_takes_over_from_a_scale_down() -> None:
    record = within(health=CHECKS % "", scaling=HPA % "", fault=DEAD % 4, rate=150)
    met = [one for one in contests(record) if one.name == "health/web over scaling/web"]
    assert acted(record, "scaling/web", "scale")[0] < acted(record, "health/web", "restart")[0]
    assert met[0].at == acted(record, "health/web", "restart")[0]
    assert met[0].reason.startswith("higher priority: a lease until ")


def test_unless_scaling_is_ranked_higher() -> None:
    record = within(health=CHECKS % "", scaling=HPA % "", fault=DEAD % 4, rate=150,
                    arbiter="{scaling: {priority: 5, lease: 60s}}")  # fmt: skip
    met = [one for one in contests(record) if one.name == "scaling/web over health/web"]
    assert "its priority is higher" in met[0].reason
    assert acted(record, "health/web", "restart") == []


def test_an_autoscaler_goes_before_a_learning_agent() -> None:
    record = within(scaling=HPA % "", learning=AGENT % ("", "absolute"), rate=40)
    met = contests(record)
    assert {one.name for one in met} == {"scaling/web over learning/web"}
    assert {one.lever for one in met} == {"services.web.replicas"}
    assert any(one.reason == "less priority than scaling/web in the same step" for one in met)
    assert any("its priority is higher" in one.reason for one in met)


def test_an_agent_may_not_restart_what_health_brings_back() -> None:
    record = within(health=CHECKS % "", learning=AGENT % ("", "founding"), fault=DEAD % 6)
    met = [one for one in contests(record) if one.name == "health/web over learning/web"]
    restarts = acted(record, "health/web", "restart")
    assert met
    assert {one.lever for one in met} <= {"services.web.capacity", "services.web.restart"}
    assert all(
        not 0.0 <= at - restarts[0] < 60.0 for at in acted(record, "learning/web", "restart")
    )


def test_nobody_scales_down_what_is_being_resized() -> None:
    record = within(resources=SIZES % "", scaling=HPA % "")
    met = contests(record)
    assert acted(record, "resources/web", "set_quota")
    sized = [one for one in met if one.name == "resources/web over scaling/web"]
    scaled = [one for one in met if one.name == "scaling/web over resources/web"]
    assert sized or scaled
    assert all(one.lever == "services.web.capacity" for one in met)
    assert all("a scale-down waits for resources/web" in one.reason for one in sized)


def test_a_restart_goes_before_a_resize() -> None:
    record = within(health=CHECKS % "", resources=SIZES % "", fault=DEAD % 0.5)
    met = contests(record)
    assert met[0].name == "health/web over resources/web"
    assert met[0].lever == "services.web.capacity"
    assert any("held by health/web until" in one.reason for one in met)
    assert acted(record, "resources/web", "set_quota") == []


def test_an_agent_waits_while_what_it_would_scale_down_is_resized() -> None:
    record = within(resources=SIZES % "", learning=AGENT % ("", "absolute"))
    names = {one.name for one in contests(record)}
    assert "resources/web over learning/web" in names


def test_no_scale_down_of_what_mape_k_has_scaled_up() -> None:
    record = within(mape_k=MENDS % "ScaleUp", scaling=HPA % "")
    met = [one for one in contests(record) if one.name == "mape_k over scaling/web"]
    assert acted(record, "mape_k", "scale")
    assert met
    assert {one.lever for one in met} == {"services.web.replicas"}
    assert any("held by mape_k until" in one.reason for one in met)


def test_no_scale_down_of_what_mape_k_restarts() -> None:
    record = within(mape_k=MENDS % "Restart", scaling=HPA % "")
    met = [one for one in contests(record) if one.name == "mape_k over scaling/web"]
    assert acted(record, "mape_k", "restart")
    assert {one.lever for one in met} == {"services.web.capacity"}
    assert any("a scale-down waits for mape_k" in one.reason for one in met)


@pytest.mark.parametrize(
    ("dies", "winner", "loser"),
    [
        pytest.param(0.5, "health/web", "mape_k", id="health was first"),
        pytest.param(30, "mape_k", "health/web", id="mape_k was first"),
    ],
)
def test_of_the_two_that_heal_the_first_one_goes_on(dies: float, winner: str, loser: str) -> None:
    patient = (MENDS % "Restart").replace("raise_after: 1, of: 1", "raise_after: 4, of: 4")
    record = within(mape_k=patient, health=CHECKS % "", fault=DEAD % dies)
    first = contests(record)[0]
    assert first.name == f"{winner} over {loser}"
    assert first.lever == "services.web.capacity"
    assert "priorities are equal" in first.reason
    assert acted(record, winner, "restart")
    assert min(acted(record, winner, "restart")) < min(acted(record, loser, "restart") or [99.0])


def test_an_agent_may_not_scale_what_mape_k_scales() -> None:
    record = within(mape_k=MENDS % "ScaleUp", learning=AGENT % ("", "absolute"))
    met = [one for one in contests(record) if one.name == "mape_k over learning/web"]
    assert met
    assert {one.lever for one in met} == {"services.web.replicas"}


def test_nobody_resizes_what_mape_k_restarts() -> None:
    record = within(mape_k=MENDS % "Restart", resources=SIZES % "")
    names = {one.name for one in contests(record)}
    assert "mape_k over resources/web" in names
    assert {one.lever for one in contests(record)} == {"services.web.capacity"}


def test_at_once_the_one_with_the_smaller_cure_goes_first() -> None:
    """One replica is dead: to restart the service would take a second one as well."""
    record = within(mape_k=MENDS % "Restart", health=CHECKS % "", fault=DEAD % 0.5)
    first = contests(record)[0]
    assert (first.at, first.name) == (1.0, "health/web over mape_k")
    assert first.reason == "after health/web in the same step"
    restarts = [
        one.data["action"] for one in record.events if one.kind == "action" and one.at == 1.0
    ]
    assert {tuple(one["replicas"]) for one in restarts if one["kind"] == "restart"} == {(1,)}


# Without one, the last one wins.


@pytest.mark.parametrize(
    ("loops", "lever"),
    [
        pytest.param(
            {"a": HPA % "target: web, ", "b": "{kind: pid, target: web, period: 2s, setpoint: 0.02}"},
            "services.web.replicas", id="an autoscaler and a PID controller",
        ),
        pytest.param(
            {"a": HPA % "target: web, ", "b": AGENT % ("target: web, ", "absolute")},
            "services.web.replicas", id="an autoscaler and an agent",
        ),
        pytest.param(
            {"a": HPA % "target: web, ", "b": "{kind: script, steps: [{at: 9s, scale: {web: 8}}]}"},
            "services.web.replicas", id="an autoscaler and a runbook",
        ),
        pytest.param(
            {"a": HPA % "target: web, ", "b": CHECKS % "target: web, "},
            "services.web.capacity", id="an autoscaler and a health checker",
        ),
        pytest.param(
            {"a": HPA % "target: web, ", "b": MENDS % "ScaleUp"},
            "services.web.replicas", id="an autoscaler and MAPE-K",
        ),
        pytest.param(
            {"a": CHECKS % "target: web, ", "b": MENDS % "Restart"},
            "services.web.capacity", id="a health checker and MAPE-K",
        ),
        pytest.param(
            {"a": HPA % "target: web, ", "b": SIZES % "target: web, "},
            "services.web.capacity", id="an autoscaler and a resource manager",
        ),
        pytest.param(
            {"a": "{kind: adaptive_system, health: none, learning: none, scaling: %s}" % (HPA % ""),
             "b": "{kind: script, steps: [{at: 9s, scale: {web: 8}}]}"},
            "services.web.replicas", id="a whole system and a runbook",
        ),
    ],
)  # fmt: skip
def test_without_an_arbiter_the_last_one_wins(loops: dict[str, str], lever: str) -> None:
    record = side_by_side(fault=DEAD % 4, rate=150, **loops)
    met = [one for one in contests(record) if one.lever == lever]
    assert met
    assert {one.reason for one in met} == {"no arbiter: the last one wins"}
    assert {one.name for one in met} <= {"a over b", "b over a"}
    assert all(one.name.startswith(f"{one.who} over") for one in met)


def test_without_a_fault_health_and_scaling_never_meet() -> None:
    record = within(health=CHECKS % "", scaling=HPA % "")
    assert contests(record) == []
