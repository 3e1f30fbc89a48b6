"""Formulas: what a window of samples says, by the name of the reading.

With `older` and `newer` the first and the last sample of a window, and window the time between:

    rates            (newer.count - older.count) / window
    error_rate       failures / (ended - invalid), of what ended in the window
    latency_mean     of what ended ok or degraded in the window; quantiles likewise, from the
                     difference of the histograms, off by less than 4 %
    cpu              core-seconds used in the window / window; of one replica
    utilization      cpu / request; of a service: the mean over its replicas that have one
    gauges           of the newest sample, with window 0

A value is missing (None, never zero) where the newest scrape is a hole or does not have the
replica; where a rate has but one sample of its thing; where there is nothing to divide by. A
service's memory, storage, in_flight and line are sums over its replicas in the newest scrape,
missing if there is none. Formulas: the project's measures.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from simlab.core import FAILURES, OUTCOMES, Outcome, Ratio, Reading, Seconds
from simlab.telemetry.histogram import difference, quantile
from simlab.telemetry.samples import Counts, LinkSample, ReplicaSample, ServiceSample

Formula: TypeAlias = Callable[[Sequence[Any]], Reading]


def replica_samples(samples: Sequence[ServiceSample], number: int) -> Sequence[ReplicaSample]:
    """Return the oldest and the newest sample of a replica; one if both are the same.

    Empty where the newest of `samples` does not have the replica.
    """
    newest = samples[-1].replicas.get(number) if samples else None
    if newest is None:
        return ()
    for sample in samples:
        oldest = sample.replicas.get(number)
        if oldest is not None and oldest is not newest:
            return (oldest, newest)
    return (newest,)


def _gauge(get: Callable[[Any], float | None], samples: Sequence[Any]) -> Reading:
    return Reading(get(samples[-1]), samples[-1].counts.at)


def _counted(get: Callable[[Counts, Counts], float | None], samples: Sequence[Any]) -> Reading:
    older, newer = samples[0].counts, samples[-1].counts
    value = get(older, newer) if len(samples) > 1 else None
    return Reading(value, newer.at, newer.at - older.at)


def _arrival_rate(older: Counts, newer: Counts) -> float:
    return (newer.started - older.started) / (newer.at - older.at)


def _retry_rate(older: Counts, newer: Counts) -> float:
    return (newer.retries - older.retries) / (newer.at - older.at)


def _outcome_rate(outcome: int, older: Counts, newer: Counts) -> float:
    return (newer.ended[outcome] - older.ended[outcome]) / (newer.at - older.at)


def error_rate(older: Counts, newer: Counts) -> Ratio | None:
    """Return failures / (ended - invalid) of what ended in between; None where nothing did."""
    ended = difference(newer.ended, older.ended)
    valid = sum(ended) - ended[Outcome.INVALID]
    return sum(ended[outcome] for outcome in FAILURES) / valid if valid else None


def _latency_mean(older: Counts, newer: Counts) -> Seconds | None:
    ok, degraded = difference(newer.ended[:2], older.ended[:2])
    answers = ok + degraded
    return (newer.latency_sum - older.latency_sum) / answers if answers else None


def _latency_quantile(rank: Ratio, older: Counts, newer: Counts) -> Seconds | None:
    return quantile(difference(newer.latency, older.latency), rank)


def _cpu(samples: Sequence[ReplicaSample]) -> Reading:
    older, newer = samples[0], samples[-1]
    window = newer.counts.at - older.counts.at
    used = (newer.cpu - older.cpu) / window if len(samples) > 1 else None
    return Reading(used, newer.counts.at, window)


def _utilization(samples: Sequence[ReplicaSample]) -> Reading:
    cpu = _cpu(samples)
    value = None if cpu.value is None else cpu.value / samples[-1].request
    return Reading(value, cpu.measured_at, cpu.window)


def _service_utilization(samples: Sequence[ServiceSample]) -> Reading:
    total, count, window = 0.0, 0, 0.0
    for number in samples[-1].replicas:
        one = _utilization(replica_samples(samples, number))
        if one.value is not None:
            total, count, window = total + one.value, count + 1, max(window, one.window)
    return Reading(total / count if count else None, samples[-1].counts.at, window)


def _memory(sample: ReplicaSample) -> float:
    return sample.memory


def _storage(sample: ReplicaSample) -> float:
    return sample.storage


def _in_flight(sample: ReplicaSample) -> float:
    return sample.in_flight


def _line(sample: ReplicaSample) -> float:
    return sample.line


def _sum(get: Callable[[ReplicaSample], float], sample: ServiceSample) -> float | None:
    total = 0.0
    for replica in sample.replicas.values():
        total += get(replica)
    return total if sample.replicas else None


def _restarts(sample: ServiceSample) -> float:
    return sample.restarts


def _breakers_open(sample: LinkSample) -> float:
    return sample.breakers_open


GAUGES = {"memory": _memory, "storage": _storage, "in_flight": _in_flight, "line": _line}
COUNTED: dict[str, Formula] = {
    "arrival_rate": partial(_counted, _arrival_rate),
    "error_rate": partial(_counted, error_rate),
    **{
        f"rate.{name}": partial(_counted, partial(_outcome_rate, outcome))
        for outcome, name in enumerate(OUTCOMES)
    },
    "latency_mean": partial(_counted, _latency_mean),
}
TIMED: dict[str, Formula] = COUNTED | {
    f"latency_p{percent}": partial(_counted, partial(_latency_quantile, percent / 100))
    for percent in (50, 95, 99)
}
SERVICE: dict[str, Formula] = {
    **TIMED,
    "utilization": _service_utilization,
    **{name: partial(_gauge, partial(_sum, get)) for name, get in GAUGES.items()},
    "restarts": partial(_gauge, _restarts),
}
REPLICA: dict[str, Formula] = {
    **COUNTED,
    "cpu": _cpu,
    "utilization": _utilization,
    **{name: partial(_gauge, get) for name, get in GAUGES.items()},
}
LINK: dict[str, Formula] = {
    **TIMED,
    "retry_rate": partial(_counted, _retry_rate),
    "breakers_open": partial(_gauge, _breakers_open),
}
FORMULAS: Mapping[str, Mapping[str, Formula]] = {
    "service": SERVICE,
    "replica": REPLICA,
    "link": LINK,
    "source": TIMED,
}
