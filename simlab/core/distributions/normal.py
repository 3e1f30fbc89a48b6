"""Normal, cut at 0: what lies below 0 is left out, and the rest grows to fill its place.

    value          F^-1(F(0) + u (1 - F(0)))
    mean, cut      mean + sd phi(a) / (1 - Phi(a))     a = -mean / sd

`mean`, `sd` and `cv` are those of the whole law, before the cut: the values' own mean is larger.

References: simlab's model (the cut); N. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate
Distributions* 1, section 13.10.1 (its mean).
"""

from dataclasses import dataclass
from math import erfc, exp, pi, sqrt
from typing import Final, Literal

from simlab.core.distributions.law import (
    Fixed,
    Sampler,
    given,
    require_between,
    require_one_set,
)
from simlab.core.distributions.quantiles import cut_normal_quantile
from simlab.core.settings import Settings, require_not_negative, require_positive
from simlab.core.streams import Stream
from simlab.core.units import Number, Quantity

CVS: Final = (1e-5, 1e6)


@dataclass(frozen=True, kw_only=True)
class Normal(Settings):
    """The normal law, cut at 0; by mean and cv, or mean and sd, of the law before the cut.

    Args:
        mean: The mean before the cut; what is drawn has a larger one (by 0.7 % at a cv of 0.4,
            29 % at a cv of 1).
        cv: sd / mean.
        sd: The standard deviation before the cut.
    """

    dist: Literal["normal"] = "normal"
    mean: Quantity
    cv: Number | None = None
    sd: Quantity | None = None

    def __post_init__(self) -> None:
        numbers = require_one_set(self, ("mean", "cv"), ("mean", "sd"))
        if "cv" in numbers:
            require_positive(**numbers)
            require_between(*CVS, cv=numbers["cv"])
        else:
            require_not_negative(mean=self.mean)
            require_positive(sd=self.deviation())

    def deviation(self) -> float:
        """Return the standard deviation before the cut."""
        numbers = given(self)
        return numbers["sd"] if "sd" in numbers else numbers["mean"] * numbers["cv"]

    def below(self) -> float:
        """Return the share of the whole law that is below 0, and so cut off."""
        return 0.5 * erfc(self.mean / self.deviation() / sqrt(2.0))

    def expectation(self) -> float:
        """Return the mean of what is drawn: of the law after the cut."""
        sd = self.deviation()
        a = self.mean / sd
        return self.mean + sd * exp(-0.5 * a * a) / sqrt(2.0 * pi) / (1.0 - self.below())

    def infimum(self) -> float:
        """Return the greatest number that no value is below."""
        return 0.0

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return NormalSampler(self.mean, self.deviation(), self.below())


class NormalSampler(Fixed):
    """Draws by inversion."""

    __slots__ = ("_below", "_mean", "_sd")

    def __init__(self, mean: float, sd: float, below: float) -> None:
        self._mean, self._sd, self._below = mean, sd, below

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        u = stream.uniform(request, offset)
        return cut_normal_quantile(self._mean, self._sd, self._below, u)
