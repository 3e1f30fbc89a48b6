"""Words: a difference as a sentence.

    hpa beats pid on cost by 12 ± 3 % (95 % interval 9 to 15 %, p = 0.001)

A share of the second strategy's figure, where that has a meaning and says the same as the test;
else the difference itself. The interval is the unadjusted one, p is adjusted.
"""

from dataclasses import dataclass

from simlab.study.judging import Difference
from simlab.study.measures import measure_of
from simlab.study.statistics import Estimate

NOISE = 1e-9  # Of a mean: what rounding leaves of a width of 0.
SIGNS = {"ratio": "", "1": "", "money": ""}


@dataclass(frozen=True)
class Size:
    """How large a difference is, in one unit, without its sign."""

    estimate: Estimate
    unit: str

    def __str__(self) -> str:
        assert self.estimate.mean is not None
        unit = f" {self.unit}" if self.unit else ""
        half, mean = self.estimate.half, self.estimate.mean
        spread = f" ± {number(half)}" if half and half > abs(mean) * NOISE else ""
        return f"{number(self.estimate.mean)}{spread}{unit}"

    @property
    def interval(self) -> str:
        """Return ``95 % interval 9 to 15 %``."""
        low, high = self.estimate.low, self.estimate.high
        assert low is not None
        assert high is not None
        unit = f" {self.unit}" if self.unit else ""
        return f"95 % interval {number(low)} to {number(high)}{unit}"


def number(value: float) -> str:
    """Return `value` in three figures."""
    return f"{value:.3g}"


def p_text(p: float | None) -> str:
    """Return ``p = 0.012``."""
    if p is None:
        return "not tested"
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def size_of(seen: Difference) -> Size:
    """Return the size of a difference: relative, if that is as sure of its sign; else absolute."""
    mean, share = seen.estimate.mean, seen.relative
    assert mean is not None
    low, high, middle = share.low, share.high, share.mean
    sure = low is not None and high is not None and (low > 0 or high < 0)
    if sure and middle is not None and (middle > 0) == (mean > 0):
        return Size(_positive(_times(share, 100)), "%")
    unit = measure_of(seen.measure).unit
    return Size(_positive(seen.estimate), SIGNS.get(unit, unit))


def _times(estimate: Estimate, factor: float) -> Estimate:
    ends = [end * factor for end in (estimate.mean, estimate.low, estimate.high) if end is not None]
    return Estimate(*ends)


def _positive(estimate: Estimate) -> Estimate:
    """Return the estimate with its mean turned positive."""
    mean, low, high = estimate.mean, estimate.low, estimate.high
    if mean is None or mean >= 0 or low is None or high is None:
        return estimate
    return Estimate(-mean, -high, -low)


def sentence(seen: Difference) -> str:
    """Return what was found about one pair and measure, in words."""
    a, b, measure = seen.a, seen.b, seen.measure
    match seen.verdict:
        case "better" | "worse" | "higher" | "lower":
            size = size_of(seen)
            middle = {
                "better": f"{a} beats {b} on {measure} by",
                "worse": f"{a} loses to {b} on {measure} by",
                "higher": f"{measure} is higher with {a} than with {b} by",
                "lower": f"{measure} is lower with {a} than with {b} by",
            }[seen.verdict]
            return f"{middle} {size} ({size.interval}, {p_text(seen.p_adjusted)})"
        case "identical":
            return f"{a} and {b} are identical on {measure}, in every replication"
        case "equivalent":
            return f"{a} and {b} are equivalent on {measure}: they differ by {_plain(seen)}"
        case "not available":
            return f"{a} and {b} cannot be compared on {measure}: {_why_not(seen)}"
        case "tail too thin":
            return f"{a} and {b} cannot be compared on {measure}: tail too thin"
        case _:
            return (
                f"{a} and {b} are not distinguishable on {measure}: they differ by {_plain(seen)}"
            )


def _why_not(seen: Difference) -> str:
    if seen.estimate.mean is None:
        return "a replication has no such measure"
    return "a single replication has no spread"


def _plain(seen: Difference) -> str:
    unit = measure_of(seen.measure).unit
    size = Size(seen.estimate, SIGNS.get(unit, unit))
    return f"{size} ({size.interval}, {p_text(seen.p_adjusted)})"
