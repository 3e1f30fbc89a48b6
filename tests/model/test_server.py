"""The callee's side, as a timeline: the door, slots and the line, pauses, errors, who ends when."""

import pytest

from simlab.model.reference.replica import State
from tests.model.scenes import Arrivals, begin, counts, ends, outcomes, play


def scene(shape: str, *, service: str = "", get: str = "[{wait: 1s}]", more: str = "") -> str:
    """Return users who ask one service."""
    comma = ", " if service else ""
    return f"""
        services: {{web: {{{service}{comma}operations: {{get: {get}}}}}}}
        load: {{users: {{to: web.get, shape: {shape}}}}}
        {more}
    """


# Slots and the line.


def test_the_line_is_first_in_first_out(at: Arrivals) -> None:
    record = play(scene(at(0, 0.25, 0.5), service="slots: 1"))
    assert ends(record) == [(1.0, "ok"), (2.0, "ok"), (3.0, "ok")]


def test_who_finds_slots_and_line_full_is_overloaded(at: Arrivals) -> None:
    record = play(scene(at(0, 0.25, 0.5, 1.25), service="slots: 1, line: 1"))
    assert ends(record) == [(1.0, "ok"), (2.0, "ok"), (0.5, "overloaded"), (3.0, "ok")]


def test_a_line_of_0_has_no_room(at: Arrivals) -> None:
    record = play(scene(at(0, 0.5), service="slots: 1, line: 0"))
    assert ends(record) == [(1.0, "ok"), (0.5, "overloaded")]


def test_the_head_of_the_line_takes_a_free_slot_at_the_same_instant(at: Arrivals) -> None:
    """At 1 s a slot becomes free, and then one more asks, as its event was scheduled later."""
    record = play(scene(at(0, 0.5, 1.0), service="slots: 1, line: 1"))
    assert ends(record) == [(1.0, "ok"), (2.0, "ok"), (3.0, "ok")]


def test_events_of_one_instant_go_by_order_of_scheduling(at: Arrivals) -> None:
    """The same, but the one more asks first: its event was scheduled before all began."""
    text = f"""
        services: {{web: {{slots: 1, line: 1, operations: {{get: [{{wait: 1s}}]}}}}}}
        load:
          users: {{to: web.get, shape: {at(0, 0.5)}}}
          other: {{to: web.get, shape: {at(1.0)}}}
    """
    record = play(text)
    assert ends(record) == [(1.0, "ok"), (2.0, "ok")]
    assert ends(record, "other") == [(1.0, "overloaded")]


def test_a_slot_is_held_while_it_calls(at: Arrivals) -> None:
    text = f"""
        services:
          web: {{slots: 1, operations: {{get: [{{call: db.get}}]}}}}
          db: {{operations: {{get: [{{wait: 2s}}]}}}}
        load: {{users: {{to: web.get, shape: {at(0, 0)}}}}}
    """
    assert ends(play(text)) == [(2.0, "ok"), (4.0, "ok")]


def test_a_slot_is_free_when_the_reply_leaves_not_when_it_is_heard(at: Arrivals) -> None:
    text = scene(at(0, 0), service="slots: 1", more="links: {users->web: {latency: 5s}}")
    assert ends(play(text)) == [(11.0, "ok"), (12.0, "ok")]


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        pytest.param(3.0, [1.0, 1.5, 1.5], id="more slots let the line move up at once"),
        pytest.param(1.0, [1.0, 2.0, 3.0], id="as many as before change nothing"),
    ],
)
def test_slots_that_change_let_the_line_move(
    at: Arrivals, slots: float, expected: list[float]
) -> None:
    world = begin(scene(at(0, 0, 0.25), service="slots: 1"))
    world.advance(0.5)
    world.set("services.web.slots", slots)
    assert [end for end, _ in ends(world.finish())] == expected


def test_fewer_slots_throw_nobody_out(at: Arrivals) -> None:
    world = begin(scene(at(0, 0, 0, 0), service="slots: 2"))
    world.advance(0.5)
    world.set("services.web.slots", 1.0)
    assert [end for end, _ in ends(world.finish())] == [1.0, 1.0, 2.0, 3.0]


def test_a_shorter_line_throws_nobody_out(at: Arrivals) -> None:
    world = begin(scene(at(0, 0, 0, 0.75), service="slots: 1"))
    world.advance(0.5)
    world.set("services.web.line", 1.0)
    assert ends(world.finish()) == [(1.0, "ok"), (2.0, "ok"), (3.0, "ok"), (0.75, "overloaded")]


# The door.


def test_a_replica_that_starts_refuses(at: Arrivals) -> None:
    """Its endpoint is still known from before the crash: discovery takes 10 s."""
    more = """
        faults: {f: {kind: crash, target: web, at: 1s}}
        platform: {discovery: 10s}
    """
    text = scene(at(0, 2, 5), service="boot: 3s", get="[]", more=more)
    assert ends(play(text)) == [(0.0, "ok"), (2.0, "refused"), (5.0, "ok")]


