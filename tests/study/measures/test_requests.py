"""Measures of requests: the formulas, on records that can be checked by hand."""

from typing import Any

import pytest

from simlab.core import OUTCOMES
from simlab.load import Slo
from simlab.study.measures.requests import (
    Promise,
    added,
    bad_minutes,
    error_rate,
    merged,
    of_requests,
    promise,
    promise_of_all,
)
from simlab.telemetry import BUCKETS, SourceRecord, bucket, edge

TIMED = Promise(timed=True, objective=0.9, period=86400.0)
NO_GOAL = Promise(timed=False, objective=None, period=None)


def counts(**by_name: int) -> list[int]:
    return [by_name.get(name, 0) for name in OUTCOMES]


def histogram(*latencies: float) -> list[int]:
    found = [0] * BUCKETS
    for latency in latencies:
        found[bucket(latency)] += 1
    return found


def a_record(**changes: Any) -> SourceRecord:
    """Return 100 requests in 200 s: 10 invalid, 5 in flight, 70 ok, 8 degraded, 7 failed."""
    values: dict[str, Any] = {
        "requests": 100,
        "outcomes": counts(ok=70, degraded=8, invalid=10, timeout=4, error=2, open=1),
        "good": 60,
        "tolerable": 12,
        "histogram": histogram(*[0.1] * 78),
        "latency_sum": 7.8,
        "latency_max": 0.4,
        "valid_minutes": [30, 30, 30, 10],
        "good_minutes": [30, 27, 3, 0],
    }
    return SourceRecord(**(values | changes))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requests", 100),
        ("outcomes.ok", 70),
        ("outcomes.degraded", 8),
        ("outcomes.timeout", 4),
        ("outcomes.unavailable", 0),
        ("in_flight", 5),
        ("good", 60),
        ("error_rate", 7 / 85),
        ("bad_share", 30 / 90),
        ("goodput", 0.3),
        ("throughput", 0.39),
        ("failure_share", 12 / 90),
        ("degraded_share", 8 / 90),
        ("latency_mean", 0.1),
        ("latency_max", 0.4),
        ("apdex", (60 + 6) / 90),
        ("bad_minutes", 1),
        ("burn", (30 / 90) / (1 - 0.9)),
        ("budget_used", (30 / 90) / (1 - 0.9) * 200 / 86400),
    ],
)
def test_by_hand(name: str, value: float) -> None:
    assert of_requests(a_record(), TIMED, 200.0)[name] == pytest.approx(value)


def test_counts_stay_whole_numbers() -> None:
    found = of_requests(a_record(), TIMED, 200.0)
    whole = ("requests", "in_flight", "good", "bad_minutes", "outcomes.ok")
    assert {type(found[name]) for name in whole} == {int}


def test_outcomes_and_in_flight_add_up_to_requests() -> None:
    found = of_requests(a_record(), TIMED, 200.0)
    ended = [value or 0 for name, value in found.items() if name.startswith("outcomes.")]
    assert sum(ended) + (found["in_flight"] or 0) == found["requests"]


@pytest.mark.parametrize(
    ("judged", "missing"),
    [
        pytest.param(NO_GOAL, {"apdex", "bad_minutes", "burn", "budget_used"}, id="no slo"),
        pytest.param(
            Promise(timed=True, objective=None, period=None),
            {"bad_minutes", "burn", "budget_used"},
            id="times, but no one objective",
        ),
        pytest.param(TIMED, set(), id="an slo"),
    ],
)
def test_what_has_no_goal_is_none(judged: Promise, missing: set[str]) -> None:
    found = of_requests(a_record(), judged, 200.0)
    assert {name for name, value in found.items() if value is None} == missing


def test_nothing_asked_has_shares_of_nothing() -> None:
    empty = of_requests(SourceRecord(valid_minutes=[0] * 3, good_minutes=[0] * 3), TIMED, 200.0)
    present = {name: value for name, value in empty.items() if value is not None}
    assert set(present.values()) == {0}
    assert {"requests", "good", "goodput", "throughput", "bad_minutes"} < set(present)
    assert not {"bad_share", "latency_mean", "latency_max", "apdex", "burn"} & set(present)


def test_only_invalid_requests_are_no_evidence() -> None:
    found = of_requests(SourceRecord(requests=3, outcomes=counts(invalid=3)), TIMED, 60.0)
    assert found["bad_share"] is found["failure_share"] is found["error_rate"] is None


