"""Pareto (of the first kind): the share above x is (minimum / x)^alpha; the tail is a power.

    mean   minimum alpha / (alpha - 1), infinite for alpha <= 1
    cv^2   1 / (alpha (alpha - 2)), so alpha = 1 + sqrt(1 + 1 / cv^2): always above 2

Reference: N. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate Distributions* 1, ch. 20.
"""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Final, Literal

from simlab.core.distributions.law import (
    Fixed,
    Sampler,
    given,
    require_between,
    require_one_set,
)
from simlab.core.distributions.quantiles import pareto_quantile
from simlab.core.settings import Settings, require, require_positive
from simlab.core.streams import Stream
from simlab.core.units import Number, Quantity

ALPHAS: Final = (0.1, 1e9)  # Below, values leave the floats.
CVS: Final = (1e-5, 1e6)


@dataclass(frozen=True, kw_only=True)
class Pareto(Settings):
    """The Pareto law; by mean and alpha, minimum and alpha, or mean and cv.

    Args:
        alpha: The tail's exponent, from 0.1 on; up to 2 the variance is infinite, up to 1 the mean
            is, so it must be above 1 beside a mean.
        mean: The mean of the law.
        minimum: The smallest value.
        cv: Standard deviation / mean.
    """

    dist: Literal["pareto"] = "pareto"
    alpha: Number | None = None
    mean: Quantity | None = None
    minimum: Quantity | None = None
    cv: Number | None = None

    def __post_init__(self) -> None:
        numbers = require_one_set(self, ("mean", "alpha"), ("minimum", "alpha"), ("mean", "cv"))
        require_positive(**numbers)
        if "cv" in numbers:
            require_between(*CVS, cv=numbers["cv"])
        else:
            alpha = numbers["alpha"]
            require_between(*ALPHAS, alpha=alpha)
            require(
                alpha > 1.0 or "mean" not in numbers,
                f"alpha must be above 1, or there is no mean, got {alpha:g}",
            )

    def parameters(self) -> tuple[float, float]:
        """Return minimum and alpha."""
        numbers = given(self)
        if "minimum" in numbers:
            return numbers["minimum"], numbers["alpha"]
        if "cv" in numbers:
            alpha = 1.0 + sqrt(1.0 + 1.0 / (numbers["cv"] * numbers["cv"]))
        else:
            alpha = numbers["alpha"]
        return numbers["mean"] * (alpha - 1.0) / alpha, alpha

    def expectation(self) -> float:
        """Return the mean of the law; infinity where alpha is 1 or less."""
        if self.mean is not None:
            return float(self.mean)
        minimum, alpha = self.parameters()
        return minimum * alpha / (alpha - 1.0) if alpha > 1.0 else inf

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return float(self.parameters()[0])

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return ParetoSampler(*self.parameters())


class ParetoSampler(Fixed):
    """Draws by inversion."""

    __slots__ = ("_alpha", "_minimum")

    def __init__(self, minimum: float, alpha: float) -> None:
        self._minimum, self._alpha = minimum, alpha

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        return pareto_quantile(self._minimum, self._alpha, stream.uniform(request, offset))
