"""Lognormal: the log is normal, with mean mu and standard deviation sigma.

    p50                exp(mu)
    p99                exp(mu + z sigma)             z = Phi^-1(0.99) = 2.326...
    mean               exp(mu + sigma^2 / 2)
    cv                 sqrt(exp(sigma^2) - 1)
    p99 / mean         exp(z sigma - sigma^2 / 2)    so sigma = z - sqrt(z^2 - 2 log(p99 / mean))

The last has two solutions; the smaller sigma is meant. Beyond exp(z^2 / 2) = 14.97 there is none.

Reference: N. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate Distributions* 1, ch. 14.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from typing import Final, Literal

from simlab.core.distributions.law import (
    Fixed,
    Sampler,
    given,
    require_between,
    require_one_set,
)
from simlab.core.distributions.quantiles import lognormal_quantile
from simlab.core.settings import Settings, require, require_positive
from simlab.core.streams import Stream
from simlab.core.units import Number, Quantity

Z: Final = 2.3263478740408408  # The normal quantile of 0.99.
STEEPEST: Final = 14.9  # p99 / mean: just below the largest that a lognormal law can have.
FARTHEST: Final = 8.3  # The largest normal quantile that is ever drawn.
EXPONENT: Final = 709.0  # exp of more is beyond the largest float.
CVS: Final = (1e-5, 1e6)


@dataclass(frozen=True, kw_only=True)
class Lognormal(Settings):
    """The lognormal law; by mean and cv, mean and p99, p50 and p99, or mu and sigma.

    Args:
        mean: The mean of the law.
        cv: Standard deviation / mean.
        p50: The median.
        p99: The 99th percentile: more than p50; more than the mean, and at most 14.9 times it.
            Of the two laws with one mean and p99, the one that varies less is meant.
        mu: The mean of the log of the value in seconds, bytes or units.
        sigma: The standard deviation of the log.
    """

    dist: Literal["lognormal"] = "lognormal"
    mean: Quantity | None = None
    cv: Number | None = None
    p50: Quantity | None = None
    p99: Quantity | None = None
    mu: Number | None = None
    sigma: Number | None = None

    def __post_init__(self) -> None:
        numbers = require_one_set(
            self, ("mean", "cv"), ("mean", "p99"), ("p50", "p99"), ("mu", "sigma")
        )
        require_positive(**{name: value for name, value in numbers.items() if name != "mu"})
        if "p99" in numbers:
            _require_p99(numbers)
        if "cv" in numbers:
            require_between(*CVS, cv=numbers["cv"])
        mu, sigma = self.parameters()
        require(
            abs(mu) + FARTHEST * sigma < EXPONENT,
            f"mu {mu:g} and sigma {sigma:g} give values beyond the largest number",
        )

    def parameters(self) -> tuple[float, float]:
        """Return mu and sigma."""
        numbers = given(self)
        if "mu" in numbers:
            return numbers["mu"], numbers["sigma"]
        if "p50" in numbers:
            mu = log(numbers["p50"])
            return mu, (log(numbers["p99"]) - mu) / Z
        if "p99" in numbers:
            sigma = Z - sqrt(Z * Z - 2.0 * (log(numbers["p99"]) - log(numbers["mean"])))
        else:
            sigma = sqrt(log1p(numbers["cv"] * numbers["cv"]))
        return log(numbers["mean"]) - sigma * sigma / 2.0, sigma

    def expectation(self) -> float:
        """Return the mean of the law."""
        if self.mean is not None:
            return float(self.mean)
        mu, sigma = self.parameters()
        return exp(mu + sigma * sigma / 2.0)

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return 0.0

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return LognormalSampler(*self.parameters())


def _require_p99(numbers: Mapping[str, float]) -> None:
    p99, name = numbers["p99"], "mean" if "mean" in numbers else "p50"
    base = numbers[name]
    require(p99 > base, f"p99 must be more than {name} ({base:g}), got {p99:g}")
    require(
        name == "p50" or p99 / base <= STEEPEST,
        f"p99 must be at most {STEEPEST} x mean ({STEEPEST * base:g}), got {p99:g}",
    )


class LognormalSampler(Fixed):
    """Draws by inversion."""

    __slots__ = ("_mu", "_sigma")

    def __init__(self, mu: float, sigma: float) -> None:
        self._mu, self._sigma = mu, sigma

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        return lognormal_quantile(self._mu, self._sigma, stream.uniform(request, offset))
