"""The histogram: buckets that grow by 4 %, and quantiles that are off by less."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.telemetry import BUCKETS, bucket, difference, edge, quantile, quantiles

LATENCIES = st.lists(st.floats(1.0001e-4, 5e4), min_size=1, max_size=60)
RANKS = st.floats(0.001, 1.0)


def histogram(latencies: list[float]) -> list[int]:
    counts = [0] * BUCKETS
    for latency in latencies:
        counts[bucket(latency)] += 1
    return counts


@pytest.mark.parametrize(
    ("latency", "expected"),
    [
        pytest.param(0.0, 0, id="nothing at all falls into the first"),
        pytest.param(1e-4, 0, id="the first ends at a tenth of a millisecond"),
        pytest.param(1.01e-4, 1, id="the second begins there"),
        pytest.param(1e-4 * 1.04**9.5, 10, id="the middle of the tenth step is in bucket 10"),
        pytest.param(1e9, BUCKETS - 1, id="the last has no end"),
    ],
)
def test_puts_a_latency_into_its_bucket(latency: float, expected: int) -> None:
    assert bucket(latency) == expected


@given(st.integers(1, BUCKETS - 2))
def test_a_bucket_reaches_from_edge_to_edge(at: int) -> None:
    low, high = edge(at - 1), edge(at)
    assert high / low == pytest.approx(1.04)
    assert bucket(low * 1.0001) == bucket(high * 0.9999) == at


@given(LATENCIES, RANKS)
def test_quantiles_are_off_by_less_than_four_percent(latencies: list[float], rank: float) -> None:
    exact = sorted(latencies)[max(0, ceil(rank * len(latencies)) - 1)]
    found = quantile(histogram(latencies), rank)
    assert found is not None
    assert abs(found - exact) <= 0.04 * exact * (1 + 1e-9)


def test_interpolates_inside_a_bucket() -> None:
    counts = [0] * BUCKETS
    counts[10] = 4
    assert quantile(counts, 0.25) == edge(9) + (edge(10) - edge(9)) * 0.25
    assert quantile(counts, 1.0) == edge(10)


def test_the_first_bucket_begins_at_zero() -> None:
    assert quantile([2] + [0] * (BUCKETS - 1), 0.5) == edge(0) / 2


def test_a_rank_at_a_boundary_belongs_to_the_bucket_that_ends_there() -> None:
    counts = [0] * BUCKETS
    counts[10] = counts[20] = 1
    assert quantile(counts, 0.5) == edge(10)


def test_nothing_has_no_quantile() -> None:
    assert quantile([0] * BUCKETS, 0.5) is None


@pytest.mark.parametrize("rank", [0.0, 1.1])
def test_there_are_no_other_ranks(rank: float) -> None:
    with pytest.raises(AssertionError, match="no latency has the rank"):
        quantile([1] * BUCKETS, rank)


@given(LATENCIES, st.lists(RANKS, max_size=4))
def test_several_ranks_are_answered_as_one_by_one(
    latencies: list[float], ranks: list[float]
) -> None:
    counts = histogram(latencies)
    assert quantiles(counts, ranks) == [quantile(counts, rank) for rank in ranks]


@given(LATENCIES, LATENCIES)
def test_a_difference_is_the_histogram_of_what_came_since(
    before: list[float], since: list[float]
) -> None:
    assert difference(histogram(before + since), histogram(before)) == histogram(since)
