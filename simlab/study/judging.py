"""Judging: paired differences of strategies, and what may be said of them.

    not available        a run has no such measure, or a single run is all there is
    identical            all differences are exactly 0
    tail too thin        fewer than 1,000 observations lie beyond a pooled quantile
    equivalent           two one-sided tests: the difference lies within the margin that was given
    better, worse        for a, by the measure's direction (higher, lower where it has none)
    not distinguishable  else

A verdict is by adjusted p <= 0.05: Holm's over all pairs and all measures of one answer, and over
all margins of one answer apart. The first line that holds is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simlab.study.contrasts import Contrast, Pair, pairs
from simlab.study.measures import measure_of
from simlab.study.question import Question
from simlab.study.statistics import NOTHING, Estimate, holm
from simlab.study.trials import Trial

RISK = 0.05


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One measure of a less that of b, paired by replication.

    Args:
        estimate: Of a - b, with the unadjusted interval.
        relative: Of a / b - 1.
        p: Of no difference, two-sided; None where nothing is to be tested.
        p_adjusted: The same by Holm.
        verdict: See the module.
    """

    measure: str
    a: str
    b: str
    estimate: Estimate = NOTHING
    relative: Estimate = NOTHING
    p: float | None = None
    p_adjusted: float | None = None
    verdict: str = "not available"

    def to_json(self) -> dict[str, Any]:
        """Return one entry of ``differences``."""
        return {
            "measure": self.measure,
            "a": self.a,
            "b": self.b,
            **self.estimate.to_json(),
            "relative": self.relative.to_json(),
            "p": self.p,
            "p_adjusted": self.p_adjusted,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A pair of which the runs have been looked at, and that is not weighed yet.

    Args:
        contrast: None where a run has no such measure.
    """

    measure: str
    a: str
    b: str
    margin: float | None
    contrast: Contrast | None


def judge(question: Question, trials: Mapping[str, Sequence[Trial]]) -> tuple[Difference, ...]:
    """Return every difference; `trials` are by strategy, in order of replication."""
    return weigh(list(pairs(question, trials)))


def weigh(asked: Sequence[Pair]) -> tuple[Difference, ...]:
    """Return the difference of each pair; p is adjusted over all of them, as of one answer."""
    return weigh_looked([look_at(pair) for pair in asked])


def look_at(pair: Pair) -> Looked:
    """Return what the runs of a pair say, without the runs."""
    return Looked(
        measure=pair.measure, a=pair.a, b=pair.b, margin=pair.margin, contrast=pair.contrast()
    )


def look(question: Question, trials: Mapping[str, Sequence[Trial]]) -> list[Looked]:
    """Return what the runs say of every pair and measure, without the runs."""
    return [look_at(pair) for pair in pairs(question, trials)]


def weigh_looked(looked: Sequence[Looked]) -> tuple[Difference, ...]:
    """Return the same as `weigh`, of pairs that have been looked at before."""
    adjusted = _adjusted([None if one.contrast is None else one.contrast.p for one in looked])
    beyond = _adjusted(
        [None if one.contrast is None else one.contrast.p_beyond(one.margin) for one in looked]
    )
    rows = zip(looked, adjusted, beyond, strict=True)
    return tuple(_difference(*row) for row in rows)


def _adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """Return Holm's adjusted p-values of those there are, in place."""
    known = iter(holm([p for p in p_values if p is not None]))
    return [None if p is None else next(known) for p in p_values]


def _difference(pair: Looked, p_adjusted: float | None, p_beyond: float | None) -> Difference:
    seen = pair.contrast
    if seen is None:
        return Difference(measure=pair.measure, a=pair.a, b=pair.b)
    return Difference(
        measure=pair.measure,
        a=pair.a,
        b=pair.b,
        estimate=seen.estimate,
        relative=seen.relative,
        p=seen.p,
        p_adjusted=p_adjusted,
        verdict=verdict(pair.measure, seen, p_adjusted, p_beyond),
    )


def verdict(measure: str, seen: Contrast, p_adjusted: float | None, p_beyond: float | None) -> str:
    """Return what may be said of a against b."""
    if seen.identical:
        return "identical"
    if seen.error is None:
        return "not available"
    if seen.thin or p_adjusted is None:
        return "tail too thin"
    if p_beyond is not None and p_beyond <= RISK:
        return "equivalent"
    if p_adjusted > RISK:
        return "not distinguishable"
    better = measure_of(measure).better
    if better is None:
        return "higher" if seen.centre > 0 else "lower"
    return "better" if (seen.centre < 0) == (better == "less") else "worse"


def best(question: Question, differences: Sequence[Difference]) -> tuple[str, ...]:
    """Return the strategies that are not worse than any other in the first measure."""
    first = [one for one in differences if one.measure == question.measures[0]]
    beaten = {one.a for one in first if one.verdict == "worse"}
    beaten |= {one.b for one in first if one.verdict == "better"}
    return tuple(name for name in question.strategies if name not in beaten)
