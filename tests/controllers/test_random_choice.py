"""Random: all alike, whoever may be called."""

from collections import Counter
from typing import Any

from simlab.controllers import RandomSettings


def picker(*endpoints: int, cap: float = float("inf")) -> Any:
    found = RandomSettings().build(cap)
    for endpoint in endpoints:
        found.add(endpoint, 0.0)
    return found


def test_picks_all_alike() -> None:
    one = picker(1, 2, 3)
    assert Counter(one.pick(0.0, (k + 0.5) / 300) for k in range(300)) == {1: 100, 2: 100, 3: 100}


def test_picks_the_free_ones_alike() -> None:
    picks = Counter()
    for k in range(200):
        one = picker(1, 2, 3, cap=1)
        assert one.pick(0.0, 0.5) == 2
        picks[one.pick(0.0, (k + 0.5) / 200)] += 1
    assert picks == {1: 100, 3: 100}


def test_picks_the_last_with_the_greatest_luck() -> None:
    assert picker(*range(7)).pick(0.0, 1.0 - 2.0**-53) == 6
