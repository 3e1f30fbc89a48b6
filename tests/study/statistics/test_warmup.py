"""MSER-5: where a run has forgotten how it began."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simlab.study.statistics import Estimate, mser5, settle
from simlab.study.statistics.warmup import average, batches


def start_up(seconds: int, until: int, replication: int = 0) -> list[float | None]:
    """Return a rough curve that is 1 higher before `until`; every 5 s of it have one mean."""
    waves = [0.25 * ((second + replication) % 5) for second in range(seconds)]
    return [1.0 + wave + (second < until) for second, wave in enumerate(waves)]


def by_definition(means: list[int]) -> int | None:
    """Return what the definition says of batches with these means, in fractions."""
    errors = []
    for cut in range(len(means) // 2 + 1):
        rest = means[cut:]
        centre = Fraction(sum(rest), len(rest))
        errors.append(sum((x - centre) ** 2 for x in rest) / len(rest) ** 2)
    least = min(errors)
    assume(least == 0 or errors.count(least) == 1)  # Floats may break a tie otherwise.
    best = errors.index(least)
    return 5 * best if best < len(means) // 2 else None


@pytest.mark.parametrize(
    ("until", "cut"),
    [
        pytest.param(0, 0, id="nothing to forget"),
        pytest.param(5, 5, id="one batch"),
        pytest.param(60, 60, id="a minute"),
        pytest.param(63, 65, id="to the end of the batch"),
    ],
)
def test_cuts_a_start_up(until: int, cut: int) -> None:
    assert mser5(start_up(600, until)) == cut


def test_does_not_accept_a_cut_at_the_edge_of_the_half() -> None:
    assert mser5(start_up(600, 300)) is None
    assert mser5([float(second) for second in range(600)]) is None


def test_a_constant_curve_needs_no_cut() -> None:
    assert mser5([0.25] * 100) == 0


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=30))
@settings(max_examples=100)
def test_is_the_definition(means: list[int]) -> None:
    curve = [float(value) for value in means for _ in range(5)]
    assert mser5(curve) == by_definition(means)


def test_seconds_without_answers_are_left_out() -> None:
    curve = start_up(600, 60)
    curve[3] = None
    curve[100:120] = [None] * 20
    assert mser5(curve) == 60
    assert [start for start, _ in batches(curve)][19:22] == [95, 120, 125]


def test_no_answers_at_all_settle_nothing() -> None:
    assert mser5([None] * 100) is None
    assert mser5([]) is None
    assert settle([[None] * 100], 100.0) is None


def test_averages_over_replications_second_by_second() -> None:
    assert average([[1.0, None, 4.0], [3.0, None]], 4) == [2.0, None, 4.0, None]


@pytest.mark.parametrize(
    ("until", "warmup"),
    [
        pytest.param(0, 0.0, id="none"),
        pytest.param(60, 60.0, id="a multiple of 10 s stays"),
        pytest.param(62, 70.0, id="else up to the next"),
        pytest.param(301, None, id="too short where it falls beyond half"),
    ],
)
def test_settles_over_ten_replications(until: int, warmup: float | None) -> None:
    curves = [start_up(600, until, replication) for replication in range(10)]
    assert settle(curves, 600.0) == warmup


def test_may_not_pass_the_half_of_the_run_either() -> None:
    # Nothing is answered before 30 s, so the first fifth of what is left is beyond the half.
    curve = [None] * 30 + start_up(50, 5)
    assert mser5(curve) == 35
    assert settle([curve], 80.0) == 40.0
    assert settle([curve[:70]], 70.0) is None


def test_nothing_to_forget_is_no_cut_though_answers_come_late() -> None:
    assert mser5([None] * 30 + start_up(50, 0)) == 0


def test_an_estimate_without_ends_has_no_half() -> None:
    assert Estimate(1.0).half is None
    assert Estimate(1.0, 0.0, 3.0).half == 1.5
