"""Faults in the control path: metrics, clocks, controllers, settings; and what faults are called."""

from dataclasses import replace
from statistics import fmean, stdev
from typing import Any

import pytest

from simlab.core import (
    Decision,
    Finding,
    Observation,
    ProbeWish,
    Reading,
    ScaleTo,
    SetQuota,
    UpdateConfig,
)
from simlab.faults import BadConfigSettings, ControllerSettings, FaultSettings, SetSettings
from simlab.model import World
from simlab.telemetry import Record
from tests.model.scenes import Puppet, begin, counts, play, resolve

SCENE = """
    duration: {duration}
    services:
      web: {{replicas: 2, tags: [front], operations: {{get: [{{call: db.read}}]}}}}
      db: {{operations: {{read: []}}}}
    load: {{users: {{to: web.get, arrivals: even, shape: {{kind: constant, rate: 10/s}}}}}}
    telemetry: {{scrape: 1s, window: 3s}}
    faults: {{{faults}}}
    {more}
"""


def scene(faults: str, duration: str = "20s", more: str = "") -> str:
    return SCENE.format(faults=faults, duration=duration, more=more)


def watched(faults: str, duration: str = "20s", **others: Any) -> list[Observation]:
    """Return what a loop of a period of 1 s sees, from 1 s on."""
    hand = Puppet(1.0, **others)
    begin(scene(faults, duration), loops={"hand": hand}).finish()
    return hand.seen


def rates(seen: list[Observation], name: str = "web") -> list[float | None]:
    return [one.services[name].readings["arrival_rate"].value for one in seen]


def stamps(seen: list[Observation], name: str = "web") -> list[float]:
    return [one.services[name].readings["arrival_rate"].measured_at for one in seen]


# Metrics.


def test_biased_readings_are_off_by_the_product_of_all_factors() -> None:
    """From the first scrape under a fault to the last; what is scraped at its end is right."""
    faults = (
        "f: {kind: biased_metrics, target: web, factor: 3, at: 5s, lasts: 6s},"
        " g: {kind: biased_metrics, target: front, factor: 0.5, at: 8s, lasts: 6s}"
    )
    bare, bent = watched(""), watched(faults)
    off = [b / a for a, b in zip(rates(bare)[2:], rates(bent)[2:], strict=True) if a and b]
    assert off == [1.0] * 2 + [3.0] * 3 + [1.5] * 3 + [0.5] * 3 + [1.0] * 7
    assert stamps(bent) == stamps(bare)
    assert rates(bent, "db") == rates(bare, "db")


def test_what_is_biased_is_every_reading_of_a_service_and_of_its_replicas() -> None:
    bare = watched("")[9].services["web"]
    bent = watched("f: {kind: biased_metrics, target: web, factor: 3, at: 5s}")[9].services["web"]
    for one, other in [
        (bare.readings, bent.readings),
        *((a.readings, b.readings) for a, b in zip(bare.replicas, bent.replicas, strict=True)),
    ]:
        for name, reading in one.items():
            value = None if reading.value is None else 3 * reading.value
            assert other[name] == Reading(value, reading.measured_at, reading.window)
    assert (bent.wanted, bent.replicas[0].cpu_request) == (2, 1.0)


def test_noise_has_mean_one_and_its_cv_and_ends() -> None:
    fault = "f: {kind: noisy_metrics, target: web, cv: 0.5, at: 1s, lasts: 900s}"
    seen = watched(fault, "1000s")
    noisy = [value / 10.0 for value in rates(seen)[5:890] if value]
    assert fmean(noisy) == pytest.approx(1.0, abs=0.06)
    assert stdev(noisy) == pytest.approx(0.5, abs=0.06)
    assert rates(seen)[905:] == [pytest.approx(10.0)] * len(rates(seen)[905:])


