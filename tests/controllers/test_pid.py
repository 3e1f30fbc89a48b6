"""The PID controller: what moves its output, what does not, and what it refuses to be told."""

from math import inf, isfinite, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers import PidController

GAINS: dict[str, Any] = {"kp": 2.0, "ki": 0.5, "kd": 0.0, "setpoint": 10.0}


def pid(**fields: Any) -> PidController:
    return PidController(**(GAINS | fields))


def tune(one: PidController, **fields: Any) -> None:
    now = {
        "kp": one.kp,
        "ki": one.ki,
        "kd": one.kd,
        "setpoint": one.setpoint,
        "dead_band": one.dead_band,
        "filter": inf,
        "tracking": None,
    }
    one.tune(**(now | fields))


def test_rises_above_the_setpoint_when_reverse() -> None:
    assert pid(ki=0.0).compute(11.0, 1.0) == 2.0
    assert pid(ki=0.0).compute(9.0, 1.0) == -2.0


def test_rises_below_the_setpoint_when_direct() -> None:
    assert pid(ki=0.0, direction="direct").compute(9.0, 1.0) == 2.0


def test_sums_the_error_up_over_time() -> None:
    one = pid(kp=0.0)
    assert [one.compute(12.0, dt) for dt in (1.0, 2.0, 0.5)] == [1.0, 3.0, 3.5]


@pytest.mark.parametrize(("direction", "output"), [("reverse", 3.0), ("direct", -3.0)])
def test_acts_on_how_the_measurement_moves(direction: Any, output: float) -> None:
    one = pid(kp=0.0, ki=0.0, kd=1.5, direction=direction)
    assert one.compute(10.0, 2.0) == 0.0  # No kick: nothing has moved yet.
    assert one.compute(14.0, 2.0) == output


def test_smooths_the_derivative() -> None:
    one = pid(kp=2.0, ki=0.0, kd=4.0, setpoint=0.0, filter=2.0)  # Tf = 4 / (2 x 2) = 1.
    one.compute(0.0, 1.0)
    one.compute(1.0, 1.0)
    assert one.derivative == 2.0  # (1 x 0 + 4 x 1) / (1 + 1)
    one.compute(1.0, 1.0)
    assert one.derivative == 1.0


def test_a_new_setpoint_gives_no_derivative_kick() -> None:
    one = pid(ki=0.0, kd=3.0)
    one.compute(10.0, 1.0)
    tune(one, setpoint=20.0)
    assert one.compute(10.0, 1.0) == -20.0


def test_takes_small_errors_for_none() -> None:
    one = pid(dead_band=0.5)
    assert [one.compute(y, 1.0) for y in (10.5, 9.5, 10.1, 9.9)] == [0.0, 0.0, 0.0, 0.0]
    assert one.compute(10.75, 1.0) == 2.0 * 0.25 + 0.5 * 0.25
    assert one.compute(9.25, 1.0) == -2.0 * 0.25


@pytest.mark.parametrize("value", [nan, inf, -inf, None])
def test_holds_what_it_said_where_nothing_is_measured(value: float | None) -> None:
    one = pid()
    assert one.compute(value, 1.0) is None
    before = one.compute(12.0, 1.0)
    assert one.compute(value, 1.0) == before
    assert one.compute(12.0, 1.0) == pid_after(12.0, 12.0)


def pid_after(*measured: float) -> float | None:
    one = pid()
    return [one.compute(value, 1.0) for value in measured][-1]


@pytest.mark.parametrize("dt", [0.0, -1.0, nan])
def test_holds_what_it_said_where_no_time_passed(dt: float) -> None:
    one = pid()
    before = one.compute(12.0, 1.0)
    assert one.compute(99.0, dt) == before
    assert one.compute(12.0, 1.0) == pid_after(12.0, 12.0)


def test_holds_what_it_said_where_numbers_end() -> None:
    one = pid(kp=1e300)
    before = one.compute(12.0, 1.0)
    assert one.compute(1e300, 1.0) == before
    assert isfinite(one.integral)


def test_cuts_a_long_gap_and_begins_the_derivative_anew() -> None:
    one, other = pid(kd=1.0, longest=5.0), pid(kd=1.0, longest=5.0)
    for each in (one, other):
        each.compute(12.0, 1.0)
        each.compute(13.0, 1.0)
    assert one.derivative == 1.0
    one.compute(20.0, 1000.0)
    assert one.derivative == 0.0
    assert one.integral == other.integral + 0.5 * 10.0 * 5.0
    one.compute(21.0, 5.0)  # As long as may be: no gap.
    assert one.derivative == pytest.approx(0.2)


