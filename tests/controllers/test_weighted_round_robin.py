"""Weighted round robin: turns in proportion to weights, spread out as nginx spreads them."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.controllers import WeightedRoundRobinSettings
from simlab.core import Outcome

BEGIN = 1e-12  # Luck by which ties begin to be looked at in the first place.


def picker(*weights: float, cap: float = float("inf"), endpoints: int = 0) -> Any:
    found = WeightedRoundRobinSettings(weights=weights).build(cap)
    for endpoint in range(endpoints or len(weights)):
        found.add(endpoint, 0.0)
    return found


def picks(one: Any, count: int, luck: float = BEGIN) -> list[int]:
    return [one.pick(0.0, luck) for _ in range(count)]


def test_the_heavy_ones_are_spread_out() -> None:
    assert picks(picker(5, 1, 1), 7) == [0, 0, 1, 0, 2, 0, 0]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_a_round_has_each_as_often_as_its_weight(weights: list[int]) -> None:
    one = picker(*weights)
    for _ in range(2):
        counts = Counter(picks(one, sum(weights)))
        assert [counts[at] for at in range(len(weights))] == weights


def test_equal_weights_are_plain_turns() -> None:
    assert picks(picker(1, endpoints=3), 6) == [0, 1, 2, 0, 1, 2]


def test_weights_begin_again_where_they_end() -> None:
    counts = Counter(picks(picker(3, 1, endpoints=4), 8))
    assert [counts[at] for at in range(4)] == [3, 1, 3, 1]


def test_luck_says_where_many_clients_begin() -> None:
    starts = Counter(picker(1, endpoints=3).pick(0.0, (k + 0.5) / 999) for k in range(999))
    assert [starts[at] for at in range(3)] == pytest.approx([333] * 3, abs=2)


def test_who_is_at_the_cap_is_passed_over_and_earns_nothing() -> None:
    one = picker(3, 1, cap=1)
    assert picks(one, 3) == [0, 1, -1]
    one.record(1, 1.0, Outcome.OK, 1.0)
    assert one.pick(1.0, BEGIN) == 1
    one.record(0, 2.0, Outcome.OK, 1.0)
    one.record(1, 2.0, Outcome.OK, 1.0)
    assert picks(one, 1) == [0]


@pytest.mark.parametrize(
    ("weights", "said"),
    [((), "weights must name at least one"), ((1.0, 0.0), "weights must be positive, got 0")],
)
def test_what_makes_no_sense_is_refused(weights: tuple[float, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        WeightedRoundRobinSettings(weights=weights)


@pytest.mark.vectors("nginx_swrr", "nginx.swrr")
def test_takes_turns_as_nginx_does(vector: dict[str, Any]) -> None:
    servers, steps = vector["config"]["servers"], vector["inputs"]["steps"]
    if any(one.get("backup") or one.get("down") for one in servers):
        pytest.skip("backups, and servers that are down")
    if any(step["op"] != "request" or step.get("fail") for step in steps):
        pytest.skip("failures, holds and reloads")
    one = picker(*(server.get("weight", 1) for server in servers))
    expected = [request["path"][0] for request in vector["expected"]["requests"]]
    assert picks(one, len(expected)) == expected