def test_noise_is_luck_of_fault_target_reading_and_scrape() -> None:
    fault = "f: {kind: noisy_metrics, target: all, cv: 0.5, at: 0s}"
    seen = watched(fault)
    slow = watched(fault, telemetry=None)
    assert rates(seen) == rates(slow)
    other = watched(fault.replace("f:", "g:"))
    assert rates(other)[5:] != rates(seen)[5:]
    web, db = rates(seen)[5:], rates(seen, "db")[5:]
    assert web != db
    last = seen[9].services["web"]
    assert last.readings["arrival_rate"].value != last.readings["rate.ok"].value
    each = [one.readings["arrival_rate"].value for one in last.replicas]
    assert len({2 * value for value in each if value} | {last.readings["arrival_rate"].value}) == 3
    both = watched(f"{fault}, {fault.replace('f:', 'g:')}")
    products = [
        a * b / 10.0 for a, b in zip(rates(seen)[5:], rates(other)[5:], strict=True) if a and b
    ]
    assert rates(both)[5:] == pytest.approx(products)


def test_every_pipeline_sees_the_same_noise_of_the_same_scrape() -> None:
    """Windows differ, and so may readings; here the load is even, and they do not."""
    from simlab.core import TelemetrySettings

    quick, slow = Puppet(4.0), Puppet(4.0, telemetry=TelemetrySettings(scrape=2.0, window=4.0))
    fault = "f: {kind: noisy_metrics, target: web, cv: 0.5, at: 0s}"
    begin(scene(fault), loops={"quick": quick, "slow": slow}).finish()
    assert rates(quick.seen)[1:] == pytest.approx(rates(slow.seen)[1:])
    assert len(set(rates(quick.seen)[1:])) == 4


def test_late_scrapes_come_late_and_fresh_ones_overtake_them() -> None:
    """Of 5 to 10.9 s: each 3 s later. What was heard before stays until the first has come."""
    seen = watched("f: {kind: late_metrics, target: web, by: 3s, at: 5s, lasts: 6s}")
    assert stamps(seen) == [1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]


def test_late_faults_add_up() -> None:
    faults = (
        "f: {kind: late_metrics, target: web, by: 1s, at: 5s, lasts: 9s},"
        " g: {kind: late_metrics, target: all, by: 2s, at: 8s, lasts: 3s}"
    )
    assert stamps(watched(faults)) == [
        *[1, 2, 3, 4, 4, 5, 6, 7, 7, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20]
    ]


def holes(faults: str, duration: str = "200s") -> list[bool]:
    seen = watched(faults, duration)
    return [at < one.now for at, one in zip(stamps(seen), seen, strict=True)]


def test_scrapes_fail_by_chance_and_by_luck_that_all_share() -> None:
    fault = "f: {kind: scrape_fails, target: web, share: 30%, at: 0s, lasts: 150s}"
    one = holes(fault)
    assert sum(one) / 150 == pytest.approx(0.3, abs=0.08)
    assert not any(one[150:])
    other = holes(fault.replace("f:", "g:"))
    assert other != one
    assert holes(f"{fault}, {fault.replace('f:', 'g:')}") == [
        a or b for a, b in zip(one, other, strict=True)
    ]


# Clocks.


def test_a_clock_that_is_off_dates_what_is_told_of_its_replica() -> None:
    """Of the replica started at 2.5 s; those of the start have been there since ever."""
    hand = Puppet(1.0, {2: Decision([ScaleTo("web", 3, 1)])})
    text = scene(
        "f: {kind: clock_skew, target: web, by: -2s, at: 6s, lasts: 4s},"
        " g: {kind: clock_skew, target: web, by: 30s, at: 8s, lasts: 1.5s}"
    ).replace("web: {replicas", "web: {boot: 1.5s, replicas")
    begin(text, loops={"hand": hand}).finish()
    told = {
        one.now: (
            one.services["web"].replicas[2].started_at,
            one.services["web"].replicas[2].ready_since,
            one.services["web"].replicas[2].readings["cpu"].measured_at,
        )
        for one in hand.seen[4:11]
    }
    assert told == {
        5.0: (2.0, 3.5, 5.0),
        6.0: (0.0, 1.5, 4.0),
        7.0: (0.0, 1.5, 5.0),
        8.0: (30.0, 31.5, 36.0),
        9.0: (30.0, 31.5, 37.0),
        10.0: (2.0, 3.5, 10.0),
        11.0: (2.0, 3.5, 11.0),
    }
    first = hand.seen[6].services["web"]
    assert first.replicas[0].started_at == float("-inf")
    assert first.readings["arrival_rate"].measured_at == 7.0


