"""Discovery: what clients know of endpoints, and how late."""

from simlab.model import World
from tests.model.scenes import Arrivals, begin, ends, logs, play


def scene(*, shape: str = "", faults: str = "", steps: str = "", service: str = "") -> str:
    load = f"load: {{users: {{to: web.get, shape: {shape}}}}}" if shape else ""
    script = f"strategies: {{s: {{loops: {{l: {{kind: script, steps: [{steps}]}}}}}}}}"
    return f"""
        services: {{web: {{replicas: 2, {service} operations: {{get: [{{wait: 500ms}}]}}}}}}
        {load}
        faults: {{{faults}}}
        platform: {{discovery: 4s}}
        {script if steps else ""}
    """


def known(world: World, at: float) -> list[int]:
    world.advance(at)
    edges = list(world.links.values())
    for edge in edges:
        for client in edge.clients.values():
            assert client.picker.endpoints == world.services["web"].endpoints  # type: ignore[attr-defined]
            assert client.known == len(world.services["web"].endpoints)
    return list(world.services["web"].endpoints)


def test_a_new_endpoint_is_known_discovery_after_it_is_ready(at: Arrivals) -> None:
    text = scene(steps="{at: 1s, scale: {web: 3}}", service="boot: 2s,", shape=at(50))
    world = begin(text, "s")
    assert known(world, 6.9) == [0, 1]
    assert known(world, 7.0) == [0, 1, 2]


def test_a_draining_endpoint_is_known_a_while_longer(at: Arrivals) -> None:
    world = begin(scene(steps="{at: 1s, scale: {web: 1}}", shape=at(50)), "s")
    assert known(world, 4.9) == [0, 1]
    assert known(world, 5.0) == [0]


def test_a_crashed_endpoint_is_known_until_its_exit_is_detected(at: Arrivals) -> None:
    faults = "f: {kind: crash, target: web, replicas: 1, at: 1s, restart: false}"
    world = begin(scene(faults=faults, shape=at(50)))
    assert known(world, 4.9) == [0, 1]
    assert len(known(world, 5.0)) == 1


def test_what_is_sent_to_one_that_is_down_and_known_is_refused(at: Arrivals) -> None:
    """Two ask at 2 s, in turns: one of them meets the one that is down."""
    faults = "f: {kind: crash, target: web, replicas: 1, at: 1s, restart: false}"
    record = play(scene(faults=faults, shape=at(2, 2, 5, 5)))
    assert sorted(ends(record)) == [(2.0, "refused"), (2.5, "ok"), (5.5, "ok"), (5.5, "ok")]


def test_a_replica_that_is_back_before_its_exit_was_detected_is_an_endpoint(at: Arrivals) -> None:
    """It crashes at 1 s and is ready at 3 s; removed at 5 s, and known again at 7 s."""
    faults = "f: {kind: crash, target: web, replicas: all, at: 1s}"
    world = begin(scene(faults=faults, service="boot: 2s,", shape=at(50)))
    assert known(world, 4.9) == [0, 1]
    assert known(world, 5.0) == []
    assert known(world, 6.9) == []
    assert known(world, 7.0) == [0, 1]


def test_one_that_crashes_again_before_it_was_found_is_not_found(at: Arrivals) -> None:
    """Ready at 3 s, due to be known at 7 s, it crashes at 6 s; back-off of 10 s, then 2 + 4 s."""
    faults = (
        "f: {kind: crash, target: web, replicas: all, at: 1s},"
        " g: {kind: crash, target: web, replicas: all, at: 6s}"
    )
    world = begin(scene(faults=faults, service="boot: 2s,", shape=at(50)))
    assert known(world, 7.5) == []
    assert known(world, 21.9) == []
    assert known(world, 22.0) == [0, 1]


def test_what_was_due_for_an_earlier_start_is_void(at: Arrivals) -> None:
    """Back at 1 s and due to be known at 5 s, it restarts at 2 s: it is known at 6 s."""
    text = f"""
        services: {{web: {{linger: 0s, operations: {{get: []}}}}}}
        load: {{users: {{to: web.get, shape: {at(50)}}}}}
        faults: {{f: {{kind: crash, target: web, at: 1s}}}}
        platform: {{discovery: 4s}}
        strategies: {{s: {{loops: {{l: {{kind: script, steps: [{{at: 2s, restart: [web]}}]}}}}}}}}
    """
    world = begin(text, "s")
    assert known(world, 4.9) == [0]
    assert known(world, 5.9) == []
    assert known(world, 6.0) == [0]


def test_one_that_drains_before_it_was_found_is_never_known(at: Arrivals) -> None:
    text = scene(steps="{at: 1s, scale: {web: 3}}, {at: 3s, scale: {web: 2}}", shape=at(50))
    world = begin(text, "s")
    assert known(world, 5.5) == [0, 1]
    assert known(world, 20.0) == [0, 1]


def test_endpoints_are_in_the_order_in_which_they_were_added(at: Arrivals) -> None:
    """Both replicas crash; 1 is ready first."""
    faults = "f: {kind: crash, target: web, replicas: all, at: 1s}"
    law = "boot: {dist: exponential, mean: 5s},"
    text = scene(faults=faults, service=law, shape=at(50))
    record = play(text)
    order = [number for *_, number in logs(record, "ready")]
    assert known(begin(text), 90.0) == order


def test_a_client_that_comes_later_knows_what_is_known(at: Arrivals) -> None:
    text = f"""
        services:
          web: {{operations: {{get: [{{call: db.get}}]}}}}
          db: {{replicas: 3, operations: {{get: []}}}}
        load: {{users: {{to: web.get, shape: {at(0, 3)}}}}}
        platform: {{discovery: 1s}}
        strategies: {{s: {{loops: {{l: {{kind: script, steps: [{{at: 1s, scale: {{db: 2}}}}]}}}}}}}}
    """
    world = begin(text, "s")
    world.advance(3.5)
    (client,) = world.links["web->db"].clients.values()
    assert client.picker.endpoints == [0, 1]  # type: ignore[attr-defined]
    assert client.known == 2


def test_a_replica_that_is_gone_is_remembered_while_clients_know_it(at: Arrivals) -> None:
    text = scene(steps="{at: 1s, scale: {web: 1}}", service="linger: 1s,", shape=at(50))
    world = begin(text, "s")
    world.advance(3.0)
    web = world.services["web"]
    assert [one.number for one in web.replicas] == [0]
    assert sorted(web.by_number) == [0, 1]
    world.advance(5.0)
    assert sorted(web.by_number) == [0]


def test_without_delay_discovery_is_an_event_of_the_instant(at: Arrivals) -> None:
    """Who asks at the instant of a crash, after it, already knows."""
    text = f"""
        services: {{web: {{replicas: 2, operations: {{get: [{{wait: 1s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(1, 1, 1)}}}}}
        faults: {{f: {{kind: crash, target: web, replicas: 1, at: 1s, restart: false}}}}
    """
    assert ends(play(text)) == [(2.0, "ok")] * 3
