"""Weibull: the share above x is exp(-(x / scale)^shape); below shape 1 its tail is long.

    mean      scale Gamma(1 + 1/shape)
    1 + cv^2  Gamma(1 + 2/shape) / Gamma(1 + 1/shape)^2, falling as shape grows: found by halving

Reference: N. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate Distributions* 1, ch. 21.
"""

from dataclasses import dataclass
from math import exp, lgamma, log1p
from typing import Final, Literal

from simlab.core.distributions.law import (
    Fixed,
    Sampler,
    given,
    require_between,
    require_one_set,
)
from simlab.core.distributions.quantiles import weibull_quantile
from simlab.core.settings import Settings, require_positive
from simlab.core.streams import Stream
from simlab.core.units import Number, Quantity

SHAPES: Final = (0.1, 1e4)
CVS: Final = (2e-4, 400.0)  # Within what these shapes have.


@dataclass(frozen=True, kw_only=True)
class Weibull(Settings):
    """The Weibull law; by mean and cv, or shape and scale.

    Args:
        mean: The mean of the law.
        cv: Standard deviation / mean: from 0.0002 to 400.
        shape: 1 is exponential, less has a longer tail: from 0.1 to 10000.
        scale: What a share 1/e = 36.8 % of the values exceeds.
    """

    dist: Literal["weibull"] = "weibull"
    mean: Quantity | None = None
    cv: Number | None = None
    shape: Number | None = None
    scale: Quantity | None = None

    def __post_init__(self) -> None:
        numbers = require_one_set(self, ("mean", "cv"), ("shape", "scale"))
        require_positive(**numbers)
        if "cv" in numbers:
            require_between(*CVS, cv=numbers["cv"])
        else:
            require_between(*SHAPES, shape=numbers["shape"])

    def parameters(self) -> tuple[float, float]:
        """Return shape and scale."""
        numbers = given(self)
        if "shape" in numbers:
            return numbers["shape"], numbers["scale"]
        shape = shape_of(numbers["cv"])
        return shape, numbers["mean"] / exp(lgamma(1.0 + 1.0 / shape))

    def expectation(self) -> float:
        """Return the mean of the law."""
        if self.mean is not None:
            return float(self.mean)
        shape, scale = self.parameters()
        return scale * exp(lgamma(1.0 + 1.0 / shape))

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return 0.0

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return WeibullSampler(*self.parameters())


def shape_of(cv: float) -> float:
    """Return the shape of the Weibull laws with this `cv`."""
    wanted = log1p(cv * cv)
    low, high = SHAPES
    for _ in range(200):
        shape = low + (high - low) / 2.0
        if shape in (low, high):
            break
        if lgamma(1.0 + 2.0 / shape) - 2.0 * lgamma(1.0 + 1.0 / shape) > wanted:
            low = shape
        else:
            high = shape
    return high


class WeibullSampler(Fixed):
    """Draws by inversion."""

    __slots__ = ("_scale", "_shape")

    def __init__(self, shape: float, scale: float) -> None:
        self._shape, self._scale = shape, scale

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        return weibull_quantile(self._scale, self._shape, stream.uniform(request, offset))
