"""Trends: what grows without end leaks; what is warm, noisy, or explained by load does not."""

from math import inf, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers.mapek import trend
from simlab.controllers.mapek.trend import Point, mann_kendall, theil_sen, time_to_limit


def series(values: list[float], inside: list[float] | None = None) -> list[Point]:
    insides = inside or [5.0] * len(values)
    return [Point(30.0 * at, *pair) for at, pair in enumerate(zip(values, insides, strict=True))]


N = range(20)


@pytest.mark.parametrize(
    ("values", "inside", "leaks"),
    [
        pytest.param([10.0 + at for at in N], None, True, id="grows steadily"),
        pytest.param([10.0 + at + 2 * sin(7 * at) for at in N], None, True, id="grows noisily"),
        pytest.param([50.0] * 20, None, False, id="stands still"),
        pytest.param([50.0 + 3 * sin(7 * at) for at in N], None, False, id="is noisy"),
        pytest.param([50.0 + 0.3 * at + 20 * sin(5 * at) for at in N], None, False,
                     id="is so noisy that its growth may be luck"),
        pytest.param([80.0 - at for at in N], None, False, id="falls"),
        pytest.param([60.0 - 50.0 * 0.6**at for at in N], None, False, id="warms up, levels off"),
        pytest.param([10.0 + 0.05 * at for at in N], None, False, id="grows by next to nothing"),
        pytest.param([10.0 + at for at in N], [1.0 + at for at in N], False, id="follows the load"),
        pytest.param([10.0 + 2 * at for at in N], [5.0 + sin(7 * at) for at in N], True,
                     id="grows, whatever the load"),
        pytest.param([10.0 + at for at in range(7)], None, False, id="has not been seen for long"),
    ],
)  # fmt: skip
def test_what_leaks(values: list[float], inside: list[float] | None, leaks: bool) -> None:
    left = time_to_limit(series(values, inside), 100.0)
    assert (left is not None and left < inf) == leaks


def test_too_few_points_are_unknown_and_not_well() -> None:
    assert time_to_limit(series([1.0] * 7), 100.0) is None
    assert time_to_limit(series([1.0] * 8), 100.0) == inf


def test_the_time_left_is_what_is_left_by_the_slope() -> None:
    left = time_to_limit(series([10.0 + at for at in N]), 100.0)
    assert left == pytest.approx((100.0 - 29.0) / (1.0 / 30.0))
    assert time_to_limit(series([90.0 + at for at in N]), 100.0) == 0.0


def test_load_that_is_not_known_is_not_taken_out() -> None:
    points = [Point(30.0 * at, 10.0 + at, None if at == 3 else 1.0 + at) for at in N]
    assert time_to_limit(points, 100.0) is not None
    assert time_to_limit(points, 100.0) != inf


def test_mann_kendall_by_hand() -> None:
    # S = 10 - 0 of 5 rising values; variance 5 * 4 * 15 / 18.
    assert mann_kendall([1, 2, 3, 4, 5]) == pytest.approx(9 / (300 / 18) ** 0.5)
    assert mann_kendall([5, 4, 3, 2, 1]) == pytest.approx(-9 / (300 / 18) ** 0.5)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12), st.floats(-100, 100))
@settings(max_examples=50)
def test_the_slope_shifts_with_the_line_that_is_added(values: list[float], slope: float) -> None:
    times = [float(at) for at in range(len(values))]
    bent = [value + slope * at for value, at in zip(values, times, strict=True)]
    assert theil_sen(times, bent) == pytest.approx(theil_sen(times, values) + slope, abs=1e-6)


def test_one_wild_value_does_not_move_the_slope_much() -> None:
    times, values = [float(at) for at in N], [2.0 * at for at in N]
    values[10] = 1e6
    assert theil_sen(times, values) == pytest.approx(2.0)
    assert trend.theil_sen([1.0, 1.0], [3.0, 4.0]) == 0.0
