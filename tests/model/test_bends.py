"""Bends: overlapping faults compose, and leave no trace when they are over."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.model import World
from tests.model.scenes import Arrivals, Puppet, begin, ends, play

KINDS = {
    "slow": "kind: slow, target: web, speed: 0.3",
    "pause": "kind: pause, target: web",
    "errors": "kind: errors, target: web, share: 30%",
    "leak": "kind: leak, target: web, rate: 1Mi/s",
    "delay": "kind: delay, target: web, add: 300ms",
    "stale": "kind: stale_metrics, target: web",
    "missing": "kind: missing_metrics, target: all",
    "actuator": "kind: actuator, slow: 1s, refuse: 50%",
    "slots": "kind: set, path: services.web.slots, to: 3",
    "cores": "kind: set, path: services.web.cores, to: 0.3",
    "timeout": "kind: set, path: links.users->web.timeout, to: 3s",
    "count": "kind: set, path: services.web.replicas, to: 3",
    "scale": "kind: set, path: load.users.scale, to: 2",
    "crash_loop": "kind: crash_loop, target: web",
    "boot_fails": "kind: boot_fails, target: web, share: 50%",
    "fast": "kind: fast_errors, target: web, share: 20%",
    "unreachable": "kind: unreachable, target: web",
    "hog": "kind: cpu_hog, target: web, cores: 0.7",
    "fill": "kind: disk_fill, target: web, size: 1Gi",
    "skew": "kind: clock_skew, target: web, by: -3s",
    "loss": "kind: loss, target: web, share: 30%",
    "partition": "kind: partition, target: web",
    "surge": "kind: surge, target: users, factor: 1.7",
    "noisy": "kind: noisy_metrics, target: web, cv: 0.5",
    "biased": "kind: biased_metrics, target: all, factor: 0.3",
    "late": "kind: late_metrics, target: web, by: 2s",
    "failing": "kind: scrape_fails, target: all, share: 50%",
    "halt": "kind: controller, loop: hand, how: pause",
    "forget": "kind: controller, loop: hand, how: crash",
    "wrong_slots": "kind: bad_config, path: services.web.slots, to: 2",
    "wrong_timeout": "kind: bad_config, path: links.users->web.timeout, to: 1s",
    "wrong_count": "kind: bad_config, path: services.web.replicas, to: 4",
}


def scene(faults: str, shape: str = "{kind: constant, rate: 3/s}", get: str = "200ms") -> str:
    return f"""
        services:
          web: {{replicas: 2, operations: {{get: {get}, ask: [{{call: db.get}}]}}}}
          db: {{operations: {{get: []}}}}
        links: {{users->web: {{timeout: 2s}}}}
        load: {{users: {{to: web.get, shape: {shape}}}}}
        faults: {{{faults}}}
    """


def traces(world: World) -> dict[str, object]:
    """Return everything that faults bend, as it is now."""
    web, edge = world.services["web"], world.links["users->web"]
    first = web.replicas[:2]
    return {
        "rules": [one.rules for one in first],
        "speed": [one.cores.speed for one in first],
        "standing": [one.cores.standing for one in first],
        "failing": [one.failing for one in first],
        "paused": [one.paused for one in first],
        "leaking": [one.leaking for one in first],
        "outside": [len(one.outside) for one in first],
        "links": [edge.bends.delays, edge.bends.losses, edge.bends.cuts, edge.bent],
        "muted": [one.bent for one in world.links.values() if one is not edge],
        "fast": [one.fast for one in first],
        "unreachable": [one.unreachable for one in first],
        "crash_loops": [one.crash_loops for one in first],
        "skew": [one.skew for one in first],
        "hog": [one.cores.hog for one in first],
        "filled": [one.disk.filled for one in first],
        "boot_fails": web.boot_fails,
        "scale": world.sources["users"].scale,
        "surges": world.sources["users"].surges,
        "halts": world._drives["hand"].halts,
        "wrong": [world._changes._stack._wrong, world._changes._stack._over],
        "metrics": world._watch.rules.on,
        "actuator": world._actuator.rules,
        "slots": web.slots,
        "cores": [one.cores.cores for one in first],
        "timeout": edge.rules.timeout,
        "wanted": web.wanted,
        "active": world._injector.active,
    }


UNBENT = {
    "rules": [[], []],
    "speed": [1.0, 1.0],
    "standing": [False, False],
    "failing": [0.0, 0.0],
    "paused": [False, False],
    "leaking": [False, False],
    "outside": [0, 0],
    "links": [[], [], [], False],
    "muted": [False],
    "fast": [(), ()],
    "unreachable": [False, False],
    "crash_loops": [False, False],
    "skew": [0.0, 0.0],
    "hog": [0.0, 0.0],
    "filled": [0.0, 0.0],
    "boot_fails": [],
    "scale": 1.0,
    "surges": [],
    "halts": [],
    "wrong": [[], []],
    "metrics": (),
    "actuator": [],
    "slots": inf,
    "cores": [1.0, 1.0],
    "timeout": 2.0,
    "wanted": 2,
    "active": [],
}


def test_a_world_without_faults_is_unbent() -> None:
    world = begin(scene(""), loops={"hand": Puppet(1.0)})
    world.advance(5.0)
    assert traces(world) == UNBENT


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(KINDS)),
            st.sampled_from([1.0, 2.0, 2.5, 4.0]),
            st.sampled_from([0.5, 1.0, 1.5, 3.0]),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_overlapping_faults_leave_no_trace(faults: list[tuple[str, float, float]]) -> None:
    text = ", ".join(
        f"f{n}: {{{KINDS[kind]}, at: {at}s, lasts: {lasts}s}}"
        for n, (kind, at, lasts) in enumerate(faults)
    )
    world = begin(scene(text), loops={"hand": Puppet(1.0)})
    world.advance(15.0)
    assert traces(world) == UNBENT


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_bends_while_it_is_on(kind: str) -> None:
    world = begin(scene(f"f: {{{KINDS[kind]}, at: 1s, lasts: 2s}}"), loops={"hand": Puppet(1.0)})
    world.advance(2.0)
    bent = traces(world)
    assert bent["active"] != []
    assert {name for name in bent if bent[name] != UNBENT[name]} > {"active"}
    world.advance(15.0)
    assert traces(world) == UNBENT


def test_slow_faults_multiply() -> None:
    faults = (
        "f: {kind: slow, target: web, speed: 0.5, at: 1s, lasts: 4s},"
        " g: {kind: slow, target: web, speed: 0.4, at: 2s, lasts: 1s}"
    )
    world = begin(scene(faults))
    speeds = []
    for time in (0.5, 1.5, 2.5, 3.5, 6.0):
        world.advance(time)
        speeds.append(world.services["web"].replicas[0].cores.speed)
    assert speeds == [1.0, 0.5, 0.2, 0.5, 1.0]


def test_error_shares_compose() -> None:
    faults = (
        "f: {kind: errors, target: web, share: 50%, at: 1s},"
        " g: {kind: errors, target: web, share: 20%, at: 1s}"
    )
    world = begin(scene(faults))
    world.advance(2.0)
    assert world.services["web"].replicas[0].failing == pytest.approx(1 - 0.5 * 0.8)


def test_a_pause_within_a_pause_ends_with_the_longer_one(at: Arrivals) -> None:
    faults = (
        "f: {kind: pause, target: web, at: 1s, lasts: 4s},"
        " g: {kind: pause, target: web, at: 2s, lasts: 1s}"
    )
    text = scene(faults, at(2.5, 2.5, 4), "[]").replace("timeout: 2s", "")
    assert ends(play(text)) == [(5.0, "ok")] * 3


def test_delays_add_up_on_the_outward_message_alone(at: Arrivals) -> None:
    """Latencies of 100 ms; 300 and 500 ms more out; nothing more back."""
    faults = (
        "f: {kind: delay, target: web, add: 300ms, at: 1s},"
        " g: {kind: delay, target: users->web, add: 500ms, at: 2s, lasts: 2s}"
    )
    text = scene(faults, at(0, 1.5, 3, 5), "[]").replace("timeout: 2s", "latency: 100ms")
    latencies = [
        round(end - begun, 9)
        for (end, _), begun in zip(ends(play(text)), (0, 1.5, 3, 5), strict=True)
    ]
    assert latencies == [0.2, 0.5, 1.0, 0.5]


def test_a_delay_holds_on_a_link_without_latency(at: Arrivals) -> None:
    faults = "f: {kind: delay, target: web, add: 300ms, at: 0s}"
    assert ends(play(scene(faults, at(0), "[]"))) == [(0.3, "ok")]


def test_a_delay_does_not_change_the_luck_of_the_latency(at: Arrivals) -> None:
    law = "latency: {dist: exponential, mean: 1s}"
    bare = scene("", at(0, 20), "[]").replace("timeout: 2s", law)
    bent = scene("f: {kind: delay, target: web, add: 250ms, at: 0s}", at(0, 20), "[]").replace(
        "timeout: 2s", law
    )
    assert [b - a for (a, _), (b, _) in zip(ends(play(bare)), ends(play(bent)), strict=True)] == (
        pytest.approx([0.25, 0.25], abs=1e-8)
    )


def test_two_delays_of_one_law_have_luck_of_their_own(at: Arrivals) -> None:
    law = "add: {dist: exponential, mean: 1s}, target: web, at: 0s"

    def latency(*names: str) -> float:
        faults = ", ".join(f"{name}: {{kind: delay, {law}}}" for name in names)
        text = scene(faults, at(0), "[]").replace("timeout: 2s", "")
        return ends(play(text))[0][0]

    assert latency("f") != pytest.approx(latency("g"))
    assert latency("f", "g") == pytest.approx(latency("f") + latency("g"))
    assert latency("g", "f") == pytest.approx(latency("f") + latency("g"))


def test_a_fault_stays_with_its_replica_through_a_restart() -> None:
    faults = (
        "f: {kind: slow, target: web, speed: 0.5, at: 1s, lasts: 8s},"
        " g: {kind: crash, target: web, at: 2s}"
    )
    world = begin(scene(faults))
    world.advance(3.0)
    assert [one.cores.speed for one in world.services["web"].replicas] == [0.5, 0.5]
    world.advance(10.0)
    assert [one.cores.speed for one in world.services["web"].replicas] == [1.0, 1.0]


def test_a_fault_ends_in_peace_when_its_replica_is_gone() -> None:
    faults = "f: {kind: slow, target: web, at: 1s, lasts: 20s}"
    script = "{kind: script, steps: [{at: 2s, scale: {web: 1}}]}"
    text = scene(faults).rstrip() + f"\n        strategies: {{s: {{loops: {{l: {script}}}}}}}"
    world = begin(text, "s")
    world.advance(30.0)
    assert [one.rules for one in world.services["web"].replicas] == [[]]
