"""When faults happen, how many replicas they hit, and what they refuse."""

from math import log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.core import Purpose, Site, root
from simlab.faults import AnyFault, Hit, RandomTimes, SlowSettings, Some

LUCK = Site(root(1, 0, "faults.f"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "one of at, every and random must be given, got none"),
        ({"at": 1.0, "every": 2.0}, "one of at, every and random must be given, got at and every"),
        ({"at": -1.0}, "at must not be negative"),
        ({"every": 0.0}, "every must be positive"),
        ({"at": 1.0, "lasts": 0.0}, "lasts must be positive"),
    ],
)
def test_refuses_what_says_not_when(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        AnyFault(**words)


def test_random_times_need_a_mean() -> None:
    with pytest.raises(ValueError, match=r"^mean must be positive"):
        RandomTimes(mean=0.0)


def times(fault: AnyFault, n: int) -> list[float | None]:
    found: list[float | None] = []
    before = 0.0
    for occurrence in range(n):
        at = fault.start_of(occurrence, before, LUCK)
        found.append(at)
        before = before if at is None else at
    return found


def test_at_is_once() -> None:
    assert times(AnyFault(at=0.0), 3) == [0.0, None, None]


def test_every_does_not_drift() -> None:
    assert times(AnyFault(every=0.1), 4) == [0.1, 0.2, 0.1 * 3, 0.4]


def test_random_gaps_are_exponential_and_addressed_by_occurrence() -> None:
    fault = AnyFault(random=RandomTimes(mean=10.0))
    found = times(fault, 1000)
    stream = LUCK.stream(Purpose.ARRIVAL)
    assert found[0] == -10.0 * log(stream.uniform(0))
    assert found[1] == pytest.approx((found[0] or 0.0) - 10.0 * log(stream.uniform(1)))
    assert (found[-1] or 0.0) / 1000 == pytest.approx(10.0, rel=0.1)


@pytest.mark.parametrize(
    ("some", "ready", "hit"),
    [
        pytest.param(Some(), 5, 5, id="all by default"),
        pytest.param(Some(), 0, 0, id="of none, none"),
        pytest.param(Some(count=2), 5, 2, id="a count"),
        pytest.param(Some(count=0), 5, 0, id="a count of 0"),
        pytest.param(Some(count=9), 5, 5, id="no more than there are"),
        pytest.param(Some(share=0.5), 5, 3, id="a share is rounded up"),
        pytest.param(Some(share=0.2), 5, 1, id="a share that comes out even"),
        pytest.param(Some(share=0.01), 5, 1, id="a small share is one"),
        pytest.param(Some(share=0.0), 5, 0, id="no share is none"),
        pytest.param(Some(share=0.1), 30, 3, id="not one more by rounding"),
        pytest.param(Some(share=0.07), 100, 7, id="nor here"),
    ],
)
def test_how_many_are_hit(some: Some, ready: int, hit: int) -> None:
    assert some.of(ready) == hit


@given(st.floats(0, 1), st.integers(0, 50))
def test_never_more_than_there_are(share: float, ready: int) -> None:
    assert 0 <= Some(share=share).of(ready) <= ready


@pytest.mark.parametrize("words", [{"share": 1.5}, {"share": -0.1}, {"count": -1}])
def test_refuses_shares_and_counts_that_are_none(words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(words))} must"):
        Some(**words)


def test_the_key_of_an_occurrence_is_its_own() -> None:
    assert Hit(fault="f", occurrence=2).key == ("f", 2)
    assert SlowSettings(target="web", at=1.0).replicas == Some()
