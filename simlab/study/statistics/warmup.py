"""Warm-up: where a run has forgotten how it began, by MSER-5 on the mean over replications.

    batches of 5 s;   cut after d batches so that   sum of (x - mean)^2 / (number left)^2   is least

A single run's curve is too rough for it (it would cut back to a quiet tail): it is applied to the
mean over `PILOTS` replications. A least value at the edge of the first half means that the run
never settled: it is too short to have a warm-up.

Reference: K. P. White, M. J. Cobb and S. C. Spratt, *Proc. Winter Simulation Conference*, 2000.
"""

from collections.abc import Sequence
from math import ceil

from simlab.core import Seconds
from simlab.study.statistics.estimate import mean

PILOTS = 10
BATCH = 5
STEP: Seconds = 10.0

Curve = Sequence[float | None]  # Mean latency by second of arrival; None: nothing was answered.


def average(curves: Sequence[Curve], seconds: int) -> list[float | None]:
    """Return the mean over replications, second by second, of those that have a value."""
    average: list[float | None] = []
    for second in range(seconds):
        seen = [curve[second] for curve in curves if second < len(curve)]
        known = [value for value in seen if value is not None]
        average.append(mean(known) if known else None)
    return average


def batches(curve: Curve) -> list[tuple[int, float]]:
    """Return (first second, mean) of each whole batch of `BATCH` seconds that has a value."""
    found = []
    for start in range(0, len(curve) - BATCH + 1, BATCH):
        known = [value for value in curve[start : start + BATCH] if value is not None]
        if known:
            found.append((start, mean(known)))
    return found


def mser5(curve: Curve) -> int | None:
    """Return the second to cut at, or None where the least value is at the edge of the half."""
    points = batches(curve)
    half = len(points) // 2
    errors = _marginal_errors([value for _, value in points])[: half + 1]
    if not errors:
        return None
    cut = errors.index(min(errors))
    if cut == 0:
        return 0
    return points[cut][0] if cut < half else None


def _marginal_errors(values: Sequence[float]) -> list[float]:
    """Return, for each cut, the squared distances of what is left from its mean over its number^2.

    From the end on, by Welford's recurrence: sums of squares would cancel.
    """
    errors, centre, squares = [], 0.0, 0.0
    for n, value in enumerate(reversed(values), 1):
        step = value - centre
        centre += step / n
        squares += step * (value - centre)
        errors.append(squares / (n * n))
    return errors[::-1]


def settle(curves: Sequence[Curve], duration: Seconds) -> Seconds | None:
    """Return the warm-up of one strategy, up to the next 10 s; None: the run is too short for one.

    `curves` are those of its first `PILOTS` replications.
    """
    cut = mser5(average(curves, int(duration)))
    if cut is None:
        return None
    warmup = ceil(cut / STEP) * STEP
    return warmup if warmup <= duration / 2 else None
