"""Sectioning: a steady-state quantile, its centre pooled over runs, its width from their spread.

    centre    quantile of all runs' histograms merged
    error     sqrt( sum of (quantile of run i - centre)^2 / (n - 1) / n )

The mean of the runs' own quantiles is biased where runs are short; the pooled one is not. Below
`ENOUGH` observations beyond the quantile the tail is too thin for either.

Reference: S. Asmussen and P. Glynn, *Stochastic Simulation*, Springer, 2007, III.5 (sectioning).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simlab.telemetry import quantile

Histogram = NDArray[np.int64]  # Shape (BUCKETS,).
ENOUGH = 1000

# In thousandths: 0.1 x 10,000 observations are 1,000 in integers, and a little less in floats.
RANKS: Mapping[str, int] = MappingProxyType(
    {
        "latency_p50": 500,
        "latency_p90": 900,
        "latency_p95": 950,
        "latency_p99": 990,
        "latency_p999": 999,
    }
)


def quantile_of(histogram: Sequence[int] | NDArray[Any], thousandths: int) -> float | None:
    """Return the latency of a rank in thousandths, interpolated in its bucket; None if empty."""
    counts = histogram if isinstance(histogram, Sequence) else histogram.tolist()
    return quantile(counts, thousandths / 1000)


def merged(histograms: Sequence[Histogram]) -> Histogram:
    """Return the sum of at least one histogram."""
    total: Histogram = np.sum(np.stack(histograms), axis=0, dtype=np.int64)
    return total


def is_thin(histogram: Histogram, thousandths: int) -> bool:
    """Say whether fewer than `ENOUGH` observations lie beyond the quantile."""
    return int(histogram.sum()) * (1000 - thousandths) < ENOUGH * 1000
