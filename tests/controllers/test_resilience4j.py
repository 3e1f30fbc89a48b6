"""The breaker by its rules: when it trips, what it lets through, what late answers do."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers.guarding.resilience4j import (
    LONGEST,
    Resilience4jBreaker,
    Resilience4jSettings,
)
from simlab.controllers.guarding.resilience4j_row import CLOSED, HALF_OPEN, OPEN, rate
from simlab.core import FAILURES, REFUSED, SILENT_TO_BREAKERS, Outcome

SETTINGS = Resilience4jSettings(
    failureRateThreshold=50,
    slidingWindowSize=4,
    minimumNumberOfCalls=4,
    permittedNumberOfCallsInHalfOpenState=2,
    waitDurationInOpenState=10.0,
    slowCallDurationThreshold=1.0,
)
ANSWERS = {  # What a call does, by a letter.
    ".": (Outcome.OK, 0.1),
    "x": (Outcome.ERROR, 0.1),
    "s": (Outcome.OK, 1.1),  # slow
    "=": (Outcome.OK, 1.0),  # as long as may be
    "X": (Outcome.TIMEOUT, 1.1),  # slow, and failed
    "i": (Outcome.INVALID, 0.1),
    "d": (Outcome.DEGRADED, 0.1),
    "c": (Outcome.CANCELLED, 9.0),
}


def call(breaker: Resilience4jBreaker, now: float, answer: str = ".") -> bool:
    """Make a call that is answered at once; say whether it was let through."""
    ticket = breaker.admit(now, 0.5)
    if ticket != REFUSED:
        outcome, took = ANSWERS[answer]
        breaker.record(ticket, now, outcome, took)
    return ticket != REFUSED


def tripped(**changes: Any) -> Resilience4jBreaker:
    breaker = replace(SETTINGS, **changes).build()
    for _ in range(breaker.settings.slidingWindowSize):
        call(breaker, 0.0, "x")
    assert breaker.state == OPEN
    return breaker


@pytest.mark.parametrize(
    ("calls", "state"),
    [
        pytest.param("", CLOSED, id="starts closed"),
        pytest.param("xxx", CLOSED, id="does not judge before the minimum"),
        pytest.param("...x", CLOSED, id="bears failures below the threshold"),
        pytest.param("..xx", OPEN, id="trips at the threshold"),
        pytest.param("xx..", OPEN, id="trips on a success that completes the minimum"),
        pytest.param("....xx", OPEN, id="judges the latest calls only"),
        pytest.param("x....x", CLOSED, id="forgets what left the window"),
        pytest.param("x...x...x", CLOSED, id="forgets each failure in its turn"),
        pytest.param("iiii", CLOSED, id="bears the client's own faults"),
        pytest.param("dddd", CLOSED, id="bears degraded answers"),
        pytest.param("xcccx.c", CLOSED, id="hears nothing from cancelled calls"),
        pytest.param("sss.", CLOSED, id="bears slow calls below their threshold"),
        pytest.param("ssss", OPEN, id="trips when all are slow"),
        pytest.param("sss=", CLOSED, id="holds slow only what took longer"),
        pytest.param("....ssss", OPEN, id="counts slow calls as they come"),
        pytest.param("sss.sss.", CLOSED, id="forgets slow calls"),
        pytest.param("X...", CLOSED, id="counts a slow failure once as a failure"),
        pytest.param("X..x", OPEN, id="counts a slow failure as a failure"),
        pytest.param("sssX", OPEN, id="counts a slow failure as slow"),
        pytest.param("X....x", CLOSED, id="forgets a slow failure"),
    ],
)
def test_trips_on_the_share_of_bad_calls(calls: str, state: int) -> None:
    breaker = SETTINGS.build()
    for now, answer in enumerate(calls):
        call(breaker, now, answer)
    assert breaker.state == state


@pytest.mark.parametrize(
    ("probes", "state"),
    [
        pytest.param("..", CLOSED, id="closes when the probes succeed"),
        pytest.param(".", HALF_OPEN, id="waits for the last probe"),
        pytest.param("x", HALF_OPEN, id="judges them together"),
        pytest.param(".x", OPEN, id="reopens when too many fail"),
        pytest.param("ss", OPEN, id="reopens when they are slow"),
        pytest.param("s.", CLOSED, id="bears a slow one"),
        pytest.param("ccc.c.", CLOSED, id="gives permission again for those that say nothing"),
    ],
)
def test_probes_after_the_wait(probes: str, state: int) -> None:
    breaker = tripped()
    assert not call(breaker, 10.0)
    for answer in probes:
        assert call(breaker, 10.1, answer)
    assert breaker.state == state


def test_judges_probes_by_the_smaller_of_minimum_and_permits() -> None:
    breaker = tripped(permittedNumberOfCallsInHalfOpenState=10, minimumNumberOfCalls=3)
    for _ in range(3):
        call(breaker, 10.1)
    assert breaker.state == CLOSED


def test_judges_all_permits_where_the_minimum_is_larger() -> None:
    breaker = tripped(permittedNumberOfCallsInHalfOpenState=10, minimumNumberOfCalls=100)
    for _ in range(9):
        call(breaker, 10.1)
    assert breaker.state == HALF_OPEN
    call(breaker, 10.1)
    assert breaker.state == CLOSED


def test_sends_no_more_probes_than_it_may() -> None:
    breaker = tripped()
    admitted = [breaker.admit(10.1, 0.5) != REFUSED for _ in range(4)]
    assert admitted == [True, True, False, False]
    breaker.release(0, 10.2)
    assert [breaker.admit(10.2, 0.5) != REFUSED for _ in range(2)] == [True, False]


def test_a_late_call_that_says_nothing_gives_one_permission_more() -> None:
    """As in the library, which keeps no account of who was given one."""
    breaker = tripped()
    assert call(breaker, 10.1)  # The first probe: HALF_OPEN, one permission left.
    breaker.release(0, 10.2)
    breaker.release(0, 10.2)
    admitted = [breaker.admit(10.3, 0.5) != REFUSED for _ in range(4)]
    assert admitted == [True, True, True, False]


def test_waits_anew_after_reopening() -> None:
    breaker = tripped()
    for _ in range(2):
        call(breaker, 11.0, "x")
    assert [call(breaker, now) for now in (20.9, 21.0, 21.1)] == [False, False, True]


def test_counts_late_answers_in_the_state_they_meet() -> None:
    breaker = tripped()
    breaker.admit(10.1, 0.5)
    breaker.record(0, 10.2, Outcome.ERROR, 0.1)  # Admitted while it was still closed, say;
    breaker.record(0, 10.2, Outcome.ERROR, 0.1)  # and this one too.
    assert breaker.state == OPEN


def test_judges_nothing_while_it_is_open() -> None:
    breaker = tripped()
    for _ in range(10):
        breaker.record(0, 5.0, Outcome.OK, 0.1)
    assert breaker.state == OPEN
    assert rate(breaker.row, breaker.row.failures) == 0.0  # Remembered they are.
    assert [call(breaker, now) for now in (10.0, 10.1)] == [False, True]


def test_late_failures_do_not_prolong_the_wait() -> None:
    breaker = tripped()
    breaker.record(0, 9.0, Outcome.ERROR, 0.1)
    assert call(breaker, 10.1)


def test_starts_with_an_empty_window_after_closing() -> None:
    breaker = tripped()
    for _ in range(2):
        call(breaker, 10.1)
    for answer in "xxx":
        call(breaker, 10.2, answer)
    assert breaker.state == CLOSED
    call(breaker, 10.2, ".")
    assert breaker.state == OPEN


@pytest.mark.parametrize("outcome", list(Outcome))
def test_knows_which_outcomes_are_failures(outcome: Outcome) -> None:
    breaker = replace(SETTINGS, slidingWindowSize=1, slowCallDurationThreshold=99.0).build()
    breaker.record(breaker.admit(0.0, 0.5), 0.1, outcome, 0.1)
    failed = outcome in FAILURES and outcome not in SILENT_TO_BREAKERS
    assert breaker.state == (OPEN if failed else CLOSED)
    assert breaker.row.calls == (0 if outcome in SILENT_TO_BREAKERS else 1)


def test_nobody_waits_for_it() -> None:
    assert tripped().next(1.0) is None


@pytest.mark.parametrize(
    ("name", "value", "calls", "state"),
    [
        pytest.param("failureRateThreshold", 75, "..xx", CLOSED, id="a higher threshold"),
        pytest.param("slowCallRateThreshold", 25, "...s", OPEN, id="a lower slow threshold"),
        pytest.param("slowCallDurationThreshold", 2.0, "ssss", CLOSED, id="a later slow"),
    ],
)
def test_takes_changes_while_it_runs(name: str, value: float, calls: str, state: int) -> None:
    breaker = SETTINGS.build()
    breaker.reconfigure(name, value)
    for answer in calls:
        call(breaker, 0.0, answer)
    assert breaker.state == state
    assert getattr(breaker.settings, name) == value


def test_takes_a_new_wait_from_the_next_opening_on() -> None:
    breaker = tripped()
    breaker.reconfigure("waitDurationInOpenState", 1.0)
    assert not call(breaker, 9.0)
    for _ in range(2):
        call(breaker, 11.0, "x")
    assert call(breaker, 12.1)


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from("..xXsic"))))
@settings(max_examples=50, deadline=None)
def test_lets_nothing_through_while_it_waits(calls: list[tuple[float, str]]) -> None:
    breaker, now, wait_until = SETTINGS.build(), 0.0, -1.0
    for gap, answer in calls:
        now += gap
        before = breaker.state
        admitted = call(breaker, now, answer)
        assert not (admitted and now <= wait_until)
        if admitted and breaker.state == OPEN and before != OPEN:
            wait_until = now + 10.0


@given(st.lists(st.sampled_from("..xXs"), max_size=60))
@settings(max_examples=50, deadline=None)
def test_counts_what_is_in_the_window(calls: list[str]) -> None:
    breaker = replace(SETTINGS, slidingWindowSize=7, minimumNumberOfCalls=7).build()
    breaker.row.failure_threshold = breaker.row.slow_threshold = 101.0  # It never trips.
    for answer in calls:
        call(breaker, 0.0, answer)
    last = calls[-7:]
    row = breaker.row
    assert row.calls == len(last)
    assert row.failures == sum(one in "xX" for one in last)
    assert row.slow == sum(one in "sX" for one in last)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"slidingWindowSize": 0},
        {"slidingWindowSize": LONGEST + 1},
        {"minimumNumberOfCalls": 0},
        {"permittedNumberOfCallsInHalfOpenState": 0},
        {"permittedNumberOfCallsInHalfOpenState": LONGEST + 1},
        {"failureRateThreshold": 0.0},
        {"failureRateThreshold": 101.0},
        {"slowCallRateThreshold": 0.0},
        {"slowCallDurationThreshold": 0.0},
        {"waitDurationInOpenState": 0.0},
    ],
)
def test_refuses_settings_that_make_no_sense(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(nonsense))} must be"):
        replace(SETTINGS, **nonsense)


def test_holds_the_longest_window() -> None:
    breaker = Resilience4jSettings(slidingWindowSize=LONGEST, minimumNumberOfCalls=LONGEST).build()
    for _ in range(LONGEST):
        assert breaker.state == CLOSED
        call(breaker, 0.0, "x")
    assert breaker.state == OPEN
