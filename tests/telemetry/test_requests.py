"""The book of a source: totals by arrival, bins from 0 on, what is in flight is bad."""

from copy import deepcopy
from math import floor, nextafter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.core import OUTCOMES, Outcome
from simlab.telemetry import BUCKETS, Counters, SourceBook, SourceRecord, bucket

WARMUP, DURATION, WITHIN = 30.0, 200.0, 0.5
ANSWERS = (Outcome.OK, Outcome.DEGRADED)
REQUEST_ENDS = [outcome for outcome in Outcome if outcome != Outcome.CANCELLED]


def book(**changed: Any) -> SourceBook:
    settings = {"duration": DURATION, "warmup": WARMUP, "within": WITHIN, "objective": 0.99}
    return SourceBook("shoppers", **(settings | changed))


def kept(arrival: float, latency: float, outcome: Outcome, **changed: Any) -> SourceBook:
    """Return a book with one request in it."""
    one = book(**changed)
    one.arrive(arrival)
    one.end(arrival, latency, outcome)
    return one


@pytest.mark.parametrize(
    ("arrival", "counted"),
    [
        pytest.param(29.9, 0, id="what arrives in the warm-up is in no total"),
        pytest.param(30.0, 1, id="its end is counted"),
        pytest.param(199.9, 1, id="the last moment is counted"),
        pytest.param(200.0, 0, id="the end of the load is not"),
    ],
)
def test_requests_count_by_when_they_arrive(arrival: float, counted: int) -> None:
    one = kept(arrival, 0.1, Outcome.OK)
    record = one.close()
    assert (record.requests, record.good, record.outcomes[Outcome.OK]) == (counted,) * 3
    assert (sum(record.histogram), sum(record.valid_minutes)) == (counted, counted)
    assert (record.latency_sum, record.latency_max) == (0.1 * counted, 0.1 * counted)
    assert (one.counters.started, sum(one.counters.ended)) == (1, 1)


def test_curves_begin_at_zero() -> None:
    record = kept(12.3, 0.1, Outcome.OK).close()
    assert (record.valid_bins[1], record.good_bins[1]) == (1, 1)
    assert (record.answered_seconds[12], record.latency_seconds[12]) == (1, 0.1)
    assert (sum(record.valid_bins), sum(record.good_bins), sum(record.answered_seconds)) == (
        1,
        1,
        1,
    )


def test_minutes_begin_at_the_warmup() -> None:
    assert kept(95.0, 0.1, Outcome.OK).close().valid_minutes == [0, 1, 0]
    assert kept(89.0, 0.1, Outcome.OK).close().good_minutes == [1, 0, 0]


@pytest.mark.parametrize(
    ("latency", "good", "tolerable"),
    [
        pytest.param(0.5, 1, 0, id="good up to the bound"),
        pytest.param(0.51, 0, 1, id="tolerable beyond"),
        pytest.param(2.0, 0, 1, id="up to four times the bound"),
        pytest.param(2.01, 0, 0, id="not any longer"),
    ],
)
@pytest.mark.parametrize("outcome", ANSWERS)
def test_an_answer_is_judged_by_its_latency(
    latency: float, good: int, tolerable: int, outcome: Outcome
) -> None:
    one = kept(40.0, latency, outcome)
    record = one.close()
    assert (record.good, record.tolerable) == (good, tolerable)
    assert (sum(record.good_bins), sum(record.good_minutes)) == (good, good)
    assert (one.valid_ended, one.good_ended) == (1, good)


def test_without_a_bound_every_answer_is_good() -> None:
    record = kept(40.0, 1e6, Outcome.OK, within=None, objective=None).close()
    assert (record.good, record.tolerable) == (1, 0)
    assert (record.within, record.objective) == (None, None)


def test_the_bound_is_on_record() -> None:
    assert (book().record.within, book().record.objective) == (WITHIN, 0.99)


@pytest.mark.parametrize("outcome", [one for one in REQUEST_ENDS if one not in ANSWERS])
def test_a_failure_has_no_latency_and_is_not_good(outcome: Outcome) -> None:
    one = kept(40.0, 0.1, outcome)
    record = one.close()
    valid = int(outcome != Outcome.INVALID)
    assert (record.requests, record.outcomes[outcome]) == (1, 1)
    assert (record.good, record.tolerable, record.latency_sum, record.latency_max) == (0,) * 4
    assert sum(record.histogram) == sum(record.answered_seconds) == sum(record.good_bins) == 0
    assert (record.valid_bins[4], record.valid_minutes[0]) == (valid, valid)
    assert (one.valid_ended, one.good_ended) == (valid, 0)
    assert (one.counters.ended[outcome], sum(one.counters.latency)) == (1, 0)


def test_an_invalid_request_of_the_warmup_leaves_no_minute_short() -> None:
    record = kept(10.0, 0.1, Outcome.INVALID).close()
    assert record.valid_minutes == [0, 0, 0]
    assert sum(record.valid_bins) == 0


