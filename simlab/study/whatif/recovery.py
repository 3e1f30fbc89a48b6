"""Recovery: how one fault was met under one strategy, over all replications.

Times of what never happened are not made up: detected, acted and recovered are counted, and means
are over those that were. A run that did not recover has the run's rest for its time to recover
(it is censored: the mean is a lower bound), and how many these are is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simlab.study.columns import Column
from simlab.study.statistics import NOTHING, Estimate
from simlab.study.whatif.cases import Case, censored


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """One fault under one strategy.

    Args:
        kind: Of the fault.
        runs: Replications in which it occurred.
        started: When, in the mean, in seconds.
        detected, acted, recovered: In how many of them.
        time_to_detect, time_to_act: Over those in which it was.
        time_to_recover: Over all; the run's rest where it did not recover.
        requests_lost, loss_area, depth: Over all; see `simlab.study.measures.twins`.
        first, third: In how many the true root cause came first, or among the first three, of the
            analyzer's candidates (AC@1, AC@3 are their shares).
        ranked: In how many an analyzer named causes at all.
    """

    fault: str
    kind: str
    strategy: str
    runs: int
    started: float | None
    detected: int
    acted: int
    recovered: int
    time_to_detect: Estimate
    time_to_act: Estimate
    time_to_recover: Estimate
    requests_lost: Estimate
    loss_area: Estimate
    depth: Estimate
    ranked: int
    first: int
    third: int

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: value.to_json() if isinstance(value, Estimate) else value
            for name, value in plain.items()
        }


def recovery(case: Case, kind: str) -> Recovery:
    """Return how the fault of `case`, of this kind, was met."""
    fault, trials, duration = case.fault, case.hurt, case.duration
    each = [one.measures.faults[fault] for one in trials if fault in one.measures.faults]
    ranks = [one["diagnosis_rank"] for one in each]
    return Recovery(
        fault=fault,
        kind=kind,
        strategy=case.strategy,
        runs=len(each),
        started=over([one["started"] for one in each]).mean,
        detected=_count([one["time_to_detect"] for one in each]),
        acted=_count([one["time_to_act"] for one in each]),
        recovered=sum(one["recovered"] == 1 for one in each),
        time_to_detect=over([one["time_to_detect"] for one in each]),
        time_to_act=over([one["time_to_act"] for one in each]),
        time_to_recover=over([censored(one.measures, fault, duration) for one in trials]),
        requests_lost=over([one["requests_lost"] for one in each]),
        loss_area=over([one["loss_area"] for one in each]),
        depth=over([one["depth"] for one in each]),
        ranked=_count(ranks),
        first=sum(rank == 1 for rank in ranks),
        third=sum(rank is not None and rank <= 3 for rank in ranks),
    )


def over(values: Sequence[float | None]) -> Estimate:
    """Return the estimate over those values that there are."""
    known = tuple(float(value) for value in values if value is not None)
    return Column(values=known).estimate() if known else NOTHING


def _count(values: Sequence[float | None]) -> int:
    return sum(value is not None for value in values)
