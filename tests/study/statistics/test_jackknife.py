"""The jackknife: of a mean it is the t interval; of a ratio it is near the delta method's."""

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.study.statistics import Estimate, interval, jackknife, ratio
from simlab.study.statistics.estimate import mean

A = [1.2, 1.5, 1.1, 1.4, 1.3, 1.6]
B = [1.0, 1.1, 1.0, 1.2, 1.05, 1.15]


def without(values: list[float]) -> list[float]:
    return [mean([*values[:at], *values[at + 1 :]]) for at in range(len(values))]


def test_of_a_mean_is_the_t_interval() -> None:
    found, expected = jackknife(mean(A), without(A)), interval(A)
    assert (found.mean, found.low, found.high) == pytest.approx(
        (expected.mean, expected.low, expected.high)
    )


def test_of_a_ratio_is_near_the_delta_method() -> None:
    found = ratio(mean(A), mean(B), without(A), without(B))
    q = mean(A) / mean(B)
    gaps = [a - q * b for a, b in zip(A, B, strict=True)]
    half = 2.570581836 * sqrt(sum(g * g for g in gaps) / 5 / 6) / mean(B)
    assert found.mean == pytest.approx(q - 1)
    assert found.half == pytest.approx(half, rel=0.02)
    assert found.low == pytest.approx(q - 1 - half, rel=0.02)


@pytest.mark.parametrize(
    ("below", "below_without"),
    [
        pytest.param(0.0, [1.0, -1.0], id="the whole is 0"),
        pytest.param(0.5, [0.0, 1.0], id="one run leaves 0"),
    ],
)
def test_there_is_no_ratio_to_nothing(below: float, below_without: list[float]) -> None:
    assert ratio(1.0, below, [1.0, 1.0], below_without) == Estimate(None)


def test_one_run_has_no_interval() -> None:
    assert jackknife(3.0, [3.0]) == Estimate(3.0)


@given(st.lists(st.floats(0.5, 100), min_size=2, max_size=8), st.floats(0.1, 10))
@settings(max_examples=40)
def test_a_fixed_factor_is_certain(values: list[float], factor: float) -> None:
    larger = [factor * value for value in values]
    found = ratio(mean(larger), mean(values), without(larger), without(values))
    assert found.mean == pytest.approx(factor - 1, abs=1e-9)
    assert found.half == pytest.approx(0, abs=1e-9)
