"""Trends: does a series only ever grow, and when will it be at its limit?

    S       sum of sign(y_j - y_i) over i < j            Mann-Kendall
    z       (S - 1) / sqrt(n (n - 1) (2 n + 5) / 18)     of a series without a trend: normal
    slope   median of (y_j - y_i) / (t_j - t_i)          Theil-Sen
    leak    z > 2.33 (1 in 100), the slope of the newer half at least half of the whole's (what
            levels off is warm, not leaking), growth over the series at least 2 % of the limit

What the requests inside explain is taken out first: the slope of memory over requests inside
(Theil-Sen again) times the requests. Both the raw series and what is left must grow.

References: Mann (1945), Econometrica 13; Kendall (1975), Rank Correlation Methods; Sen (1968),
JASA 63. Partial by regression on a covariate: Libiseller and Grimvall (2002), Environmetrics 13.
"""

from collections.abc import Sequence
from math import inf, sqrt
from typing import Final, NamedTuple

from simlab.core import Seconds

LEAST: Final = 8  # Points; fewer say nothing.
SIGNIFICANT: Final = 2.33
LEVELS_OFF: Final = 0.5
GROWTH: Final = 0.02  # Of the limit, over the series.


class Point(NamedTuple):
    """One measurement: when, how much, and how many requests were inside (nan-free, or None)."""

    at: Seconds
    value: float
    inside: float | None


def time_to_limit(points: Sequence[Point], limit: float) -> Seconds | None:
    """Return when a leaking series will be at `limit`, from its last point on.

    Infinite where it does not leak; None where there are too few points to say.
    """
    if len(points) < LEAST:
        return None
    times = [one.at for one in points]
    raw = [one.value for one in points]
    left = without_inside(points)
    slope = min(leaking_slope(times, raw, limit), leaking_slope(times, left, limit))
    if slope <= 0.0:
        return inf
    return max(0.0, limit - raw[-1]) / slope


def leaking_slope(times: Sequence[float], values: Sequence[float], limit: float) -> float:
    """Return the slope of a series that leaks, in units per second; 0 where it does not."""
    whole = theil_sen(times, values)
    half = len(values) // 2
    newer = theil_sen(times[half:], values[half:])
    grows = whole * (times[-1] - times[0]) >= GROWTH * limit
    steady = newer >= LEVELS_OFF * whole
    return whole if whole > 0.0 and grows and steady and mann_kendall(values) > SIGNIFICANT else 0.0


def mann_kendall(values: Sequence[float]) -> float:
    """Return z: above 2.33, a series without a trend would be in 1 of 100 cases.

    >>> round(mann_kendall([1, 2, 3, 4, 5, 6, 7, 8]), 2), mann_kendall([1, 1, 1, 1])
    (3.34, 0.0)
    """
    n, s = len(values), 0
    for j in range(n):
        for i in range(j):
            s += (values[j] > values[i]) - (values[j] < values[i])
    if s == 0:
        return 0.0
    return (s - 1 if s > 0 else s + 1) / sqrt(n * (n - 1) * (2 * n + 5) / 18.0)


def theil_sen(times: Sequence[float], values: Sequence[float]) -> float:
    """Return the median slope over all pairs at different times; 0 where there is none.

    >>> theil_sen([0, 1, 2, 3], [0, 2, 4, 100])
    17.666666666666668
    """
    slopes = sorted(
        (values[j] - values[i]) / (times[j] - times[i])
        for j in range(len(times))
        for i in range(j)
        if times[j] != times[i]
    )
    if not slopes:
        return 0.0
    middle = len(slopes) // 2
    return slopes[middle] if len(slopes) % 2 else (slopes[middle - 1] + slopes[middle]) / 2.0


def without_inside(points: Sequence[Point]) -> list[float]:
    """Return the values less what the requests inside explain of them."""
    inside = [one.inside for one in points if one.inside is not None]
    values = [one.value for one in points]
    if len(inside) < len(points):
        return values
    each = max(0.0, theil_sen(inside, values))
    return [value - each * number for value, number in zip(values, inside, strict=True)]
