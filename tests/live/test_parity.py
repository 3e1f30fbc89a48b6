"""Parity: what a loop saw in simulation, shown to it by the live driver, has it decide the same.

Each strategy runs in a simulated world with every loop recorded. Fresh loops of the same settings
then see those observations through the live driver, on a fake clock, with luck drawn anew.
"""

from typing import get_args

import pytest

from simlab.controllers import LoopSettings
from simlab.core import Loop
from simlab.live.clock import FakeClock
from simlab.live.recording import Recorder, Replay
from simlab.model import World
from simlab.model.settings import WorldSettings
from simlab.scenario import parse
from tests.live.live_fakes import controlled

SEED, REPLICATION = 11, 3
WORLD = """\
schema: simlab/scenario/v1
name: parity
duration: 10m
slo: {within: 300ms, objective: 99%}
services:
  web: {replicas: 2, boot: 10s, slots: 16, line: 32, memory: {base: 100Mi, per_request: 1Mi, limit: 256Mi}, operations: {get: [{cpu: {dist: gamma, mean: 30ms, cv: 1}}, {call: db.read}]}}
  db: {replicas: 2, boot: 5s, operations: {read: 8ms}}
links: {all->all: {timeout: 1s, balancer: {kind: p2c}}}
load:
  users: {to: web.get, shape: [{kind: constant, rate: 40/s}, {kind: flash_crowd, at: 2m, peak: 80/s, rise: 30s, decay: 60s}]}
faults:
  dead: {kind: crash, target: web, replicas: 1, at: 4m, restart: false}
  limp: {kind: slow, target: db, speed: 20%, at: 6m, lasts: 1m}
telemetry: {scrape: 5s, window: 30s, lag: 2s, traces: 5%}
strategies:
  it: {loops: {LOOPS}}
"""
STRATEGIES = {
    "hpa": "web: {kind: hpa, target: web, maxReplicas: 8, downscaleStabilization: 60s}",
    "health": "heal: {kind: health, target: web, period: 5s, initial_delay: 5s}",
    "hpa and health": "web: {kind: hpa, target: web, maxReplicas: 8}, heal: {kind: health, target: db, operation: read, timeout: 40ms, period: 5s}",
    "resources": "tune: {kind: resources, target: web, period: 20s, cooldown: 30s}",
    "mape_k": "mind: {kind: mape_k, period: 20s}",
    "qlearning": "agent: {kind: qlearning, target: web, period: 30s}",
    "adaptive_system": "all: {kind: adaptive_system}",
    "pid": "web: {kind: pid, target: web, metric: cpu, setpoint: 0.6, period: 10s, maxReplicas: 8}",
}


LATER = ("mape_k", "qlearning", "adaptive_system")  # Kinds that may not be there yet.
THERE = [kind.kind for kind in get_args(LoopSettings)]


def world(loops: str) -> WorldSettings:
    return parse(WORLD.replace("LOOPS", loops)).resolve("it")


def recorded(settings: WorldSettings) -> dict[str, Recorder]:
    """Return recorders of all loops, after a simulated run."""
    recorders = {name: Recorder(one.build()) for name, one in settings.loops.items()}
    loops: dict[str, Loop] = dict(recorders)
    simulated = World(settings, seed=SEED, replication=REPLICATION, loops=loops)
    simulated.finish()
    return recorders


@pytest.mark.parametrize(
    "loops",
    [
        pytest.param(loops, id=name)
        for name, loops in STRATEGIES.items()
        if name not in LATER or name in THERE
    ],
)
def test_one_stream_of_observations_gives_identical_decisions(loops: str) -> None:
    settings = world(loops)
    simulated = recorded(settings)
    assert any(one.actions for each in simulated.values() for one in each.decisions), "a dull run"
    replayed = {name: Recorder(one.build()) for name, one in settings.loops.items()}
    every: dict[str, Loop] = dict(replayed)
    shown = {name: one.seen for name, one in simulated.items()}
    last = min(one.seen[-1].now for one in simulated.values())
    clock = FakeClock()
    _, journal = controlled(
        every, last, clock=clock, system=Replay(shown), telemetry=settings.telemetry,
        seed=SEED, replication=REPLICATION,
    )  # fmt: skip
    for name, one in simulated.items():
        steps = len(replayed[name].seen)
        assert steps >= last // one.period
        assert replayed[name].seen == one.seen[:steps]  # Times and luck are the live driver's own.
        assert replayed[name].decisions == one.decisions[:steps]
    assert len(journal.events) > 0
