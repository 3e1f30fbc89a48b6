"""Restarts that were asked for: a drain with short grace, then a start; one at a time."""

import pytest

from simlab.core import Decision, Restart, ScaleTo
from simlab.model import World
from simlab.model.reference.replica import State
from tests.model.scenes import Arrivals, Puppet, begin, ends, logs, outcomes


def world_of(
    *acts: tuple[int, Restart | ScaleTo],
    service: str = "",
    get: str = "[]",
    shape: str = "",
    more: str = "",
) -> World:
    """Return a world whose loop acts at whole seconds."""
    load = f"load: {{users: {{to: web.get, shape: {shape}}}}}" if shape else ""
    comma = ", " if service else ""
    text = f"""
        services: {{web: {{{service}{comma}operations: {{get: {get}}}}}}}
        {load}
        {more}
    """
    loop = Puppet(1.0, {when: Decision([action]) for when, action in acts})
    return begin(text, loops={"hand": loop})


def told(world: World) -> list[tuple[float, str]]:
    """Return what the loop was told of its actions: when it became known, and what."""
    return [
        (event.at, event.data["status"]) for event in world.journal.events if event.kind == "action"
    ]


def test_all_are_restarted_one_at_a_time_the_next_when_the_last_is_ready() -> None:
    """Each drains for its linger of 5 s, and boots for 2 s."""
    world = world_of((1, Restart("web", id=1)), service="replicas: 3, boot: 2s")
    record = world.finish()
    assert logs(record) == [
        (1.0, "drain", "web", 0),
        (6.0, "restart", "web", 0),
        (8.0, "ready", "web", 0),
        (8.0, "drain", "web", 1),
        (13.0, "restart", "web", 1),
        (15.0, "ready", "web", 1),
        (15.0, "drain", "web", 2),
        (20.0, "restart", "web", 2),
        (22.0, "ready", "web", 2),
    ]
    assert record.services["web"].restarts == 3
    assert record.services["web"].ready == 300 - 21
    assert told(world) == [(1.0, "accepted"), (22.0, "done")]


def test_those_that_are_named_are_restarted_and_no_others() -> None:
    world = world_of((1, Restart("web", (2, 0), id=1)), service="replicas: 3, linger: 0s")
    restarted = [(at, number) for at, _, _, number in logs(world.finish(), "restart")]
    assert restarted == [(1.0, 2), (1.0, 0)]


def test_a_restart_waits_for_what_is_inside(at: Arrivals) -> None:
    world = world_of(
        (1, Restart("web", id=1)), service="linger: 0s", get="[{wait: 4s}]", shape=at(0.5, 2, 5)
    )
    record = world.finish()
    assert ends(record) == [(4.5, "ok"), (2.0, "unavailable"), (9.0, "ok")]


@pytest.mark.parametrize(
    ("service", "end"),
    [
        pytest.param("linger: 0s", 11.0, id="10 s at most"),
        pytest.param("linger: 0s, grace: 3s", 4.0, id="or its own grace if that is shorter"),
        pytest.param("linger: 20s", 11.0, id="its linger does not make it longer"),
    ],
)
def test_the_grace_of_a_restart_is_short(at: Arrivals, service: str, end: float) -> None:
    world = world_of((1, Restart("web", id=1)), service=service, get="[{wait: 60s}]", shape=at(0.5))
    assert ends(world.finish()) == [(end, "crashed")]


def test_a_restart_starts_a_crashed_one_and_is_done_when_it_is_ready() -> None:
    """The platform was forbidden to."""
    more = "faults: {f: {kind: crash, target: web, at: 500ms, restart: false}}"
    world = world_of((1, Restart("web", id=1)), service="boot: 4s", more=more)
    record = world.finish()
    assert logs(record, "restart", "ready") == [
        (1.0, "restart", "web", 0),
        (5.0, "ready", "web", 0),
    ]
    assert told(world) == [(1.0, "accepted"), (5.0, "done")]


def test_a_restart_does_not_wait_for_the_back_off() -> None:
    more = """
        faults:
          f: {kind: crash, target: web, at: 500ms}
          g: {kind: crash, target: web, at: 600ms}
    """
    world = world_of((1, Restart("web", id=1)), more=more)
    assert logs(world.finish(), "restart") == [
        (0.5, "restart", "web", 0),
        (1.0, "restart", "web", 0),
    ]


