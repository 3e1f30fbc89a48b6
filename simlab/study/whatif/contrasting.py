"""Contrasting: paired differences that answer three questions, each with verdicts of its own.

    effects     what a fault does to a measure under a strategy: with it less without it
    spread      which services a fault reaches: the share of calls to each that fail, likewise
    strategies  which strategy does better under a fault: requests lost, time to recover, and the
                measures asked for, with the fault in

p is adjusted by Holm within each of the three. A call to a service fails as its callers see it
(time-outs, too), over all links into it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from simlab.core import FAILURES, OUTCOMES
from simlab.study.columns import Column, column
from simlab.study.contrasts import Pair
from simlab.study.judging import Difference, weigh
from simlab.study.trials import Trial
from simlab.study.whatif.cases import Case, censored

FAILED = tuple(f"outcomes.{OUTCOMES[outcome]}" for outcome in FAILURES)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A difference, and what it is about.

    Args:
        service: Of the spread; else empty.
    """

    fault: str
    strategy: str
    difference: Difference
    service: str = ""


def effects(cases: Sequence[Case], measures: Sequence[str]) -> list[Found]:
    """Return what each fault does to each of `measures`, under each strategy."""
    pairs, about = [], []
    for case in cases:
        for path in measures:
            ours = column(case.hurt, path, case.analysis)
            theirs = column(case.calm, path, case.analysis)
            pairs.append(_pair(path, case.names, ours, theirs))
            about.append((case, ""))
    return _found(pairs, about)


def spread(cases: Sequence[Case], callers: Mapping[str, Sequence[str]]) -> list[Found]:
    """Return what each fault does to calls of each service.

    Args:
        cases: The runs.
        callers: By service, the links into it.
    """
    pairs, about = [], []
    for case in cases:
        for service, links in callers.items():
            ours, theirs = failed(case.hurt, links), failed(case.calm, links)
            pairs.append(_pair("failure_share", case.names, ours, theirs))
            about.append((case, service))
    return _found(pairs, about)


def failed(trials: Sequence[Trial], links: Sequence[str]) -> Column | None:
    """Return the share of attempts at `links` that failed, by trial; None if one has none."""
    values = []
    for trial in trials:
        failures = ended = 0.0
        for link in links:
            row = trial.measures.links[link]
            failures += sum(row[name] or 0 for name in FAILED)
            ended += sum(row[f"outcomes.{name}"] or 0 for name in OUTCOMES)
        if not ended:
            return None
        values.append(failures / ended)
    return Column(values=tuple(values))


def strategies(cases: Sequence[Case], measures: Sequence[str]) -> list[Found]:
    """Return how strategies differ under each fault."""
    pairs, about = [], []
    for fault in dict.fromkeys(case.fault for case in cases):
        own = [case for case in cases if case.fault == fault]
        for a, b in combinations(own, 2):
            for path in ("requests_lost", "time_to_recover"):
                names = (a.strategy, b.strategy)
                pairs.append(_pair(path, names, _of_fault(a, path), _of_fault(b, path)))
                about.append((a, ""))
            for path in measures:
                ours, theirs = (column(one.hurt, path, one.analysis) for one in (a, b))
                pairs.append(_pair(path, (a.strategy, b.strategy), ours, theirs))
                about.append((a, ""))
    return _found(pairs, about)


def _of_fault(case: Case, measure: str) -> Column | None:
    if measure == "time_to_recover":
        values = [censored(one.measures, case.fault, case.duration) for one in case.hurt]
    else:
        values = [one.measures.get(f"faults.{case.fault}.{measure}") for one in case.hurt]
    known = tuple(float(value) for value in values if value is not None)
    return Column(values=known) if len(known) == len(values) else None


def _pair(measure: str, names: tuple[str, str], ours: Column | None, theirs: Column | None) -> Pair:
    a, b = names
    return Pair(measure=measure, a=a, b=b, ours=ours, theirs=theirs, margin=None)


def _found(pairs: Sequence[Pair], about: Sequence[tuple[Case, str]]) -> list[Found]:
    return [
        Found(fault=case.fault, strategy=case.strategy, service=service, difference=difference)
        for (case, service), difference in zip(about, weigh(pairs), strict=True)
    ]