def test_stays_within_its_limits() -> None:
    one = pid(low=-1.0, high=4.0)
    assert [one.compute(y, 1.0) for y in (99.0, -99.0)] == [4.0, -1.0]


def test_does_not_wind_up_at_a_limit() -> None:
    one = pid(low=0.0, high=4.0)
    for _ in range(1000):
        one.compute(12.0, 1.0)
    assert one.unlimited is not None
    assert one.unlimited < 9.0
    down = [one.compute(8.0, 1.0) for _ in range(5)]
    assert down[-1] == 0.0


def test_follows_what_was_actuated() -> None:
    """With a tracking time of 4, each second takes off a quarter of what was not done."""
    one = pid(kp=0.0, ki=1.0, tracking=4.0)
    one.compute(12.0, 1.0)
    one.track(0.0)
    one.compute(10.0, 1.0)
    assert one.integral == 2.0 - 2.0 / 4.0
    one.track(1.0)
    one.compute(10.0, 8.0)  # Longer than the tracking time: all the way.
    assert one.integral == 1.0


def test_tracks_nothing_where_there_is_no_integral() -> None:
    one = pid(ki=0.0)
    one.compute(12.0, 1.0)
    one.track(0.0)
    assert one.compute(12.0, 1.0) == 4.0


@pytest.mark.parametrize(
    ("gains", "tracking"),
    [
        ({"kp": 2.0, "ki": 0.5}, 4.0),
        ({"kp": 2.0, "ki": 0.5, "kd": 4.5}, 3.0),
        ({"kp": 2.0, "ki": 0.0}, inf),
        ({"kp": 0.0, "ki": 0.5}, 0.0),
        ({"tracking": 7.0}, 7.0),
    ],
)
def test_tracks_as_fast_as_the_book_says(gains: dict[str, Any], tracking: float) -> None:
    assert pid(**gains).tracking == tracking


def test_takes_over_without_a_jump() -> None:
    one = pid()
    one.start(7.0)
    assert one.compute(14.0, 1.0) == 7.0
    assert one.compute(14.0, 1.0) == 9.0


def test_holds_a_start_until_something_is_measured() -> None:
    one = pid()
    one.start(7.0)
    assert one.compute(None, 1.0) is None
    assert one.compute(14.0, 1.0) == 7.0


@pytest.mark.parametrize("gains", [{"kp": 5.0}, {"ki": 3.0}, {"kp": 0.5, "ki": 0.1}])
def test_new_gains_do_not_make_it_jump(gains: dict[str, float]) -> None:
    """A step with no error more to add gives what it gave before."""
    one, other = pid(), pid()
    for each in (one, other):
        for measured in (12.0, 13.0):
            each.compute(measured, 1.0)
    tune(one, **gains)
    ki = gains.get("ki", 0.5)
    assert one.compute(13.0, 1e-9) == pytest.approx(other.output, abs=1e-6)
    assert one.ki == ki


def test_tells_what_its_output_is_made_of() -> None:
    one = pid(kd=1.0, high=1.0)
    one.compute(11.0, 1.0)
    one.compute(12.0, 1.0)
    assert one.terms == {
        "error": 2.0,
        "proportional": 4.0,
        "integral": 0.5 + 1.0 - (2.5 - 1.0) / 2.0**0.5,
        "derivative": 1.0,
        "unlimited": 5.0 + 1.5 - 1.5 / 2.0**0.5,
        "output": 1.0,
    }


def test_forgets_everything_on_reset() -> None:
    one = pid(kd=1.0)
    one.start(7.0)
    for measured in (12.0, 15.0):
        one.compute(measured, 1.0)
    one.reset()
    assert one.compute(12.0, 1.0) == pid(kd=1.0).compute(12.0, 1.0)


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0.01, 100)), max_size=30))
@settings(max_examples=50, deadline=None)
def test_is_always_within_its_limits(steps: list[tuple[float, float]]) -> None:
    one = pid(kd=0.3, low=1.0, high=20.0, filter=10.0, longest=50.0)
    for measured, dt in steps:
        output = one.compute(measured, dt)
        assert output is not None
        assert 1.0 <= output <= 20.0


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        ({"kp": -1.0}, "kp must not be negative"),
        ({"ki": nan}, "ki must not be negative"),
        ({"kd": inf}, "kd must not be negative"),
        ({"setpoint": nan}, "setpoint must be a number"),
        ({"filter": 0.0}, "filter must be positive"),
        ({"dead_band": -1.0}, "dead_band must not be negative"),
        ({"tracking": 0.0}, "tracking must be positive"),
        ({"low": 2.0, "high": 1.0}, "low must not be above high"),
    ],
)
def test_refuses_what_makes_no_sense(nonsense: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        pid(**nonsense)