def test_a_restarting_replica_counts_as_wanted_and_is_not_being_deleted() -> None:
    world = world_of((1, Restart("web", id=1)), (2, ScaleTo("web", 2, 2)), service="replicas: 2")
    world.advance(3.0)
    web = world.services["web"]
    assert [(one.number, one.state) for one in web.replicas] == [
        (0, State.DRAINING),
        (1, State.READY),
    ]
    loop = world.loops["hand"]
    assert isinstance(loop, Puppet)
    seen = loop.seen[-1].services["web"].replicas[0]
    assert (seen.ready, seen.deleting) == (False, False)


def test_a_restarting_replica_may_be_scaled_in() -> None:
    """Ready ones go first as they are newer; of the oldest, its drain goes on, and it is gone."""
    world = world_of(
        (1, Restart("web", (1,), id=1)), (2, ScaleTo("web", 1, 2)), service="replicas: 2"
    )
    world.advance(8.0)
    assert [one.number for one in world.services["web"].replicas] == [0]
    assert logs(world.finish(), "restart") == []


def test_replicas_that_are_gone_when_their_turn_comes_are_passed_over() -> None:
    world = world_of((1, Restart("web", id=1)), (2, ScaleTo("web", 1, 2)), service="replicas: 3")
    record = world.finish()
    assert [number for *_, number in logs(record, "restart")] == [0]
    assert told(world)[-1] == (6.0, "done")


def test_a_crash_while_it_drains_is_a_crash_that_the_platform_answers(at: Arrivals) -> None:
    """What does not fit kills it at 2 s; the platform starts it at once, then comes the next."""
    world = world_of(
        (1, Restart("web", id=1)),
        service="replicas: 2, linger: 3s, memory: {base: 1Mi, per_request: 1Gi, limit: 2Mi}",
        shape=at(2, 2),
        get="[{wait: 1s}]",
        more="platform: {discovery: 5s}",
    )
    record = world.finish()
    assert logs(record, "out_of_memory", "restart")[:2] != []
    assert {number for *_, number in logs(record, "ready")} == {0, 1}
    assert told(world)[-1][1] == "done"


def test_a_crash_for_good_while_it_drains_does_not_hold_up_the_others() -> None:
    world = world_of((1, Restart("web", id=1)), service="replicas: 2, restart: false")
    world.advance(2.0)
    web = world.services["web"]
    world._lives.crash(web, web.replicas[0], restart=False, why="crash")
    assert [one.state for one in web.replicas] == [State.CRASHED, State.DRAINING]
    assert logs(world.finish(), "restart") == [(7.0, "restart", "web", 1)]
    assert told(world) == [(1.0, "accepted"), (7.0, "done")]


def test_who_is_asked_for_while_another_starts_waits_until_it_is_ready() -> None:
    world = world_of(
        (1, Restart("web", (0,), id=1)),
        (2, Restart("web", (1,), id=2)),
        service="replicas: 2, linger: 0s, boot: 4s",
    )
    record = world.finish()
    assert logs(record, "restart") == [(1.0, "restart", "web", 0), (5.0, "restart", "web", 1)]
    assert told(world)[-1] == (9.0, "done")


def test_two_asks_make_one_queue() -> None:
    world = world_of(
        (1, Restart("web", (1,), id=1)),
        (2, Restart("web", (1, 0), id=2)),
        service="replicas: 2, boot: 1s",
    )
    record = world.finish()
    assert [(at, number) for at, _, _, number in logs(record, "restart")] == [
        (6.0, 1),
        (12.0, 1),
        (18.0, 0),
    ]
    assert told(world) == [
        (1.0, "accepted"),
        (2.0, "accepted"),
        (19.0, "done"),
        (19.0, "done"),
    ]


def test_who_waits_for_its_turn_is_not_asked_for_twice() -> None:
    world = world_of(
        (1, Restart("web", (0, 1), id=1)), (2, Restart("web", (1, 2), id=2)), service="replicas: 3"
    )
    assert [number for *_, number in logs(world.finish(), "restart")] == [0, 1, 2]


@pytest.mark.parametrize("numbers", [(7,), (0, 7)])
def test_a_replica_that_is_not_there_is_refused(numbers: tuple[int, ...]) -> None:
    world = world_of((1, Restart("web", numbers, id=1)))
    assert logs(world.finish(), "restart") == []
    (event,) = [event for event in world.journal.events if event.kind == "action"]
    assert event.data["status"] == "refused"
    assert event.data["reason"] == "web has no replica 7"


def test_a_restart_of_what_does_not_exist_is_refused() -> None:
    world = world_of((1, Restart("shop", id=1)))
    world.advance(2.0)
    assert told(world) == [(1.0, "refused")]
    assert outcomes(world.finish()) == []
