"""Settings that change while the system runs: for people, for actions, for `set` faults."""

from dataclasses import replace
from math import inf

import pytest

from simlab.core import Decision, ScaleTo, UpdateConfig, UserError
from simlab.faults import SetSettings
from simlab.model import World
from simlab.model.settings import current, paths
from tests.model.scenes import Arrivals, Puppet, begin, ends, outcomes, play, resolve, took

HPA = (
    "{kind: hpa, target: web, minReplicas: 1, maxReplicas: 9, metrics: [{type: Resource, resource:"
    " {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]}"
)
PID = "{kind: pid, target: web, maxReplicas: 9, metric: cpu, setpoint: 0.5, kp: 1, ki: 0, kd: 0}"
SCENE = f"""
    services:
      web: {{slots: 4, line: 4, operations: {{get: [{{wait: 1s}}], put: [{{wait: 1s}}]}}}}
    links:
      users->web:
        timeout: 8s
        limits: {{in_flight: 40}}
        breaker: {{kind: resilience4j}}
        balancer: {{kind: adaptive}}
        retry: {{kind: backoff, attempts: 2, budget: {{kind: token_bucket, per_call: 10%}}}}
        operations:
          get: {{deadline: 20s}}
          put: {{timeout: 4s, retry: none}}
    load: {{users: {{to: web.get, shape: {{kind: constant, rate: 0/s}}}}}}
    strategies: {{s: {{loops: {{h: {HPA}, p: {PID}}}}}}}
"""


def world_of(more: str = "", loops: dict[str, Puppet] | None = None) -> World:
    return begin(SCENE + more, "s", loops=loops)


def test_the_closed_list_of_this_scene() -> None:
    assert sorted(paths(world_of().settings)) == sorted(
        [
            *(
                f"services.web.{n}"
                for n in (
                    "replicas",
                    "slots",
                    "line",
                    "cores",
                    "linger",
                    "grace",
                    "memory.limit",
                    "storage.limit",
                )
            ),
            *(f"links.users->web.{n}" for n in ("timeout", "deadline")),
            *(f"links.users->web.operations.get.{n}" for n in ("timeout", "deadline")),
            *(f"links.users->web.operations.put.{n}" for n in ("timeout", "deadline")),
            *(f"links.users->web.limits.{n}" for n in ("in_flight", "per_endpoint", "rate")),
            *(
                f"links.users->web.retry.{n}"
                for n in ("attempts", "base", "factor", "cap", "jitter", "within")
            ),
            *(f"links.users->web.retry.budget.{n}" for n in ("per_call", "per_success", "room")),
            *(
                f"links.users->web.breaker.{n}"
                for n in (
                    "failureRateThreshold",
                    "slowCallRateThreshold",
                    "slowCallDurationThreshold",
                    "waitDurationInOpenState",
                )
            ),
            *(
                f"links.users->web.balancer.{n}"
                for n in type(world_of().settings.links["users->web"].balancer).CHANGEABLE
            ),
            "load.users.scale",
            *(f"loops.h.{n}" for n in ("minReplicas", "maxReplicas", "averageUtilization")),
            *(f"loops.p.{n}" for n in type(world_of().settings.loops["p"]).CHANGEABLE),
        ]
    )


