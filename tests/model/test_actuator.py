"""The actuator: when actions take effect, what is told of them, and how faults maim them."""

from typing import Any

import pytest

from simlab.core import Action, ActionOutcome, Decision, Restart, ScaleTo, UpdateConfig
from simlab.model import World
from tests.model.scenes import Puppet, begin


def world_of(
    *acts: tuple[int, Action], more: str = "", service: str = "replicas: 2", **others: Puppet
) -> World:
    """Return a world whose loop `hand` acts at whole seconds."""
    text = f"""
        services:
          web: {{{service}, operations: {{get: []}}}}
          db: {{operations: {{get: []}}}}
        links: {{users->web: {{timeout: 2s}}}}
        load: {{users: {{to: web.get, shape: {{kind: constant, rate: 0/s}}}}}}
        {more}
    """
    planned: dict[int, list[Action]] = {}
    for when, action in acts:
        planned.setdefault(when, []).append(action)
    hand = Puppet(1.0, {when: Decision(actions) for when, actions in planned.items()})
    return begin(text, loops={"hand": hand, **others})


def told(world: World, who: str = "hand") -> list[tuple[float, int, str, str]]:
    return [
        (event.at, event.data["action"]["id"], event.data["status"], event.data["reason"])
        for event in world.journal.events
        if event.kind == "action" and event.who == who
    ]


def heard(world: World, name: str = "hand") -> list[tuple[float, ActionOutcome]]:
    """Return which outcomes a loop was handed, and at which step."""
    loop = world.loops[name]
    assert isinstance(loop, Puppet)
    return [(seen.now, outcome) for seen in loop.seen for outcome in seen.outcomes]


def wanted(world: World, at: float) -> int:
    world.advance(at)
    return world.services["web"].wanted


def test_an_action_takes_effect_after_the_actuation_delay() -> None:
    world = world_of((1, ScaleTo("web", 5, 1)), more="platform: {actuation: 2.5s}")
    assert wanted(world, 3.4) == 2
    assert wanted(world, 3.5) == 5
    assert told(world) == [(3.5, 1, "done", "")]


def test_without_a_delay_it_takes_effect_at_the_instant_before_the_next_step() -> None:
    other = Puppet(1.0)
    world = world_of((1, ScaleTo("web", 5, 1)), other=other)
    world.advance(1.0)
    assert other.seen[0].services["web"].wanted == 5


def test_an_outcome_is_told_to_its_issuer_once_at_its_next_step() -> None:
    other = Puppet(1.0, {2: Decision([ScaleTo("db", 3, 1)])})
    world = world_of((1, ScaleTo("web", 5, 1)), more="platform: {actuation: 500ms}", other=other)
    world.advance(10.0)
    ((when, outcome),) = heard(world)
    assert (when, outcome.at, outcome.status) == (2.0, 1.5, "done")
    assert outcome.action == ScaleTo("web", 5, 1)
    ((when, outcome),) = heard(world, "other")
    assert (when, outcome.at, outcome.action) == (3.0, 2.5, ScaleTo("db", 3, 1))


def test_actions_of_one_decision_take_effect_in_order() -> None:
    world = world_of((1, ScaleTo("web", 5, 1)), (1, ScaleTo("web", 3, 2)))
    assert wanted(world, 1.0) == 3
    assert [row[1] for row in told(world)] == [1, 2]
    assert world.finish().services["web"].scalings == [(1.0, 2, 5), (1.0, 5, 3)]


def test_a_scaling_that_changes_nothing_is_done_and_is_no_scaling_operation() -> None:
    world = world_of((1, ScaleTo("web", 2, 1)))
    record = world.finish()
    assert told(world) == [(1.0, 1, "done", "")]
    assert record.services["web"].scalings == []


