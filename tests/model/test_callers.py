"""The client side, as a timeline: layers, latency, time-outs, cancellation, retries, deadlines."""

from itertools import pairwise
from typing import Any

import pytest

from simlab.core import Outcome
from tests.model.scenes import Arrivals, begin, counts, ends, outcomes, play, sent, took


def chain(shape: str, *, link: str = "", inner: str = "", work: str = "1s", more: str = "") -> str:
    """Return users who ask web, which asks db, which works."""
    return f"""
        services:
          web: {{operations: {{get: [{{call: db.get}}]}}, linger: 0s}}
          db: {{operations: {{get: {work}}}, {inner}}}
        links:
          web->db: {{{link}}}
        load: {{users: {{to: web.get, shape: {shape}}}}}
        {more}
    """


def one(shape: str, *, link: str = "", service: str = "", steps: str = "1s", more: str = "") -> str:
    """Return users who ask web over a link with these settings."""
    return f"""
        services: {{web: {{{service}{", " if service else ""}operations: {{get: {steps}}}}}}}
        links: {{users->web: {{{link}}}}}
        load: {{users: {{to: web.get, shape: {shape}}}}}
        {more}
    """


# Latency and loss.


def test_latency_is_drawn_for_each_direction(at: Arrivals) -> None:
    record = play(one(at(0, 1.5), link="latency: 250ms"))
    assert ends(record) == [(1.5, "ok"), (3.0, "ok")]


def test_latency_draws_of_both_directions_are_apart(at: Arrivals) -> None:
    text = one(at(0), link="latency: {dist: exponential, mean: 1s}", steps="0s")
    world = begin(text)
    world.advance(100.0)
    record = world.finish()
    (latency,) = took(record)
    client = world.links["users->web"]
    site = world.sources["users"]._site.child(0, 1)
    from simlab.core import Purpose

    out = client.latency.draw(site.stream(Purpose.OUT), 0)  # type: ignore[union-attr]
    back = client.latency.draw(site.stream(Purpose.BACK), 0)  # type: ignore[union-attr]
    assert out != back
    assert latency == pytest.approx(out + back, abs=1e-9)


def test_a_declared_latency_of_0_is_an_event_and_none_is_not(at: Arrivals) -> None:
    """Two sources ask at once; who declares a latency, though it is 0, comes second."""
    text = f"""
        services: {{web: {{slots: 1, operations: {{get: [{{wait: 1s}}]}}}}}}
        links: {{first->web: {{latency: 0s}}, second->web: {{}}}}
        load:
          first: {{to: web.get, shape: {at(0)}}}
          second: {{to: web.get, shape: {at(0)}}}
    """
    record = play(text)
    assert ends(record, "first") == [(2.0, "ok")]
    assert ends(record, "second") == [(1.0, "ok")]


@pytest.mark.parametrize(
    ("loss", "outcome", "arrived"),
    [
        pytest.param("100%", "timeout", 0, id="what is lost on the way never arrives"),
        pytest.param("0%", "ok", 1, id="nothing is lost without loss"),
    ],
)
def test_a_lost_message_ends_as_a_time_out(
    at: Arrivals, loss: str, outcome: str, arrived: int
) -> None:
    record = play(one(at(0), link=f"loss: {loss}, timeout: 3s, latency: 0s"))
    assert ends(record) == [(3.0 if arrived == 0 else 1.0, outcome)]
    assert sum(record.services["web"].outcomes) == arrived


def test_loss_is_drawn_apart_for_each_direction() -> None:
    """At 50 %: a quarter is heard, a quarter only its answer lost; half never arrives."""
    text = """
        duration: 400s
        services: {web: {operations: {get: 1ms}}}
        links: {users->web: {loss: 50%, timeout: 500ms}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 10/s}}}
    """
    record = play(text)
    heard = outcomes(record).count("ok") / 4000
    arrived = sum(record.services["web"].outcomes) / 4000
    assert heard == pytest.approx(0.25, abs=0.03)
    assert arrived == pytest.approx(0.5, abs=0.03)


def test_refusals_travel_back_as_replies_do(at: Arrivals) -> None:
    record = play(one(at(0, 0), link="latency: 250ms", service="slots: 1, line: 0"))
    assert ends(record) == [(1.5, "ok"), (0.5, "overloaded")]


# Time-outs and what the callee does then.


