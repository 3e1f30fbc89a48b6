"""Lives of replicas, as timelines: start, warm-up, scaling, drain, crash, memory, leaks."""

import pytest

from simlab.model import World
from simlab.model.reference.replica import State
from simlab.model.restarts import backoff
from tests.model.scenes import Arrivals, begin, ends, logs, outcomes, play

STARTING, READY, DRAINING, CRASHED = (
    State.STARTING,
    State.READY,
    State.DRAINING,
    State.CRASHED,
)


def scene(
    *scales: tuple[float, int], service: str = "", get: str = "[]", shape: str = "", more: str = ""
) -> str:
    """Return one service that a script scales at given times."""
    steps = ", ".join(f"{{at: {when}s, scale: {{web: {count}}}}}" for when, count in scales)
    load = f"load: {{users: {{to: web.get, shape: {shape}}}}}" if shape else ""
    script = (
        f"strategies: {{s: {{loops: {{l: {{kind: script, period: 250ms, steps: [{steps}]}}}}}}}}"
    )
    comma = ", " if service else ""
    return f"""
        services: {{web: {{{service}{comma}operations: {{get: {get}}}}}}}
        {load}
        {more}
        {script if scales else ""}
    """


def world_of(*scales: tuple[float, int], **words: str) -> World:
    return begin(scene(*scales, **words), "s" if scales else None)


def states(world: World, at: float) -> list[tuple[int, State]]:
    world.advance(at)
    return [(one.number, one.state) for one in world.services["web"].replicas]


# Starting.


def test_replicas_of_the_start_are_ready_warm_and_known() -> None:
    world = world_of(service="replicas: 2, boot: 9s, warmup: {time: 9s, from: 10%}")
    assert states(world, 0.0) == [(0, READY), (1, READY)]
    assert [one.cores.speed for one in world.services["web"].replicas] == [1.0, 1.0]
    assert world.services["web"].endpoints == [0, 1]


def test_a_new_replica_boots_and_is_then_ready() -> None:
    world = world_of((1, 3), service="boot: 2s")
    assert states(world, 0.9) == [(0, READY)]
    assert states(world, 2.9) == [(0, READY), (1, STARTING), (2, STARTING)]
    assert states(world, 3.0) == [(0, READY), (1, READY), (2, READY)]
    assert logs(world.finish()) == [(3.0, "ready", "web", 1), (3.0, "ready", "web", 2)]


def test_without_boot_it_is_ready_at_once() -> None:
    assert states(world_of((1, 2)), 1.0) == [(0, READY), (1, READY)]


def test_boots_are_drawn_by_service_number_and_start() -> None:
    """However many there are and whenever they start, replica 2 boots as long as it does."""
    law = "boot: {dist: exponential, mean: 2s}"
    first = {n: at - 1.0 for at, _, _, n in logs(play(scene((1, 4), service=law), "s"), "ready")}
    script = scene((5, 3), (20, 4), service=law)
    second = {n: at for at, _, _, n in logs(play(script, "s"), "ready")}
    assert second[2] - 5.0 == pytest.approx(first[2])
    assert second[3] - 20.0 == pytest.approx(first[3])
    assert len(set(first.values())) == 3
    faults = "faults: {f: {kind: crash, target: web, replicas: 100%, at: 50s}}"
    third = logs(play(scene((1, 2), service=law, more=faults), "s"), "ready")
    boots = [at - 50.0 for at, _, _, number in third if at > 50 and number == 1]
    assert boots != [pytest.approx(first[1])]  # Another start, another draw.


def test_a_new_replica_warms_up_in_ten_steps() -> None:
    """From 20 % of its speed, in steps of 8 %, one each second; then full speed."""
    world = world_of((1, 2), service="boot: 1s, warmup: {time: 10s, from: 20%}")
    speeds = []
    for k in range(12):
        world.advance(2.0 + k)
        speeds.append(world.services["web"].replicas[1].cores.speed)
    assert speeds == pytest.approx([*(0.2 + 0.08 * k for k in range(10)), 1.0, 1.0])
    assert speeds[-1] == 1.0


