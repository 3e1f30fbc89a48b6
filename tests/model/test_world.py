"""A world as a whole: runs, ends, forks; and the luck of each thing in it."""

import os
import pickle
import subprocess
import sys
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import simlab
from simlab.core import UserError
from simlab.faults import FaultSettings
from simlab.model import World, simulate
from simlab.telemetry import Record
from tests.model.scenes import Arrivals, Puppet, begin, ends, outcomes, play, resolve


def plain(value: Any) -> Any:
    """Return a record, or part of one, as something that can be compared bit by bit."""
    if isinstance(value, np.ndarray):
        return [str(value.dtype), value.tolist()]
    if hasattr(value, "__dataclass_fields__"):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def told(record: Record) -> str:
    return repr(plain(record))


HPA = (
    "{kind: hpa, target: web, minReplicas: 2, maxReplicas: 8,"
    " behavior: {scaleDown: {stabilizationWindowSeconds: 10}}, metrics: [{type: Resource, resource:"
    " {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]}"
)
PID = (
    "{kind: pid, target: db, minReplicas: 2, maxReplicas: 8, metric: cpu, setpoint: 0.5,"
    " kp: 8, ki: 0.1, kd: 0.1, period: 7s, telemetry: {scrape: 3s, window: 12s}}"
)
EXPONENTIAL = "{dist: exponential, mean: %s}"
BUSY = f"""
    duration: 120s
    warmup: 10s
    slo: {{within: 1s}}
    carries: {{lines: {{dist: uniform, low: 0, high: 4}}}}
    services:
      web:
        replicas: 3
        slots: 6
        line: 6
        boot: {EXPONENTIAL % "5s"}
        warmup: {{time: 5s, from: 30%}}
        memory: {{base: 50Mi, per_request: 5Mi, limit: 150Mi}}
        operations:
          get:
            errors: {{share: 2%, after: 10ms}}
            steps:
              - cpu: {{base: {EXPONENTIAL % "60ms"}, per: {{lines: 5ms}}}}
              - {{times: lines, do: [{{call: db.get, optional: true}}]}}
              - parallel: [{{call: db.put}}, [{{wait: {EXPONENTIAL % "50ms"}}}]]
                else: [{{wait: 20ms}}]
      db:
        replicas: 3
        discipline: fifo
        operations: {{get: {EXPONENTIAL % "60ms"}, put: [{{wait: {EXPONENTIAL % "40ms"}}}, {{cpu: 10ms}}]}}
    links:
      users->web: {{timeout: 2s, latency: {EXPONENTIAL % "5ms"}, retry: {{kind: backoff, attempts: 2, base: 100ms}}, cancel: all}}
      people->web: {{timeout: 1s, limits: {{in_flight: 2, rate: 3/s, wait: 200ms}}}}
      web->db:
        timeout: 300ms
        loss: 1%
        latency: {EXPONENTIAL % "2ms"}
        cancel: queued
        balancer: {{kind: p2c}}
        breaker: {{kind: resilience4j, slidingWindowSize: 10, minimumNumberOfCalls: 10, waitDurationInOpenState: 5s}}
        retry: {{kind: backoff, attempts: 3, base: 20ms, budget: {{kind: token_bucket, per_call: 20%}}}}
    load:
      users: {{to: web.get, shape: {{kind: steps, points: [[0s, 8/s], [80s, 1/s]]}}}}
      people: {{to: web.get, shape: {{kind: users, count: 6, think: {EXPONENTIAL % "1s"}}}}}
    faults:
      die: {{kind: crash, target: web, replicas: 1, random: {{mean: 40s}}}}
      hang: {{kind: pause, target: db, replicas: 1, at: 20s, lasts: 15s}}
      lame: {{kind: slow, target: web, replicas: 50%, speed: 0.4, every: 30s, lasts: 10s}}
      fail: {{kind: errors, target: db, share: 20%, at: 40s, lasts: 30s}}
      late: {{kind: delay, target: web->db, add: {EXPONENTIAL % "30ms"}, at: 25s, lasts: 40s}}
      grow: {{kind: leak, target: web, replicas: 1, rate: 5Mi/s, at: 30s, lasts: 30s}}
      old: {{kind: stale_metrics, target: web, at: 25s, lasts: 20s}}
      dark: {{kind: missing_metrics, target: all, at: 70s, lasts: 10s}}
      stiff: {{kind: actuator, refuse: 60%, slow: 2s, partial: 60%, at: 30s, lasts: 30s}}
      shut: {{kind: set, path: services.web.slots, to: 3, at: 35s, lasts: 30s}}
      more: {{kind: set, path: load.users.scale, to: 2, at: 50s, lasts: 20s}}
    telemetry: {{scrape: 5s, window: 20s, lag: 1s, traces: 20%}}
    platform: {{discovery: 500ms, actuation: 250ms}}
    strategies:
      s: {{loops: {{web: {HPA}, db: {PID}}}}}
      none: {{}}
"""