@pytest.mark.parametrize("path", sorted(paths(resolve(SCENE, "s"))))
def test_every_path_can_be_set_and_set_back(path: str) -> None:
    """To a number that all of them bear; then to what it was, be that a word or nothing."""
    world = world_of()
    world.advance(1.0)
    before = current(world.settings, path)
    world.set(path, 1.0)
    world.set(path, before)
    world.advance(2.0)
    client = world.links["users->web"].clients["users"]
    fresh = world_of().links["users->web"].clients["users"]
    assert client.retry.settings == fresh.retry.settings  # type: ignore[union-attr]
    assert client.breaker.settings == fresh.breaker.settings  # type: ignore[union-attr]
    assert client.picker.settings == fresh.picker.settings  # type: ignore[attr-defined]
    assert (client.most, client.rate, client.picker.cap) == (40.0, None, inf)  # type: ignore[attr-defined]
    assert world.links["users->web"].settings == world.settings.links["users->web"]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("services.web.slots", 0.0, "slots must be a whole number from 1 on"),
        ("services.web.slots", 1.5, "slots must be a whole number from 1 on"),
        ("services.web.line", -1.0, "line must be a whole number"),
        ("services.web.cores", 0.0, "cores must be positive"),
        ("services.web.linger", -1.0, "linger must not be negative"),
        ("services.web.replicas", 1.5, "services.web.replicas must be a whole number from 0 on"),
        ("services.web.replicas", -1.0, "services.web.replicas must be a whole number from 0 on"),
        ("services.web.replicas", "many", "services.web.replicas must be a number"),
        ("services.web.slots", None, "services.web.slots must be a number, got None"),
        ("services.web.boot", 1.0, "services.web.boot cannot change while the system runs"),
        ("services.shop.slots", 1.0, "services.shop.slots cannot change .* did you mean services"),
        ("links.users->web.timeout", 0.0, "timeout must be positive"),
        ("links.users->web.timeout", "long", "timeout must be a number"),
        ("links.users->web.operations.put.timeout", -1.0, "timeout must be positive"),
        ("links.users->web.limits.in_flight", 0.0, "in_flight must be from 1 on"),
        ("links.users->web.limits.in_flight", None, "in_flight must be a number"),
        ("links.users->web.limits.rate", 0.0, "rate must be positive"),
        ("links.users->web.retry.attempts", 0.0, "attempts must be a whole number from 1 on"),
        ("links.users->web.retry.jitter", "some", "jitter must be a number"),
        ("links.users->web.breaker.failureRateThreshold", 0.0, "failureRateThreshold must be"),
        ("load.users.scale", -1.0, "scale must not be negative"),
        ("loops.h.minReplicas", 10.0, "minReplicas must not be above maxReplicas"),
        ("loops.p.kp", -1.0, "kp must not be negative"),
        ("loops.p.period", 1.0, "loops.p.period cannot change while the system runs"),
    ],
)
def test_what_may_not_be_is_refused_and_changes_nothing(
    path: str, value: float | str | None, message: str
) -> None:
    world = world_of()
    world.advance(1.0)
    with pytest.raises(UserError, match=f"^{message}"):
        world.set(path, value)
    web, edge = world.services["web"], world.links["users->web"]
    assert (web.slots, web.line, web.cores, web.linger, web.wanted) == (4.0, 4.0, 1.0, 5.0, 1)
    assert edge.settings == world.settings.links["users->web"]
    assert (edge.rules.timeout, edge.special["put"].timeout) == (8.0, 4.0)
    assert world.journal.events == []


def test_what_may_not_be_is_refused_while_a_fault_is_on_too() -> None:
    """Else it would break the run when the fault stops."""
    fault = "faults: {f: {kind: set, path: services.web.slots, to: 2, at: 1s, lasts: 5s}}"
    world = world_of("    " + fault)
    world.advance(2.0)
    with pytest.raises(ValueError, match=r"^slots must be"):
        world.set("services.web.slots", 0.0)
    world.set("services.web.slots", 7.0)
    assert world.services["web"].slots == 2.0
    world.advance(7.0)
    assert world.services["web"].slots == 7.0


def test_a_lossy_link_keeps_its_time_outs() -> None:
    text = """
        services: {web: {operations: {get: [], put: []}}}
        links: {users->web: {timeout: 8s, loss: 1%, operations: {put: {timeout: 4s}}}}
        load: {users: {to: web.get, shape: {kind: constant, rate: 0/s}}}
    """
    world = begin(text)
    for path in ("timeout", "operations.put.timeout"):
        with pytest.raises(ValueError, match=r"^loss needs a timeout"):
            world.set(f"links.users->web.{path}", None)