def test_the_steps_of_a_warm_up_do_not_drift() -> None:
    """A tenth of a second each: the third is at 2 + 0.3, not at 2 + 0.1 + 0.1 + 0.1."""
    world = world_of((1, 2), service="boot: 1s, warmup: {time: 1s, from: 50%}")
    for k in range(1, 11):
        world.advance(2.0 + 1.0 * k / 10 - 1e-12)
        speed = world.services["web"].replicas[1].cores.speed
        world.advance(2.0 + 1.0 * k / 10)
        assert world.services["web"].replicas[1].cores.speed > speed


def test_a_warm_up_and_a_slow_fault_multiply_and_leave_full_speed() -> None:
    more = "faults: {f: {kind: slow, target: web, speed: 0.3, at: 3s, lasts: 7s}}"
    world = world_of((1, 2), service="warmup: {time: 10s, from: 20%}", more=more)
    speeds = []
    for at in (2.5, 5.5, 9.5, 10.5, 12.0):
        world.advance(at)
        speeds.append(world.services["web"].replicas[1].cores.speed)
    assert speeds == pytest.approx([0.28, 0.52 * 0.3, 0.84 * 0.3, 0.92, 1.0])
    assert speeds[-1] == 1.0


def test_warmth_slows_work(at: Arrivals) -> None:
    """A replica that was ready at 1 s, at 0.5 of its speed, then 0.55, then 0.6, each for 1 s."""
    more = "faults: {f: {kind: crash, target: web, at: 1s}}"
    text = scene(service="warmup: {time: 10s, from: 50%}", get="1.1s", shape=at(1.5), more=more)
    ((end, _),) = ends(play(text))
    assert end == pytest.approx(3.0 + (1.1 - 0.25 - 0.55) / 0.6)


# Scaling in.


def test_scale_in_takes_starting_ones_first_then_the_newest() -> None:
    world = world_of((1, 3), (2, 4), (4, 2), service="replicas: 2, boot: 3s")
    assert states(world, 3.0) == [(0, READY), (1, READY), (2, STARTING), (3, STARTING)]
    assert states(world, 4.0) == [(0, READY), (1, READY), (2, DRAINING)]
    assert logs(world.finish()) == [
        (4.0, "ready", "web", 2),
        (4.0, "gone", "web", 3),
        (4.0, "drain", "web", 2),
        (9.0, "gone", "web", 2),
    ]


@pytest.mark.parametrize(
    ("scales", "left"),
    [
        pytest.param([(1, 4), (2, 3)], [0, 1, 2], id="one of two that start: the newest"),
        pytest.param([(1, 4), (2, 2)], [0, 1], id="both that start"),
        pytest.param([(1, 4), (2, 1)], [0], id="both that start, and the newest that is ready"),
        pytest.param([(1, 3), (5, 2)], [0, 1], id="the newest, when all are ready"),
        pytest.param([(1, 3), (2, 2), (3, 3)], [0, 1, 3], id="numbers are never used again"),
        pytest.param([(1, 0)], [], id="all"),
    ],
)
def test_scale_in_order(scales: list[tuple[float, int]], left: list[int]) -> None:
    world = world_of(*scales, service="replicas: 2, boot: 3s, linger: 0s")
    world.advance(60.0)
    assert [one.number for one in world.services["web"].replicas] == left


def test_scale_in_prefers_crashed_ones_to_ready_ones() -> None:
    more = "faults: {f: {kind: crash, target: web, replicas: 1, at: 1s, restart: false}}"
    world = world_of((2, 1), service="replicas: 2, linger: 0s", more=more)
    crashed = [number for number, state in states(world, 1.5) if state == CRASHED]
    (left,) = states(world, 3.0)
    assert left[1] == READY
    assert left[0] not in crashed


def test_a_draining_replica_lingers(at: Arrivals) -> None:
    world = world_of((1, 1), service="replicas: 2")
    assert states(world, 1.0) == [(0, READY), (1, DRAINING)]
    assert states(world, 5.75) == [(0, READY), (1, DRAINING)]
    assert states(world, 6.0) == [(0, READY)]