@pytest.mark.parametrize(
    ("action", "reason", "target"),
    [
        pytest.param(ScaleTo("shop", 3, 1), "there is no service 'shop'", "shop", id="no service"),
        pytest.param(
            ScaleTo("web", -1, 1), "replicas must not be negative, got -1", "web", id="negative"
        ),
        pytest.param(Restart("shop", (), 1), "there is no service 'shop'", "shop", id="restart"),
        pytest.param(
            UpdateConfig({"links.users->web.timeout": -1.0}, 1),
            "timeout must be positive, got -1 s",
            "users->web",
            id="a value that may not be there",
        ),
        pytest.param(
            UpdateConfig({"services.web.boot": 1.0}, 1),
            "services.web.boot cannot change while the system runs, or is not there",
            "web",
            id="a path that cannot change",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_says_why(action: Action, reason: str, target: str) -> None:
    world = world_of((1, action))
    world.advance(2.0)
    ((at, status, why),) = [(row[0], row[2], row[3]) for row in told_any(world)]
    assert (at, status) == (1.0, "refused")
    assert why.startswith(reason)
    (log,) = [event for event in world.journal.events if event.kind == "log"]
    assert (log.who, log.data["kind"]) == (target, "refusal")


def told_any(world: World) -> list[tuple[float, Any, str, str]]:
    return [
        (event.at, event.data["action"].get("id"), event.data["status"], event.data["reason"])
        for event in world.journal.events
        if event.kind == "action"
    ]


def test_an_update_takes_effect_whole_or_not_at_all() -> None:
    values = {"services.web.slots": 7.0, "links.users->web.timeout": -1.0}
    world = world_of((1, UpdateConfig(values, 1)))
    world.advance(2.0)
    assert world.services["web"].slots == float("inf")
    assert told_any(world)[0][2] == "refused"


def test_an_update_sets_every_value_and_logs_it() -> None:
    values = {"services.web.slots": 7.0, "links.users->web.timeout": 0.5}
    world = world_of((1, UpdateConfig(values, 1)))
    world.advance(2.0)
    assert world.services["web"].slots == 7.0
    assert world.links["users->web"].rules.timeout == 0.5
    assert told_any(world) == [(1.0, 1, "done", "")]
    logs = [
        (event.who, event.data["detail"]) for event in world.journal.events if event.kind == "log"
    ]
    assert logs == [
        ("web", "services.web.slots = 7.0"),
        ("users->web", "links.users->web.timeout = 0.5"),
    ]


def test_an_update_of_a_count_is_a_scaling_operation() -> None:
    world = world_of(
        (1, UpdateConfig({"services.web.replicas": 4.0}, 1)),
        (2, UpdateConfig({"services.web.replicas": 4.0}, 2)),
    )
    record = world.finish()
    assert record.services["web"].scalings == [(1.0, 2, 4)]


# Faults of the actuator.


def actuator(what: str, when: str = "at: 0s") -> str:
    return f"faults: {{f: {{kind: actuator, {when}, {what}}}}}"


def test_a_slow_actuator_adds_to_the_delay() -> None:
    more = actuator("slow: 3s") + "\n        platform: {actuation: 1s}"
    world = world_of((1, ScaleTo("web", 5, 1)), more=more)
    assert wanted(world, 4.9) == 2
    assert wanted(world, 5.0) == 5


def test_what_holds_for_an_action_is_what_was_on_when_it_was_asked_for() -> None:
    more = actuator("slow: 3s, refuse: 100%", "at: 0s, lasts: 2.5s")
    world = world_of((1, ScaleTo("web", 5, 1)), (3, ScaleTo("web", 6, 2)), more=more)
    world.advance(10.0)
    assert [(row[0], row[1], row[2]) for row in told(world)] == [
        (3.0, 2, "done"),
        (4.0, 1, "refused"),
    ]
    assert world.services["web"].wanted == 6


@pytest.mark.parametrize(
    ("before", "asked", "partial", "applied"),
    [
        pytest.param(2, 6, "50%", 4, id="half way up"),
        pytest.param(2, 7, "50%", 4, id="rounded towards no change"),
        pytest.param(8, 3, "50%", 6, id="half way down, rounded towards no change"),
        pytest.param(2, 3, "50%", 2, id="half of one is none"),
        pytest.param(2, 9, "0%", 2, id="nothing"),
        pytest.param(0, 100, "29%", 29, id="not one less by rounding"),
        pytest.param(100, 0, "29%", 71, id="nor on the way down"),
    ],
)
def test_a_partial_actuator_applies_a_share_of_the_step(
    before: int, asked: int, partial: str, applied: int
) -> None:
    more = actuator(f"partial: {partial}")
    world = world_of((1, ScaleTo("web", asked, 1)), more=more, service=f"replicas: {before}")
    assert wanted(world, 2.0) == applied
    assert told(world) == [(1.0, 1, "done", f"applied in part: {applied} of {asked}")]


def test_two_faults_of_the_actuator_compose_and_leave_no_trace() -> None:
    more = """
        faults:
          f: {kind: actuator, at: 0s, lasts: 5s, slow: 1s, partial: 50%}
          g: {kind: actuator, at: 0s, lasts: 3s, slow: 2s, partial: 50%}
    """
    world = world_of(
        (1, ScaleTo("web", 10, 1)), (4, ScaleTo("web", 2, 2)), (6, ScaleTo("web", 7, 3)), more=more
    )
    assert wanted(world, 3.9) == 2
    assert wanted(world, 4.0) == 4  # 2 -> 6 of 10, then 2 -> 4 of 6.
    assert wanted(world, 5.0) == 3
    assert wanted(world, 6.0) == 7
    assert world._actuator.rules == []


def test_refusals_are_a_share_and_the_luck_of_each_action() -> None:
    """Whatever else is asked for, action number n of an issuer has the same luck."""
    more = "duration: 400s\n        " + actuator("refuse: 40%")
    acts = [(k, ScaleTo("web", 2 + k % 2, k)) for k in range(1, 301)]
    full = world_of(*acts, more=more)
    full.advance(301.0)
    refused = {row[1] for row in told(full) if row[2] == "refused"}
    assert len(refused) / 300 == pytest.approx(0.4, abs=0.08)
    half = world_of(*acts[::2], more=more)
    half.advance(301.0)
    again = {row[1] for row in told(half) if row[2] == "refused"}
    assert again == {number for number in refused if number % 2}


def test_issuers_have_luck_of_their_own() -> None:
    more = "duration: 100s\n        " + actuator("refuse: 50%")
    acts = {k: Decision([ScaleTo("db", 1 + k % 2, k)]) for k in range(1, 90)}
    world = world_of(
        *[(k, ScaleTo("web", 2 + k % 2, k)) for k in range(1, 90)],
        more=more,
        other=Puppet(1.0, acts),
    )
    world.advance(95.0)
    mine, others = told(world), told(world, "other")
    assert [row[2] for row in mine] != [row[2] for row in others]
