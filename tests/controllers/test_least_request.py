"""Least request: the least busy of all, or of a few drawn ones; equals by luck."""

from collections import Counter
from typing import Any

import pytest

from simlab.controllers import LeastRequestSettings


def picker(*busy: int, cap: float = float("inf"), **fields: Any) -> Any:
    """Return a picker of endpoints 0, 1, ... with so many attempts out to each."""
    found = LeastRequestSettings(**fields).build(cap)
    for endpoint, count in enumerate(busy):
        found.add(endpoint, 0.0)
        found.cells[endpoint].in_flight = count
    return found


def lucks(count: int) -> list[float]:
    return [(k + 0.5) / count for k in range(count)]


@pytest.mark.parametrize("luck", [0.01, 0.5, 0.99])
def test_picks_the_least_busy(luck: float) -> None:
    assert picker(4, 3, 2, 1, 5).pick(0.0, luck) == 3


def test_breaks_ties_evenly() -> None:
    picks = Counter(picker(3, 1, 3, 1, 1).pick(0.0, luck) for luck in lucks(300))
    assert picks == {1: 100, 3: 100, 4: 100}


def test_leaves_out_who_is_at_the_cap() -> None:
    assert picker(2, 2, cap=2).pick(0.0, 0.5) == -1
    assert picker(2, 1, 2, cap=2).pick(0.0, 0.9) == 1


def test_draws_as_many_as_it_may_choose_from() -> None:
    """Of two draws from four, with replacement, the least busy one is among them in 7 of 16."""
    picks = Counter(picker(4, 3, 2, 1, choices=2).pick(0.0, luck) for luck in lucks(4000))
    assert [picks[i] / 4000 for i in range(4)] == pytest.approx(
        [1 / 16, 3 / 16, 5 / 16, 7 / 16], abs=0.02
    )


def test_more_choices_find_the_least_busy_more_often() -> None:
    picks = Counter(picker(4, 3, 2, 1, choices=5).pick(0.0, luck) for luck in lucks(4000))
    assert picks[3] / 4000 == pytest.approx(1 - (3 / 4) ** 5, abs=0.02)


def test_draws_evenly_among_equals() -> None:
    picks = Counter(picker(0, 0, 0, choices=2).pick(0.0, luck) for luck in lucks(3000))
    assert [picks[i] / 3000 for i in range(3)] == pytest.approx([1 / 3] * 3, abs=0.03)


def test_draws_only_who_is_free() -> None:
    picks = {picker(2, 0, 2, 1, cap=2, choices=2).pick(0.0, luck) for luck in lucks(100)}
    assert picks == {1, 3}
    assert picker(2, 2, cap=2, choices=2).pick(0.0, 0.5) == -1


@pytest.mark.parametrize("choices", [0, 1, 2.5])
def test_refuses_a_choice_of_nothing(choices: Any) -> None:
    with pytest.raises(ValueError, match=r"^choices must be a whole number from 2 on"):
        LeastRequestSettings(choices=choices)


@pytest.mark.vectors("envoy", "envoy.lr")
def test_scans_as_envoy_does(vector: dict[str, Any]) -> None:
    if vector["config"].get("selection_method") != "FULL_SCAN":
        pytest.skip("weights, or draws that cannot be told from outside")
    busy, expected = vector["inputs"]["active"], vector["expected"]
    picks = Counter(picker(*busy).pick(0.0, luck) for luck in lucks(3000))
    shares = expected.get("shares", {str(expected.get("pick")): 1.0})
    assert {str(place): n / 3000 for place, n in picks.items()} == pytest.approx(shares, abs=0.005)