def test_a_draining_replica_is_gone_when_empty_after_its_linger(at: Arrivals) -> None:
    world = world_of((1, 0), service="linger: 2s", get="[{wait: 8s}]", shape=at(0.5))
    assert states(world, 8.25) == [(0, DRAINING)]
    assert states(world, 8.75) == []
    assert ends(world.finish()) == [(8.5, "ok")]


def test_what_is_inside_after_the_grace_ends_crashed(at: Arrivals) -> None:
    world = world_of((1, 0), service="grace: 4s, slots: 1", get="[{wait: 8s}]", shape=at(0.5, 0.75))
    assert states(world, 4.75) == [(0, DRAINING)]
    assert states(world, 5.0) == []
    assert ends(world.finish()) == [(5.0, "crashed"), (5.0, "crashed")]


def test_a_grace_shorter_than_the_linger_ends_it() -> None:
    world = world_of((1, 0), service="grace: 2s, linger: 8s")
    assert states(world, 2.75) == [(0, DRAINING)]
    assert states(world, 3.0) == []


@pytest.mark.parametrize("value", [1.0, 20.0], ids=["less", "more"])
def test_a_drain_keeps_the_linger_that_it_began_with(value: float) -> None:
    world = world_of((1, 1), service="replicas: 2, linger: 5s")
    world.advance(2.0)
    world.set("services.web.linger", value)
    assert states(world, 5.75) == [(0, READY), (1, DRAINING)]
    assert states(world, 6.0) == [(0, READY)]


def test_a_draining_replica_leaves_the_endpoints(at: Arrivals) -> None:
    world = world_of((1, 1), service="replicas: 2", get="[{wait: 1s}]", shape=at(2, 2, 2))
    world.advance(2.5)
    assert world.services["web"].endpoints == [0]
    assert [one.in_flight for one in world.services["web"].replicas] == [3, 0]


def test_a_draining_replica_does_not_count_as_one_of_those_wanted() -> None:
    world = world_of((1, 1), (2, 2), service="replicas: 2, linger: 9s")
    assert states(world, 3.0) == [(0, READY), (1, DRAINING), (2, READY)]


def test_a_crash_while_draining_is_the_end(at: Arrivals) -> None:
    """The arrival that does not fit kills it; nobody starts it again."""
    world = world_of(
        (1, 0),
        service="memory: {base: 10Mi, per_request: 10Mi, limit: 25Mi}, linger: 9s",
        get="[{wait: 30s}]",
        shape=at(0.5, 2),
        more="platform: {discovery: 10s}",
    )
    assert states(world, 1.75) == [(0, DRAINING)]
    assert states(world, 2.25) == []
    assert ends(world.finish()) == [(2.0, "crashed"), (2.0, "crashed")]


# Crashes.


@pytest.mark.parametrize(
    ("crashes", "wait"),
    [(1, 0), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 300), (8, 300), (40, 300)],
)
def test_crash_loop_back_off(crashes: int, wait: float) -> None:
    assert backoff(crashes) == wait


def test_a_crashed_replica_starts_again_at_once_then_later_and_later() -> None:
    """Crashed each 200 s, it runs for less than 10 minutes: 0, 10, 20, 40, 80, 160, 300 s."""
    more = "duration: 4000s\n        faults: {f: {kind: crash, target: web, every: 400s}}"
    record = play(scene(more=more, service="boot: 1s"))
    pairs = zip(logs(record, "crash"), logs(record, "restart"), strict=True)
    assert [again[0] - crash[0] for crash, again in pairs] == [
        0,
        10,
        20,
        40,
        80,
        160,
        300,
        300,
        300,
    ]


def test_ten_minutes_of_running_make_it_as_good_as_new() -> None:
    more = """
        duration: 4000s
        faults:
          f: {kind: crash, target: web, every: 700s}
          g: {kind: crash, target: web, at: 710s}
    """
    record = play(scene(more=more))
    waits = [
        again[0] - crash[0]
        for crash, again in zip(logs(record, "crash"), logs(record, "restart"), strict=True)
    ]
    # 700, 710 (ran 10 s: 10 s), 1400 (ran 680 s), 2100, 2800, 3500.
    assert waits == [0, 10, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("service", "fault"),
    [
        pytest.param("", "restart: false", id="a fault that forbids it"),
        pytest.param("restart: false", "restart: true", id="a service without"),
    ],
)
def test_without_restart_a_crashed_one_stays_down(at: Arrivals, service: str, fault: str) -> None:
    more = f"faults: {{f: {{kind: crash, target: web, at: 1s, {fault}}}}}"
    record = play(scene(service=service, shape=at(0.5, 50), more=more))
    assert outcomes(record) == ["ok", "unavailable"]
    assert logs(record) == [(1.0, "crash", "web", 0)]
    assert record.services["web"].ready == 1.0