def test_a_time_out_runs_from_the_start_of_the_attempt(at: Arrivals) -> None:
    record = play(one(at(0.5), link="timeout: 750ms, latency: 125ms"))
    assert ends(record) == [(1.25, "timeout")]
    assert record.links["users->web"].outcomes[5] == 1


def test_an_answer_at_the_very_instant_of_the_time_out_comes_too_late(at: Arrivals) -> None:
    """The time-out took its place in the order at the start of the attempt."""
    record = play(one(at(0), link="timeout: 1s", steps="[{wait: 1s}]"))
    assert ends(record) == [(1.0, "timeout")]


def test_a_time_out_keeps_the_value_that_it_began_with(at: Arrivals) -> None:
    world = begin(one(at(0, 1), link="timeout: 4s", steps="[{wait: 10s}]"))
    world.advance(0.5)
    world.set("links.users->web.timeout", 1.0)
    assert ends(world.finish()) == [(4.0, "timeout"), (2.0, "timeout")]


@pytest.mark.parametrize(
    ("cancel", "second", "web"),
    [
        pytest.param("none", 2.0, {"ok": 3}, id="none: it works on in vain"),
        pytest.param("queued", 1.0, {"ok": 2, "cancelled": 1}, id="queued: not begun any more"),
        pytest.param("all", 0.5, {"ok": 1, "cancelled": 2}, id="all: stopped at once"),
    ],
)
def test_cancel_says_what_the_callee_does(
    at: Arrivals, cancel: str, second: float, web: dict[str, int]
) -> None:
    """Two requests of 1 s are given up after 0.5 s, one in the slot, one in line; a third waits."""
    text = f"""
        services: {{web: {{slots: 1, operations: {{get: [{{wait: 1s}}]}}}}}}
        links: {{users->web: {{timeout: 500ms, cancel: {cancel}}}}}
        load:
          users: {{to: web.get, shape: {at(0, 0)}}}
          patient: {{to: web.get, shape: {at(0.25)}}}
    """
    record = play(text)
    assert ends(record) == [(0.5, "timeout"), (0.5, "timeout")]
    assert ends(record, "patient") == [(second + 1.0, "ok")]
    assert counts(record, "web") == web
    assert record.services["web"].in_vain == 2


def test_queued_throws_away_where_it_would_enter_a_slot_at_the_door(at: Arrivals) -> None:
    """The slot is free, but the message has taken longer than its sender had patience."""
    record = play(one(at(0), link="latency: 1s, timeout: 500ms, cancel: queued"))
    assert counts(record, "web") == {"cancelled": 1}
    assert record.services["web"].busy == 0.0


def test_a_cancellation_travels_with_the_outward_latency_of_its_attempt(at: Arrivals) -> None:
    """Sent at 1 s, it arrives at 1.25 s: the core has worked from 0.25 to 1.25 s."""
    text = one(at(0), link="latency: 250ms, timeout: 1s, cancel: all", steps="8s")
    record = play(text)
    assert ends(record) == [(1.0, "timeout")]
    assert record.services["web"].busy == 1.0
    assert counts(record, "web") == {"cancelled": 1}


def test_a_cancelled_one_in_line_goes_on_until_the_cancellation_is_there(at: Arrivals) -> None:
    """The slot is free at 1.125 s, the cancellation there at 1.25 s: it works from then till then."""
    text = f"""
        services:
          web: {{slots: 1, operations: {{get: [{{cpu: 8s}}], hold: [{{wait: 1.125s}}]}}}}
        links: {{users->web: {{latency: 250ms, timeout: 1s, cancel: all}}}}
        load:
          first: {{to: web.hold, shape: {at(0)}}}
          users: {{to: web.get, shape: {at(0)}}}
    """
    record = play(text)
    assert record.services["web"].busy == 0.125
    assert counts(record, "web") == {"ok": 1, "cancelled": 1}


def test_cancel_all_stops_the_calls_of_the_cancelled_too(at: Arrivals) -> None:
    text = f"""
        services:
          web: {{operations: {{get: [{{call: db.get}}]}}}}
          db: {{operations: {{get: [{{call: disk.get}}]}}}}
          disk: {{operations: {{get: 8s}}}}
        links:
          users->web: {{timeout: 1s, cancel: all}}
          web->db: {{latency: 250ms, cancel: all}}
          db->disk: {{latency: 250ms, cancel: all}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
    """
    record = play(text)
    assert ends(record) == [(1.0, "timeout")]
    assert record.services["disk"].busy == 1.0  # From 0.5 to 1.5 s.
    assert counts(record, "db") == counts(record, "disk") == {"cancelled": 1}
    assert sent(record, "db->disk") == {"cancelled": 1}