def test_what_was_heard_last_of_a_replica_is_dated_by_its_clock_too() -> None:
    """It crashes at 6.5 s; scrapes within the window still have it, the newest does not."""
    faults = (
        "f: {kind: clock_skew, target: web, by: -2s, at: 6s},"
        " c: {kind: crash, target: web, restart: false, at: 6.5s}"
    )
    reading = watched(faults)[6].services["web"].replicas[0].readings["cpu"]
    assert (reading.value, reading.measured_at) == (None, 4.0)


# Controllers.


def steps(faults: str, duration: str = "12s", period: float = 2.0) -> list[float]:
    record = begin(scene(faults, duration), loops={"hand": Puppet(period)}).finish()
    return [one.at for one in record.events if one.kind == "decision"]


@pytest.mark.parametrize(
    ("faults", "at"),
    [
        pytest.param("how: pause, at: 3s, lasts: 4s", [2, 8, 10, 12], id="paused"),
        pytest.param("how: pause, at: 4s, lasts: 4s", [2, 8, 10, 12], id="paused at its step"),
        pytest.param("how: crash, at: 3s, lasts: 4s", [2, 9, 11], id="crashed: a period after it"),
        pytest.param("how: crash, at: 3s", [2], id="crashed to the end"),
        pytest.param("at: 3s, lasts: 1s", [2, 6, 8, 10, 12], id="crashed, by default"),
        pytest.param(
            "how: crash, every: 5s, lasts: 1s",
            [2, 4, 8],
            id="crashed twice, the second time at a step",
        ),
    ],
)
def test_a_halted_controller_makes_no_steps(faults: str, at: list[float]) -> None:
    assert steps(f"f: {{kind: controller, loop: hand, {faults}}}") == at


@pytest.mark.parametrize(
    ("first", "second", "at"),
    [
        pytest.param(
            "how: crash, at: 3s, lasts: 2s",
            "how: pause, at: 4s, lasts: 4s",
            [2, 9, 11],
            id="a pause that outlasts a crash",
        ),
        pytest.param(
            "how: crash, at: 3s, lasts: 4s", "how: crash, at: 4s, lasts: 2s", [2, 9, 11],
            id="a crash within a crash",
        ),
        pytest.param(
            "how: pause, at: 3s, lasts: 6s", "how: crash, at: 4s, lasts: 1s", [2, 9, 11],
            id="a crash within a pause",
        ),
    ],
)  # fmt: skip
def test_halts_overlap(first: str, second: str, at: list[float]) -> None:
    kind = "kind: controller, loop: hand"
    assert steps(f"f: {{{kind}, {first}}}, g: {{{kind}, {second}}}") == at


CRASH = "c: {kind: crash, target: web, replicas: 1, at: 4.5s}"