def test_what_a_set_fault_may_not_do_is_told_before_the_run() -> None:
    fault = "faults: {f: {kind: set, path: services.web.slots, to: 0, at: 1s}}"
    with pytest.raises(UserError, match=r"^faults.f: services.web.slots: slots must be a whole"):
        world_of("    " + fault)


def test_a_loop_from_python_may_not_be_adjustable() -> None:
    world = begin(SCENE, "s", loops={"h": Puppet(1.0)})
    with pytest.raises(UserError, match=r"^the loop h cannot change while it runs"):
        world.set("loops.h.minReplicas", 2.0)


# Where values take effect.


def test_cores_take_effect_on_the_work_left(at: Arrivals) -> None:
    text = f"""
        services: {{web: {{replicas: 2, operations: {{get: 4s}}}}}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
        duration: 10s
    """
    world = begin(text)
    world.advance(2.0)
    world.set("services.web.cores", 0.5)
    record = world.finish()
    assert ends(record) == [(6.0, "ok")]
    assert record.services["web"].cores == 2 * 2 + 8 * 2 * 0.5
    assert record.services["web"].ready_cores == 12.0
    assert record.services["web"].busy == 4.0


def test_new_replicas_have_the_cores_of_now() -> None:
    world = world_of()
    world.set("services.web.cores", 0.5)
    world.set("services.web.replicas", 2.0)
    world.advance(1.0)
    assert [one.cores.cores for one in world.services["web"].replicas] == [0.5, 0.5]


def test_a_time_out_that_was_none_may_come_and_go(at: Arrivals) -> None:
    text = f"""
        services: {{web: {{operations: {{get: [{{wait: 4s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(0, 2, 20)}}}}}
        faults: {{f: {{kind: set, path: links.users->web.timeout, to: 1s, at: 1s, lasts: 9s}}}}
    """
    assert ends(play(text)) == [(4.0, "ok"), (3.0, "timeout"), (24.0, "ok")]


def test_what_holds_for_a_link_holds_for_operations_that_say_nothing_else(at: Arrivals) -> None:
    text = f"""
        services: {{web: {{operations: {{a: [{{wait: 60s}}], b: [{{wait: 60s}}]}}}}}}
        links: {{all->web: {{timeout: 8s, operations: {{a: {{deadline: 50s}}, b: {{timeout: 4s}}}}}}}}
        load:
          a: {{to: web.a, shape: {at(1)}}}
          b: {{to: web.b, shape: {at(1)}}}
    """
    world = begin(text)
    for name in "ab":
        world.set(f"links.{name}->web.timeout", 2.0)
    record = world.finish()
    assert (ends(record, "a"), ends(record, "b")) == ([(3.0, "timeout")], [(5.0, "timeout")])


def test_an_operation_that_was_set_by_itself_does_not_follow_any_more() -> None:
    world = world_of()
    rules = world.links["users->web"].special["get"]
    world.set("links.users->web.timeout", 7.0)
    assert rules.timeout == 7.0
    world.set("links.users->web.operations.get.timeout", 5.0)
    world.set("links.users->web.timeout", 6.0)
    assert rules.timeout == 5.0


RETRIES = """
    services:
      web: {{replicas: 1, operations: {{get: [{{call: db.get}}]}}}}
      db: {{operations: {{get: {{errors: 100%, steps: []}}}}}}
    links:
      web->db:
        retry: {{kind: backoff, attempts: 2, base: 1s, jitter: none}}
        operations: {{get: {{timeout: 50s}}}}
    load: {{users: {{to: web.get, shape: {shape}}}}}
"""


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        pytest.param("attempts", 4.0, 1 + 2 + 4, id="attempts"),
        pytest.param("base", 3.0, 3, id="base"),
        pytest.param("within", 0.5, 0, id="within"),
    ],
)
def test_a_rule_of_retries_changes_for_old_and_for_new_clients(
    at: Arrivals, path: str, value: float, expected: float
) -> None:
    """The second request is served by a replica that comes after the change."""
    world = begin(RETRIES.format(shape=at(1, 30)))
    world.advance(0.5)
    world.set(f"links.web->db.retry.{path}", value)
    world.advance(20.0)
    world.set("services.web.replicas", 0.0)
    world.advance(26.0)
    world.set("services.web.replicas", 1.0)
    assert took(world.finish()) == [expected, expected]