def test_nested_calls_follow_their_own_links_rule(at: Arrivals) -> None:
    """Web stops at once, but its link to db says none: db works on in vain."""
    text = f"""
        services:
          web: {{operations: {{get: [{{call: db.get}}]}}}}
          db: {{operations: {{get: 8s}}}}
        links: {{users->web: {{timeout: 1s, cancel: all}}}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
    """
    record = play(text)
    assert record.services["db"].busy == 8.0
    assert counts(record, "db") == {"ok": 1}
    assert record.services["db"].in_vain == 1
    assert sent(record, "web->db") == {"cancelled": 1}


def test_a_delayed_cancellation_does_not_overtake_its_message(at: Arrivals) -> None:
    """A delay fault on a link without latency: the message takes 2 s, so does the cancellation."""
    faults = "faults: {d: {kind: delay, target: users->web, at: 0s, add: 2s}}"
    text = one(at(0.5), link="timeout: 1s, cancel: all", steps="8s", more=faults)
    record = play(text)
    assert record.services["web"].busy == 1.0  # From 2.5 to 3.5 s.
    assert counts(record, "web") == {"cancelled": 1}


def test_a_crashed_callers_calls_end_cancelled_at_once(at: Arrivals) -> None:
    text = chain(
        at(0),
        link="latency: 250ms, cancel: all",
        work="8s",
        more="faults: {f: {kind: crash, target: web, at: 1s}}",
    )
    record = play(text)
    assert ends(record) == [(1.0, "crashed")]
    assert sent(record, "web->db") == {"cancelled": 1}
    assert record.services["db"].busy == 1.0  # From 0.25 to 1.25 s.


def test_a_crashed_callers_waiting_call_gives_its_place_and_permission_back(at: Arrivals) -> None:
    """One client for the service: replica 0 has the only permit, 1 waits, crashes; then 2 goes."""
    text = f"""
        services:
          web: {{operations: {{get: [{{call: db.get}}]}}}}
          db: {{operations: {{get: [{{wait: 1s}}]}}}}
        links:
          web->db: {{limits: {{in_flight: 1, wait: 60s}}, per: service}}
        load: {{users: {{to: web.get, shape: {at(0, 0, 0)}}}}}
        faults: {{f: {{kind: crash, target: web, at: 500ms}}}}
    """
    world = begin(text)
    world.advance(0.25)
    (client,) = world.links["web->db"].clients.values()
    assert (client.in_flight, len(client.waiting)) == (1, 2)
    world.advance(0.75)
    assert (client.in_flight, len(client.waiting)) == (0, 0)
    record = world.finish()
    assert sent(record, "web->db") == {"cancelled": 3}
    assert outcomes(record) == ["crashed"] * 3


# Retries and deadlines.

RETRY = "retry: {kind: backoff, base: 1s, jitter: none, factor: 2, attempts: 3}"


@pytest.mark.parametrize(
    ("retry", "end", "attempts"),
    [
        pytest.param("attempts: 1", 0.0, 1, id="one attempt is no retry"),
        pytest.param("attempts: 3", 3.0, 3, id="the count includes the first; waits of 1 and 2 s"),
        pytest.param("attempts: 4", 7.0, 4, id="waits of 1, 2 and 4 s"),
        pytest.param("attempts: 4, cap: 2s", 5.0, 4, id="waits of 1, 2 and 2 s"),
        pytest.param("attempts: 9, within: 3s", 1.0, 2, id="none at or after within"),
        pytest.param("attempts: 9, within: 3.5s", 3.0, 3, id="one before within"),
        pytest.param("attempts: 3, on: [timeout]", 0.0, 1, id="not on what is not named"),
        pytest.param(
            "attempts: 3, budget: {kind: token_bucket, room: 1, per_call: 0}",
            1.0,
            2,
            id="no more than the budget holds",
        ),
    ],
)
def test_retries_are_as_many_as_the_rule_says(
    at: Arrivals, retry: str, end: float, attempts: int
) -> None:
    """Of operations that always fail at once."""
    rule = f"retry: {{kind: backoff, base: 1s, jitter: none, factor: 2, {retry}}}"
    steps = "{errors: 100%, steps: []}"
    record = play(one(at(0), link=rule, steps=steps))
    assert ends(record) == [(end, "error")]
    assert record.links["users->web"].attempts == attempts
    assert record.links["users->web"].calls == 1