@pytest.mark.parametrize(
    ("how", "seen", "logs"),
    [
        pytest.param(
            "pause", [1, 2, 3, 7, 8], ["crash", "restart", "ready"], id="a pause keeps it"
        ),
        pytest.param("crash", [8], [], id="a crash loses it"),
    ],
)
def test_what_a_controller_knows(how: str, seen: list[float], logs: list[str]) -> None:
    """Of its state, and of what was logged while it made no steps."""
    fault = f"f: {{kind: controller, loop: hand, how: {how}, at: 3.5s, lasts: 3.5s}}, {CRASH}"
    world = begin(scene(fault, "8.5s"), loops={"hand": Puppet(1.0)})
    world.finish()
    loop = world.loops["hand"]
    assert isinstance(loop, Puppet)
    assert [one.now for one in loop.seen] == seen
    assert [line.kind for one in loop.seen if one.now > 3.5 for line in one.logs] == logs


def test_each_crash_begins_from_the_beginning() -> None:
    fault = "f: {kind: controller, loop: hand, every: 5s, lasts: 1.5s}"
    world = begin(scene(fault, "14s"), loops={"hand": Puppet(1.0)})
    world.finish()
    loop = world.loops["hand"]
    assert isinstance(loop, Puppet)
    assert [one.now for one in loop.seen] == [12.5, 13.5]


def asked(loop: Puppet) -> list[tuple[float, list[float]]]:
    """Return at which steps it had answers, and when those had been asked for."""
    return [(one.now, [probe.at for probe in one.probes]) for one in loop.seen]


def probing(faults: str, loop: Puppet | None = None) -> tuple[Puppet, Record]:
    """Return a loop that probes db 500 ms before each of its steps of 2 s, and its run."""
    hand = loop or Puppet(2.0, probes={"db": ProbeWish(operation="read", timeout=0.5)})
    text = scene(faults, "12.1s").replace("rate: 10/s", "rate: 0/s")
    world = begin(text, loops={"hand": hand})
    record = world.finish()
    now = world.loops["hand"]
    assert isinstance(now, Puppet)
    return now, record


def test_a_halted_controller_probes_nobody() -> None:
    """What was asked for before it was halted is nobody's any more."""
    loop, record = probing("f: {kind: controller, loop: hand, how: pause, at: 3.6s, lasts: 5s}")
    assert asked(loop) == [(2.0, [1.5]), (10.0, [9.5]), (12.0, [11.5])]
    assert counts(record, "db") == {"ok": 4}


def test_a_new_controller_has_only_its_own_answers() -> None:
    loop, _ = probing("f: {kind: controller, loop: hand, at: 3.6s, lasts: 1s}")
    assert asked(loop) == [(6.6, [6.1]), (8.6, [8.1]), (10.6, [10.1])]


class Curious(Puppet):
    """Probes only before its first step."""

    def step(self, seen: Observation) -> Decision:
        self.probes: dict[str, ProbeWish] = {}
        return super().step(seen)


def test_a_new_controller_asks_for_what_it_wishes_itself() -> None:
    curious = Curious(2.0, probes={"db": ProbeWish(operation="read", timeout=0.5)})
    loop, record = probing("f: {kind: controller, loop: hand, at: 3.6s, lasts: 1s}", curious)
    assert asked(loop)[0] == (6.6, [6.1])
    assert counts(record, "db") == {"ok": 2}


@pytest.mark.parametrize("operation", [None, "read"])
def test_probes_of_what_cannot_be_reached_get_no_answer(operation: str | None) -> None:
    hand = Puppet(2.0, probes={"db": ProbeWish(operation=operation, timeout=0.5)})
    faults = (
        "f: {kind: unreachable, target: db, at: 3s, lasts: 2s},"
        " g: {kind: crash, target: db, restart: false, at: 9s},"
        " h: {kind: unreachable, target: db, at: 8.1s}"
    )
    loop, _ = probing(faults, hand)
    told = [(one.now, [(probe.passed, probe.reason) for probe in one.probes]) for one in loop.seen]
    well, silent = [(True, "")], [(False, "timeout")]
    assert told == [(2, well), (4, silent), (6, well), (8, well), (10, silent), (12, silent)]


PIDS = "strategies: {s: {loops: {a: {kind: pid, target: all, period: 1s, setpoint: 0.5, ki: 0.2}}}}"