def test_what_is_in_flight_at_the_end_is_valid_and_bad() -> None:
    one = book()
    one.arrive(40.0)
    record = one.close()
    assert (record.requests, sum(record.outcomes), record.good) == (1, 0, 0)
    assert (record.valid_bins[4], record.good_bins[4], record.valid_minutes[0]) == (1, 0, 1)


@pytest.mark.parametrize(
    ("duration", "warmup", "sizes"),
    [
        pytest.param(200.0, 30.0, (20, 3, 200), id="a part of a slot is a slot"),
        pytest.param(210.5, 30.5, (22, 3, 211), id="of a second and of a bin too"),
        pytest.param(30.000000000000004, 0.0, (4, 1, 31), id="however small a part"),
    ],
)
def test_there_is_a_slot_for_every_time(
    duration: float, warmup: float, sizes: tuple[int, int, int]
) -> None:
    record = book(duration=duration, warmup=warmup).close()
    assert (
        len(record.valid_bins),
        len(record.valid_minutes),
        len(record.answered_seconds),
    ) == sizes
    assert (len(record.good_bins), len(record.good_minutes), len(record.latency_seconds)) == sizes


def test_rounding_does_not_push_the_last_minute_out() -> None:
    duration, warmup = 62.09, 2.09
    last = nextafter(duration, 0.0)
    assert (last - warmup) // 60.0 == 1.0
    record = kept(last, 0.1, Outcome.OK, duration=duration, warmup=warmup).close()
    assert record.valid_minutes == record.good_minutes == [1]


def test_a_request_that_ends_twice_is_found_out() -> None:
    one = kept(40.0, 0.1, Outcome.OK)
    one.end(40.0, 0.1, Outcome.OK)
    with pytest.raises(AssertionError, match="2 of 1 ended"):
        one.close()


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.INVALID])
def test_a_request_that_ends_where_it_did_not_arrive_is_found_out(outcome: Outcome) -> None:
    one = book()
    one.arrive(40.0)
    one.end(50.0, 0.1, outcome)
    with pytest.raises(AssertionError, match="ended, never arrived"):
        one.close()


@given(
    st.lists(
        st.tuples(st.floats(0, 210), st.floats(0.0001, 4), st.sampled_from([*REQUEST_ENDS, None])),
        max_size=40,
    )
)
def test_the_books_say_what_a_list_says(story: list[tuple[float, float, Outcome | None]]) -> None:
    """With None for an outcome, the request is still in flight at the end."""
    one, counters = book(), Counters()
    for arrival, latency, outcome in story:
        one.arrive(arrival)
        if outcome is not None:
            one.end(arrival, latency, outcome)
            counters.end(outcome, latency)
    record = one.close()
    within = [each for each in story if WARMUP <= each[0] < DURATION]
    answers = [each for each in within if each[2] in ANSWERS]
    assert record.requests == len(within)
    assert record.outcomes == [sum(each[2] == out for each in within) for out in range(13)]
    assert record.good == sum(each[1] <= WITHIN for each in answers)
    assert record.tolerable == sum(WITHIN < each[1] <= 4 * WITHIN for each in answers)
    assert record.latency_max == max((each[1] for each in answers), default=0.0)
    assert record.latency_sum == pytest.approx(sum(each[1] for each in answers))
    histogram = [0] * BUCKETS
    for each in answers:
        histogram[bucket(each[1])] += 1
    assert record.histogram == histogram
    assert one.counters.ended == counters.ended
    assert one.counters.latency == counters.latency
    assert one.counters.latency_sum == counters.latency_sum
    for at in range(20):
        here = [each for each in story if floor(each[0] / 10) == at]
        assert record.valid_bins[at] == sum(each[2] != Outcome.INVALID for each in here)
        good = [each for each in here if each[2] in ANSWERS and each[1] <= WITHIN]
        assert record.good_bins[at] == len(good)
    for at in range(3):
        here = [each for each in within if floor((each[0] - WARMUP) / 60) == at]
        assert record.valid_minutes[at] == sum(each[2] != Outcome.INVALID for each in here)
    early = [each for each in story if each[0] < DURATION and each[2] in ANSWERS]
    assert sum(record.answered_seconds) == len(early)
    assert sum(record.latency_seconds) == pytest.approx(sum(each[1] for each in early))


def test_a_copy_is_kept_for_itself() -> None:
    one = kept(40.0, 0.1, Outcome.OK)
    twin = deepcopy(one)
    assert twin.record == one.record
    one.arrive(41.0)
    one.end(41.0, 0.1, Outcome.OK)
    assert twin.close() == kept(40.0, 0.1, Outcome.OK).close()
    assert (twin.counters.started, one.counters.started) == (1, 2)


def test_an_empty_record_is_of_nothing() -> None:
    assert (SourceRecord().outcomes, SourceRecord().histogram) == (
        [0] * len(OUTCOMES),
        [0] * BUCKETS,
    )