def test_a_breaker_changes_for_old_and_for_new_clients(at: Arrivals) -> None:
    world = world_of()
    world.set("links.users->web.breaker.failureRateThreshold", 10.0)
    edge = world.links["users->web"]
    assert edge.clients["users"].breaker.settings.failureRateThreshold == 10.0  # type: ignore[union-attr]
    assert edge.connect("new").breaker.settings.failureRateThreshold == 10.0  # type: ignore[union-attr]


def test_loops_change() -> None:
    world = world_of()
    world.set("loops.h.averageUtilization", 80.0)
    world.set("loops.h.maxReplicas", 20.0)
    world.set("loops.h.minReplicas", 12.0)  # More than maxReplicas was.
    loop = world.loops["h"]
    assert (loop.settings.minReplicas, loop.settings.maxReplicas) == (12, 20)  # type: ignore[attr-defined]
    assert loop.settings.averageUtilization == 80.0  # type: ignore[attr-defined]


def test_people_are_logged() -> None:
    world = world_of()
    world.advance(2.0)
    world.set("services.web.slots", 3.0)
    (event,) = world.journal.events
    assert (event.at, event.kind, event.who) == (2.0, "log", "web")
    assert event.data == {
        "kind": "config",
        "replica": -1,
        "detail": "services.web.slots = 3.0",
        "path": "services.web.slots",
        "before": 4.0,
        "after": 3.0,
    }


# `set` faults.


def fault(name: str, to: str, at: float, lasts: float, path: str = "services.web.slots") -> str:
    return f"{name}: {{kind: set, path: '{path}', to: {to}, at: {at}s, lasts: {lasts}s}}"


def through(*faults: str, path: str, times: list[float], world: World | None = None) -> list[float]:
    world = world or world_of(f"    faults: {{{', '.join(faults)}}}")
    values = []
    for time in times:
        world.advance(time)
        web = world.services["web"]
        values.append(float(web.wanted if path.endswith("replicas") else web.slots))
    return values


@pytest.mark.parametrize("path", ["services.web.slots", "services.web.replicas"])
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param((1, 4), (2, 2), [6, 7, 6], id="one within the other"),
        pytest.param((1, 2), (2, 3), [6, 7, 7], id="overlapping"),
        pytest.param((1, 1), (2, 3), [6, 7, 7], id="one after the other"),
    ],
)
def test_set_faults_overlap_and_leave_no_trace(
    path: str, first: tuple[float, float], second: tuple[float, float], expected: list[float]
) -> None:
    start = 4.0 if path.endswith("slots") else 1.0
    values = through(
        fault("f", "6", *first, path=path),
        fault("g", "7", *second, path=path),
        path=path,
        times=[0.5, 1.5, 2.5, 4.5, 5.5],
    )
    assert values == [start, *expected, start]


def test_a_new_base_comes_to_light_when_the_fault_stops() -> None:
    world = world_of("    faults: {" + fault("f", "6", 1, 4) + "}")
    world.advance(2.0)
    world.set("services.web.slots", 9.0)
    assert through(path="slots", times=[3.0, 6.0], world=world) == [6.0, 9.0]


def test_what_was_set_before_comes_back_after_a_fault() -> None:
    world = world_of("    faults: {" + fault("f", "6", 3, 4) + "}")
    world.advance(1.0)
    world.set("services.web.slots", 9.0)
    assert through(path="slots", times=[2.0, 4.0, 8.0], world=world) == [9.0, 6.0, 9.0]