def test_a_replica_that_is_gone_refuses(at: Arrivals) -> None:
    more = """
        platform: {discovery: 10s}
        strategies: {s: {loops: {l: {kind: script, steps: [{at: 1s, scale: {web: 0}}]}}}}
    """
    record = play(scene(at(0, 3.5, 4.5, 12), service="linger: 3s", get="[]", more=more), "s")
    assert ends(record) == [(0.0, "ok"), (3.5, "ok"), (4.5, "refused"), (12.0, "unavailable")]
    assert counts(record, "web") == {"ok": 2, "refused": 1}


def test_a_draining_replica_accepts(at: Arrivals) -> None:
    more = """
        platform: {discovery: 10s}
        strategies: {s: {loops: {l: {kind: script, steps: [{at: 1s, scale: {web: 0}}]}}}}
    """
    record = play(scene(at(0.5, 2), service="linger: 0s", get="[{wait: 8s}]", more=more), "s")
    assert ends(record) == [(8.5, "ok"), (10.0, "ok")]


PAUSE = "faults: {f: {kind: pause, target: web, at: 1s, lasts: 4s}}"


def test_arrivals_wait_outside_a_paused_replica_and_enter_in_order(at: Arrivals) -> None:
    """Two slots, no line: of the three that wait outside, the third finds the house full."""
    text = scene(at(2, 3, 4), service="slots: 2, line: 0", more=PAUSE)
    record = play(text)
    assert ends(record) == [(6.0, "ok"), (6.0, "ok"), (5.0, "overloaded")]
    world = begin(text)
    world.advance(4.5)
    (replica,) = world.services["web"].replicas
    assert (len(replica.outside), replica.in_flight, replica.waiting) == (3, 0, 0)


def test_the_cores_of_a_paused_replica_stand_still_and_its_clocks_run(at: Arrivals) -> None:
    """2 s of work from 0.5 s on: 0.5 s before the pause, 1.5 s after it. A wait goes on."""
    text = scene(at(0.5), get="[{parallel: [[{cpu: 2s}], [{wait: 2s}]]}]", more=PAUSE)
    record = play(text)
    assert ends(record) == [(6.5, "ok")]
    assert record.services["web"].busy == 2.0
    assert ends(play(scene(at(0.5), get="[{wait: 2s}]", more=PAUSE))) == [(2.5, "ok")]


def test_time_outs_run_during_a_pause(at: Arrivals) -> None:
    links = "links: {users->web: {timeout: 1s, cancel: all}}"
    record = play(scene(at(0.5, 2), get="4s", more=f"{links}\n        {PAUSE}"))
    assert ends(record) == [(1.5, "timeout"), (3.0, "timeout")]
    assert counts(record, "web") == {"cancelled": 2}
    assert record.services["web"].busy == 0.5


def test_what_nobody_waits_for_any_more_is_thrown_away_on_resumption(at: Arrivals) -> None:
    links = "links: {users->web: {timeout: 1s, cancel: queued}}"
    record = play(scene(at(2), get="4s", more=f"{links}\n        {PAUSE}"))
    assert counts(record, "web") == {"cancelled": 1}
    assert record.services["web"].busy == 0.0


# Errors.


def test_errors_come_after_the_steps(at: Arrivals) -> None:
    record = play(scene(at(0), get="{errors: 100%, steps: [{cpu: 1s}, {wait: 1s}]}"))
    assert ends(record) == [(2.0, "error")]
    assert record.services["web"].busy == 1.0


def test_errors_with_after_skip_the_steps(at: Arrivals) -> None:
    get = "{errors: {share: 100%, after: 250ms}, steps: [{cpu: 1s}]}"
    record = play(scene(at(0), get=get))
    assert ends(record) == [(0.25, "error")]
    assert record.services["web"].busy == 0.0


def test_errors_with_after_run_from_the_slot_not_from_the_door(at: Arrivals) -> None:
    get = "{errors: {share: 100%, after: 250ms}, steps: [{cpu: 1s}]}"
    record = play(scene(at(0, 0), service="slots: 1", get=get))
    assert ends(record) == [(0.25, "error"), (0.5, "error")]


def test_a_failed_dependency_comes_before_the_operations_own_error(at: Arrivals) -> None:
    text = f"""
        services:
          web: {{operations: {{get: {{errors: 100%, steps: [{{call: db.get}}]}}}}}}
          db: {{operations: {{get: {{errors: 100%, steps: []}}}}}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
    """
    assert outcomes(play(text)) == ["dependency"]


def test_an_early_error_dies_with_its_replica(at: Arrivals) -> None:
    get = "{errors: {share: 100%, after: 5s}, steps: []}"
    more = "faults: {f: {kind: crash, target: web, at: 1s}}"
    assert ends(play(scene(at(0), get=get, more=more))) == [(1.0, "crashed")]


ERRORS = """
    duration: 1000s
    services: {{web: {{operations: {{get: {{errors: {errors}, steps: [{{cpu: 1ms}}]}}}}}}}}
    load: {{users: {{to: web.get, arrivals: even, shape: {{kind: constant, rate: 2/s}}}}}}
    faults: {{f: {{kind: errors, target: web, at: 0s, share: {share}}}}}
"""


