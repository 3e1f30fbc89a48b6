"""An adaptive system in a world: forks go on alike, and what raises within it is seen."""

import pytest

from simlab.core import Decision, Observation, UserError
from simlab.model import World, simulate
from tests.model.scenes import resolve
from tests.model.test_world import told

WORLD = """
    duration: 300s
    services:
      web:
        replicas: 3
        boot: 5s
        resize: in_place
        operations: {get: [{cpu: {dist: exponential, mean: 30ms}}, {call: db.read}]}
      db: {replicas: 2, operations: {read: [{cpu: {dist: exponential, mean: 10ms}}]}}
    load: {users: {to: web.get, shape: {kind: steps, points: [[0s, 40/s], [100s, 110/s], [180s, 10/s]]}}}
    links: {all->all: {timeout: 1s, balancer: {kind: adaptive}, breaker: {kind: resilience4j}}}
    faults: {dies: {kind: crash, target: web, replicas: 1, at: 130s, restart: false}}
    telemetry: {scrape: 5s, window: 15s, lag: 1s, traces: 10%}
    platform: {actuation: 2s}
    strategies:
      s:
        loops:
          brain:
            kind: adaptive_system
            health: {period: 5s}
            scaling: {syncPeriod: 15s, maxReplicas: 8, downscaleStabilization: 30s}
            resources: {kind: resources, period: 20s}
            learning: {period: 25s, epsilon: 50%}
"""


@pytest.mark.parametrize("at", [1.0, 137.0, 203.0])
def test_a_fork_goes_on_like_the_world_it_left(at: float) -> None:
    world = World(resolve(WORLD, "s"), seed=4, keep_requests=True)
    world.advance(at)
    fork = world.fork()
    whole = told(simulate(resolve(WORLD, "s"), seed=4, keep_requests=True))
    assert told(fork.finish()) == told(world.finish()) == whole


def test_all_its_loops_act() -> None:
    record = simulate(resolve(WORLD, "s"), seed=4)
    actions = [one.data["action"] for one in record.events if one.kind == "action"]
    issuers = {one["issuer"].partition("/")[0] for one in actions}
    assert issuers == {"mape_k", "health", "scaling", "resources", "learning"}
    numbers = list(dict.fromkeys(one["id"] for one in actions))  # A restart is told of twice.
    assert numbers == list(range(1, len(numbers) + 1))


class Broken:
    """A loop that raises."""

    period = 10.0

    def step(self, seen: Observation) -> Decision:
        raise KeyError(seen.now)


def test_a_loop_that_raises_is_in_the_record_and_the_others_go_on() -> None:
    world = World(resolve(WORLD, "s"), seed=4)
    world.advance(6.0)
    inners = {inner.name: inner for inner in world.loops["brain"].inners}  # type: ignore[attr-defined]
    inners["resources/web"].loop = Broken()
    record = world.finish()
    failed = [one for one in record.events if one.kind == "failed"]
    assert [(one.at, one.who, one.data["target"]) for one in failed][:2] == [
        (20.0, "brain", "loops.resources/web"), (40.0, "brain", "loops.resources/web"),
    ]  # fmt: skip
    assert failed[0].data["message"] == "KeyError: 20.0"
    decisions = [one for one in record.events if one.kind == "decision" and one.at == 20.0]
    assert decisions[0].data["because"]["resources/web.failed"] == "KeyError: 20.0"
    scaled = [one for one in record.events if one.kind == "action" and one.at > 100.0]
    assert any(one.data["action"]["issuer"] == "scaling/web" for one in scaled)


def test_what_is_set_within_it_takes_effect() -> None:
    world = World(resolve(WORLD, "s"), seed=4)
    world.set("loops.brain.scaling.maxReplicas", 3)
    world.set("loops.brain.mape_k.thresholds.error_rate", 0.999)
    world.set("loops.brain.mape_k.thresholds.latency_p99", 900.0)
    free, record = simulate(resolve(WORLD, "s"), seed=4), world.finish()
    assert max(free.timeline["services.web.wanted"]) > 3
    scaled = [
        one.data["action"]["replicas"] for one in record.events
        if one.kind == "action" and one.data["action"]["issuer"] == "scaling/web"
    ]  # fmt: skip
    assert all(count <= 3 for count in scaled)
    slow = {"HighErrorRate", "HighLatency"}
    assert slow & {one.data["name"] for one in free.events if one.kind == "symptom"}
    assert not slow & {one.data["name"] for one in record.events if one.kind == "symptom"}


def test_what_is_off_cannot_be_set() -> None:
    world = World(resolve(WORLD.replace("learning: {", "learning: none #"), "s"), seed=4)
    with pytest.raises(UserError, match=r"loops.brain.learning.alpha cannot change"):
        world.set("loops.brain.learning.alpha", 0.2)
