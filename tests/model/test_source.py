"""Sources: open ones that come whatever happens, users that wait; mixes, carries, scale."""

from itertools import pairwise

import pytest

from simlab.core import UserError
from tests.model.scenes import Arrivals, begin, ends, outcomes, play, took

USERS = """
    duration: {duration}
    services: {{web: {{{service} operations: {{get: [{{wait: {answer}}}]}}}}}}
    load: {{users: {{to: web.get, shape: {{kind: users, {users}}}}}}}
"""


def users(
    users: str, *, duration: str = "20s", answer: str = "1s", service: str = "", more: str = ""
) -> str:
    return USERS.format(users=users, duration=duration, answer=answer, service=service) + more


def by_user(text: str, **begun: object) -> dict[int, list[float]]:
    """Return when each user asked."""
    record = play(text)
    times: dict[int, list[float]] = {}
    for number, arrival in zip(record.requests["number"], record.requests["arrival"], strict=True):
        times.setdefault(int(number) >> 32, []).append(float(arrival))
    return times


def test_even_arrivals_come_one_each_unit_of_the_integral() -> None:
    text = """
        duration: 10s
        services: {web: {operations: {get: []}}}
        load:
          users:
            {to: web.get, arrivals: even, shape: {kind: steps, points: [[0s, 1/s], [4s, 0.5/s]]}}
    """
    assert [end for end, _ in ends(play(text))] == [1.0, 2.0, 3.0, 4.0, 6.0, 8.0]


def test_no_request_comes_at_the_duration_or_later() -> None:
    text = """
        duration: 3s
        services: {web: {operations: {get: []}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 1/s}}}
    """
    record = play(text)
    assert [end for end, _ in ends(record)] == [1.0, 2.0]
    assert record.sources["users"].requests == 2


def test_an_open_source_does_not_wait_for_answers(at: Arrivals) -> None:
    text = f"""
        services: {{web: {{operations: {{get: [{{wait: 9s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(0, 1, 2)}}}}}
    """
    assert ends(play(text)) == [(9.0, "ok"), (10.0, "ok"), (11.0, "ok")]


def test_a_change_of_scale_keeps_the_rest_of_the_integral() -> None:
    """At 1/s the third is due at 3 s; at 2.5 s half of it is left, which at 0.25/s takes 2 s."""
    text = """
        duration: 9s
        services: {web: {operations: {get: []}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 1/s}}}
        faults: {f: {kind: set, path: load.users.scale, to: 0.25, at: 2.5s, lasts: 3s}}
    """
    assert [end for end, _ in ends(play(text))] == [1.0, 2.0, 4.5, 6.25, 7.25, 8.25]


def test_a_scale_of_0_stops_the_load_until_it_is_raised() -> None:
    text = """
        duration: 9s
        services: {web: {operations: {get: []}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 1/s}}}
        faults: {f: {kind: set, path: load.users.scale, to: 0, at: 2.5s, lasts: 3s}}
    """
    assert [end for end, _ in ends(play(text))] == [1.0, 2.0, 6.0, 7.0, 8.0]


def test_a_scale_set_back_after_the_end_of_the_load_does_no_harm(at: Arrivals) -> None:
    """The drain goes on until 25 s; the fault stops at 15 s, when nobody arrives any more."""
    text = """
        duration: 10s
        services: {web: {operations: {get: [{wait: 20s}]}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 0.7/s}}}
        faults: {f: {kind: set, path: load.users.scale, to: 2, at: 5s, lasts: 10s}}
    """
    record = play(text)
    assert len(outcomes(record)) == 10
    assert set(outcomes(record)) == {"ok"}


def test_a_mix_asks_by_its_shares() -> None:
    text = """
        duration: 1000s
        services: {web: {operations: {get: [{wait: 1s}], put: [{wait: 2s}]}}}
        load:
          users:
            to: {web.get: 30%, web.put: 70%}
            arrivals: even
            shape: {kind: constant, rate: 2/s}
    """
    latencies = took(play(text))
    assert latencies.count(1.0) / len(latencies) == pytest.approx(0.3, abs=0.04)


def test_a_mix_over_services_is_one_client_of_each(at: Arrivals) -> None:
    text = f"""
        services:
          a: {{operations: {{get: [], put: []}}}}
          b: {{operations: {{get: []}}}}
        load:
          users:
            to: {{a.get: 50%, a.put: 25%, b.get: 25%}}
            shape: {at(*range(50))}
    """
    world = begin(text)
    clients = {name: list(link.clients) for name, link in world.links.items()}
    assert clients == {"users->a": ["users"], "users->b": ["users"]}
    record = world.finish()
    assert record.links["users->a"].calls + record.links["users->b"].calls == 50


def test_a_sources_carries_beat_the_worlds(at: Arrivals) -> None:
    text = f"""
        carries: {{lines: 3}}
        services: {{web: {{operations: {{get: [{{times: lines, do: [{{wait: 1s}}]}}]}}}}}}
        load:
          a: {{to: web.get, shape: {at(0)}}}
          b: {{to: web.get, shape: {at(0)}, carries: {{lines: 5}}}}
          c: {{to: web.get, shape: {at(0, lines=(7.0,))}, carries: {{lines: 5}}}}
    """
    record = play(text)
    assert [took(record, name) for name in "abc"] == [[3.0], [5.0], [7.0]]


