"""Cases: the runs of one fault under one strategy, each beside its twin without the fault."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simlab.core import Seconds
from simlab.study.measures import RunMeasures
from simlab.study.measures.twins import Quality, of_twins
from simlab.study.question import Analysis
from simlab.study.trials import Trial


@dataclass(frozen=True, kw_only=True)
class Case:
    """The runs of one fault under one strategy, by replication: with it and without it."""

    fault: str
    strategy: str
    hurt: Sequence[Trial]
    calm: Sequence[Trial]
    duration: float
    analysis: Analysis

    @property
    def names(self) -> tuple[str, str]:
        """Return what the two sides are called in a difference."""
        return f"{self.strategy} with {self.fault}", f"{self.strategy} without {self.fault}"


def told(hurt: Trial, calm: Trial, fault: str, duration: Seconds) -> Trial:
    """Return `hurt` with what its twin run without `fault` tells of it among its measures."""
    own = hurt.measures.faults.get(fault)
    start = None if own is None else own["started"]
    if own is None or start is None:
        return hurt
    twins = of_twins(_quality(hurt), _quality(calm), start=start, duration=duration)
    faults = {**hurt.measures.faults, fault: {**own, **twins}}
    return replace(hurt, measures=replace(hurt.measures, faults=faults))


def _quality(trial: Trial) -> Quality:
    return Quality(valid=trial.quality["valid"].tolist(), good=trial.quality["good"].tolist())


def censored(measures: RunMeasures, fault: str, duration: Seconds) -> float | None:
    """Return the time to recover; the run's rest where it did not; None where nothing happened."""
    own = measures.faults.get(fault)
    if own is None or own["started"] is None:
        return None
    time = own["time_to_recover"]
    return duration - own["started"] if time is None else time
