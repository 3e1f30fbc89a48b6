"""Contests without an arbiter: loops that move one lever in turn are noticed, and nothing more."""

from collections.abc import Mapping
from typing import Any

import pytest

from simlab.core import Action, Decision, Restart, ScaleTo, UpdateConfig
from simlab.model.contests import Contests
from simlab.model.journal import Journal
from simlab.telemetry import Record
from tests.model.scenes import Puppet, play

WORLD = """
    services: {web: {replicas: 3, operations: {get: 10ms}}, db: {operations: {get: 10ms}}}
    load: {users: {to: web.get, shape: {kind: constant, rate: 1/s}}}
    platform: {actuation: 1s}
"""
Moves = Mapping[int, Action]  # What is asked for at which second.


def played(extra: str = "", **loops: Moves) -> Record:
    puppets = {
        name: Puppet(1.0, {at: Decision([action]) for at, action in moves.items()})
        for name, moves in loops.items()
    }
    return play(WORLD + extra, loops=puppets)


def contests(record: Record) -> list[tuple[float, str, str, dict[str, Any]]]:
    return [
        (one.at, one.who, one.data["target"], one.data)
        for one in record.events
        if one.kind == "contest"
    ]


def test_the_last_one_wins_and_that_is_kept() -> None:
    record = played(a={10: ScaleTo("web", 4, 1)}, b={30: ScaleTo("web", 2, 1)})
    ((at, who, target, data),) = contests(record)
    assert (at, who, target) == (31.0, "b", "services.web.replicas")
    assert data["name"] == "b over a"
    assert (data["winner"], data["loser"]) == ("b", "a")
    assert data["reason"] == "no arbiter: the last one wins"
    assert (data["winner_action"], data["loser_action"]) == ("scale web to 2", "scale web to 4")
    assert record.timeline["services.web.wanted"][-1] == 2


@pytest.mark.parametrize(
    ("first", "second", "at", "meet"),
    [
        pytest.param(ScaleTo("web", 4, 1), ScaleTo("web", 5, 1), 10, True, id="at once"),
        pytest.param(ScaleTo("web", 4, 1), ScaleTo("web", 5, 1), 70, True, id="a minute later"),
        pytest.param(ScaleTo("web", 4, 1), ScaleTo("web", 5, 1), 71, False, id="long after"),
        pytest.param(ScaleTo("web", 4, 1), ScaleTo("db", 5, 1), 10, False, id="other services"),
        pytest.param(
            UpdateConfig({"services.web.replicas": 4}, 1), ScaleTo("web", 5, 1), 20, True, id="by path"
        ),
        pytest.param(Restart("web", (1,), 1), ScaleTo("web", 2, 1), 20, True, id="fewer, restarted"),
        pytest.param(Restart("web", (1,), 1), ScaleTo("web", 4, 1), 20, False, id="more, restarted"),
        pytest.param(Restart("web", (9,), 1), ScaleTo("web", 2, 1), 20, False, id="first is refused"),
        pytest.param(ScaleTo("web", 2, 1), Restart("web", (9,), 1), 20, False, id="last is refused"),
    ],
)  # fmt: skip
def test_loops_meet_on_a_lever(first: Action, second: Action, at: int, meet: bool) -> None:
    record = played(a={10: first}, b={at: second})
    assert [(who, data["loser"]) for _, who, _, data in contests(record)] == [("b", "a")] * meet


def test_one_loop_meets_nobody() -> None:
    record = played(
        a={10: ScaleTo("web", 4, 1), 20: ScaleTo("web", 1, 2), 30: Restart("web", (), 3)}
    )
    assert contests(record) == []


def test_each_turn_counts_and_each_rival_once() -> None:
    down = ScaleTo("web", 2, 1)
    record = played(a={10: ScaleTo("web", 4, 1), 30: ScaleTo("web", 5, 2)}, b={20: down})
    assert [data["name"] for *_, data in contests(record)] == ["b over a", "a over b"]
    three = played(a={10: ScaleTo("web", 4, 1)}, b={20: Restart("web", (1,), 1)}, c={30: down})
    found = [(target, data["name"]) for _, _, target, data in contests(three)]
    assert found == [
        ("services.web.replicas", "c over a"), ("services.web.capacity", "c over b"),
    ]  # fmt: skip


def test_what_another_action_comes_to_meanwhile_is_not_this_one() -> None:
    journal = Journal(keep_spans=False)
    contests_of = Contests(journal)
    first, second, third = ScaleTo("web", 4, 1), ScaleTo("web", 5, 1), Restart("db", (), 7)
    contests_of.begin(first, {"web": 3})
    contests_of.told(9.0, "a", first, "done")
    contests_of.begin(second, {"web": 4})
    contests_of.told(10.0, "c", third, "done")
    contests_of.told(10.0, "b", second, "done")
    assert [one.data["name"] for one in journal.events] == ["b over a"]


def test_it_is_told_of_a_restart_once_though_it_is_done_later() -> None:
    record = played(a={10: ScaleTo("web", 2, 1)}, b={20: Restart("web", (1,), 1)})
    assert len(contests(record)) == 1
    statuses = [
        one.data["status"] for one in record.events if one.kind == "action" and one.who == "b"
    ]
    assert statuses == ["accepted", "done"]