def test_a_calls_outcome_is_that_of_its_last_attempt(at: Arrivals) -> None:
    """The first attempt meets a full house, the second the same that is now slow."""
    text = f"""
        services: {{web: {{slots: 1, line: 0, operations: {{get: [{{wait: 1s}}]}}}}}}
        links:
          users->web: {{timeout: 750ms, {RETRY}, cancel: all}}
        load:
          first: {{to: web.get, shape: {at(0)}}}
          users: {{to: web.get, shape: {at(0.5)}}}
    """
    record = play(text)
    # Attempts at 0.5 (overloaded), 1.5 to 2.25 (timeout), 4.25 to 5 (timeout).
    assert ends(record) == [(5.0, "timeout")]
    assert sent(record, "users->web") == {"timeout": 2, "overloaded": 1}


@pytest.mark.parametrize(
    ("link", "end", "attempts"),
    [
        pytest.param("deadline: 2.5s", 2.5, 1, id="it cuts the attempt in flight"),
        pytest.param(f"timeout: 1s, deadline: 2.5s, {RETRY}", 2.5, 2, id="cuts the second, too"),
        pytest.param(f"timeout: 1s, deadline: 2s, {RETRY}", 1.0, 1, id="forbids attempts at it"),
        pytest.param(f"timeout: 1s, deadline: 1s, {RETRY}", 1.0, 1, id="ends with the first"),
        pytest.param(
            "timeout: 1s, retry: {kind: backoff, base: 1s, jitter: none, within: 2.5s}",
            3.0,
            2,
            id="within lets the attempt in flight live",
        ),
        pytest.param(
            "deadline: 750ms, timeout: 250ms, retry: {kind: backoff, base: 0s, attempts: 9}",
            0.75,
            3,
            id="an attempt that would begin at it is none",
        ),
    ],
)
def test_deadline_is_of_the_call_and_within_of_starts(
    at: Arrivals, link: str, end: float, attempts: int
) -> None:
    record = play(one(at(0), link=link, steps="[{wait: 60s}]"))
    assert ends(record) == [(end, "timeout")]
    assert record.links["users->web"].attempts == attempts


def test_the_deadline_is_kept_to_the_last_bit(at: Arrivals) -> None:
    """A call that begins at 0.1 and is tried again at 0.2: (0.1 + 0.7) is not 0.2 + what is left."""
    assert 0.2 + ((0.1 + 0.7) - 0.2) < 0.1 + 0.7
    text = f"""
        duration: 150ms
        services: {{web: {{slots: 1, line: 0, operations: {{get: [{{wait: 8s}}], hold: [{{wait: 150ms}}]}}}}}}
        links:
          users->web:
            operations:
              get: {{deadline: 700ms, retry: {{kind: backoff, base: 100ms, jitter: none}}}}
        load:
          first: {{to: web.hold, shape: {at(0)}}}
          users: {{to: web.get, arrivals: even, shape: {{kind: constant, rate: 10/s}}}}
    """
    record = play(text)
    (row,) = (record.requests["source"] == "users").nonzero()[0]
    assert record.requests["arrival"][row] == 0.1
    assert record.requests["latency"][row] == (0.1 + 0.7) - 0.1
    assert outcomes(record) == ["timeout"]


def test_unheard_calls_keep_their_time_outs_and_retries(at: Arrivals) -> None:
    """One branch fails at once; the call of the other goes on trying, though nobody listens."""
    text = f"""
        services:
          web:
            operations:
              get: [{{parallel: [{{call: bad.get}}, {{call: slow.get}}]}}]
          bad: {{operations: {{get: {{errors: 100%, steps: []}}}}}}
          slow: {{operations: {{get: [{{wait: 60s}}]}}}}
        links: {{web->slow: {{timeout: 1s, {RETRY}}}}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
    """
    record = play(text)
    assert ends(record) == [(0.0, "dependency")]
    assert sent(record, "web->slow") == {"timeout": 3}


