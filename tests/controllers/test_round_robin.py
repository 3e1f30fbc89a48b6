"""Round robin: turn by turn, from a place that the first luck decides."""

from collections import Counter
from typing import Any

import pytest

from simlab.controllers import RoundRobinSettings
from simlab.controllers.balancing.round_robin import SEEDS
from simlab.core import Outcome


def picker(*endpoints: int, cap: float = float("inf")) -> Any:
    found = RoundRobinSettings().build(cap)
    for endpoint in endpoints:
        found.add(endpoint, 0.0)
    return found


def test_takes_each_in_its_turn() -> None:
    one = picker(1, 2, 3)
    picks = [one.pick(0.0, 0.5) for _ in range(6)]
    assert sorted(picks[:3]) == [1, 2, 3]
    assert picks[3:] == picks[:3]


def test_uses_the_first_luck_only() -> None:
    picks = [picker(1, 2, 3), picker(1, 2, 3)]
    first = [one.pick(0.0, 0.2) for one in picks]
    assert first[0] == first[1]
    later = [[one.pick(0.0, luck) for _ in range(5)] for one, luck in zip(picks, (0.1, 0.9))]
    assert later[0] == later[1]


def test_starts_anywhere_alike() -> None:
    starts = Counter(picker(1, 2, 3).pick(0.0, (k + 0.5) / 999) for k in range(999))
    assert [starts[i] for i in (1, 2, 3)] == pytest.approx([333] * 3, abs=2)


def test_starts_somewhere_else_even_if_it_grew_from_one() -> None:
    starts = Counter()
    for k in range(100):
        one = picker(1)
        one.pick(0.0, (k + 0.5) / 100)
        one.add(2, 0.0)
        starts[one.pick(0.0, 0.5)] += 1
    assert min(starts[1], starts[2]) > 30


def test_passes_over_who_is_at_the_cap() -> None:
    one = picker(1, 2, 3, cap=1)
    first, second, _ = (one.pick(0.0, 0.5) for _ in range(3))
    one.record(second, 1.0, Outcome.OK, 1.0)
    assert one.pick(1.0, 0.5) == second
    one.record(first, 2.0, Outcome.OK, 1.0)
    assert one.pick(2.0, 0.5) == first


def test_goes_on_from_who_was_picked() -> None:
    one = picker(0, 1, 2, cap=3)
    for cell, out in zip(one.cells, (3, 0, 0)):
        cell.in_flight = out
    picks = [one.pick(0.0, 0.5) for _ in range(4)]
    assert sorted(picks[:2]) == [1, 2]
    assert picks[2:] == picks[:2]


def test_loses_no_turn_where_nobody_is_free() -> None:
    one = picker(1, 2, cap=1)
    first, second = one.pick(0.0, 0.5), one.pick(0.0, 0.5)
    assert one.pick(0.0, 0.5) == -1
    one.record(first, 1.0, Outcome.OK, 1.0)
    one.record(second, 1.0, Outcome.OK, 1.0)
    assert one.pick(1.0, 0.5) == first


@pytest.mark.vectors("envoy", "envoy.rr")
def test_turns_as_envoy_does(vector: dict[str, Any]) -> None:
    if vector["config"].get("weights") != "equal":
        pytest.skip("weights or panic thresholds")
    hosts, seed = vector["config"]["hosts"], vector["inputs"]["seed"]
    one = picker(*range(hosts))
    luck = (seed + 0.5) / SEEDS
    picks = [one.pick(0.0, luck) for _ in range(vector["inputs"]["picks"])]
    assert picks == vector["expected"]["sequence"]