def test_a_restart_boots_again(at: Arrivals) -> None:
    more = "faults: {f: {kind: crash, target: web, at: 1s}}"
    record = play(scene(service="boot: 3s", shape=at(2, 4.5), more=more))
    assert outcomes(record) == ["unavailable", "ok"]
    assert logs(record) == [
        (1.0, "crash", "web", 0),
        (1.0, "restart", "web", 0),
        (4.0, "ready", "web", 0),
    ]
    assert record.services["web"].restarts == 1


def test_a_crash_forgets_what_the_replica_knew_as_a_caller(at: Arrivals) -> None:
    """Its breaker is open; the new process has a new one."""
    text = f"""
        services:
          web: {{operations: {{get: [{{call: db.get}}]}}}}
          db: {{operations: {{get: {{errors: 100%, steps: []}}}}}}
        links:
          web->db:
            breaker: {{kind: resilience4j, slidingWindowSize: 1, minimumNumberOfCalls: 1}}
        load: {{users: {{to: web.get, shape: {at(0, 1, 3)}}}}}
        faults: {{f: {{kind: crash, target: web, at: 2s}}}}
    """
    assert play(text).links["web->db"].attempts == 2


# Memory.

MEMORY = "memory: {base: 10Mi, per_request: 10Mi, limit: 35Mi}"


def test_the_arrival_that_does_not_fit_kills_it_itself_included(at: Arrivals) -> None:
    """10 Mi, and 10 Mi for each of the slots and the line: two fit into 35 Mi."""
    record = play(scene(service=f"{MEMORY}, slots: 1", get="[{wait: 4s}]", shape=at(0, 0.5, 1, 6)))
    assert ends(record) == [(1.0, "crashed"), (1.0, "crashed"), (1.0, "crashed"), (10.0, "ok")]
    assert logs(record, "out_of_memory", "crash") == [(1.0, "out_of_memory", "web", 0)]
    assert record.services["web"].killed == 1
    assert record.services["web"].restarts == 1


def test_exactly_the_limit_fits(at: Arrivals) -> None:
    memory = "memory: {base: 10Mi, per_request: 10Mi, limit: 30Mi}"
    record = play(scene(service=memory, get="[{wait: 4s}]", shape=at(0, 0)))
    assert outcomes(record) == ["ok", "ok"]


def test_those_outside_a_paused_replica_take_no_memory(at: Arrivals) -> None:
    more = "faults: {f: {kind: pause, target: web, at: 1s, lasts: 4s}}"
    record = play(scene(service=MEMORY, get="[{wait: 4s}]", shape=at(2, 2, 2), more=more))
    assert ends(record) == [(5.0, "crashed")] * 3


def test_overloaded_ones_take_no_memory(at: Arrivals) -> None:
    service = f"{MEMORY}, slots: 1, line: 1"
    record = play(scene(service=service, get="[{wait: 4s}]", shape=at(0, 0, 0)))
    assert outcomes(record) == ["ok", "ok", "overloaded"]


def test_memory_is_seen(at: Arrivals) -> None:
    world = world_of(service=MEMORY, get="[{wait: 4s}]", shape=at(0, 0))
    world.advance(1.0)
    (replica,) = world.services["web"].replicas
    assert replica.memory(1.0) == 30 * 2**20


# Leaks.


def leak(rate: str, *, when: str = "at: 10s, lasts: 20s", name: str = "f") -> str:
    return f"{name}: {{kind: leak, target: web, rate: {rate}, {when}}}"


