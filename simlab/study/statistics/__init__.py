"""Statistics of replications: intervals, tests, quantiles of many runs, warm-up.

Rule 1: strategies meet the same luck, so what is estimated is a paired difference.
Rule 2: percentiles are never averaged where a pooled one is meant.
Rule 3: what one run cannot tell (a spread) is None, never 0.
"""

from simlab.study.statistics.equivalence import equivalence
from simlab.study.statistics.estimate import LEVEL, NOTHING, Estimate, mean
from simlab.study.statistics.jackknife import jackknife, ratio
from simlab.study.statistics.multiplicity import holm
from simlab.study.statistics.sectioning import (
    ENOUGH,
    RANKS,
    Histogram,
    is_thin,
    merged,
    quantile_of,
)
from simlab.study.statistics.student import around, interval, p_value, standard_error
from simlab.study.statistics.warmup import PILOTS, Curve, mser5, settle

__all__ = [
    "ENOUGH",
    "LEVEL",
    "NOTHING",
    "PILOTS",
    "RANKS",
    "Curve",
    "Estimate",
    "Histogram",
    "around",
    "equivalence",
    "holm",
    "interval",
    "is_thin",
    "jackknife",
    "mean",
    "merged",
    "mser5",
    "p_value",
    "quantile_of",
    "ratio",
    "settle",
    "standard_error",
]
