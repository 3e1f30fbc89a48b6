"""The injector: when faults start and stop, what they hit, what is remembered and noticed."""

from typing import Any

import pytest

from simlab.core import Decision, Restart, ScaleTo, UpdateConfig
from simlab.faults import named
from simlab.model import World
from simlab.telemetry import Record
from tests.model.scenes import Arrivals, Puppet, begin, play


def scene(faults: str, *, more: str = "", replicas: int = 4, duration: str = "100s") -> str:
    return f"""
        duration: {duration}
        services:
          web: {{replicas: {replicas}, tags: [front], operations: {{get: [{{call: db.get}}]}}}}
          db: {{replicas: 3, tags: [back, store], operations: {{get: []}}}}
          log: {{replicas: 2, tags: [back], operations: {{put: []}}}}
        load: {{users: {{to: web.get, shape: {{kind: constant, rate: 0/s}}}}}}
        faults: {{{faults}}}
        {more}
    """


def times(record: Record, name: str = "f") -> list[tuple[float, float | None]]:
    return [(round(one.start, 9), one.stop) for one in record.faults if one.fault == name]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("at: 30s", [(30.0, None)], id="at, to the end"),
        pytest.param("at: 30s, lasts: 5s", [(30.0, 35.0)], id="at, for a while"),
        pytest.param("at: 0s, lasts: 5s", [(0.0, 5.0)], id="from the start"),
        pytest.param("at: 100s, lasts: 5s", [], id="not at the end"),
        pytest.param(
            "every: 30s, lasts: 5s", [(30.0, 35.0), (60.0, 65.0), (90.0, 95.0)], id="every"
        ),
        pytest.param(
            "every: 40s, lasts: 50s", [(40.0, 90.0), (80.0, None)], id="overlapping itself"
        ),
    ],
)
def test_faults_come_when_they_are_said_to(when: str, expected: list[Any]) -> None:
    assert times(play(scene(f"f: {{kind: slow, target: web, {when}}}"))) == expected


def test_random_times_are_a_poisson_process_of_the_faults_own_luck() -> None:
    text = scene("f: {kind: slow, target: web, random: {mean: 20s}, lasts: 1s}", duration="20000s")
    first = times(play(text))
    assert len(first) == pytest.approx(1000, abs=100)
    more = scene(
        "g: {kind: slow, target: web, random: {mean: 20s}, lasts: 1s},"
        " f: {kind: slow, target: db, random: {mean: 20s}, lasts: 1s}",
        duration="20000s",
    )
    record = play(more)
    assert times(record) == first
    assert times(record, "g") != first


def hit(faults: str, *, seed: int = 1, replicas: int = 4, more: str = "") -> dict[str, list[Any]]:
    """Return which replicas each fault hit, as (service, number)."""
    record = play(scene(faults, replicas=replicas, more=more), seed=seed)
    return {one.fault: list(one.replicas) for one in record.faults}


@pytest.mark.parametrize(
    ("replicas", "count"),
    [
        pytest.param("all", 4, id="all"),
        pytest.param("2", 2, id="a count"),
        pytest.param("9", 4, id="no more than there are"),
        pytest.param("0", 0, id="none"),
        pytest.param("25%", 1, id="a share"),
        pytest.param("30%", 2, id="a share, rounded up"),
        pytest.param("100%", 4, id="the whole share"),
    ],
)
def test_how_many_replicas_are_hit(replicas: str, count: int) -> None:
    hits = hit(f"f: {{kind: slow, target: web, at: 1s, replicas: {replicas}}}")["f"]
    assert len(set(hits)) == count


@pytest.mark.parametrize(
    ("target", "services"),
    [
        pytest.param("web", ["web"], id="a name"),
        pytest.param("back", ["db", "log"], id="a tag"),
        pytest.param("all", ["web", "db", "log"], id="all"),
    ],
)
def test_which_services_are_hit_and_of_each_so_many(target: str, services: list[str]) -> None:
    hits = hit(f"f: {{kind: slow, target: {target}, at: 1s, replicas: 1}}")["f"]
    assert [name for name, _ in hits] == services