def scaled(*acts: tuple[int, int], faults: str) -> World:
    hand = Puppet(1.0, {when: Decision([ScaleTo("web", n, when)]) for when, n in acts})
    text = f"""
        services: {{web: {{replicas: 2, operations: {{get: []}}}}}}
        faults: {{{faults}}}
    """
    return begin(text, loops={"hand": hand})


REPLICAS = "services.web.replicas"


def test_a_count_that_somebody_else_has_changed_is_left_to_them() -> None:
    world = scaled((3, 5), faults=fault("f", "8", 1, 4, REPLICAS))
    assert through(path=REPLICAS, times=[0.5, 2, 4, 6], world=world) == [2, 8, 5, 5]


def test_a_count_that_somebody_changed_between_two_faults_is_what_comes_back() -> None:
    faults = ", ".join([fault("f", "8", 1, 6, REPLICAS), fault("g", "9", 4, 6, REPLICAS)])
    world = scaled((3, 5), faults=faults)
    assert through(path=REPLICAS, times=[2, 3.5, 5, 8, 11], world=world) == [8, 5, 9, 9, 5]


def test_a_set_fault_is_no_scaling_operation_and_an_action_is() -> None:
    world = scaled((6, 3), faults=fault("f", "8", 1, 3, REPLICAS))
    assert world.finish().services["web"].scalings == [(6.0, 2, 3)]


def test_an_action_on_a_path_that_a_fault_holds_shows_when_it_stops() -> None:
    act = Decision([UpdateConfig({"services.web.slots": 9.0}, 1)])
    world = world_of("    faults: {" + fault("f", "6", 1, 4) + "}", {"hand": Puppet(1.0, {2: act})})
    assert through(path="slots", times=[3.0, 6.0], world=world) == [6.0, 9.0]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("links.users->web.retry.jitter", "50%"),
        ("links.users->web.retry.cap", "9s"),
        ("links.users->web.retry.within", "9s"),
        ("links.users->web.limits.rate", "3/s"),
        ("links.users->web.deadline", "30s"),
        ("links.users->web.retry.budget.per_success", "10%"),
    ],
)
def test_what_was_a_word_or_nothing_comes_back(path: str, to: str) -> None:
    world = world_of("    faults: {" + fault("f", to, 1, 4, path) + "}")
    world.advance(2.0)
    edge = world.links["users->web"]
    assert edge.settings != world.settings.links["users->web"]
    world.advance(6.0)
    assert edge.settings == world.settings.links["users->web"]
    assert (edge.rules.deadline, edge.rules.within) == (inf, inf)
    assert edge.clients["users"].rate is None
    world.finish()


@pytest.mark.parametrize(
    ("path", "to"), [("loops.h.averageUtilization", 70.0), ("loops.p.setpoint", 0.7)]
)
def test_a_set_fault_of_a_loop_leaves_no_trace(path: str, to: float) -> None:
    settings = resolve(SCENE, "s")
    fault = SetSettings(path=path, to=to, at=1.0, lasts=4.0)
    world = World(replace(settings, faults={"f": fault}), seed=1)
    name = path.split(".")[1]
    world.advance(2.0)
    assert world.loops[name].settings != settings.loops[name]  # type: ignore[attr-defined]
    world.advance(6.0)
    assert world.loops[name].settings == settings.loops[name]  # type: ignore[attr-defined]


def test_slots_that_come_back_hold_for_who_comes_then(at: Arrivals) -> None:
    text = f"""
        services: {{web: {{slots: 2, line: 0, operations: {{get: [{{wait: 1s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(0, 0, 2, 2, 6, 6)}}}}}
        faults: {{{fault("f", "1", 1, 4)}}}
    """
    assert outcomes(play(text)) == ["ok", "ok", "ok", "overloaded", "ok", "ok"]