def test_a_loop_of_several_services_is_meant_whole() -> None:
    fault = "f: {kind: controller, loop: a, how: pause, at: 3.5s}"
    record = play(scene(fault, "10s", PIDS), "s")
    assert {one.who for one in record.events if one.kind == "decision"} == {"a/web", "a/db"}
    assert max(one.at for one in record.events if one.kind == "decision") == 3.0
    assert record.faults[0].targets == ("loops.a",)


def test_a_strategy_without_the_loop_is_not_hit_and_its_record_says_so() -> None:
    record = play(
        scene(
            "f: {kind: controller, loop: a, at: 3s, lasts: 1s}",
            "10s",
            PIDS.replace("{s:", "{none: {}, s:"),
        ),
        "none",
    )
    assert (record.faults[0].targets, record.faults[0].stop) == ((), 4.0)


def test_a_controller_is_built_anew_with_the_settings_that_hold_then() -> None:
    """A setpoint that was changed before, or meanwhile, is what it has."""
    faults: dict[str, FaultSettings] = {
        "f": ControllerSettings(loop="a", at=5.5, lasts=2.0),
        "g": SetSettings(path="loops.a/web.setpoint", to=0.9, at=6.0, lasts=6.0),
        "h": BadConfigSettings(path="loops.a/web.ki", to=0.7, at=3.0),
    }
    world = World(replace(resolve(scene("", "20s", PIDS), "s"), faults=faults), seed=1)
    found = []
    for time in (5.0, 8.0, 13.0):
        world.advance(time)
        settings: Any = world.loops["a/web"]
        found.append((settings.settings.setpoint, settings.settings.ki))
    assert found == [(0.5, 0.7), (0.9, 0.7), (0.5, 0.7)]


# Settings that are wrong.

WRONG = "kind: bad_config, path: links.users->web.timeout, to: 1ms"


def told(record: Record) -> list[tuple[float, object, object]]:
    return [
        (one.at, one.data["before"], one.data["after"])
        for one in record.events
        if one.kind == "log" and one.data["kind"] == "config"
    ]


def value(world: World) -> float:
    return world.links["users->web"].rules.timeout


def test_a_wrong_value_is_logged_as_a_change_and_comes_back() -> None:
    text = scene(f"f: {{{WRONG}, at: 3s, lasts: 4s}}", more="links: {users->web: {timeout: 2s}}")
    world = begin(text)
    assert [value_at(world, time) for time in (2.0, 4.0, 8.0)] == [2.0, 0.001, 2.0]
    record = world.finish()
    assert told(record) == [(3.0, 2.0, 0.001), (7.0, 0.001, 2.0)]
    (line,) = {one.who for one in record.events if one.kind == "log"}
    assert (line, record.faults[0].targets) == ("users->web", ("users->web",))


def value_at(world: World, time: float) -> float:
    world.advance(time)
    return value(world)


def test_wrong_values_stack_and_leave_no_trace() -> None:
    """The later one ends first, then the other way round: between them what is left holds."""
    other = WRONG.replace("1ms", "2ms")
    more = "links: {users->web: {timeout: 2s}}"
    world = begin(
        scene(f"f: {{{WRONG}, at: 2s, lasts: 6s}}, g: {{{other}, at: 4s, lasts: 2s}}", more=more)
    )
    assert [value_at(world, t) for t in (3.0, 5.0, 7.0, 9.0)] == [0.001, 0.002, 0.001, 2.0]
    world = begin(
        scene(f"f: {{{WRONG}, at: 2s, lasts: 4s}}, g: {{{other}, at: 4s, lasts: 4s}}", more=more)
    )
    assert [value_at(world, t) for t in (3.0, 5.0, 7.0, 9.0)] == [0.001, 0.002, 0.002, 2.0]


def heal(value: float) -> Puppet:
    return Puppet(1.0, {5: Decision([UpdateConfig({"links.users->web.timeout": value}, 1)])})