def test_a_name_beats_a_tag() -> None:
    services = {"a": (), "b": ("a", "c")}
    assert named("a", services) == ("a",)
    assert named("c", services) == ("b",)
    assert named("d", services) == ()


def test_which_replicas_is_the_luck_of_fault_and_occurrence() -> None:
    one = {
        seed: hit("f: {kind: slow, target: web, at: 1s, replicas: 1}", seed=seed)["f"]
        for seed in range(12)
    }
    assert len({str(hits) for hits in one.values()}) == 4
    faults = "f: {kind: slow, target: web, at: 1s, replicas: 1}, g: {kind: slow, target: web, at: 1s, replicas: 1}"
    both = {seed: hit(faults, seed=seed) for seed in range(12)}
    assert all(both[seed]["f"] == one[seed] for seed in one)
    assert any(hits["f"] != hits["g"] for hits in both.values())
    record = play(scene("f: {kind: slow, target: web, every: 5s, lasts: 1s, replicas: 1}"))
    assert len({one.replicas for one in record.faults}) > 1


def test_the_same_replicas_are_hit_when_there_are_others_besides() -> None:
    """Luck belongs to each replica by its number, so the order among four holds among six."""
    few = [
        set(hit(f"f: {{kind: slow, target: web, at: 1s, replicas: {n}}}")["f"]) for n in range(5)
    ]
    for n in range(1, 7):
        fault = f"f: {{kind: slow, target: web, at: 1s, replicas: {n}}}"
        among = {one for one in hit(fault, replicas=6)["f"] if one[1] < 4}
        assert among == few[len(among)]


def test_only_those_that_are_ready_are_hit() -> None:
    script = "strategies: {s: {loops: {l: {kind: script, steps: [{at: 1s, scale: {web: 6}}, {at: 2s, scale: {db: 1}}]}}}}"
    text = scene(
        "f: {kind: slow, target: web, at: 3s}, g: {kind: slow, target: db, at: 3s}", more=script
    ).replace("web: {replicas: 4", "web: {boot: 9s, replicas: 4")
    record = play(text, "s")
    hits = {one.fault: one.replicas for one in record.faults}
    assert hits == {"f": tuple(("web", n) for n in range(4)), "g": (("db", 0),)}


def test_what_is_remembered_of_a_fault() -> None:
    record = play(scene("f: {kind: crash, target: store, replicas: 1, at: 10s}"))
    (fault,) = record.faults
    assert (fault.fault, fault.kind, fault.targets, fault.start) == ("f", "crash", ("db",), 10.0)
    assert fault.stop is None
    rows = [event for event in record.events if event.kind == "fault"]
    assert [(row.at, row.who, row.data["phase"]) for row in rows] == [(10.0, "f", "start")]
    assert rows[0].data["replicas"] == [list(one) for one in fault.replicas]
    assert (rows[0].data["kind"], rows[0].data["targets"]) == ("crash", ["db"])


def test_starts_and_stops_are_rows() -> None:
    record = play(scene("f: {kind: delay, target: web->db, at: 10s, lasts: 2s, add: 1s}"))
    rows = [event for event in record.events if event.kind == "fault"]
    assert [(row.at, row.data["phase"]) for row in rows] == [(10.0, "start"), (12.0, "stop")]
    assert record.faults[0].targets == ("web->db",)
    assert record.faults[0].replicas == ()


@pytest.mark.parametrize(
    ("target", "links"),
    [
        pytest.param("users->web", ("users->web",), id="a link"),
        pytest.param("web", ("users->web",), id="every link into a service"),
        pytest.param("back", ("web->db",), id="every link into those of a tag"),
        pytest.param("all", ("users->web", "web->db"), id="all"),
    ],
)
def test_a_delay_hits_links(target: str, links: tuple[str, ...]) -> None:
    record = play(scene(f"f: {{kind: delay, target: {target}, at: 1s, add: 1s}}"))
    assert set(record.faults[0].targets) == set(links)


