"""A histogram of latencies in buckets that grow by 4 %: mergeable, and of constant size.

    bucket 0          up to SMALLEST
    bucket k          from SMALLEST * 1.04^(k-1) to SMALLEST * 1.04^k

Quantiles are interpolated inside a bucket, so they are off by less than 4 %, but in the first
bucket (by less than SMALLEST) and in the last, which has no end (it begins at 13 hours).
Histograms of counters are subtracted to get that of a window, and added to merge runs.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from math import exp, log
from operator import sub

from simlab.core import Ratio, Seconds

BUCKETS = 512
SMALLEST: Seconds = 1e-4
GROWTH = log(1.04)
PER_GROWTH = 1.0 / GROWTH
LOG_SMALLEST = log(SMALLEST)
LARGEST: Seconds = SMALLEST * exp(GROWTH * (BUCKETS - 2))  # Up to here no bucket is the last.


def bucket(latency: Seconds) -> int:
    """Return the bucket that `latency` falls into."""
    if latency <= SMALLEST:
        return 0
    at = int((log(latency) - LOG_SMALLEST) * PER_GROWTH) + 1
    return at if at < BUCKETS else BUCKETS - 1


def edge(at: int) -> Seconds:
    """Return the upper edge of bucket `at`; bucket 0 begins at 0."""
    return SMALLEST * exp(GROWTH * at)


def difference(newer: Sequence[int], older: Sequence[int]) -> list[int]:
    """Return the histogram of what was counted after `older` and up to `newer`."""
    return list(map(sub, newer, older))


def quantile(counts: Sequence[int], rank: Ratio) -> Seconds | None:
    """Return the latency of this rank in (0, 1], interpolated inside its bucket; None if empty.

    `counts` has the shape (BUCKETS,).
    """
    return quantiles(counts, (rank,))[0]


def quantiles(counts: Sequence[int], ranks: Sequence[Ratio]) -> list[Seconds | None]:
    """Return `quantile` for each of `ranks`, in one pass over `counts`."""
    seen = list(accumulate(counts))
    return [_quantile(seen, rank) for rank in ranks]


def _quantile(seen: list[int], rank: Ratio) -> Seconds | None:
    """Return the latency of this rank; `seen` counts those up to the end of each bucket."""
    assert 0 < rank <= 1, f"no latency has the rank {rank}"
    if seen[-1] == 0:
        return None
    goal = rank * seen[-1]
    at = bisect_left(seen, goal)
    before, low = (seen[at - 1], edge(at - 1)) if at else (0, 0.0)
    return low + (edge(at) - low) * ((goal - before) / (seen[at] - before))