def test_carried_numbers_are_drawn_by_request_and_by_name(at: Arrivals) -> None:
    """Another number beside it does not shift its luck."""
    law = "{dist: exponential, mean: 1}"
    drawn = []
    for more in ("", f", other: {law}"):
        text = f"""
            carries: {{lines: {law}{more}}}
            services: {{web: {{operations: {{get: [{{wait: {{base: 0s, per: {{lines: 1s}}}}}}]}}}}}}
            load: {{users: {{to: web.get, shape: {at(0, 10, 20)}}}}}
        """
        drawn.append(took(play(text)))
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 3


# Users.


def test_users_are_spread_over_one_think_time_and_then_take_turns() -> None:
    times = by_user(users("count: 3, think: 4s"))
    assert len(times) == 3
    firsts = [asked[0] for asked in times.values()]
    assert len(set(firsts)) == 3
    assert all(0 < first < 4 for first in firsts)
    for asked in times.values():
        assert asked == pytest.approx([asked[0] + 5 * k for k in range(len(asked))])
        assert asked[-1] + 5 >= 20


def test_a_user_waits_for_its_answer() -> None:
    """One slot for three users without thought: each asks when it is answered."""
    record = play(users("count: 3, think: 0s", service="slots: 1,", duration="10s"))
    assert [end for end, _ in ends(record)].count(10.0) == 1
    assert record.sources["users"].requests == 12  # 3 at 0 s, and one more each second from 1 to 9.


def test_a_user_thinks_after_a_failure_too() -> None:
    text = users("count: 1, think: 2s", more="    links: {users->web: {timeout: 500ms}}\n")
    record = play(text)
    assert set(outcomes(record)) == {"timeout"}
    times = record.requests["arrival"]
    assert list(times[1:] - times[:-1]) == pytest.approx([2.5] * (len(times) - 1))


def test_surplus_users_leave_when_they_are_done() -> None:
    """Three users until 10 s, then one: those of the highest numbers leave, answered."""
    shape = "shape: {kind: steps, points: [[0s, 3/s], [10s, 1/s]]}"
    text = users(f"{shape}, think: 1s")
    times = by_user(text)
    assert times[0][-1] > 17
    assert max(times[1][-1], times[2][-1]) < 10
    assert set(outcomes(play(text))) == {"ok"}


def test_users_that_come_later_are_spread_too_and_those_that_return_go_on() -> None:
    shape = "shape: {kind: steps, points: [[0s, 2/s], [10s, 1/s], [20s, 4/s]]}"
    text = users(f"{shape}, think: 1s", duration="30s")
    times = by_user(text)
    returned = [time for time in times[1] if time > 10]
    assert returned[0] == pytest.approx(21.0)  # One think time after it came.
    assert all(20 < times[user][0] < 21 for user in (2, 3))
    numbers = [int(n) for n in play(text).requests["number"]]
    assert len(numbers) == len(set(numbers))


def test_a_user_wanted_again_before_it_left_stays_one() -> None:
    """Within one think time the number falls and rises: nobody asks twice at once."""
    shape = "shape: {kind: steps, points: [[0s, 2/s], [9s, 1/s], [9.5s, 2/s]]}"
    times = by_user(users(f"{shape}, think: 3s", duration="40s"))
    for asked in times.values():
        gaps = [b - a for a, b in pairwise(asked)]
        assert gaps == pytest.approx([4.0] * len(gaps))


def test_a_change_of_scale_changes_the_number_of_users() -> None:
    world = begin(users("count: 4, think: 1s", duration="40s"))
    world.advance(10.0)
    world.set("load.users.scale", 0.5)
    world.advance(15.0)
    assert world.sources["users"]._there.keys() == {0, 1}  # type: ignore[union-attr]
    world.set("load.users.scale", 1.5)
    world.advance(20.0)
    assert len(world.sources["users"]._there) == 6  # type: ignore[union-attr]
    world.finish()


def test_users_that_rise_all_the_time_are_looked_at_each_second() -> None:
    shape = "shape: {kind: ramp, from: 0/s, to: 10/s, at: 0s, over: 10s}"
    world = begin(users(f"{shape}, think: 100s", duration="20s"))
    there = []
    for second in range(12):
        world.advance(second + 0.25)
        there.append(len(world.sources["users"]._there))  # type: ignore[union-attr]
    assert there == [*range(11), 10]


def test_users_stop_at_the_duration() -> None:
    record = play(users("count: 2, think: 0s", duration="5s", answer="2s"))
    assert float(record.requests["arrival"].max()) < 5.0
    assert record.ended == 6.0
    assert record.sources["users"].outcomes[0] == 6


def test_a_negative_scale_is_refused() -> None:
    world = begin(users("count: 2, think: 1s"))
    with pytest.raises((UserError, ValueError), match="scale must not be negative"):
        world.set("load.users.scale", -1.0)