# What is noticed.


def acting(decision: Decision, faults: str, step: int = 20) -> Record:
    world = begin(scene(faults), loops={"hand": Puppet(1.0, {step: decision})})
    return world.finish()


@pytest.mark.parametrize(
    ("decision", "acted"),
    [
        pytest.param(Decision([ScaleTo("web", 5, 1)]), 20.0, id="scaled"),
        pytest.param(Decision([ScaleTo("web", 4, 1)]), 20.0, id="scaled to what it was"),
        pytest.param(Decision([Restart("web", (), 1)]), 20.0, id="restarted"),
        pytest.param(Decision([UpdateConfig({"services.web.slots": 3.0}, 1)]), 20.0, id="set"),
        pytest.param(Decision([ScaleTo("db", 5, 1)]), None, id="something else"),
        pytest.param(Decision([ScaleTo("web", -5, 1)]), None, id="refused"),
        pytest.param(Decision(), None, id="nothing"),
    ],
)
def test_the_first_accepted_action_on_a_target_is_noticed(
    decision: Decision, acted: float | None
) -> None:
    record = acting(decision, "f: {kind: slow, target: web, at: 10s, lasts: 5s}")
    assert (record.faults[0].acted, record.faults[0].detected) == (acted, None)


def test_an_action_before_a_fault_is_none_upon_it() -> None:
    record = acting(Decision([ScaleTo("web", 5, 1)]), "f: {kind: slow, target: web, at: 30s}")
    assert record.faults[0].acted is None


def test_a_restart_by_the_platform_is_an_action() -> None:
    record = play(
        scene("f: {kind: crash, target: web, at: 10s}, g: {kind: crash, target: web, at: 11s}")
    )
    assert [one.acted for one in record.faults] == [10.0, 21.0]


def test_an_action_on_a_link_is_one_on_its_fault() -> None:
    world = begin(
        scene("f: {kind: delay, target: web->db, at: 10s, add: 1s}"),
        loops={
            "hand": Puppet(1.0, {20: Decision([UpdateConfig({"links.web->db.timeout": 1.0}, 1)])})
        },
    )
    assert world.finish().faults[0].acted == 20.0


def breaking(faults: str, at: Arrivals) -> Record:
    text = f"""
        services:
          web: {{operations: {{get: [{{call: db.get}}]}}}}
          db: {{operations: {{get: [{{wait: 1s}}]}}}}
          log: {{operations: {{put: []}}}}
        links:
          web->db:
            timeout: 2s
            breaker: {{kind: resilience4j, slidingWindowSize: 2, minimumNumberOfCalls: 2}}
        load: {{users: {{to: web.get, shape: {at(*range(0, 60, 2))}}}}}
        faults: {{{faults}}}
    """
    return play(text)


def test_a_breaker_that_opens_is_a_symptom_of_faults_of_its_callee_and_of_its_link(
    at: Arrivals,
) -> None:
    """The call of 10 s fails, at 12 s by a time-out, at 11 s by an error: half of the window."""
    record = breaking("f: {kind: delay, target: web->db, at: 9s, add: 5s}", at)
    assert record.faults[0].detected == 12.0
    record = breaking(
        "f: {kind: errors, target: db, at: 9.5s, share: 100%},"
        " g: {kind: slow, target: web, at: 9.5s},"
        " h: {kind: slow, target: db, at: 50s}",
        at,
    )
    assert [one.detected for one in record.faults] == [11.0, None, None]


def active(world: World) -> list[str]:
    return [record.fault for record, _, _ in world._injector.active]


def test_what_is_active_now() -> None:
    faults = (
        "f: {kind: slow, target: web, at: 1s, lasts: 5s},"
        " g: {kind: crash, target: web, at: 2s},"
        " h: {kind: pause, target: web, at: 3s}"
    )
    world = begin(scene(faults))
    world.advance(4.0)
    assert active(world) == ["f", "h"]
    world.advance(7.0)
    assert active(world) == ["h"]
