"""Limits of one client: in flight, rate, per endpoint, and who waits for what, in what order."""

import pytest

from tests.model.scenes import Arrivals, begin, ends, outcomes, play, sent


def scene(shape: str, limits: str, *, link: str = "", service: str = "", more: str = "") -> str:
    """Return users who ask web, whose answers take 1 s, under `limits`."""
    return f"""
        services: {{web: {{{service} operations: {{get: [{{wait: 1s}}]}}}}}}
        links: {{users->web: {{limits: {{{limits}}}, {link}}}}}
        load: {{users: {{to: web.get, shape: {shape}}}}}
        {more}
    """


def test_more_than_in_flight_are_refused_without_a_wait(at: Arrivals) -> None:
    record = play(scene(at(0, 0.25, 0.5, 1.5), "in_flight: 2"))
    assert ends(record) == [(1.0, "ok"), (1.25, "ok"), (0.5, "limited"), (2.5, "ok")]
    assert record.links["users->web"].attempts == 3
    assert sent(record, "users->web") == {"ok": 3, "limited": 1}


def test_a_refused_one_may_be_tried_again(at: Arrivals) -> None:
    retry = "retry: {kind: backoff, base: 750ms, jitter: none}"
    record = play(scene(at(0, 0.5), "in_flight: 1", link=retry))
    assert ends(record) == [(1.0, "ok"), (2.25, "ok")]


def test_those_who_wait_go_in_order_of_asking(at: Arrivals) -> None:
    record = play(scene(at(0, 0.25, 0.5), "in_flight: 1, wait: 10s"))
    assert ends(record) == [(1.0, "ok"), (2.0, "ok"), (3.0, "ok")]


def test_a_newcomer_does_not_overtake_those_who_wait(at: Arrivals) -> None:
    """At the very instant at which the place is free, and before that is known, one more asks."""
    text = f"""
        services: {{web: {{operations: {{get: [{{wait: 1s}}]}}}}}}
        links: {{users->web: {{limits: {{in_flight: 1, wait: 10s}}, latency: 0s}}}}
        load: {{users: {{to: web.get, shape: {at(0, 0.5, 1.0)}}}}}
    """
    assert ends(play(text)) == [(1.0, "ok"), (2.0, "ok"), (3.0, "ok")]


def test_a_wait_too_long_ends_limited(at: Arrivals) -> None:
    record = play(scene(at(0, 0, 0), "in_flight: 1, wait: 1.5s"))
    assert ends(record) == [(1.0, "ok"), (2.0, "ok"), (1.5, "limited")]
    assert record.links["users->web"].attempts == 2


def test_the_time_out_runs_while_one_waits(at: Arrivals) -> None:
    """The second waits from 0 to 1 s and has 0.5 s left; the third never goes."""
    record = play(scene(at(0, 0, 0), "in_flight: 1, wait: 10s", link="timeout: 1.5s"))
    assert ends(record) == [(1.0, "ok"), (1.5, "timeout"), (1.5, "timeout")]
    assert sent(record, "users->web") == {"ok": 1, "timeout": 2}


def test_who_has_timed_out_waits_no_more(at: Arrivals) -> None:
    world = begin(scene(at(0, 0), "rate: 0.01/s, wait: 10s", link="timeout: 500ms"))
    client = world.links["users->web"].clients["users"]
    world.advance(0.25)
    assert len(client.waiting) == 1
    world.advance(0.75)
    assert len(client.waiting) == 0


def test_the_deadline_runs_while_one_waits(at: Arrivals) -> None:
    record = play(scene(at(0, 0), "in_flight: 1, wait: 10s", link="deadline: 1.75s"))
    assert ends(record) == [(1.0, "ok"), (1.75, "timeout")]


def test_a_rate_is_a_bucket_of_one_seconds_worth(at: Arrivals) -> None:
    """2/s: full at first, so two go at once; a third token is there half a second later."""
    record = play(scene(at(0, 0, 0, 0.25, 0.5, 0.5), "rate: 2/s"))
    assert outcomes(record) == ["ok", "ok", "limited", "limited", "ok", "limited"]


def test_the_bucket_holds_no_more_than_one_seconds_worth(at: Arrivals) -> None:
    record = play(scene(at(0, 50, 50, 50), "rate: 2/s"))
    assert outcomes(record) == ["ok", "ok", "ok", "limited"]


def test_a_slow_rate_holds_one_token(at: Arrivals) -> None:
    record = play(scene(at(0, 0, 3.5, 4, 7.5, 8), "rate: 0.25/s"))
    assert outcomes(record) == ["ok", "limited", "limited", "ok", "limited", "ok"]


def test_those_who_wait_for_tokens_go_when_there_is_one(at: Arrivals) -> None:
    record = play(scene(at(0, 0, 0, 0), "rate: 0.5/s, wait: 60s"))
    assert ends(record) == [(1.0, "ok"), (3.0, "ok"), (5.0, "ok"), (7.0, "ok")]


def test_a_newcomer_does_not_take_the_token_of_those_who_wait(at: Arrivals) -> None:
    """It asks at 2 s, when there is a token, and before the one who waits for it has woken."""
    record = play(scene(at(0, 0, 2), "rate: 0.5/s, wait: 60s"))
    assert ends(record) == [(1.0, "ok"), (3.0, "ok"), (5.0, "ok")]


@pytest.mark.parametrize("rate", [0.3, 0.7, 3, 7, 11, 13, 49])
def test_tokens_come_though_rounding_holds_them_back(at: Arrivals, rate: float) -> None:
    n = 40
    record = play(scene(at(*[0.0] * n), f"rate: {rate}/s, wait: 1000s", more="duration: 200s"))
    most = max(1.0, rate)
    due = sorted(max(0.0, (k + 1 - most) / rate) + 1.0 for k in range(n))
    assert [end for end, _ in ends(record)] == pytest.approx(due, abs=1e-6)