def test_operations_of_a_link_may_have_rules_of_their_own(at: Arrivals) -> None:
    text = f"""
        services:
          web: {{operations: {{get: [{{wait: 8s}}], put: [{{wait: 8s}}]}}}}
        links:
          users->web: {{timeout: 1s, {RETRY}, operations: {{put: {{timeout: 2s, retry: none}}}}}}
        load: {{users: {{to: {{web.get: 0%, web.put: 100%}}, shape: {at(0)}}}}}
    """
    record = play(text)
    assert ends(record) == [(2.0, "timeout")]
    assert sent(record, "users->web") == {"timeout": 1}


# The breaker before the limits before the balancer.

BREAKER = (
    "breaker: {kind: resilience4j, slidingWindowSize: 2, minimumNumberOfCalls: 2,"
    " waitDurationInOpenState: 10s, permittedNumberOfCallsInHalfOpenState: 1}"
)


def test_an_open_breaker_refuses_without_an_attempt(at: Arrivals) -> None:
    steps = "{errors: 100%, steps: []}"
    record = play(one(at(0, 1, 2, 12), link=BREAKER, steps=steps))
    assert ends(record) == [(0.0, "error"), (1.0, "error"), (2.0, "open"), (12.0, "error")]
    assert record.links["users->web"].attempts == 3
    assert sent(record, "users->web") == {"error": 3, "open": 1}
    states = [(event.at, event.data["state"]) for event in record.events if event.kind == "breaker"]
    assert states == [(1.0, "open"), (12.0, "half_open"), (12.0, "open")]


def test_a_refusal_by_limits_gives_the_breakers_permission_back(at: Arrivals) -> None:
    """Half open with one permit: what the limits refuse must not use it up."""
    text = f"""
        services:
          web:
            operations:
              bad: {{errors: 100%, steps: []}}
              slow: [{{wait: 20s}}]
              good: []
        links: {{users->web: {{{BREAKER}, limits: {{in_flight: 1}}}}}}
        load:
          users:
            to: {{web.bad: 100%}}
            shape: {at(0, 1)}
    """
    world = begin(text)
    world.advance(5.0)
    client = world.links["users->web"].clients["users"]
    assert client.breaker.state == 1  # type: ignore[union-attr]
    client.most = 0  # Nothing may go.
    from simlab.model.reference.requests import Request

    source = world.sources["users"]
    operation = source._targets["web.bad"][1]
    world.advance(20.0)
    before = client.breaker.row.permits  # type: ignore[union-attr]
    source.open += 1
    source.book.arrive(20.0)
    source._log.arrive("users", 7, 20.0)  # type: ignore[union-attr]
    request = Request("users", 7, 20.0, None)
    source._callers.start_call(None, client, operation, source._site, request)
    world.agenda.settle()
    assert client.breaker.state == 2  # type: ignore[union-attr]
    assert client.breaker.row.permits == 1  # type: ignore[union-attr]
    assert before == 0
    client.most = 1
    assert sent(world.finish(), "users->web") == {"error": 2, "limited": 1}


def test_cancelled_and_limited_say_nothing_to_a_breaker(at: Arrivals) -> None:
    """Two calls cut off by their caller's crash, in the window of two: it stays closed."""
    text = f"""
        services:
          web: {{operations: {{get: [{{call: db.get}}]}}}}
          db: {{operations: {{get: [{{wait: 4s}}]}}}}
        links: {{web->db: {{{BREAKER}, per: service}}}}
        load: {{users: {{to: web.get, shape: {at(0, 0, 5)}}}}}
        faults: {{f: {{kind: crash, target: web, at: 1s}}}}
    """
    record = play(text)
    assert ends(record) == [(1.0, "crashed"), (1.0, "crashed"), (9.0, "ok")]
    assert sent(record, "web->db") == {"ok": 1, "cancelled": 2}


class Witness:
    """Stands before a breaker, a picker or a rule of retries, and writes down what it is told."""

    def __init__(self, inner: Any, *names: str) -> None:
        self.inner, self.names = inner, names
        self.told: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        if name in self.names:
            return lambda *words: self._note(name, words)
        return getattr(self.inner, name)

    def _note(self, name: str, words: tuple[Any, ...]) -> Any:
        self.told.append((name, *words))
        return getattr(self.inner, name)(*words)


