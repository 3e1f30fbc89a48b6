"""Student's interval and p: against tables, and by how often the truth is inside."""

from math import log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.core import root, uniform
from simlab.study.statistics import Estimate, around, interval, p_value, standard_error
from simlab.study.statistics.estimate import mean


def test_has_the_table_s_width() -> None:
    # t(9, 0.975) = 2.262157; these ten values have mean 5.5 and sd 3.02765.
    found = interval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    half = 2.2621571628 * 3.0276503541 / sqrt(10)
    assert found.mean == 5.5
    assert (found.low, found.high) == pytest.approx((5.5 - half, 5.5 + half))
    assert found.half == pytest.approx(half)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([], Estimate(None, None, None), id="nothing of nothing"),
        pytest.param([4.0], Estimate(4.0, None, None), id="one run has no spread"),
        pytest.param([4.0, 4.0], Estimate(4.0, 4.0, 4.0), id="without spread it is a point"),
        pytest.param([0.1] * 3, Estimate(0.1, 0.1, 0.1), id="a point to the last bit"),
    ],
)
def test_has_edges(values: list[float], expected: Estimate) -> None:
    assert interval(values) == expected
    assert expected.half == (0.0 if expected.low is not None else None)


@pytest.mark.parametrize(
    ("centre", "error", "p"),
    [
        pytest.param(2.2621571628, 1.0, 0.05, id="at the table's value"),
        pytest.param(-2.2621571628, 1.0, 0.05, id="on the other side alike"),
        pytest.param(3.2498355416 * 0.3, 0.3, 0.01, id="in units of the error"),
        pytest.param(0.0, 1.0, 1.0, id="nothing speaks against 0 at 0"),
        pytest.param(0.0, 0.0, 1.0, id="no spread, no difference"),
        pytest.param(0.5, 0.0, 0.0, id="no spread, a difference"),
        pytest.param(-0.5, 0.0, 0.0, id="no spread, a negative one"),
    ],
)
def test_p_is_two_sided(centre: float, error: float, p: float) -> None:
    assert p_value(centre, error, runs=10) == pytest.approx(p, rel=1e-4)


def test_the_truth_is_inside_as_often_as_promised() -> None:
    # 1,000 samples of 10 nearly normal values (sums of twelve uniforms): two errors around 95 %.
    key, inside, runs = root(1, 0, "coverage"), 0, 1000
    for sample in range(runs):
        values = [
            sum(uniform(key, sample, 12 * one + part) for part in range(12)) - 6
            for one in range(10)
        ]
        found = interval(values)
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= 0 <= found.high
    assert 0.935 < inside / runs < 0.965


def test_covers_less_on_a_skewed_population_but_not_wildly() -> None:
    key, inside, runs = root(2, 0, "coverage"), 0, 1000
    for sample in range(runs):
        found = interval([-log(uniform(key, sample, one)) for one in range(10)])
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= 1 <= found.high
    assert 0.87 < inside / runs < 0.94


NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12)


@given(NUMBERS)
@settings(max_examples=50)
def test_the_mirror_image_has_the_mirrored_interval(values: list[float]) -> None:
    here, there = interval(values), interval([-value for value in values])
    assert there.mean == -here.mean  # type: ignore[operator]
    assert (there.low, there.high) == (-here.high, -here.low)  # type: ignore[operator]


@given(NUMBERS, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_runs_does_not_matter(values: list[float], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert interval(shuffled) == interval(values)


@given(NUMBERS)
@settings(max_examples=50)
def test_zero_is_outside_just_when_p_is_small(values: list[float]) -> None:
    centre = mean(values)
    error = standard_error(values, centre)
    found = around(centre, error, len(values))
    p = p_value(centre, error, len(values))
    assert found.low is not None
    assert found.high is not None
    if p < 0.05 - 1e-9:
        assert not found.low <= 0 <= found.high
    if p > 0.05 + 1e-9:
        assert found.low <= 0 <= found.high
