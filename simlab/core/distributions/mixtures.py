"""Mixtures: one law out of several, by weight; and the union of all laws, which it is made of.

    mixture            draw `offset` selects, in the order written; the part begins at `offset` + 1
    hyperexponential   with p = (1 + sqrt((cv^2 - 1) / (cv^2 + 1))) / 2 one of mean / (2 p),
                       else one of mean / (2 (1 - p))

The second is the mixture of two exponentials with *balanced means*: each brings half the mean.

Reference: W. Whitt, "Approximating a point process by a renewal process, I", *Oper. Res.* 30, 1982.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Literal, TypeAlias

from simlab.core.distributions.empirical import Empirical
from simlab.core.distributions.gammas import Gamma
from simlab.core.distributions.law import Fixed, Sampler, require_between, require_number
from simlab.core.distributions.lognormal import Lognormal
from simlab.core.distributions.normal import Normal
from simlab.core.distributions.pareto import Pareto
from simlab.core.distributions.plain import Constant, Exponential, ExponentialSampler, Uniform
from simlab.core.distributions.weibull import Weibull
from simlab.core.settings import Settings, require, require_positive, require_share
from simlab.core.streams import Stream
from simlab.core.units import Number, Quantity, Ratio


@dataclass(frozen=True, kw_only=True)
class Hyperexponential(Settings):
    """A mixture of two exponential laws, more variable than either; by mean and cv.

    Args:
        mean: The mean of the law.
        cv: Standard deviation / mean: from 1 (exponential) to 1000000.
    """

    dist: Literal["hyperexponential"] = "hyperexponential"
    mean: Quantity
    cv: Number

    def __post_init__(self) -> None:
        require_number(mean=self.mean, cv=self.cv)
        require_positive(mean=self.mean)
        require_between(1.0, 1e6, cv=self.cv)

    def rarer(self) -> float:
        """Return 1 - p, the share of the longer part (without the cancellation of 1 - p)."""
        square = self.cv * self.cv
        return 1.0 / ((square + 1.0) * (1.0 + sqrt((square - 1.0) / (square + 1.0))))

    def expectation(self) -> float:
        """Return the mean of the law."""
        return float(self.mean)

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return 0.0

    def sampler(self) -> Sampler:
        """Return what draws values."""
        q = self.rarer()
        p = 1.0 - q
        short, long = self.mean / (2.0 * p), self.mean / (2.0 * q)
        return MixtureSampler((p, 1.0), (ExponentialSampler(short), ExponentialSampler(long)))


@dataclass(frozen=True, kw_only=True)
class Mixture(Settings):
    """One law out of several, by weight.

    Args:
        of: Pairs of a weight and a law; the weights sum to 1 (100 %).
    """

    dist: Literal["mixture"] = "mixture"
    of: "tuple[tuple[Ratio, DistributionSettings], ...]"

    def __post_init__(self) -> None:
        require(len(self.of) > 0, "of must have at least one pair of a weight and a distribution")
        total = 0.0
        for weight, _ in self.of:
            require_share(weight=weight)
            total += weight
        require(abs(total - 1.0) < 1e-9, f"weights must sum to 1 (100 %), got {total:g}")

    def expectation(self) -> float:
        """Return the mean of the law; infinity where that of a part is."""
        total = 0.0
        for weight, part in self.of:
            if weight > 0:  # A part that is never drawn says nothing, be its mean infinite.
                total += weight * part.expectation()
        return total

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return min(part.infimum() for weight, part in self.of if weight > 0)

    def sampler(self) -> Sampler:
        """Return what draws values."""
        edges, total = [], 0.0
        parts = [(weight, part) for weight, part in self.of if weight > 0]
        for weight, _ in parts:
            total += weight
            edges.append(total)
        edges[-1] = 1.0  # The sum may be a rounding below.
        return MixtureSampler(tuple(edges), tuple(part.sampler() for _, part in parts))


class MixtureSampler(Fixed):
    """Selects by comparing with the running sum of the weights."""

    __slots__ = ("_edges", "_parts")

    def __init__(self, edges: tuple[float, ...], parts: tuple[Sampler, ...]) -> None:
        self._edges, self._parts = edges, parts

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        u = stream.uniform(request, offset)
        at = 0
        while u >= self._edges[at]:  # The last edge is 1, which u is below.
            at += 1
        return self._parts[at].draw(stream, request, offset + 1)


DistributionSettings: TypeAlias = (
    Constant
    | Uniform
    | Exponential
    | Gamma
    | Lognormal
    | Weibull
    | Pareto
    | Normal
    | Hyperexponential
    | Mixture
    | Empirical
)