@pytest.mark.parametrize(
    ("errors", "share", "failing"),
    [
        pytest.param("20%", "100%", 1.0, id="all"),
        pytest.param("20%", "50%", 0.6, id="1 - 0.8 x 0.5"),
        pytest.param("0%", "50%", 0.5, id="the fault's alone"),
        pytest.param("{share: 20%, after: 500ms}", "50%", 0.6, id="with early ones"),
    ],
)
def test_a_faults_errors_add_to_an_operations_own(errors: str, share: str, failing: float) -> None:
    record = play(ERRORS.format(errors=errors, share=share))
    failed = outcomes(record).count("error") / 1999
    assert failed == pytest.approx(failing, abs=0.04)
    if (
        "after" in errors
    ):  # Its own 20 % stay early; those that the fault adds come after the steps.
        latencies = record.requests["latency"][record.requests["outcome"] == "error"]
        assert float((latencies > 0.1).mean()) == pytest.approx(1 / 3, abs=0.04)


def test_own_errors_keep_their_luck_under_a_fault() -> None:
    """Whoever fails by itself fails with the fault, too."""
    text = ERRORS.format(errors="20%", share="30%")
    less = play(text[: text.index("faults")])
    more = play(text)
    failed = {n for n, o in enumerate(outcomes(less)) if o == "error"}
    assert failed < {n for n, o in enumerate(outcomes(more)) if o == "error"}


# The end.


def test_a_crash_ends_slots_line_and_outside_in_this_order(at: Arrivals) -> None:
    """Paused at 1 s with one in the slot and one in line; one waits outside; then it crashes."""
    text = f"""
        services: {{web: {{slots: 1, operations: {{get: [{{wait: 9s}}]}}}}}}
        load:
          c: {{to: web.get, shape: {at(2)}}}
          b: {{to: web.get, shape: {at(0.5)}}}
          a: {{to: web.get, shape: {at(0)}}}
        telemetry: {{traces: 100%}}
        faults:
          p: {{kind: pause, target: web, at: 1s, lasts: 60s}}
          f: {{kind: crash, target: web, at: 3s}}
    """
    record = play(text)
    crashed = [span.trace for span in record.spans if span.outcome == "crashed"]
    assert crashed == ["a/0", "b/0", "c/0"]
    assert [ends(record, name) for name in "abc"] == [[(3.0, "crashed")]] * 3


def test_a_crash_forgets_work_and_waits(at: Arrivals) -> None:
    more = "faults: {f: {kind: crash, target: web, at: 1s}}"
    record = play(scene(at(0, 0, 2), get="[{cpu: 4s}, {wait: 1s}]", more=more))
    assert ends(record) == [(1.0, "crashed"), (1.0, "crashed"), (7.0, "ok")]
    assert record.services["web"].busy == 5.0
    text = scene(at(0), get="[{wait: 4s}, {cpu: 1s}]", more=more)
    assert play(text).services["web"].busy == 0.0


def test_spans_tell_the_tree_of_attempts(at: Arrivals) -> None:
    text = f"""
        services:
          web: {{operations: {{get: [{{cpu: 1s}}, {{parallel: [{{call: a.get}}, {{call: b.get}}]}}]}}}}
          a: {{operations: {{get: [{{wait: 2s}}]}}}}
          b: {{operations: {{get: [{{wait: 1s}}]}}}}
        links: {{users->web: {{latency: 250ms}}}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
        telemetry: {{traces: 100%}}
    """
    spans = [
        (one.id, one.parent, one.service, one.operation, one.replica, one.start, one.end)
        for one in play(text).spans
    ]
    assert spans == [
        (2, 0, "b", "get", 0, 1.25, 2.25),
        (1, 0, "a", "get", 0, 1.25, 3.25),
        (0, -1, "web", "get", 0, 0.25, 3.25),
    ]


def test_a_drained_replica_is_gone_when_the_last_one_inside_is_cancelled(at: Arrivals) -> None:
    more = """
        links: {users->web: {timeout: 2s, cancel: all}}
        strategies: {s: {loops: {l: {kind: script, steps: [{at: 1s, scale: {web: 0}}]}}}}
    """
    world = begin(scene(at(0), service="linger: 0s", get="[{wait: 60s}]", more=more), "s")
    world.advance(2.5)
    assert world.services["web"].replicas == []


def test_a_drained_replica_is_gone_at_the_instant_it_is_empty(at: Arrivals) -> None:
    more = "strategies: {s: {loops: {l: {kind: script, steps: [{at: 1s, scale: {web: 0}}]}}}}"
    world = begin(scene(at(0), service="linger: 0s", get="[{wait: 4s}]", more=more), "s")
    world.advance(3.0)
    (replica,) = world.services["web"].replicas
    assert replica.state == State.DRAINING
    world.advance(4.5)
    assert world.services["web"].replicas == []
    assert [one for one in world.journal.events if one.kind == "log"][-1].at == 4.0
