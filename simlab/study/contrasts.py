"""Contrasts: what the paired runs of two strategies say of one measure, before it is weighed.

Strategies meet the same luck, replication by replication, so what is looked at is the gap within
each. In steady state a quantile's gap is that of the pooled quantiles, as wide as the runs' own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from simlab.study.columns import Column, column
from simlab.study.question import Question
from simlab.study.statistics import (
    NOTHING,
    Estimate,
    around,
    equivalence,
    mean,
    p_value,
    ratio,
    standard_error,
)
from simlab.study.trials import Trial


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two columns of one measure, side by side; a margin, if one was given."""

    measure: str
    a: str
    b: str
    ours: Column | None
    theirs: Column | None
    margin: float | None

    def contrast(self) -> "Contrast | None":
        """Return what the runs say; None if one of them has no such measure."""
        if self.ours is None or self.theirs is None:
            return None
        gaps = [x - y for x, y in zip(self.ours.values, self.theirs.values, strict=True)]
        pooled = bool(self.ours.histograms)
        centre = self.ours.centre - self.theirs.centre if pooled else mean(gaps)
        runs = len(gaps)
        several = runs > 1
        return Contrast(
            centre=centre,
            error=standard_error(gaps, centre) if several else None,
            runs=runs,
            relative=_relative(self.ours, self.theirs) if several else _plain_ratio(self),
            identical=centre == 0 and not any(gaps),
            thin=self.ours.is_thin or self.theirs.is_thin,
        )


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """What the runs of a pair say, before it is weighed against the others' answers.

    Args:
        error: The standard error of `centre`; None for a single run.
    """

    centre: float
    error: float | None
    runs: int
    relative: Estimate
    identical: bool
    thin: bool

    @property
    def estimate(self) -> Estimate:
        if self.error is None:
            return Estimate(self.centre)
        return around(self.centre, self.error, self.runs)

    @property
    def p(self) -> float | None:
        """Return the p of no difference; None where it is not to be tested."""
        if self.error is None or self.thin:
            return None
        return p_value(self.centre, self.error, self.runs)

    def p_beyond(self, margin: float | None) -> float | None:
        """Return the p of a difference of `margin` or more; None where it is not to be tested."""
        if self.error is None or self.thin or margin is None:
            return None
        return equivalence(self.centre, self.error, self.runs, margin)


def _relative(ours: Column, theirs: Column) -> Estimate:
    return ratio(ours.centre, theirs.centre, ours.without(), theirs.without())


def _plain_ratio(pair: Pair) -> Estimate:
    assert pair.ours is not None
    assert pair.theirs is not None
    below = pair.theirs.centre
    return Estimate(pair.ours.centre / below - 1) if below else NOTHING


def pairs(question: Question, trials: Mapping[str, Sequence[Trial]]) -> Iterator[Pair]:
    """Yield each pair of strategies, a before b, of each measure asked for."""
    for path in question.measures:
        columns = {
            name: column(trials[name], path, question.analysis) for name in question.strategies
        }
        for a, b in combinations(question.strategies, 2):
            yield Pair(
                measure=path, a=a, b=b, ours=columns[a], theirs=columns[b],
                margin=question.margin.get(path),
            )  # fmt: skip
