"""The adaptive balancer: load and response time in one score; failures neither lure nor linger."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from simlab.controllers import AdaptiveSettings
from simlab.core import Outcome

SETTINGS = AdaptiveSettings(alpha=0.5, recovery=10.0, failure_penalty=1.0)


def picker(*responses: float | None, cap: float = float("inf"), **fields: Any) -> Any:
    """Return a picker of endpoints 0, 1, ... that answered so fast at 0; None: never."""
    found = replace(SETTINGS, **fields).build(cap)
    for endpoint, response in enumerate(responses):
        found.add(endpoint, 0.0)
        if response is not None:
            found.cells[endpoint].response, found.cells[endpoint].heard = response, 0.0
    return found


def answer(
    one: Any, endpoint: int, now: float, outcome: Outcome = Outcome.OK, took: float = 0.1
) -> None:
    """Have an attempt to `endpoint` end."""
    one.known[endpoint].in_flight += 1
    one.record(endpoint, now, outcome, took)


def picks(one: Any, now: float = 0.0, count: int = 100) -> Counter[int]:
    """Return how often each is picked, over evenly spread lucks, if all are settled unheard."""
    found = Counter()
    for k in range(count):
        endpoint = one.pick(now, (k + 0.5) / count)
        found[endpoint] += 1
        if endpoint != -1:
            one.record(endpoint, now, Outcome.CANCELLED, 0.0)
    return found


def test_prefers_the_faster() -> None:
    assert picks(picker(0.2, 0.1, 0.3)) == {1: 100}


def test_weighs_what_is_out_against_the_response_time() -> None:
    one = picker(0.10, 0.125)
    assert [one.pick(0.0, 0.5) for _ in range(6)] == [0, 0, 0, 1, 0, 1]


def test_weighs_it_by_its_cost() -> None:
    one = picker(0.10, 0.125, in_flight_cost=1.0)
    assert [one.pick(0.0, 0.5) for _ in range(4)] == [0, 1, 0, 1]


def test_breaks_ties_by_luck() -> None:
    assert picks(picker(0.1, 0.2, 0.1)) == {0: 50, 2: 50}
    assert picks(picker(None, None)) == {0: 50, 1: 50}


def test_takes_the_unknown_for_as_fast_as_the_known_are_in_the_mean() -> None:
    assert picks(picker(0.1, 0.3, None)) == {0: 100}
    one = picker(0.1, 0.3, None)
    one.known[0].in_flight = 11  # 0.21: more than the mean, 0.2.
    assert picks(one) == {2: 100}


def test_starts_from_the_mean_of_the_known() -> None:
    one = picker(0.1, 0.3, None)
    answer(one, 2, 1.0, took=0.4)
    assert one.known[2].response == pytest.approx(0.3)  # Half way from 0.2 to 0.4.


def test_starts_from_the_first_answer_where_nobody_is_known() -> None:
    one = picker(None)
    answer(one, 0, 1.0, took=0.4)
    assert one.known[0].response == 0.4


def test_moves_towards_the_latest_answer() -> None:
    one = picker(0.2, alpha=0.25)
    answer(one, 0, 1.0, took=0.6)
    assert one.known[0].response == pytest.approx(0.3)


def test_forgets_a_response_time_that_is_not_renewed() -> None:
    one = picker(0.1, 5.0)
    answer(one, 0, 9.0, took=0.1)
    assert picks(one, now=9.9) == {0: 100}
    one.known[0].in_flight = 1
    assert picks(one, now=10.0) == {1: 100}  # As fast as the other, for all that is known.


def test_learns_nothing_from_the_cancelled() -> None:
    one = picker(0.2)
    answer(one, 0, 1.0, Outcome.CANCELLED, took=9.0)
    assert one.known[0].response == 0.2


def test_keeps_out_who_failed_for_a_while() -> None:
    one = picker(0.1, 0.4)
    answer(one, 0, 1.0, Outcome.ERROR)
    answer(one, 1, 9.0, took=0.4)
    assert picks(one, now=10.9) == {1: 100}
    assert picks(one, now=11.0) == {0: 50, 1: 50}


def test_calls_who_is_kept_out_rather_than_nobody() -> None:
    one = picker(0.1, 0.4)
    for endpoint in (0, 1):
        answer(one, endpoint, 1.0, Outcome.ERROR)
    assert picks(one, now=2.0) == {0: 100}


def test_calls_who_is_kept_out_where_the_others_are_at_the_cap() -> None:
    one = picker(0.1, 0.4, cap=1)
    answer(one, 0, 1.0, Outcome.ERROR)
    assert [one.pick(2.0, 0.5) for _ in range(3)] == [1, 0, -1]


def test_bears_failures_up_to_its_count_in_a_row() -> None:
    one = picker(0.1, 0.4, unhealthy_after=3, failure_penalty=0.0)
    for outcome in (Outcome.ERROR, Outcome.ERROR, Outcome.OK, Outcome.ERROR, Outcome.ERROR):
        answer(one, 0, 1.0, outcome)
        assert picks(one, now=1.0) == {0: 100}
    answer(one, 0, 1.0, Outcome.ERROR)
    assert picks(one, now=1.0) == {1: 100}


def test_late_failures_do_not_prolong_it() -> None:
    one = picker(0.1, 0.4)
    answer(one, 0, 1.0, Outcome.ERROR)
    answer(one, 0, 10.0, Outcome.ERROR)
    assert one.known[0].out_until == 11.0
    answer(one, 0, 11.0, Outcome.ERROR)
    assert one.known[0].out_until == 21.0


def test_fast_failures_attract_nothing() -> None:
    one = picker(0.1, 0.4, unhealthy_after=100)
    answer(one, 0, 1.0, Outcome.OVERLOADED, took=0.001)
    assert one.known[0].response == pytest.approx(0.55)
    assert picks(one, now=1.0) == {1: 100}


def test_slow_failures_count_as_slow_as_they_were() -> None:
    one = picker(0.1)
    answer(one, 0, 1.0, Outcome.TIMEOUT, took=3.1)
    assert one.known[0].response == pytest.approx(1.6)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.DEGRADED, Outcome.INVALID])
def test_takes_these_for_answers(outcome: Outcome) -> None:
    one = picker(0.1)
    answer(one, 0, 1.0, outcome, took=0.3)
    assert one.known[0].response == pytest.approx(0.2)
    assert one.known[0].out_until < 0


def test_forgets_who_went_away() -> None:
    one = picker(0.1, 0.4)
    answer(one, 0, 1.0, Outcome.ERROR)
    one.remove(0, 2.0)
    one.add(0, 3.0)
    assert set(picks(one, now=3.0)) == {0, 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alpha", 0.9),
        ("in_flight_cost", 0.5),
        ("failure_penalty", 3.0),
        ("unhealthy_after", 4),
        ("recovery", 2.0),
    ],
)
def test_takes_changes_while_it_runs(name: str, value: float) -> None:
    one = picker(0.1)
    one.reconfigure(name, value)
    assert getattr(one.row, name) == value
    assert one.row == replace(SETTINGS, **{name: value}).row(float("inf"))
    assert one.known[0].response == 0.1


@pytest.mark.parametrize(
    "nonsense",
    [
        {"alpha": 0.0},
        {"alpha": 1.1},
        {"in_flight_cost": -0.1},
        {"failure_penalty": -1.0},
        {"unhealthy_after": 0},
        {"recovery": 0.0},
    ],
)
def test_refuses_settings_that_make_no_sense(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(nonsense))} must"):
        AdaptiveSettings(**nonsense)
