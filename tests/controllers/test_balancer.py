"""What all balancers share: endpoints come and go, picks count until recorded, caps hold."""

from copy import deepcopy
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers import BalancerSettings, RoundRobinSettings
from simlab.core import Outcome

KINDS = get_args(BalancerSettings)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind().kind)


def picker(kind: Any, *endpoints: int, cap: float = float("inf")) -> Any:
    found = kind().build(cap=cap)
    for endpoint in endpoints:
        found.add(endpoint, 0.0)
    return found


@every_kind
def test_has_nobody_to_pick_without_endpoints(kind: Any) -> None:
    assert picker(kind).pick(0.0, 0.5) == -1


@every_kind
def test_knows_its_endpoints_in_the_order_in_which_they_came(kind: Any) -> None:
    one = picker(kind, 7, 3, 5)
    one.remove(3, 1.0)
    one.add(1, 2.0)
    one.add(3, 2.0)
    assert one.endpoints == [7, 5, 1, 3]


@every_kind
def test_adds_and_removes_once(kind: Any) -> None:
    one = picker(kind, 7, 7)
    one.remove(3, 1.0)
    assert one.endpoints == [7]


@every_kind
def test_counts_a_pick_until_it_is_recorded(kind: Any) -> None:
    one = picker(kind, 7)
    assert [one.pick(0.0, 0.5), one.pick(0.0, 0.5)] == [7, 7]
    assert one.in_flight(7) == 2
    one.record(7, 1.0, Outcome.OK, 1.0)
    one.record(7, 1.0, Outcome.CANCELLED, 1.0)
    assert one.in_flight(7) == 0


@every_kind
@pytest.mark.parametrize("luck", [0.01, 0.5, 0.99])
def test_never_passes_the_cap(kind: Any, luck: float) -> None:
    one = picker(kind, 1, 2, 3, cap=2)
    picks = [one.pick(0.0, luck) for _ in range(7)]
    assert sorted(picks[:6]) == [1, 1, 2, 2, 3, 3]
    assert picks[6] == -1
    one.record(2, 1.0, Outcome.OK, 1.0)
    assert one.pick(1.0, luck) == 2


@every_kind
def test_holds_the_cap_with_one_endpoint(kind: Any) -> None:
    one = picker(kind, 4, cap=1)
    assert [one.pick(0.0, 0.5), one.pick(0.0, 0.5)] == [4, -1]
    one.cap = 2
    assert one.cap == 2
    assert [one.pick(0.0, 0.5), one.pick(0.0, 0.5)] == [4, -1]


@every_kind
def test_lets_answers_of_the_gone_come_in(kind: Any) -> None:
    one = picker(kind, 7, 8)
    while one.pick(0.0, 0.3) != 7:
        pass
    one.remove(7, 1.0)
    assert one.in_flight(7) >= 1
    for _ in range(one.in_flight(7)):
        one.record(7, 2.0, Outcome.CRASHED, 1.0)
    assert one.in_flight(7) == 0
    assert one.endpoints == [8]


@every_kind
def test_does_not_take_who_comes_back_for_idle(kind: Any) -> None:
    one = picker(kind, 7, cap=3)
    for _ in range(3):
        one.pick(0.0, 0.5)
    one.remove(7, 1.0)
    one.record(7, 1.5, Outcome.CRASHED, 1.0)
    one.add(7, 2.0)
    assert one.in_flight(7) == 2
    assert [one.pick(2.0, 0.5), one.pick(2.0, 0.5)] == [7, -1]


@pytest.mark.parametrize("gone", [False, True])
def test_notices_an_answer_too_many(gone: bool) -> None:
    one = picker(RoundRobinSettings, 7)
    if gone:
        one.remove(7, 0.0)
    with pytest.raises(AssertionError, match="settled more often than picked"):
        one.record(7, 1.0, Outcome.OK, 1.0)


def test_refuses_changes_that_a_kind_does_not_know() -> None:
    with pytest.raises(ValueError, match="only nothing can"):
        picker(RoundRobinSettings, 7).reconfigure("turn", 3.0)


steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "pick", "pick", "pick", "settle"]),
        st.integers(0, 4),
        st.floats(0.0, 1.0, exclude_min=True, exclude_max=True),
        st.sampled_from([Outcome.OK, Outcome.ERROR, Outcome.CANCELLED, Outcome.TIMEOUT]),
    ),
    max_size=60,
)


@every_kind
@given(steps=steps, cap=st.sampled_from([1.0, 2.0, float("inf")]))
@settings(max_examples=30, deadline=None)
def test_keeps_its_books(kind: Any, steps: list[Any], cap: float) -> None:
    """Whatever comes: what is out to an endpoint is what was picked and not yet recorded."""
    one, twin = kind().build(cap=cap), kind().build(cap=cap)
    out: list[int] = []
    here: list[int] = []
    for now, (verb, number, luck, outcome) in enumerate(steps):
        if verb == "add" and number not in here:
            here.append(number)
            one.add(number, now)
            twin.add(number, now)
        elif verb == "remove" and number in here:
            here.remove(number)
            one.remove(number, now)
            twin.remove(number, now)
        elif verb == "pick":
            picked = one.pick(now, luck)
            assert twin.pick(now, luck) == picked
            free = [place for place in here if out.count(place) < cap]
            assert picked in free if free else picked == -1
            out += [picked] if picked != -1 else []
        elif verb == "settle" and out:
            settled = out.pop(number % len(out))
            one.record(settled, now, outcome, 0.1 * number)
            twin.record(settled, now, outcome, 0.1 * number)
        assert one.endpoints == here
        assert all(one.in_flight(place) == out.count(place) for place in range(5))
        twin = deepcopy(twin)
