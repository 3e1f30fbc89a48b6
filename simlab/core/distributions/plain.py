"""The plain laws: constant, uniform, exponential.

    uniform   from low to high: mean (1 - sqrt(3) cv) to mean (1 + sqrt(3) cv)

Reference: N. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate Distributions* 2, ch. 26.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from simlab.core.distributions.law import (
    Fixed,
    Sampler,
    given,
    require_number,
    require_one_set,
)
from simlab.core.distributions.quantiles import exponential_quantile, uniform_quantile
from simlab.core.settings import Settings, require, require_not_negative, require_positive
from simlab.core.streams import Stream
from simlab.core.units import Number, Quantity


@dataclass(frozen=True, kw_only=True)
class Constant(Settings):
    """Always the same value.

    Args:
        value: The value.
    """

    dist: Literal["constant"] = "constant"
    value: Quantity

    def __post_init__(self) -> None:
        require_number(value=self.value)
        require_not_negative(value=self.value)

    def expectation(self) -> float:
        """Return the mean of the law."""
        return float(self.value)

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return float(self.value)

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return ConstantSampler(float(self.value))


class ConstantSampler(Fixed):
    """Returns the value and draws nothing."""

    __slots__ = ("_value",)

    def __init__(self, value: float) -> None:
        self._value = value

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        return self._value


@dataclass(frozen=True, kw_only=True)
class Uniform(Settings):
    """Evenly spread from `low` to `high`; known by these two, or by mean and cv.

    Args:
        low: The smallest value.
        high: The largest value.
        mean: The mean of the law.
        cv: Standard deviation / mean: at most 1 / sqrt(3) = 0.577, where the smallest value is 0.
    """

    dist: Literal["uniform"] = "uniform"
    low: Quantity | None = None
    high: Quantity | None = None
    mean: Quantity | None = None
    cv: Number | None = None

    def __post_init__(self) -> None:
        numbers = require_one_set(self, ("low", "high"), ("mean", "cv"))
        if "cv" in numbers:
            require_positive(**numbers)
            cv = numbers["cv"]
            require(cv * sqrt(3.0) <= 1.0, f"cv must be at most 0.577 (1 / sqrt(3)), got {cv:g}")
        else:
            low, high = self.bounds()
            require_not_negative(low=low)
            require(low < high, f"high must be more than low ({low:g}), got {high:g}")

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and the largest value."""
        numbers = given(self)
        if "low" in numbers:
            return numbers["low"], numbers["high"]
        half = numbers["mean"] * numbers["cv"] * sqrt(3.0)
        return numbers["mean"] - half, numbers["mean"] + half

    def expectation(self) -> float:
        """Return the mean of the law."""
        low, high = self.bounds()
        return low + (high - low) / 2.0

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return self.bounds()[0]

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return UniformSampler(*self.bounds())


class UniformSampler(Fixed):
    """Draws by inversion."""

    __slots__ = ("_high", "_low")

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        return uniform_quantile(self._low, self._high, stream.uniform(request, offset))


@dataclass(frozen=True, kw_only=True)
class Exponential(Settings):
    """Without memory: however long it has lasted, what is left has the same law.

    Args:
        mean: The mean of the law; the standard deviation is as large (cv 1).
    """

    dist: Literal["exponential"] = "exponential"
    mean: Quantity

    def __post_init__(self) -> None:
        require_number(mean=self.mean)
        require_positive(mean=self.mean)

    def expectation(self) -> float:
        """Return the mean of the law."""
        return float(self.mean)

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return 0.0

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return ExponentialSampler(self.mean)


class ExponentialSampler(Fixed):
    """Draws by inversion."""

    __slots__ = ("_mean",)

    def __init__(self, mean: float) -> None:
        self._mean = mean

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        return exponential_quantile(self._mean, stream.uniform(request, offset))