# Runs and their ends.


def test_the_busy_scene_has_everything_in_it() -> None:
    """Else the tests below would say less than they seem to."""
    world = begin(BUSY, "s", check_books=False)
    record = world.finish()
    kinds = {(event.kind, event.data.get("kind", "")) for event in record.events}
    assert {kind for kind, _ in kinds} == {"decision", "action", "fault", "log", "breaker"}
    logs = {word for kind, word in kinds if kind == "log"}
    assert logs >= {"crash", "restart", "ready", "drain", "gone", "out_of_memory", "refusal"}
    assert {one.kind for one in record.faults} == {
        one.kind for one in world.settings.faults.values()
    }
    heard = {*outcomes(record, "users"), *outcomes(record, "people")}
    assert heard >= {"ok", "degraded", "error", "timeout", "overloaded", "crashed", "limited"}
    for name in ("web", "db"):
        assert record.services[name].scalings
        assert record.services[name].in_vain


def test_a_run_is_a_function_of_settings_seed_and_replication() -> None:
    world = resolve(BUSY, "s")
    first = told(simulate(world, seed=1, keep_requests=True))
    assert told(simulate(world, seed=1, keep_requests=True)) == first
    assert told(simulate(world, seed=2, keep_requests=True)) != first
    assert told(simulate(world, seed=1, replication=1, keep_requests=True)) != first


def test_books_balance_and_checking_them_changes_nothing() -> None:
    world = resolve(BUSY, "s")
    checked = simulate(world, seed=3, keep_requests=True, check_books=True)
    assert told(checked) == told(simulate(world, seed=3, keep_requests=True))


def test_keeping_requests_changes_nothing_else() -> None:
    world = resolve(BUSY, "s")
    kept, bare = simulate(world, seed=1, keep_requests=True), simulate(world, seed=1)
    assert kept.sources == bare.sources
    assert repr(plain(kept.services)) == repr(plain(bare.services))
    assert kept.events == bare.events


def test_stopping_on_the_way_changes_nothing() -> None:
    whole = told(begin(BUSY, "s", check_books=False).finish())
    world = begin(BUSY, "s", check_books=False)
    for time in (0.0, 0.001, 7.3, 20.0, 20.0, 33.33, 60.0, 119.9):
        world.advance(time)
        assert world.now == time
    assert told(world.finish()) == whole


SCRIPT = """
import sys
from tests.model.test_world import BUSY, resolve, simulate, told
from hashlib import sha256
record = simulate(resolve(BUSY, "s"), seed=1, keep_requests=True)
print(sha256(told(record).encode()).hexdigest())
"""