def test_per_endpoint_picks_among_those_with_room(at: Arrivals) -> None:
    record = play(scene(at(0, 0, 0, 1), "per_endpoint: 1", service="replicas: 2,"))
    assert outcomes(record) == ["ok", "ok", "limited", "ok"]
    assert [sum(r.counters.ended) for r in _replicas(at)] == [2, 1]


def _replicas(at: Arrivals) -> list:  # type: ignore[type-arg]
    world = begin(scene(at(0, 0, 0, 1), "per_endpoint: 1", service="replicas: 2,"))
    world.advance(90.0)
    return sorted(world.services["web"].replicas, key=lambda one: -sum(one.counters.ended))


def test_those_who_wait_for_an_endpoint_with_room(at: Arrivals) -> None:
    record = play(scene(at(0, 0, 0, 0.5), "per_endpoint: 1, wait: 9s", service="replicas: 2,"))
    assert ends(record) == [(1.0, "ok"), (1.0, "ok"), (2.0, "ok"), (2.0, "ok")]


SCALE = "strategies: {s: {loops: {l: {kind: script, steps: [{at: 4s, scale: {web: 1}}]}}}}"


def test_one_may_wait_for_a_first_endpoint(at: Arrivals) -> None:
    text = scene(at(0, 1), "wait: 300s", service="replicas: 0, boot: 2s,", more=SCALE)
    record = play(text, "s")
    assert ends(record) == [(7.0, "ok"), (7.0, "ok")]  # Asked for at 4 s, there at 6 s.


def test_waiting_for_a_first_endpoint_in_vain_ends_unavailable(at: Arrivals) -> None:
    record = play(scene(at(0), "wait: 3s", service="replicas: 0,"))
    assert ends(record) == [(3.0, "unavailable")]


def test_without_limits_nobody_waits_for_a_first_endpoint(at: Arrivals) -> None:
    text = scene(at(0), "in_flight: 9", service="replicas: 0,")
    assert ends(play(text)) == [(0.0, "unavailable")]


def test_limits_are_of_each_client(at: Arrivals) -> None:
    """Two replicas of web, each with one attempt in flight to db: two at once."""
    text = f"""
        services:
          web: {{replicas: 2, operations: {{get: [{{call: db.get}}]}}}}
          db: {{operations: {{get: [{{wait: 1s}}]}}}}
        links: {{web->db: {{limits: {{in_flight: 1, wait: 9s}}}}}}
        load: {{users: {{to: web.get, shape: {at(0, 0, 0)}}}}}
    """
    assert ends(play(text)) == [(1.0, "ok"), (1.0, "ok"), (2.0, "ok")]


def test_a_breaker_hears_of_the_time_out_of_one_who_waited(at: Arrivals) -> None:
    breaker = "breaker: {kind: resilience4j, slidingWindowSize: 1, minimumNumberOfCalls: 1}"
    text = scene(at(0, 0, 3), "in_flight: 1, wait: 9s", link=f"timeout: 500ms, {breaker}")
    assert outcomes(play(text)) == ["timeout", "timeout", "open"]


def test_retries_that_find_no_endpoint_count_as_retries(at: Arrivals) -> None:
    retry = "retry: {kind: backoff, base: 1s, jitter: none, attempts: 3}"
    world = begin(scene(at(0), "in_flight: 9", link=retry, service="replicas: 0,"))
    world.advance(50.0)
    counters = world.links["users->web"].counters
    assert (counters.started, counters.retries) == (3, 2)


# Limits that change.


@pytest.mark.parametrize(
    ("limits", "path", "value", "end"),
    [
        pytest.param("in_flight: 1", "in_flight", 2.0, 1.25, id="in flight"),
        pytest.param("per_endpoint: 1", "per_endpoint", 2.0, 1.25, id="per endpoint"),
        pytest.param("rate: 0.01/s", "rate", 4.0, 1.4975, id="rate"),
    ],
)
def test_who_waits_goes_when_a_limit_is_raised(
    at: Arrivals, limits: str, path: str, value: float, end: float
) -> None:
    """At 0.25 s. Of the rate, 0.0025 tokens are there then; the rest comes at 4/s."""
    world = begin(scene(at(0, 0), f"{limits}, wait: 60s"))
    world.advance(0.25)
    world.set(f"links.users->web.limits.{path}", value)
    assert ends(world.finish()) == [
        (1.0, "ok"),
        (pytest.approx(end + 0.001875 if path == "rate" else end, abs=1e-2), "ok"),
    ]


def test_a_lowered_limit_holds_for_those_who_ask_later(at: Arrivals) -> None:
    world = begin(scene(at(0, 0, 0.5, 1.5), "in_flight: 2"))
    world.advance(0.25)
    world.set("links.users->web.limits.in_flight", 1.0)
    assert outcomes(world.finish()) == ["ok", "ok", "limited", "ok"]


def test_tokens_of_the_time_before_come_at_the_rate_of_then(at: Arrivals) -> None:
    """At 1/s from 0 to 0.5 s and at 4/s after it: 0.5 tokens at 0.5 s, one at 0.625 s."""
    for late, expected in ((0.5625, "limited"), (0.625, "ok")):
        world = begin(scene(at(0, late), "rate: 1/s"))
        world.advance(0.5)
        world.set("links.users->web.limits.rate", 4.0)
        assert outcomes(world.finish()) == ["ok", expected]
