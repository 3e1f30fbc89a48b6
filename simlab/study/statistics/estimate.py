"""An estimate: a mean with its interval; and the sums that every statistic here is made of.

Sums are exactly rounded (`math.fsum`), so they do not depend on the order of the runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean, and the ends of its interval at 95 %.

    Args:
        mean: The estimate itself; None where there is none (nor is there an interval then).
        low, high: None where one run is all there is: a single run has no spread.
    """

    mean: float | None
    low: float | None = None
    high: float | None = None

    @property
    def half(self) -> float | None:
        """Return half the width of the interval, or None."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    def to_json(self) -> dict[str, float | None]:
        """Return ``{"mean", "low", "high"}``."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


NOTHING = Estimate(None)


def mean(values: Sequence[float]) -> float:
    """Return the mean of at least one value; of equal values it is that value to the last bit."""
    first = values[0]
    if all(value == first for value in values):
        return first
    return fsum(values) / len(values)


def scatter(values: Sequence[float], centre: float) -> float:
    """Return the sum of the squared distances of `values` from `centre`."""
    return fsum((value - centre) * (value - centre) for value in values)
