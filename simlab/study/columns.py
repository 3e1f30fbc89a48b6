"""A column: one measure of one strategy over its replications, and what is estimated from it.

terminating     the mean of the runs' values
steady_state    of quantiles: that of all runs pooled, as wide as the runs' own lie around it;
                of other measures: the mean
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from simlab.study.measures import split
from simlab.study.question import Analysis
from simlab.study.statistics import (
    NOTHING,
    RANKS,
    Estimate,
    Histogram,
    around,
    is_thin,
    mean,
    merged,
    quantile_of,
    standard_error,
)
from simlab.study.trials import Trial


@dataclass(frozen=True, kw_only=True)
class Column:
    """A measure that every replication has.

    Args:
        values: In order of replication; at least one.
        histograms: Of the same runs, where the pooled quantile is meant; else empty.
        thousandths: Of that quantile.
    """

    values: tuple[float, ...]
    histograms: tuple[Histogram, ...] = ()
    thousandths: int = 0

    @property
    def centre(self) -> float:
        """Return the mean, or the pooled quantile."""
        return self._pooled(self.histograms) if self.histograms else mean(self.values)

    @property
    def is_thin(self) -> bool:
        """Say whether too few observations lie beyond a pooled quantile to trust it."""
        return bool(self.histograms) and is_thin(merged(self.histograms), self.thousandths)

    def without(self) -> list[float]:
        """Return what the centre would be without each run in turn; at least two runs."""
        n = len(self.values)
        if self.histograms:
            hs = self.histograms
            return [self._pooled([*hs[:run], *hs[run + 1 :]]) for run in range(n)]
        total = fsum(self.values)
        return [(total - value) / (n - 1) for value in self.values]

    def estimate(self) -> Estimate:
        """Return the centre with its interval."""
        centre, runs = self.centre, len(self.values)
        if runs == 1:
            return Estimate(centre)
        return around(centre, standard_error(self.values, centre), runs)

    def _pooled(self, histograms: Sequence[Histogram]) -> float:
        value = quantile_of(merged(histograms), self.thousandths)
        assert value is not None, "each run has a quantile, so all of them have one"
        return value


def column(trials: Sequence[Trial], path: str, analysis: Analysis) -> Column | None:
    """Return the measure at `path` over `trials`, in their order; None if one of them has none."""
    values = [one.measures.get(path) for one in trials]
    known = tuple(float(value) for value in values if value is not None)
    if len(known) < len(values):
        return None
    level, name, measure = split(path)
    if analysis == "terminating" or measure not in RANKS:
        return Column(values=known)
    pools = tuple(_histogram(one, level, name) for one in trials)
    return Column(values=known, histograms=pools, thousandths=RANKS[measure])


def _histogram(trial: Trial, level: str, name: str) -> Histogram:
    if level != "total":
        return trial.histograms[f"{level}.{name}"]
    every = [pool for of, pool in trial.histograms.items() if of.startswith("sources.")]
    return merged(every)


def estimate(trials: Sequence[Trial], path: str, analysis: Analysis) -> Estimate:
    """Return the estimate of the measure at `path`; nothing if a run has none."""
    found = column(trials, path, analysis)
    return NOTHING if found is None else found.estimate()