@pytest.mark.parametrize("to", [pytest.param(2.0, id="rolled back"), pytest.param(0.5, id="else"),
                                pytest.param(0.001, id="to the very same")])  # fmt: skip
def test_who_sets_the_path_again_heals_it_and_the_end_leaves_it_alone(to: float) -> None:
    text = scene(f"f: {{{WRONG}, at: 3s, lasts: 6s}}", more="links: {users->web: {timeout: 2s}}")
    world = begin(text, loops={"hand": heal(to)})
    assert [value_at(world, time) for time in (4.0, 6.0, 12.0)] == [0.001, to, to]
    record = world.finish()
    assert told(record) == [(3.0, 2.0, 0.001), (5.0, 0.001, to)]
    assert record.faults[0].acted == 5.0


def test_a_person_heals_it_too_and_an_override_hides_it() -> None:
    """A `set` is above what is configured: it hides the wrong value, and what heals it."""
    faults = (
        f"f: {{{WRONG}, at: 3s, lasts: 9s}},"
        " g: {kind: set, path: links.users->web.timeout, to: 1, at: 2s, lasts: 4s}"
    )
    world = begin(scene(faults, more="links: {users->web: {timeout: 2s}}"))
    found = [value_at(world, time) for time in (2.5, 4.0, 7.0)]
    world.set("links.users->web.timeout", 3.0)
    assert [*found, value_at(world, 13.0)] == [1.0, 1.0, 0.001, 3.0]


@pytest.mark.parametrize(
    ("acts", "wanted"),
    [
        pytest.param({}, [2, 1, 1, 2], id="left alone"),
        pytest.param({5: Decision([ScaleTo("web", 5, 1)])}, [2, 1, 5, 5], id="scaled meanwhile"),
        pytest.param(
            {5: Decision([UpdateConfig({"services.web.replicas": 1}, 1)])}, [2, 1, 1, 1],
            id="set to the very same",
        ),
    ],
)  # fmt: skip
def test_a_wrong_count_is_left_to_those_who_change_it(
    acts: dict[int, Decision], wanted: list[int]
) -> None:
    fault = "f: {kind: bad_config, path: services.web.replicas, to: 1, at: 3s, lasts: 5s}"
    world = begin(scene(fault), loops={"hand": Puppet(1.0, acts)})
    found = []
    for time in (2.0, 4.0, 7.0, 9.0):
        world.advance(time)
        found.append(world.services["web"].wanted)
    assert found == wanted


def test_a_quota_mends_a_wrong_limit() -> None:
    """The value that was set holds for who starts from then on, and stays at the fault's end."""
    act = Decision([SetQuota("web", "memory", 2.0**28, 1)])
    fault = "f: {kind: bad_config, path: services.web.memory.limit, to: 1Gi, at: 3s, lasts: 5s}"
    text = scene(fault).replace("tags: [front]", "tags: [front], memory: {limit: 512Mi}")
    world = begin(text, loops={"hand": Puppet(1.0, {5: act})})
    found = []
    for time in (2.0, 4.0, 7.0, 9.0):
        world.advance(time)
        found.append(world.services["web"].memory_limit / 2.0**20)
    assert found == [512.0, 1024.0, 256.0, 256.0]


# What faults are called.


