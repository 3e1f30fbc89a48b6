"""Equivalence: when a difference is surely within a margin."""

import pytest

from simlab.study.statistics import equivalence

T = 1.8331129327  # t(9, 0.95): one-sided.


@pytest.mark.parametrize(
    ("centre", "error", "p"),
    [
        pytest.param(1 - T * 0.1, 0.1, 0.05, id="as far below the margin as the table asks"),
        pytest.param(T * 0.1 - 1, 0.1, 0.05, id="as far above its negative"),
        pytest.param(1.0, 0.1, 0.5, id="on the margin it is a coin toss"),
        pytest.param(-1.0, 0.1, 0.5, id="on the other margin too"),
        pytest.param(1 + T * 0.1, 0.1, 0.95, id="outside it is not"),
        pytest.param(0.9, 0.0, 0.0, id="without spread, inside"),
        pytest.param(1.1, 0.0, 1.0, id="without spread, outside"),
        pytest.param(-1.1, 0.0, 1.0, id="without spread, outside below"),
        pytest.param(1.0, 0.0, 0.5, id="without spread, on the margin: not equivalent"),
    ],
)
def test_both_one_sided_tests_must_hold(centre: float, error: float, p: float) -> None:
    assert equivalence(centre, error, runs=10, margin=1.0) == pytest.approx(p)