def test_a_leak_kills_when_the_limit_is_passed() -> None:
    """25 Mi are free; at 4 Mi/s from 10 s on they are gone at 16.25 s, seen at 17 s."""
    record = play(scene(service=MEMORY, more=f"faults: {{{leak('4Mi/s')}}}"))
    assert logs(record, "out_of_memory") == [
        (17.0, "out_of_memory", "web", 0),
        (24.0, "out_of_memory", "web", 0),
    ]


def test_a_leak_may_fill_the_memory_to_the_brim() -> None:
    """25 Mi at 5 Mi/s: full at 15 s, and too full at the next look."""
    record = play(
        scene(service=MEMORY, more=f"faults: {{{leak('5Mi/s', when='at: 10s, lasts: 7s')}}}")
    )
    assert logs(record, "out_of_memory") == [(16.0, "out_of_memory", "web", 0)]


def test_what_has_leaked_stays_until_a_restart() -> None:
    world = world_of(service=MEMORY, more=f"faults: {{{leak('1Mi/s')}}}")
    (replica,) = world.services["web"].replicas
    mib = []
    for at in (9.0, 20.0, 30.0, 60.0):
        world.advance(at)
        mib.append(replica.memory(at) / 2**20)
    assert mib == [10.0, 20.0, 30.0, 30.0]


def test_a_crash_frees_what_has_leaked_and_a_leak_that_is_on_begins_anew() -> None:
    faults = f"faults: {{{leak('1Mi/s')}, g: {{kind: crash, target: web, at: 15s}}}}"
    world = world_of(service=MEMORY + ", boot: 2s", more=faults)
    world.advance(20.0)
    (replica,) = world.services["web"].replicas
    assert replica.memory(20.0) == 15 * 2**20  # Since its start at 15 s.


def test_a_crash_frees_what_leaks_of_before_have_left() -> None:
    crash = "g: {kind: crash, target: web, at: 15s}"
    more = f"faults: {{{leak('1Mi/s', when='at: 10s, lasts: 2s')}, {crash}}}"
    world = world_of(service=MEMORY, more=more)
    world.advance(14.0)
    (replica,) = world.services["web"].replicas
    assert replica.memory(14.0) == 12 * 2**20
    world.advance(16.0)
    assert replica.memory(16.0) == 10 * 2**20


def test_two_leaks_add_up_and_leave_no_trace() -> None:
    more = f"faults: {{{leak('1Mi/s')}, {leak('2Mi/s', when='at: 12s, lasts: 2s', name='g')}}}"
    world = world_of(service=MEMORY.replace("35Mi", "90Mi"), more=more)
    world.advance(40.0)
    (replica,) = world.services["web"].replicas
    assert replica.memory(40.0) == (10 + 20 + 4) * 2**20
    assert not replica.leaking
    assert replica.rules == []


def test_a_leak_that_stops_between_two_looks_has_been_seen() -> None:
    """The limit is passed at 16.25 s; the leak stops at 16.5 s, and so is found."""
    more = f"faults: {{{leak('4Mi/s', when='at: 10s, lasts: 6.5s')}}}"
    record = play(scene(service=MEMORY, more=more))
    assert logs(record, "out_of_memory") == [(17.0, "out_of_memory", "web", 0)]


def test_a_leak_that_comes_back_is_looked_at_once_a_second_not_twice() -> None:
    """On the second since the first began; the limit is passed at 11.36 s, and found at 12 s."""
    one = leak("1Mi/s", when="at: 10s, lasts: 500ms")
    two = leak("40Mi/s", when="at: 10.75s, lasts: 2s", name="g")
    record = play(scene(service=MEMORY, more=f"faults: {{{one}, {two}}}"))
    assert logs(record, "out_of_memory") == [
        (12.0, "out_of_memory", "web", 0),
        (13.0, "out_of_memory", "web", 0),
    ]


def test_a_leak_and_an_arrival_together_kill_at_once(at: Arrivals) -> None:
    """At 15.5 s 22 Mi have leaked: an arrival of 10 Mi does not fit any more."""
    record = play(
        scene(
            service=MEMORY, shape=at(15.5), get="[{wait: 1s}]", more=f"faults: {{{leak('4Mi/s')}}}"
        )
    )
    assert logs(record, "out_of_memory")[0] == (15.5, "out_of_memory", "web", 0)
    assert outcomes(record) == ["crashed"]