@pytest.mark.parametrize("salt", ["1", "4242"])
def test_two_processes_with_different_salts_agree(salt: str) -> None:
    root = Path(simlab.__file__).parents[1]
    env = {**os.environ, "PYTHONHASHSEED": salt, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=env,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    record = simulate(resolve(BUSY, "s"), seed=1, keep_requests=True)
    assert done.stdout.strip() == sha256(told(record).encode()).hexdigest()


def test_the_drain_ends_when_nothing_is_open(at: Arrivals) -> None:
    text = f"""
        duration: 10s
        services: {{web: {{operations: {{get: [{{wait: 4s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(9)}}}}}
    """
    record = play(text)
    assert (record.ended, ends(record)) == (13.0, [(13.0, "ok")])
    assert record.sources["users"].outcomes[0] == 1


@pytest.mark.parametrize(
    ("slo", "ended"),
    [
        pytest.param("", 70.0, id="60 s without an slo"),
        pytest.param("slo: {within: 2s}", 30.0, id="ten times the bound with one"),
    ],
)
def test_the_drain_has_a_limit_and_what_is_left_is_in_flight(
    at: Arrivals, slo: str, ended: float
) -> None:
    text = f"""
        duration: 10s
        {slo}
        services: {{web: {{operations: {{get: [{{wait: 400s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(1, 9)}}}}}
    """
    record = play(text)
    assert (record.ended, outcomes(record)) == (ended, ["in_flight", "in_flight"])
    source = record.sources["users"]
    assert (source.requests, sum(source.outcomes), source.good) == (2, 0, 0)
    assert source.valid_bins[0] == 2


def test_the_drain_goes_by_the_largest_bound_of_all_sources(at: Arrivals) -> None:
    text = f"""
        duration: 10s
        slo: {{within: 1s}}
        services: {{web: {{operations: {{get: [{{wait: 400s}}]}}}}}}
        load:
          users: {{to: web.get, shape: {at(1)}}}
          others: {{to: web.get, shape: {at(1)}, slo: {{within: 3s}}}}
    """
    assert play(text).ended == 40.0


def test_without_anything_open_a_run_ends_at_its_duration() -> None:
    assert play("duration: 10s\nservices: {web: {operations: {get: []}}}").ended == 10.0


def test_a_source_counts_by_its_own_slo(at: Arrivals) -> None:
    text = f"""
        slo: {{within: 1s, objective: 90%}}
        services: {{web: {{operations: {{get: [{{wait: 2s}}]}}}}}}
        load:
          users: {{to: web.get, shape: {at(1)}}}
          others: {{to: web.get, shape: {at(1)}, slo: {{within: 3s}}}}
    """
    sources = play(text).sources
    assert [sources[name].good for name in ("users", "others")] == [0, 1]
    assert [sources[name].within for name in ("users", "others")] == [1.0, 3.0]
    assert [sources[name].objective for name in ("users", "others")] == [0.9, 0.99]


def test_a_warm_up_that_is_to_be_found_cannot_be_run() -> None:
    text = """
        analysis: steady_state
        warmup: auto
        services: {web: {operations: {get: []}}}
    """
    with pytest.raises(AssertionError, match="warmup: auto"):
        begin(text)


def test_a_path_that_is_not_there_cannot_be_set() -> None:
    world = begin(BUSY, "s", check_books=False)
    with pytest.raises(UserError, match=r"^services.web.slot cannot change .* did you mean"):
        world.set("services.web.slot", 3.0)


# Forks.

INSTANTS = (0.0, 33.0, 55.0, 75.0, 120.0)


def test_forks_go_on_alike() -> None:
    """At each of these instants other faults are active; together, all kinds that can be."""
    world = begin(BUSY, "s", check_books=False)
    forks, active = [], set()
    for time in INSTANTS:
        world.advance(time)
        active |= {fault.kind for _, fault, _ in world._injector.active}
        forks.append(world.fork())
    assert active == {one.kind for one in world.settings.faults.values()} - {"crash"}
    whole = told(world.finish())
    assert whole == told(begin(BUSY, "s", check_books=False).finish())
    for fork in forks:
        assert told(fork.finish()) == whole


BROKEN = f"""
    duration: 90s
    slo: {{within: 1s}}
    services:
      web:
        replicas: 3
        boot: {EXPONENTIAL % "2s"}
        storage: {{base: 1Mi, per_request: 1Ki, limit: 10Mi}}
        operations: {{get: [{{cpu: {EXPONENTIAL % "40ms"}}}, {{call: db.get, optional: true}}]}}
      db: {{replicas: 3, discipline: fifo, cores: 2, operations: {{get: {EXPONENTIAL % "30ms"}}}}}
    links:
      users->web: {{timeout: 1s, latency: {EXPONENTIAL % "5ms"}, cancel: all}}
      people->web: {{timeout: 1s}}
      web->db: {{timeout: 300ms, retry: {{kind: backoff, attempts: 2, base: 20ms}}, cancel: all}}
    load:
      users: {{to: web.get, shape: {{kind: constant, rate: 15/s}}}}
      people: {{to: web.get, shape: {{kind: users, count: 6, think: {EXPONENTIAL % "1s"}}}}}
    faults:
      again: {{kind: crash_loop, target: web, replicas: 1, at: 10s, lasts: 25s}}
      weak: {{kind: boot_fails, target: web, share: 50%, at: 5s, lasts: 40s}}
      away: {{kind: evict, target: db, replicas: 1, every: 25s}}
      fast: {{kind: fast_errors, target: db, share: 20%, every: 20s, lasts: 30s}}
      lost: {{kind: unreachable, target: all, replicas: 1, at: 30s, lasts: 10s}}
      hog: {{kind: cpu_hog, target: all, replicas: 2, cores: 1.5, every: 15s, lasts: 20s}}
      disk: {{kind: disk_fill, target: web, replicas: 1, size: 9Mi, at: 40s, lasts: 15s}}
      clock: {{kind: clock_skew, target: web, replicas: 1, by: -20s, at: 20s, lasts: 50s}}
      loss: {{kind: loss, target: all, share: 10%, every: 20s, lasts: 25s}}
      cut: {{kind: partition, target: db, from: web, at: 50s, lasts: 5s}}
      crowd: {{kind: surge, target: all, factor: 2, every: 30s, lasts: 40s}}
      wrong: {{kind: bad_config, path: links.web->db.timeout, to: 60ms, at: 20s, lasts: 40s}}
      worse: {{kind: bad_config, path: links.web->db.timeout, to: 30ms, at: 30s, lasts: 40s}}
      noise: {{kind: noisy_metrics, target: web, cv: 0.4, every: 20s, lasts: 30s}}
      bias: {{kind: biased_metrics, target: all, factor: 1.4, at: 35s, lasts: 30s}}
      late: {{kind: late_metrics, target: web, by: 7s, at: 15s, lasts: 40s}}
      holes: {{kind: scrape_fails, target: all, share: 30%, at: 10s, lasts: 70s}}
      gone: {{kind: controller, loop: web, at: 22s, lasts: 20s}}
      numb: {{kind: controller, loop: db, how: pause, at: 30s, lasts: 20s}}
    telemetry: {{scrape: 5s, window: 20s, lag: 1s, traces: 20%}}
    platform: {{discovery: 500ms, actuation: 250ms}}
    strategies:
      s: {{loops: {{web: {HPA}, db: {PID}}}}}
      none: {{}}
"""


def test_worlds_that_are_broken_in_every_way_fork_alike() -> None:
    """All the other kinds of faults, several at once, over most of the run."""
    world = begin(BROKEN, "s", check_books=False)
    forks, active = [], set()
    for time in (0.0, 12.0, 31.0, 36.0, 52.0, 75.0, 90.0):
        world.advance(time)
        active |= {fault.kind for _, fault, _ in world._injector.active}
        forks.append(world.fork())
    assert active == {one.kind for one in world.settings.faults.values()} - {"evict"}
    whole = told(world.finish())
    assert whole == told(begin(BROKEN, "s", check_books=False).finish())
    for fork in forks:
        assert told(fork.finish()) == whole


def test_books_balance_in_a_broken_world_and_after_all_of_it() -> None:
    world = resolve(BROKEN, "s")
    checked = simulate(world, seed=3, keep_requests=True, check_books=True)
    assert told(checked) == told(simulate(world, seed=3, keep_requests=True))


def test_every_kind_of_fault_is_forked() -> None:
    kinds = {one.kind for text in (BUSY, BROKEN) for one in resolve(text, "s").faults.values()}
    assert kinds == {one.__dataclass_fields__["kind"].default for one in get_args(FaultSettings)}


def test_all_strategies_meet_the_same_faults() -> None:
    """When, upon whom among those that all of them have, and how they are called."""
    records = [begin(BROKEN, name, check_books=False).finish() for name in ("s", "none")]
    one, other = ([(f.fault, f.start, f.stop) for f in record.faults] for record in records)
    assert one == other


def test_a_fork_of_a_fork_goes_on_alike() -> None:
    world = begin(BUSY, "s", check_books=False)
    for time in (10.0, 30.0, 50.0):
        world.advance(time)
        world = world.fork()
    assert told(world.finish()) == told(begin(BUSY, "s", check_books=False).finish())


def test_what_happens_in_a_fork_stays_there() -> None:
    world = begin(BUSY, "s", check_books=False)
    world.advance(30.0)
    fork = world.fork()
    fork.set("services.web.replicas", 8.0)
    fork.set("links.web->db.timeout", 0.05)
    fork.advance(60.0)
    changed = told(fork.finish())
    whole = told(world.finish())
    assert changed != whole
    assert whole == told(begin(BUSY, "s", check_books=False).finish())


def test_forks_diverge_only_after_what_was_set() -> None:
    world = begin(BUSY, "s", check_books=False)
    world.advance(60.0)
    fork = world.fork()
    fork.set("services.web.replicas", 8.0)
    one, other = world.finish(), fork.finish()
    times = one.requests["arrival"][one.requests["source"] == "users"]
    assert np.array_equal(
        times, other.requests["arrival"][other.requests["source"] == "users"]
    )  # The same open arrivals come, before and after.
    early = (one.requests["source"] == "users") & (one.requests["arrival"] < 50.0)
    count = int(early.sum())
    mine = one.requests["latency"][one.requests["source"] == "users"][:count]
    theirs = other.requests["latency"][other.requests["source"] == "users"][:count]
    assert np.array_equal(mine, theirs)
    assert [e for e in one.events if e.at < 60] == [e for e in other.events if e.at < 60]
    assert told(one) != told(other)


def test_a_loop_from_python_is_forked_too() -> None:
    hand = Puppet(1.0)
    world = begin(BUSY, loops={"hand": hand}, check_books=False)
    world.advance(10.0)
    fork = world.fork()
    fork.advance(20.0)
    assert len(hand.seen) == 10
    assert len(fork.loops["hand"].seen) == 20  # type: ignore[attr-defined]


def test_a_world_can_be_pickled() -> None:
    world = begin(BUSY, "s", check_books=False)
    world.advance(42.0)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        copy: World = pickle.loads(pickle.dumps(world))
    finally:
        sys.setrecursionlimit(limit)
    assert told(copy.finish()) == told(world.finish())


# Luck: nobody's is shifted by what is beside it.

LAW = "{dist: exponential, mean: 200ms}"
PLAIN = """
    duration: 60s
    services:
      web: {{operations: {{get: [{{wait: {law}}}, {{call: db.get}}]}}}}
      db: {{operations: {{get: [{{wait: {law}}}]}}}}
      {services}
    links: {{users->web: {{latency: {law}}}}}
    load:
      users: {{to: web.get, shape: {{kind: constant, rate: {rate}}}, scale: {scale}}}
      {load}
    faults: {{{faults}}}
    strategies: {{s: {{loops: {{l: {{kind: script, steps: [{{at: 9s, scale: {{web: 3}}}}]}}}}}}}}
"""


def luck(
    strategy: str | None = None,
    *,
    services: str = "",
    load: str = "",
    faults: str = "",
    rate: str = "5/s",
    scale: float = 1.0,
) -> list[tuple[float, float]]:
    """Return (arrival, latency) of the requests of `users`; nobody waits for anybody here."""
    text = PLAIN.format(
        law=LAW, services=services, load=load, faults=faults, rate=rate, scale=scale
    )
    rows = play(text, strategy).requests
    mine = rows["source"] == "users"
    return list(zip(rows["arrival"][mine].tolist(), rows["latency"][mine].tolist(), strict=True))


def test_another_source_shifts_nobodys_luck() -> None:
    assert luck(load="others: {to: web.get, shape: {kind: constant, rate: 3/s}}") == luck()


def test_another_service_shifts_nobodys_luck() -> None:
    services = f"log: {{operations: {{put: {LAW}}}}}"
    load = "others: {to: log.put, shape: {kind: constant, rate: 3/s}}"
    assert luck(services=services, load=load) == luck()


def test_another_fault_shifts_nobodys_luck() -> None:
    """Of one that touches nothing here: a slow core, where nothing is worked."""
    faults = "f: {kind: slow, target: web, random: {mean: 5s}, lasts: 1s}"
    assert luck(faults=faults) == luck()


def test_a_strategy_shifts_nobodys_luck() -> None:
    assert luck("s") == luck()


def test_a_load_that_is_scaled_keeps_its_luck() -> None:
    """The n-th request comes at half the time, and takes as long."""
    once, twice = luck(), luck(scale=2.0)
    assert [2 * at for at, _ in twice][: len(once)] == pytest.approx([at for at, _ in once])
    assert [took for _, took in twice][: len(once)] == pytest.approx([took for _, took in once])
    assert twice == luck(rate="10/s")


def test_sources_of_other_names_have_other_luck() -> None:
    text = PLAIN.format(
        law=LAW,
        services="",
        load="others: {to: web.get, shape: {kind: constant, rate: 5/s}}",
        faults="",
        rate="5/s",
        scale=1.0,
    )
    record = play(text)
    assert ends(record, "users")[:5] != ends(record, "others")[:5]


def test_the_order_of_names_does_not_matter() -> None:
    """Where nobody waits for anybody."""
    extra = "others: {to: web.get, shape: {kind: constant, rate: 3/s}}"
    text = PLAIN.format(law=LAW, services="", load=extra, faults="", rate="5/s", scale=1.0)
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines) if line.strip().startswith("users: {to"))
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    one, other = play(text), play("\n".join(lines))
    for name in ("users", "others"):
        assert ends(one, name) == ends(other, name)
