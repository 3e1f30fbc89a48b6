"""Mixes: operations in their shares, each request's fixed by its address."""

import copy
import pickle
from collections import Counter
from typing import Any

import pytest
from scipy.stats import chisquare

from simlab.core import Purpose, Site, root
from simlab.load import Mix

SHARES = {"web.browse": 0.85, "web.checkout": 0.1, "api.get": 0.05}


def mix(shares: dict[str, float], seed: int = 1) -> Mix:
    return Mix(shares, seed=seed, replication=2, source="shoppers")


def test_operations_are_asked_by_their_shares() -> None:
    picked = Counter(mix(SHARES).pick(number) for number in range(10_000))
    found, expected = zip(*((picked[name], 10_000 * share) for name, share in SHARES.items()))
    assert chisquare(found, expected).pvalue > 0.01


def test_a_pick_is_where_the_addressed_number_falls() -> None:
    stream, found = Site(root(1, 2, "load.shoppers")).stream(Purpose.MIX), mix(SHARES)
    for number in range(2000):
        luck = stream.uniform(number)
        expected = "web.browse" if luck < 0.85 else "web.checkout" if luck < 0.95 else "api.get"
        assert found.pick(number) == expected


def test_the_only_operation_is_always_asked() -> None:
    assert {mix({"web.get": 1.0}).pick(number) for number in range(50)} == {"web.get"}


@pytest.mark.parametrize(
    "shares",
    [
        pytest.param({"a.x": 0.0, "b.y": 1.0}, id="first"),
        pytest.param({"b.y": 1.0, "a.x": 0.0}, id="last"),
        pytest.param({"b.y": 0.5, "a.x": 0.0, "c.z": 0.5}, id="between"),
    ],
)
def test_an_operation_without_a_share_is_never_asked(shares: dict[str, float]) -> None:
    assert "a.x" not in {mix(shares).pick(number) for number in range(500)}


class Fixed:
    """Luck that is always the same."""

    def __init__(self, luck: float) -> None:
        self.luck = luck

    def uniform(self, number: int) -> float:
        return self.luck


@pytest.mark.parametrize(
    ("shares", "luck", "operation"),
    [
        pytest.param({"a.x": 0.5, "b.y": 0.5}, 0.5, "b.y", id="the edge belongs to the next"),
        pytest.param(
            {"a.x": 0.5, "b.y": 0.5 - 9e-10, "c.z": 0.0},
            1 - 1e-12,
            "b.y",
            id="a rounding gives no share to who has none",
        ),
    ],
)
def test_edges(shares: dict[str, float], luck: float, operation: str) -> None:
    found: Any = mix(shares)
    found._stream = Fixed(luck)
    assert found.pick(0) == operation


def test_another_seed_is_another_luck() -> None:
    one, other = mix(SHARES), mix(SHARES, seed=2)
    assert [one.pick(n) for n in range(100)] != [other.pick(n) for n in range(100)]


def test_copies_and_stored_ones_pick_alike() -> None:
    found = mix(SHARES)
    for other in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert [other.pick(n) for n in range(100)] == [found.pick(n) for n in range(100)]
