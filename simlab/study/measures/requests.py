"""Measures of requests: of one source, and of all in sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Protocol, TypeAlias

from simlab.core import FAILURES, OUTCOMES, Outcome, Ratio, Seconds
from simlab.study.statistics import RANKS, quantile_of
from simlab.telemetry import BUCKETS, SourceRecord

Values: TypeAlias = dict[str, float | None]


class Goal(Protocol):
    """What is good enough: the part of an slo that measures read."""

    @property
    def within(self) -> Seconds: ...
    @property
    def objective(self) -> Ratio: ...
    @property
    def period(self) -> Seconds: ...


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What requests are judged by.

    Args:
        timed: Whether each of them had a time to be answered within.
        objective: The share that is to be good; None: none was named, or not one for all.
        period: Of the error budget, in seconds.
    """

    timed: bool
    objective: Ratio | None
    period: Seconds | None


def promise(own: Goal | None, common: Goal | None) -> Promise:
    """Return what a source is judged by: its own slo, else the common one."""
    goal = common if own is None else own
    if goal is None:
        return Promise(timed=False, objective=None, period=None)
    return Promise(timed=True, objective=goal.objective, period=goal.period)


def promise_of_all(owns: Sequence[Goal | None], common: Goal | None) -> Promise:
    """Return what all sources together are judged by.

    The common slo; without one, an objective that every source names alike.
    """
    each = [promise(own, common) for own in owns]
    timed = bool(each) and all(one.timed for one in each)
    if common is not None:
        return Promise(timed=timed, objective=common.objective, period=common.period)
    if not timed or any(one != each[0] for one in each):
        return Promise(timed=timed, objective=None, period=None)
    return each[0]


def ratio(above: float, below: float) -> float | None:
    """Return above / below, or None where there is nothing to divide by."""
    return above / below if below else None


def outcomes(counts: Sequence[int]) -> Values:
    """Return ``outcomes.X`` for each outcome that has a count."""
    return {f"outcomes.{name}": count for name, count in zip(OUTCOMES, counts, strict=False)}


def error_rate(counts: Sequence[int]) -> float | None:
    """Return failures / (ended - invalid), or None where nothing ended."""
    failures = sum(counts[outcome] for outcome in FAILURES)
    return ratio(failures, sum(counts) - counts[Outcome.INVALID])


def latencies(histogram: Sequence[int], total: Seconds, longest: Seconds | None) -> Values:
    """Return mean and quantiles; a quantile is never longer than the longest latency, if known."""
    found: Values = {"latency_mean": ratio(total, sum(histogram))}
    for name, thousandths in RANKS.items():
        value = quantile_of(histogram, thousandths)
        found[name] = value if value is None or longest is None else min(value, longest)
    return found


def of_requests(seen: SourceRecord, judged: Promise, span: Seconds) -> Values:
    """Return every measure of these requests, counted over `span` seconds."""
    counts = seen.outcomes
    answered = counts[Outcome.OK] + counts[Outcome.DEGRADED]
    valid = seen.requests - counts[Outcome.INVALID]
    return {
        "requests": seen.requests,
        **outcomes(counts[: Outcome.CANCELLED]),  # No request is ever cancelled.
        "in_flight": seen.requests - sum(counts),
        "good": seen.good,
        "error_rate": error_rate(counts),
        "bad_share": ratio(valid - seen.good, valid),
        "goodput": seen.good / span,
        "throughput": answered / span,
        "failure_share": ratio(valid - answered, valid),
        "degraded_share": ratio(counts[Outcome.DEGRADED], valid),
        **latencies(seen.histogram, seen.latency_sum, seen.latency_max),
        "latency_max": seen.latency_max if answered else None,
        **_against_the_goal(seen, valid, judged, span),
    }


def _against_the_goal(seen: SourceRecord, valid: int, judged: Promise, span: Seconds) -> Values:
    found: Values = dict.fromkeys(("apdex", "bad_minutes", "burn", "budget_used"))
    if judged.timed:
        found["apdex"] = ratio(seen.good + seen.tolerable / 2, valid)
    if judged.objective is not None and judged.period is not None:
        found["bad_minutes"] = bad_minutes(seen, judged.objective, int(span // 60))
        bad_share = ratio(valid - seen.good, valid)
        if bad_share is not None:
            found["burn"] = bad_share / (1 - judged.objective)
            found["budget_used"] = bad_share / (1 - judged.objective) * span / judged.period
    return found


def bad_minutes(seen: SourceRecord, objective: Ratio, minutes: int) -> int:
    """Return how many of the first whole `minutes` fell short of `objective`.

    Compared as quotients: 1 - 0.9 is less than 0.1 in floats, 9 / 10 < 0.9 is not.
    """
    pairs = zip(seen.valid_minutes[:minutes], seen.good_minutes[:minutes], strict=True)
    return sum(1 for valid, good in pairs if valid and good / valid < objective)


def merged(records: Mapping[str, SourceRecord]) -> SourceRecord:
    """Return all requests as one record (without bins and seconds, which no measure reads)."""
    each = list(records.values())
    return SourceRecord(
        requests=sum(one.requests for one in each),
        outcomes=added([one.outcomes for one in each], len(OUTCOMES)),
        good=sum(one.good for one in each),
        tolerable=sum(one.tolerable for one in each),
        histogram=added([one.histogram for one in each], BUCKETS),
        latency_sum=fsum(one.latency_sum for one in each),
        latency_max=max((one.latency_max for one in each), default=0.0),
        valid_minutes=added([one.valid_minutes for one in each]),
        good_minutes=added([one.good_minutes for one in each]),
    )


def added(columns: Sequence[Sequence[int]], length: int = 0) -> list[int]:
    """Return the sum of columns of counts, as long as the longest (and at least `length`)."""
    length = max([length, *(len(column) for column in columns)])
    return [sum(column[at] for column in columns if at < len(column)) for at in range(length)]
