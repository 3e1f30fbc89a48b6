"""The jackknife: the spread of a figure that is no mean, by leaving out one run at a time.

    error = sqrt( (n - 1) / n x sum of (f without i - their mean)^2 )

Reference: B. Efron and C. Stein, *Annals of Statistics* 9(3), 1981.
"""

from collections.abc import Sequence
from math import sqrt

from simlab.study.statistics.estimate import NOTHING, Estimate, mean, scatter
from simlab.study.statistics.student import around


def jackknife(whole: float, without: Sequence[float]) -> Estimate:
    """Return the interval around `whole`, from the same figure `without` each run in turn.

    `without` has the shape (runs,); fewer than two give no interval.
    """
    n = len(without)
    if n < 2:
        return Estimate(whole)
    error = sqrt(scatter(without, mean(without)) * (n - 1) / n)
    return around(whole, error, n)


def ratio(
    above: float, below: float, above_without: Sequence[float], below_without: Sequence[float]
) -> Estimate:
    """Return above / below - 1 with its jackknife interval; nothing where a divisor is 0."""
    if below == 0 or any(value == 0 for value in below_without):
        return NOTHING
    pairs = zip(above_without, below_without, strict=True)
    return jackknife(above / below - 1, [a / b - 1 for a, b in pairs])
