"""The PID scaler: counts of replicas, by what is seen, with whoever else pulls the lever."""

from dataclasses import replace
from typing import Any

import pytest

from simlab.controllers import PidScaler, PidSettings
from simlab.core import Decision, Observation, Reading, ScaleTo, ServiceSeen, SourceSeen

SETTINGS = PidSettings(
    target="web", metric="load", setpoint=0.5, kp=4.0, ki=0.04, maxReplicas=20, period=10.0
)


def step(scaler: PidScaler, now: float, load: float | None, wanted: int) -> Decision:
    service = ServiceSeen(wanted=wanted, readings={"load": Reading(load, now)})
    return scaler.step(Observation(now=now, services={"web": service}))


def count(decision: Decision) -> int | None:
    """Return the count that is asked for, None if none is."""
    if not decision.actions:
        return None
    (action,) = decision.actions
    assert isinstance(action, ScaleTo)
    assert action.service == "web"
    return action.replicas


def run(scaler: PidScaler, loads: list[float | None], wanted: int) -> list[int]:
    """Step on these loads, with all that is asked for done at once; return what was wanted."""
    seen = []
    for number, load in enumerate(loads):
        wanted = count(step(scaler, 10.0 * (number + 1), load, wanted)) or wanted
        seen.append(wanted)
    return seen


def test_takes_over_without_a_jump() -> None:
    assert count(step(SETTINGS.build(), 10.0, 0.9, 7)) is None


def test_scales_up_while_the_metric_is_above_the_setpoint() -> None:
    wanted = run(SETTINGS.build(), [0.9] * 40, 4)
    assert wanted == sorted(wanted)
    assert wanted[-1] > 8


def test_scales_down_while_it_is_below() -> None:
    wanted = run(SETTINGS.build(), [0.1] * 80, 10)
    assert wanted == sorted(wanted, reverse=True)
    assert wanted[-1] == 1


def test_scales_the_other_way_when_direct() -> None:
    assert run(replace(SETTINGS, direction="direct").build(), [0.1] * 40, 4)[-1] > 8


def test_answers_a_jump_of_the_metric_at_once() -> None:
    assert run(SETTINGS.build(), [0.5, 0.5, 1.0], 4) == [4, 4, 6]


def test_rounds_halves_up() -> None:
    scaler = replace(SETTINGS, ki=0.0).build()
    step(scaler, 10.0, 0.5, 4)
    assert count(step(scaler, 20.0, 0.625, 4)) == 5
    assert scaler.pid.output == 4.5


@pytest.mark.parametrize(("least", "most", "expected"), [(6, 20, 6), (1, 3, 3)])
def test_stays_within_its_bounds(least: int, most: int, expected: int) -> None:
    scaler = replace(SETTINGS, minReplicas=least, maxReplicas=most).build()
    decision = step(scaler, 10.0, 0.5, 5)
    assert count(decision) == expected
    assert decision.because["limit"] == ("minReplicas" if least > 5 else "maxReplicas")


def test_takes_steps_no_longer_than_it_may() -> None:
    scaler = replace(SETTINGS, maxStep=2, ki=0.0, kp=40.0).build()
    step(scaler, 10.0, 0.5, 4)
    decision = step(scaler, 20.0, 0.9, 4)
    assert count(decision) == 6
    assert decision.because["limit"] == "maxStep"
    assert count(step(scaler, 30.0, 0.1, 6)) == 4


def test_the_bounds_win_over_the_step() -> None:
    scaler = replace(SETTINGS, maxStep=1, maxReplicas=8).build()
    assert count(step(scaler, 10.0, 0.5, 20)) == 8


def test_bears_errors_within_its_dead_band() -> None:
    scaler = replace(SETTINGS, deadBand=0.2).build()
    assert run(scaler, [0.69] * 50, 4)[-1] == 4
    assert run(scaler, [0.95] * 50, 4)[-1] > 4


def test_holds_without_a_metric_and_says_so() -> None:
    scaler = SETTINGS.build()
    step(scaler, 10.0, 0.5, 4)
    decision = step(scaler, 20.0, None, 4)
    assert (decision.actions, decision.because["held"]) == ((), "the metric is missing")
    assert step(scaler, 20.0, float("nan"), 4).because["held"] == "the metric is missing"


def test_holds_without_its_service_and_says_so() -> None:
    decision = SETTINGS.build().step(Observation(now=10.0))
    assert (decision.actions, decision.because) == ((), {"held": "web is not seen"})


def test_holds_where_numbers_end() -> None:
    decision = step(replace(SETTINGS, kp=1e10).build(), 10.0, 1e300, 4)
    assert decision.actions == ()
    assert "held" in decision.because


def test_counts_the_time_that_it_was_blind() -> None:
    """Three periods of blindness: the error then counts for all of them."""
    blind, seeing = SETTINGS.build(), SETTINGS.build()
    for scaler in (blind, seeing):
        step(scaler, 10.0, 0.5, 4)
    for now in (20.0, 30.0):
        step(blind, now, None, 4)
    step(blind, 40.0, 0.6, 4)
    step(seeing, 20.0, 0.6, 4)
    assert blind.pid.integral == pytest.approx(seeing.pid.integral + 0.04 * 0.1 * 20.0)


def test_a_long_blindness_counts_as_five_periods() -> None:
    scaler = SETTINGS.build()
    step(scaler, 10.0, 0.5, 4)
    step(scaler, 10_000.0, 0.6, 4)
    assert scaler.pid.integral == pytest.approx(4.0 + 0.04 * 0.1 * 50.0)


