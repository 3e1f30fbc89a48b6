"""Student's t: the interval of a mean, and how surely it is not 0.

    interval    centre +- t(n - 1, 0.975) x error
    p           2 P(T <= -|centre| / error), T with n - 1 degrees of freedom

`error` is the standard error of the centre. Without any spread (error 0) the interval is a point,
and p is 1 at 0 and 0 elsewhere: runs that never differ leave no doubt that statistics can see.
"""

from collections.abc import Sequence
from math import sqrt

from simlab.study.statistics.estimate import LEVEL, NOTHING, Estimate, mean, scatter


def standard_error(values: Sequence[float], centre: float) -> float:
    """Return the standard error of `centre`, from at least two values around it."""
    n = len(values)
    return sqrt(scatter(values, centre) / (n - 1) / n)


def around(centre: float, error: float, runs: int) -> Estimate:
    """Return the interval around `centre` for `runs` >= 2 runs."""
    from scipy.special import stdtrit  # 0.4 s, where scipy.stats takes 1.5 s.

    half = float(stdtrit(runs - 1, (1 + LEVEL) / 2)) * error if error > 0 else 0.0
    return Estimate(centre, centre - half, centre + half)


def interval(values: Sequence[float]) -> Estimate:
    """Return the mean of `values` with its interval; a single value has no interval."""
    if not values:
        return NOTHING
    centre = mean(values)
    if len(values) == 1:
        return Estimate(centre)
    return around(centre, standard_error(values, centre), len(values))


def lower_tail(distance: float, error: float, runs: int) -> float:
    """Return P(T <= distance / error); without spread 0, 1/2 or 1 by the sign of `distance`."""
    from scipy.special import stdtr

    if error > 0:
        return float(stdtr(runs - 1, distance / error))
    return 0.5 if distance == 0 else float(distance > 0)


def p_value(centre: float, error: float, runs: int) -> float:
    """Return the two-sided p of a true value of 0, for `runs` >= 2 runs."""
    return min(1.0, 2 * lower_tail(-abs(centre), error, runs))