def test_quantiles_are_interpolated_and_never_beyond_the_longest() -> None:
    latencies = [0.1] * 85 + [0.2] * 15
    record = a_record(histogram=histogram(*latencies), latency_max=0.2)
    found = of_requests(record, TIMED, 200.0)
    low, high = edge(bucket(0.1) - 1), edge(bucket(0.1))
    assert found["latency_p50"] == pytest.approx(low + 50 / 85 * (high - low))
    assert low < 0.1 < high
    assert found["latency_p99"] == found["latency_p999"] == 0.2 < edge(bucket(0.2))
    assert found["latency_p90"] == pytest.approx(
        edge(bucket(0.2) - 1) + 1 / 3 * (edge(bucket(0.2)) - edge(bucket(0.2) - 1))
    )


@pytest.mark.parametrize(
    ("valid", "good", "minutes", "bad"),
    [
        pytest.param([10], [9], 1, 0, id="exactly the objective is not short of it"),
        pytest.param([10], [8], 1, 1, id="less is"),
        pytest.param([0], [0], 1, 0, id="a minute without requests is good"),
        pytest.param([10, 10], [0, 0], 1, 1, id="a part of a minute is not counted"),
        pytest.param([10, 10, 10], [0, 9, 8], 3, 2, id="each for itself"),
        pytest.param([], [], 0, 0, id="no minute"),
    ],
)
def test_bad_minutes(valid: list[int], good: list[int], minutes: int, bad: int) -> None:
    record = SourceRecord(valid_minutes=valid, good_minutes=good)
    assert bad_minutes(record, 0.9, minutes) == bad


def test_the_error_rate_knows_neither_invalid_nor_unended_ones() -> None:
    assert error_rate(counts(ok=6, degraded=1, invalid=5, error=2, limited=1)) == 0.3
    assert error_rate(counts(invalid=5)) is None


def test_sums_add_counts_and_keep_the_longest() -> None:
    both = merged({"a": a_record(), "b": a_record(latency_max=0.9, valid_minutes=[5])})
    assert (both.requests, both.good, both.tolerable) == (200, 120, 24)
    assert both.outcomes[0] == 140
    assert both.histogram[bucket(0.1)] == 156
    assert (both.latency_sum, both.latency_max) == (15.6, 0.9)
    assert both.valid_minutes == [35, 30, 30, 10]
    assert both.good_minutes == [60, 54, 6, 0]


def test_the_sum_of_no_sources_is_empty() -> None:
    assert merged({}).requests == 0
    assert merged({}).outcomes == [0] * len(OUTCOMES)


def test_columns_of_any_length_are_added() -> None:
    assert added([[1, 2, 3], [10]]) == [11, 2, 3]
    assert added([], 2) == [0, 0]


COMMON = Slo(within=0.5, objective=0.99)
OWN = Slo(within=0.1, objective=0.9, period=86400.0)
OTHER = Slo(within=0.2, objective=0.95)


@pytest.mark.parametrize(
    ("own", "common", "objective", "timed"),
    [
        pytest.param(None, None, None, False, id="no goal at all"),
        pytest.param(None, COMMON, 0.99, True, id="the common one"),
        pytest.param(OWN, COMMON, 0.9, True, id="its own before the common one"),
        pytest.param(OWN, None, 0.9, True, id="its own alone"),
    ],
)
def test_a_source_is_judged_by(
    own: Slo | None, common: Slo | None, objective: float | None, *, timed: bool
) -> None:
    found = promise(own, common)
    assert (found.objective, found.timed) == (objective, timed)
    assert (found.period is None) is (objective is None)


@pytest.mark.parametrize(
    ("owns", "common", "objective", "timed"),
    [
        pytest.param([None, OWN], COMMON, 0.99, True, id="the common objective for the sum"),
        pytest.param([OWN, OWN], None, 0.9, True, id="one that all name alike"),
        pytest.param([OWN, OTHER], None, None, True, id="none where they differ"),
        pytest.param([OWN, None], None, None, False, id="none where one has no goal"),
        pytest.param([], None, None, False, id="none without sources"),
    ],
)
def test_the_sum_is_judged_by(
    owns: list[Slo | None], common: Slo | None, objective: float | None, *, timed: bool
) -> None:
    found = promise_of_all(owns, common)
    assert (found.objective, found.timed) == (objective, timed)
