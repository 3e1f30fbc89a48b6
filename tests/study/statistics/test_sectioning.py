"""Sectioning: pooled quantiles, and when a tail is too thin."""

import numpy as np
import pytest

from simlab.study.statistics import RANKS, is_thin, merged, quantile_of
from simlab.telemetry import BUCKETS, bucket, edge


def histogram(*latencies: float) -> np.ndarray:
    counts = np.zeros(BUCKETS, np.int64)
    for latency in latencies:
        counts[bucket(latency)] += 1
    return counts


def test_pools_runs_before_it_looks() -> None:
    quick, slow = histogram(*[0.1] * 90), histogram(*[0.1] * 9, 9.0)
    pooled = quantile_of(merged([quick, slow]), RANKS["latency_p99"])
    own = quantile_of(slow, RANKS["latency_p99"])
    assert pooled is not None
    assert own is not None
    assert pooled < edge(bucket(0.1)) + 1e-9
    assert own > 8.5


def test_merging_is_adding() -> None:
    both = merged([histogram(0.1, 0.2), histogram(0.2)])
    assert both.sum() == 3
    assert both[bucket(0.2)] == 2


def test_nothing_has_no_quantile() -> None:
    assert quantile_of(histogram(), 500) is None
    assert quantile_of(histogram().tolist(), 500) is None


def test_takes_lists_and_arrays_alike() -> None:
    counts = histogram(*np.linspace(0.01, 1, 50))
    assert quantile_of(counts, 950) == quantile_of(counts.tolist(), 950)


@pytest.mark.parametrize(
    ("rank", "observations", "thin"),
    [
        pytest.param(990, 99_999, True, id="one short beyond p99"),
        pytest.param(990, 100_000, False, id="1,000 beyond p99"),
        pytest.param(900, 9_999, True, id="one short beyond p90"),
        pytest.param(900, 10_000, False, id="1,000 beyond p90, where floats would say 999.99"),
        pytest.param(500, 2_000, False, id="the median needs few"),
        pytest.param(999, 999_999, True, id="p99.9 needs a million"),
        pytest.param(999, 1_000_000, False, id="and is content with it"),
    ],
)
def test_needs_a_thousand_beyond(rank: int, observations: int, *, thin: bool) -> None:
    counts = np.zeros(BUCKETS, np.int64)
    counts[100] = observations
    assert is_thin(counts, rank) is thin


def test_ranks_say_what_their_names_say() -> None:
    assert {int(name.removeprefix("latency_p").ljust(3, "0")) for name in RANKS} == set(
        RANKS.values()
    )