@pytest.mark.parametrize(
    ("fault", "targets"),
    [
        ("kind: crash_loop, target: web", ("web",)),
        ("kind: boot_fails, target: front", ("web",)),
        ("kind: evict, target: all", ("web", "db")),
        ("kind: loss, target: db, share: 1%", ("web->db",)),
        ("kind: partition, target: db, from: web", ("web->db",)),
        ("kind: partition, target: all", ("web->db", "users->web")),
        ("kind: partition, target: all, from: front", ("web->db",)),
        ("kind: surge, target: users, factor: 2", ("users",)),
        ("kind: surge, target: all, factor: 2", ("users",)),
        ("kind: noisy_metrics, target: front, cv: 1", ("web",)),
        ("kind: late_metrics, target: web->db, by: 1s", ("web->db",)),
        ("kind: controller, loop: hand", ("loops.hand",)),
        ("kind: controller, loop: other", ()),
        ("kind: actuator, refuse: 1%", ("platform.actuator",)),
        ("kind: set, path: services.web.slots, to: 9", ("web",)),
        ("kind: set, path: links.web->db.timeout, to: 9", ("web->db",)),
        ("kind: bad_config, path: load.users.scale, to: 2", ("users",)),
    ],
)  # fmt: skip
def test_what_a_fault_hits_by_name(fault: str, targets: tuple[str, ...]) -> None:
    record = begin(scene(f"f: {{{fault}, at: 1s}}"), loops={"hand": Puppet(5.0)}).finish()
    assert set(record.faults[0].targets) == set(targets)


def symptom(target: str, fault: str, kind: Any = "symptom", **data: Any) -> Record:
    finding = Finding(kind=kind, at=5.0, target=target, name="odd", data=data)
    hand = Puppet(5.0, {1: Decision(findings=[finding])})
    return begin(scene(f"f: {{{fault}, at: 1s}}"), loops={"hand": hand}).finish()


@pytest.mark.parametrize(
    ("fault", "target", "named"),
    [
        pytest.param("kind: controller, loop: hand", "loops.hand", False, id="a loop that is down"),
        pytest.param("kind: actuator, slow: 1s", "platform.actuator", True, id="the actuator"),
        pytest.param("kind: actuator, slow: 1s", "services.web", False, id="is no service"),
        pytest.param("kind: set, path: services.web.slots, to: 9", "services.web", True, id="a setting's service"),
        pytest.param("kind: surge, target: users, factor: 2", "sources.users", True, id="a source"),
        pytest.param("kind: noisy_metrics, target: web, cv: 1", "services.web", True, id="whose metrics"),
        pytest.param("kind: partition, target: db", "links.web->db", True, id="a link"),
        pytest.param("kind: boot_fails, target: web", "services.web/1", True, id="a replica's service"),
        pytest.param("kind: boot_fails, target: web", "loops.web", False, id="a loop of that name"),
    ],
)  # fmt: skip
def test_who_names_a_target_has_detected_the_fault(fault: str, target: str, named: bool) -> None:
    record = symptom(target, fault)
    assert record.faults[0].detected == (5.0 if named else None)
    candidates = ["services.other", target]
    assert symptom(target, fault, "issue", candidates=candidates).faults[0].rank == (
        2 if named else None
    )


def test_a_breaker_says_nothing_of_metrics() -> None:
    more = """links: {web->db: {timeout: 10ms,
        breaker: {kind: resilience4j, slidingWindowSize: 2, minimumNumberOfCalls: 2}}}"""
    faults = (
        "m: {kind: stale_metrics, target: db, at: 1s},"
        " p: {kind: partition, target: db, at: 2s}, u: {kind: unreachable, target: db, at: 2s}"
    )
    record = play(scene(faults, more=more))
    found = {one.fault: one.detected for one in record.faults}
    assert found["m"] is None
    assert found["p"] == found["u"] == pytest.approx(2.2, abs=0.2)


def test_an_action_on_a_loop_is_one_on_its_fault_and_on_no_service() -> None:
    act = Decision([UpdateConfig({"loops.a/web.setpoint": 0.7}, 1)])
    faults = (
        "f: {kind: controller, loop: a, how: pause, at: 2s}, g: {kind: slow, target: web, at: 2s}"
    )
    world = begin(scene(faults, more=PIDS), "s", loops={"hand": Puppet(5.0, {1: act})})
    record = world.finish()
    assert {one.fault: one.acted for one in record.faults} == {"f": 5.0, "g": None}
