"""Holm's adjustment: by hand, and by its laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.study.statistics import holm

PS = st.lists(st.floats(0, 1), max_size=10)


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        pytest.param([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02], id="the classic vector"),
        pytest.param([], [], id="nothing asked"),
        pytest.param([0.04], [0.04], id="one question needs none"),
        pytest.param([0.6, 0.7], [1.0, 1.0], id="never more than 1"),
        pytest.param([0.02, 0.02], [0.04, 0.04], id="ties alike"),
        pytest.param([0.0, 1.0], [0.0, 1.0], id="certainties stay"),
    ],
)
def test_by_hand(p: list[float], adjusted: list[float]) -> None:
    assert holm(p) == pytest.approx(adjusted)


@given(PS)
@settings(max_examples=50)
def test_is_never_less_sure_of_what_was_surer(p: list[float]) -> None:
    adjusted = holm(p)
    order = sorted(range(len(p)), key=lambda at: p[at])
    assert [adjusted[at] for at in order] == sorted(adjusted)


@given(PS)
@settings(max_examples=50)
def test_lies_between_no_adjustment_and_bonferroni(p: list[float]) -> None:
    for one, adjusted in zip(p, holm(p), strict=True):
        assert one <= adjusted <= min(1.0, one * len(p))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10), st.floats(0, 1))
@settings(max_examples=50)
def test_one_more_question_makes_no_answer_surer(p: list[float], more: float) -> None:
    assert all(b >= a for a, b in zip(holm(p), holm([*p, more]), strict=False))
