"""One metric's proposal: how many replicas would bring it to its target.

    proposal = ceil(ratio x pods), ratio = usage / target; the current count while 1 - down <= ratio
    <= 1 + up

Where pods are missing, or unready ones might mislead on the way up, they are filled in by what is
safe for the direction (as busy as asked on the way down, idle on the way up); the count is kept if
the ratio then is within tolerance or would turn. All sums are whole thousandths, all quotients of
sums are cut: so does the platform, and decisions hang on it.

Reference: Kubernetes, `replica_calculator.go` and `metrics/utilization.go`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from simlab.controllers.scaling.hpa.pods import (
    Patience,
    Pod,
    PodName,
    Sample,
    count_ready,
    group,
)
from simlab.core import Ratio, Seconds

MOST = 2147483647  # Replica counts are 32-bit.
MOST_USAGE = 9223372036854775807  # Sums are 64-bit.


class MetricError(ValueError):
    """A metric that cannot be used now; ``str()`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What one metric asks for.

    Args:
        usage: Percent of the requests for a utilization, else thousandths of the metric's unit.
        average: Of a utilization, the mean thousandths a pod.
    """

    replicas: int
    usage: int
    average: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """What is scaled, at one time.

    Args:
        wanted: Replicas asked for.
        running: Replicas that exist, those being deleted left out.
    """

    now: Seconds
    wanted: int
    running: int
    pods: Sequence[Pod]
    patience: Patience


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a ratio may be from 1, to either side, before anything is done."""

    up: Ratio
    down: Ratio

    def holds(self, ratio: float) -> bool:
        return 1.0 - self.down <= ratio <= 1.0 + self.up


class Measure(Protocol):
    """How samples become a ratio, and what is assumed of a pod without one."""

    def ratio(self, values: Mapping[PodName, int]) -> tuple[float, int, int | None]: ...
    def assumed(self, pod: PodName, ratio: float) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Utilization:
    """Usage by requests, against a target in percent."""

    requests: Mapping[PodName, int]
    target: int

    def ratio(self, values: Mapping[PodName, int]) -> tuple[float, int, int | None]:
        known = [name for name in values if name in self.requests]
        requested = sum(self.requests[name] for name in known)
        if requested == 0:
            raise MetricError("no metrics returned matched known pods")
        used = sum(values[name] for name in known)
        utilization = used * 100 // requested
        return utilization / self.target, utilization, used // len(known)

    def assumed(self, pod: PodName, ratio: float) -> int | None:
        if ratio < 1.0:
            return self.requests[pod] * max(100, self.target) // 100
        return 0 if ratio > 1.0 else None


@dataclass(frozen=True, slots=True)
class Average:
    """The mean of the samples, against a target in thousandths."""

    target: int

    def ratio(self, values: Mapping[PodName, int]) -> tuple[float, int, int | None]:
        usage = sum(values.values()) // len(values)
        return usage / self.target, usage, None

    def assumed(self, pod: PodName, ratio: float) -> int | None:
        return self.target if ratio < 1.0 else 0


def propose_per_pod(
    scaled: Scaled,
    samples: Mapping[PodName, Sample],
    measure: Measure,
    tolerance: Tolerance,
    *,
    cpu: bool,
) -> Proposal:
    """Return the proposal of a metric that each pod has.

    Raises:
        MetricError: No pod that counts has a sample.
    """
    if not scaled.pods:
        raise MetricError("no pods returned by selector while calculating replica count")
    groups = group(scaled.pods, samples, cpu=cpu, now=scaled.now, patience=scaled.patience)
    dropped = {*groups.ignored, *groups.unready}
    values = {name: one.value for name, one in samples.items() if name not in dropped}
    if not values:
        raise MetricError("did not receive metrics for targeted pods (pods might be unready)")
    ratio, usage, average = measure.ratio(values)
    hot = bool(groups.unready) and ratio > 1.0
    if not hot and not groups.missing:
        keep = tolerance.holds(ratio)
        replicas = scaled.wanted if keep else ceil_count(ratio * groups.ready)
        return Proposal(replicas=replicas, usage=usage, average=average)
    for name in groups.missing:
        value = measure.assumed(name, ratio)
        if value is not None:
            values[name] = value
    if hot:
        values |= dict.fromkeys(groups.unready, 0)
    replicas = _rebalanced(scaled.wanted, ratio, measure.ratio(values)[0], len(values), tolerance)
    return Proposal(replicas=replicas, usage=usage, average=average)


def propose_value(scaled: Scaled, usage: int, target: int, tolerance: Tolerance) -> Proposal:
    """Return the proposal of one number for all pods, against a target of its own."""
    ratio = usage / target
    if scaled.wanted == 0:
        return Proposal(replicas=ceil_count(ratio), usage=usage)
    if tolerance.holds(ratio):
        return Proposal(replicas=scaled.wanted, usage=usage)
    if not scaled.pods:
        raise MetricError("no pods returned by selector while calculating replica count")
    return Proposal(replicas=ceil_count(ratio * count_ready(scaled.pods)), usage=usage)


def propose_average(scaled: Scaled, usage: int, target: int, tolerance: Tolerance) -> Proposal:
    """Return the proposal of one number for all pods, against a target for each."""
    replicas, each = scaled.running, usage
    if replicas > 0:
        each = min(ceil(usage / replicas), MOST_USAGE)
    if replicas == 0 or not tolerance.holds(usage / (float(target) * replicas)):
        replicas = ceil_count(usage / target)
    return Proposal(replicas=replicas, usage=each)


def ceil_count(number: float) -> int:
    """Return the least replica count that is not below `number`."""
    return min(ceil(min(number, float(MOST))), MOST)


def _rebalanced(current: int, ratio: float, filled: float, pods: int, tolerance: Tolerance) -> int:
    """Return the count for the ratio with substitutes `filled` in, if it still says the same."""
    if tolerance.holds(filled) or (ratio < 1.0 < filled) or (filled < 1.0 < ratio):
        return current
    replicas = ceil_count(filled * pods)
    if (filled < 1.0 and replicas > current) or (filled > 1.0 and replicas < current):
        return current
    return replicas
