"""Gamma: a proposal from the normal law, cubed, and taken or not; again until one is taken.

    by mean and cv:   shape = 1 / cv^2    scale = mean cv^2
    shape < 1:        gamma(shape) = gamma(shape + 1) u^(1/shape)

Trial i uses both numbers of draw `offset` + i, the last factor draw `offset` + 2**18.

Reference: G. Marsaglia and W. Tsang, *ACM Trans. Math. Softw.* 26(3), 2000.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

from simlab.core.distributions.law import (
    Fixed,
    Sampler,
    given,
    require_between,
    require_one_set,
)
from simlab.core.distributions.quantiles import gamma_boost, gamma_trial
from simlab.core.settings import Settings, require_positive
from simlab.core.streams import Stream
from simlab.core.units import Number, Quantity

BOOST: Final = 1 << 18
SHAPES: Final = (1e-6, 1e10)  # Beyond: all values are 0, or the trial's differences are rounding.
CVS: Final = (1e-5, 1e3)


@dataclass(frozen=True, kw_only=True)
class Gamma(Settings):
    """The gamma law: cv 1 is exponential, less is more regular; by mean and cv, or shape and scale.

    Args:
        mean: The mean of the law.
        cv: Standard deviation / mean: from 0.00001 to 1000.
        shape: 1 / cv^2.
        scale: mean / shape.
    """

    dist: Literal["gamma"] = "gamma"
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
        square = numbers["cv"] * numbers["cv"]
        return 1.0 / square, numbers["mean"] * square

    def expectation(self) -> float:
        """Return the mean of the law."""
        if self.mean is not None:
            return float(self.mean)
        shape, scale = self.parameters()
        return shape * scale

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return 0.0

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return GammaSampler(*self.parameters())


class GammaSampler(Fixed):
    """Draws by trials, one or two in nearly all cases."""

    __slots__ = ("_c", "_d", "_scale", "_shape")

    def __init__(self, shape: float, scale: float) -> None:
        self._shape, self._scale = shape, scale
        self._d = (shape if shape >= 1.0 else shape + 1.0) - 1.0 / 3.0
        self._c = 1.0 / sqrt(9.0 * self._d)

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        trial = offset
        u, w = stream.uniforms(request, trial)
        value = gamma_trial(self._d, self._c, u, w)
        while value < 0.0:
            trial += 1
            u, w = stream.uniforms(request, trial)
            value = gamma_trial(self._d, self._c, u, w)
        if self._shape < 1.0:
            value *= gamma_boost(self._shape, stream.uniform(request, offset + BOOST))
        return self._scale * value