def test_follows_whoever_else_moved_what_is_wanted() -> None:
    scaler = SETTINGS.build()
    for now in (10.0, 20.0):
        step(scaler, now, 0.5, 4)
    assert count(step(scaler, 30.0, 0.5, 12)) is None
    assert scaler.pid.output == 12.0


def test_does_not_wind_up_while_it_is_refused() -> None:
    scaler = SETTINGS.build()
    for number in range(200):
        step(scaler, 10.0 * (number + 1), 1.0, 4)  # It asks for more, and 4 it stays.
    assert scaler.pid.unlimited is not None
    assert scaler.pid.unlimited < 4.0 + 2 * 4.0 * 0.5 + 1.0
    assert count(step(scaler, 2010.0, 0.1, 4)) == 2


def test_settles_instead_of_hunting() -> None:
    """A load of 5 replicas' worth, shared by those there are, is answered by a steady count."""
    scaler, wanted, seen = SETTINGS.build(), 4, []
    for number in range(100):
        load = min(1.0, 2.6 / wanted)
        wanted = count(step(scaler, 10.0 * (number + 1), load, wanted)) or wanted
        seen.append(wanted)
    assert set(seen[-50:]) == {5}


def test_reads_any_seen_number() -> None:
    scaler = replace(SETTINGS, metric="sources.shoppers.arrival_rate", setpoint=100.0).build()
    shoppers = SourceSeen(readings={"arrival_rate": Reading(130.0, 5.0)})
    seen = Observation(
        now=10.0, services={"web": ServiceSeen(wanted=4)}, sources={"shoppers": shoppers}
    )
    decision = scaler.step(seen)
    assert (decision.because["measured"], decision.because["error"]) == (130.0, 30.0)


def test_says_what_it_went_by() -> None:
    decision = step(SETTINGS.build(), 10.0, 0.6, 4)
    known = {"metric": "load", "measured": 0.6, "setpoint": 0.5, "wanted": 4, "replicas": 4}
    assert known.items() <= decision.because.items()
    assert decision.because["error"] == pytest.approx(0.1)
    assert decision.because["measured_at"] == 10.0


def test_hands_all_it_is_told_to_its_controller() -> None:
    told = replace(SETTINGS, kd=8.0, filter=4.0, tracking=33.0, deadBand=0.1, minReplicas=2)
    pid = told.controller()
    assert (pid.smoothing, pid.tracking, pid.dead_band) == (8.0 / (4.0 * 4.0), 33.0, 0.1)
    assert (pid.low, pid.high, pid.longest, pid.setpoint) == (2, 20, 50.0, 0.5)


def test_numbers_its_actions() -> None:
    scaler = SETTINGS.build()
    ids = [
        action.id
        for number, load in enumerate([0.5, 1.0, 0.1, 1.0])
        for action in step(scaler, 10.0 * (number + 1), load, 4).actions
    ]
    assert ids == list(range(1, len(ids) + 1))
    assert len(ids) >= 2


@pytest.mark.parametrize("name", ["kp", "ki"])
def test_a_new_gain_does_not_make_it_jump(name: str) -> None:
    scaler = SETTINGS.build()
    for now in (10.0, 20.0):
        step(scaler, now, 0.6, 4)
    before = scaler.pid.output
    scaler.reconfigure(name, getattr(SETTINGS, name) * 3)
    step(scaler, 20.001, 0.6, 4)
    assert scaler.pid.output == pytest.approx(before, abs=0.01)


def test_takes_changes_while_it_runs() -> None:
    scaler = SETTINGS.build()
    for name, value in (
        ("minReplicas", 2.0),
        ("maxReplicas", 6.0),
        ("setpoint", 0.7),
        ("kd", 3.0),
        ("deadBand", 0.05),
    ):
        scaler.reconfigure(name, value)
    pid = scaler.pid
    assert (pid.low, pid.high, pid.setpoint, pid.kd, pid.dead_band) == (2, 6, 0.7, 3.0, 0.05)
    assert pid.tracking == pytest.approx((3.0 / 0.04) ** 0.5)
    assert scaler.settings == replace(
        SETTINGS, minReplicas=2, maxReplicas=6, setpoint=0.7, kd=3.0, deadBand=0.05
    )
    with pytest.raises(ValueError, match=r"^minReplicas must not be above maxReplicas"):
        scaler.reconfigure("maxReplicas", 1.0)


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        ({"minReplicas": -1}, "minReplicas must be"),
        ({"maxReplicas": 0}, "maxReplicas must be"),
        ({"minReplicas": 30}, "minReplicas must not be above maxReplicas"),
        ({"metric": "services.web"}, "a metric is"),
        ({"setpoint": float("nan")}, "setpoint must be"),
        ({"kp": -1.0}, "kp must not be negative"),
        ({"kp": 0.0, "ki": 0.0}, "kp and ki must not both be 0"),
        ({"kp": 0.0, "kd": 1.0}, "kd needs a kp"),
        ({"period": 0.0}, "period must be positive"),
        ({"filter": 0.0}, "filter must be positive"),
        ({"filter": float("inf")}, "filter must be positive"),
        ({"tracking": -1.0}, "tracking must be positive"),
        ({"deadBand": -0.1}, "deadBand must not be negative"),
        ({"maxStep": 0}, "maxStep must be"),
    ],
)
def test_refuses_settings_that_make_no_sense(nonsense: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        replace(SETTINGS, **nonsense)
