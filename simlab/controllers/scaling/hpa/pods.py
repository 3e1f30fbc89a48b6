"""Pods as the autoscaler sorts them: ready, unready, missing, ignored. The first rule to fit wins.

    being deleted, or phase Failed                        ignored
    phase Pending                                         unready
    no sample                                             missing
    cpu only: no Ready condition or start time            unready
    cpu only, while it may be initialising: not ready,
      or sampled before one window of its last change     unready
    cpu only, after that: not ready and never was         unready
    else                                                  ready

Reference: Kubernetes, `replica_calculator.go`, `groupPods`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from simlab.core import Seconds

PodName: TypeAlias = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """What the platform knows of a pod.

    Args:
        ready: Its Ready condition; None: it has none.
        ready_since: When that last changed.
        started_at: None: it has not been started.
    """

    name: PodName
    phase: str
    ready: bool | None
    ready_since: Seconds
    started_at: Seconds | None
    deleting: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """A metric of one pod: whole thousandths of its unit, as the platform counts."""

    value: int
    measured_at: Seconds
    window: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a pod's cpu is not taken for its load.

    Args:
        initialization: While so young, only what was measured since it became ready counts.
        readiness_delay: Readiness that changed within this after the start is the first.
    """

    initialization: Seconds
    readiness_delay: Seconds


class Groups(NamedTuple):
    """How many pods are ready, and the names of the others."""

    ready: int
    unready: list[PodName]
    missing: list[PodName]
    ignored: list[PodName]


def group(
    pods: Sequence[Pod],
    samples: Mapping[PodName, Sample],
    *,
    cpu: bool,
    now: Seconds,
    patience: Patience,
) -> Groups:
    """Sort `pods` by what can be told from them; `cpu`: whether the samples are of cpu."""
    groups = Groups(0, [], [], [])
    ready = 0
    for pod in pods:
        sample = samples.get(pod.name)
        if pod.deleting or pod.phase == "Failed":
            groups.ignored.append(pod.name)
        elif pod.phase == "Pending":
            groups.unready.append(pod.name)
        elif sample is None:
            groups.missing.append(pod.name)
        elif cpu and _is_unready(pod, sample, now, patience):
            groups.unready.append(pod.name)
        else:
            ready += 1
    return groups._replace(ready=ready)


def count_ready(pods: Sequence[Pod]) -> int:
    """Return how many pods run and are ready."""
    return sum(1 for pod in pods if pod.phase == "Running" and pod.ready)


def _is_unready(pod: Pod, sample: Sample, now: Seconds, patience: Patience) -> bool:
    if pod.ready is None or pod.started_at is None:
        return True
    if pod.started_at + patience.initialization > now:
        return not pod.ready or sample.measured_at < pod.ready_since + sample.window
    return not pod.ready and pod.started_at + patience.readiness_delay > pod.ready_since