def test_what_a_breaker_and_a_balancer_are_told(at: Arrivals) -> None:
    """One attempt of 1 s, one refused by the limits at 0.5 s, one given up after 2 s."""
    text = f"""
        services: {{web: {{operations: {{get: [{{times: n, do: [{{wait: 1s}}]}}]}}}}}}
        carries: {{n: 1}}
        links: {{users->web: {{{BREAKER}, limits: {{in_flight: 1}}, timeout: 2s}}}}
        load: {{users: {{to: web.get, shape: {at(0, 0.5, 2, n=(1.0, 1.0, 9.0))}}}}}
    """
    world = begin(text)
    client = world.links["users->web"].clients["users"]
    breaker = Witness(client.breaker, "record", "release")
    picker = Witness(client.picker, "record", "release")
    client.breaker, client.picker = breaker, picker
    world.advance(10.0)
    ok, timeout = Outcome.OK, Outcome.TIMEOUT
    assert breaker.told == [
        ("release", 0, 0.5),
        ("record", 0, 1.0, ok, 1.0),
        ("record", 0, 4.0, timeout, 2.0),
    ]
    assert picker.told == [("record", 0, 1.0, ok, 1.0), ("record", 0, 4.0, timeout, 2.0)]


def test_what_a_rule_of_retries_is_told(at: Arrivals) -> None:
    """How many were made, how the last one ended, and what it said last."""
    rule = "retry: {kind: backoff, base: 1s, jitter: none, attempts: 3}"
    world = begin(one(at(0.5), link=rule, steps="{errors: 100%, steps: []}"))
    client = world.links["users->web"].clients["users"]
    retry = Witness(client.retry, "begin", "wait", "end")
    client.retry = retry
    world.advance(10.0)
    told = [
        (word[0], *(part for at, part in enumerate(word[1:]) if at != 2)) for word in retry.told
    ]
    error = Outcome.ERROR
    assert told == [
        ("begin", 0.5),
        ("wait", 1, error, 0.0),
        ("wait", 2, error, 1.0),
        ("wait", 3, error, 2.0),
        ("end", error, 3.5),
    ]
    luck = [word[3] for word in retry.told if word[0] == "wait"]
    assert len(set(luck)) == 3


@pytest.mark.parametrize(
    ("budget", "attempts"),
    [
        pytest.param("per_call: 50%", [2, 1, 2, 1], id="each call pays half a retry in"),
        pytest.param("per_success: 50%", [2, 1, 1, 1], id="a failed one pays nothing in"),
    ],
)
def test_budgets_are_filled_by_calls(at: Arrivals, budget: str, attempts: list[int]) -> None:
    rule = (
        "retry: {kind: backoff, base: 10ms, jitter: none, attempts: 2,"
        f" budget: {{kind: token_bucket, room: 1, {budget}}}}}"
    )
    world = begin(one(at(0, 1, 2, 3), link=rule, steps="{errors: 100%, steps: []}"))
    made = []
    for second in (1, 2, 3, 4):
        world.advance(second - 0.5)
        made.append(world.links["users->web"].counters.started)
    assert [b - a for a, b in pairwise([0, *made])] == attempts


def test_picks_have_luck_of_their_own() -> None:
    """Of two replicas picked at random each is asked about half the time."""
    text = """
        services: {web: {replicas: 2, operations: {get: []}}}
        links: {users->web: {balancer: {kind: random}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 5/s}}}
    """
    world = begin(text)
    world.advance(100.0)
    asked = [one.counters.started for one in world.services["web"].replicas]
    assert sum(asked) == 499
    assert asked[0] == pytest.approx(250, abs=40)


def test_no_endpoint_is_unavailable(at: Arrivals) -> None:
    record = play(one(at(0), service="replicas: 0", link=RETRY))
    assert ends(record) == [(3.0, "unavailable")]
    link = record.links["users->web"]
    assert (link.calls, link.attempts) == (1, 3)


def test_each_caller_replica_has_its_own_state_unless_shared(at: Arrivals) -> None:
    """Web's two replicas take turns; each has a breaker that opens after two failures."""
    for per, expected in (("replica", ["dependency"] * 4), ("service", ["dependency"] * 4)):
        text = f"""
            services:
              web: {{replicas: 2, operations: {{get: [{{call: db.get}}]}}}}
              db: {{operations: {{get: {{errors: 100%, steps: []}}}}}}
            links: {{web->db: {{{BREAKER}, per: {per}}}}}
            load: {{users: {{to: web.get, shape: {at(0, 1, 2, 3)}}}}}
        """
        record = play(text)
        assert outcomes(record) == expected
        assert record.links["web->db"].attempts == {"replica": 4, "service": 2}[per]
