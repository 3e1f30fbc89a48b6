"""Power of two choices: two different ones, drawn evenly by one luck; the less busy wins."""

from collections import Counter
from typing import Any

import pytest

from simlab.controllers import P2cSettings


def picker(*busy: int, cap: float = float("inf")) -> Any:
    """Return a picker of endpoints 0, 1, ... with so many attempts out to each."""
    found = P2cSettings().build(cap)
    for endpoint, count in enumerate(busy):
        found.add(endpoint, 0.0)
        found.cells[endpoint].in_flight = count
    return found


def luck_of(first: int, second: int, n: int) -> float:
    """Return the luck that draws `first`, and then `second` of the others, out of n."""
    return (first + (second + 0.5) / max(n - 1, 1)) / n


def test_prefers_the_less_busy_of_the_two() -> None:
    assert picker(5, 4, 3).pick(0.0, luck_of(0, 0, 3)) == 1
    assert picker(4, 5, 3).pick(0.0, luck_of(0, 0, 3)) == 0


def test_keeps_the_first_of_equals() -> None:
    assert [picker(1, 1, 1).pick(0.0, luck_of(i, 0, 3)) for i in range(3)] == [0, 1, 2]


def test_draws_every_pair_alike_and_never_the_same_twice() -> None:
    """With all different loads the winner tells the pair: the busiest never wins."""
    picks = Counter(picker(3, 2, 1, 0).pick(0.0, (k + 0.5) / 1200) for k in range(1200))
    assert picks == {1: 200, 2: 400, 3: 600}


def test_needs_no_choice_of_one() -> None:
    assert picker(9).pick(0.0, 0.7) == 0
    assert picker(9, 1, cap=9).pick(0.0, 0.1) == 1


def test_draws_only_who_is_free() -> None:
    picks = Counter(picker(5, 1, 5, 2, 3, cap=5).pick(0.0, (k + 0.5) / 600) for k in range(600))
    assert picks == {1: 400, 3: 200}


@pytest.mark.vectors("lb_advanced", "finagle.p2c")
def test_picks_as_finagle_does(vector: dict[str, Any]) -> None:
    inputs = vector["inputs"]
    if len(set(inputs["status"])) > 1:
        pytest.skip("a status beside the load")
    loads = inputs["loads"]
    luck = luck_of(inputs.get("firstDraw", 0), inputs.get("secondDraw", 0), len(loads))
    assert picker(*loads).pick(0.0, luck) == vector["expected"]["pick"]
