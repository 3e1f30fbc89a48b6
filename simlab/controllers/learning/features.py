"""Features: what an agent knows of a service, as dimensionless numbers of order 1, by name.

    utilization   usage / request                 trend           10 (load - the last) / asked
    ready         ready replicas / most           earlier-trend   the same, one step before
    pending       replicas still to come / most   backlog         seconds to serve it / patience
    load          arrivals a second / asked       bad             the share late or failed
    hour-sin      where in the day                errors          the share failed
    hour-cos      the same                        age             hours since the last restart
    memory        used / limit

asked is what the wanted replicas can serve in a second. All are cut to [-2, 3] and rounded to
single precision: what a policy was trained on is what it plays on. A feature that cannot be told is
None; a service without a memory limit uses nothing of it.

`ratios` is plain arithmetic: told arrays of many services it gives arrays, and the same bits.
Scaling by hand follows what was measured: a trend of some 0.03 was ignored by every learner.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np

from simlab.core import Number, Seconds, Settings, require

Feature: TypeAlias = Literal[
    "utilization", "ready", "pending", "load", "trend", "earlier-trend", "backlog", "bad",
    "hour-sin", "hour-cos", "memory", "errors", "age",
]  # fmt: skip
FEATURES: Final[tuple[str, ...]] = get_args(Feature)
LOW, HIGH = -2.0, 3.0
DAY: Seconds = 86400.0
HOUR: Seconds = 3600.0

Amount: TypeAlias = Any  # A float; or an array of them, for many services at once.


@dataclass(frozen=True, kw_only=True)
class BucketSettings(Settings):
    """A feature of the state, cut into buckets.

    Args:
        feature: Its name.
        edges: Rising; a value is in the bucket above all edges that it reaches.
    """

    feature: Feature
    edges: tuple[Number, ...]

    def __post_init__(self) -> None:
        require(len(self.edges) > 0, "edges must name at least one")
        for before, after in zip(self.edges, self.edges[1:], strict=False):
            require(before < after, f"edges must rise, got {before:g} before {after:g}")


@dataclass(frozen=True, slots=True)
class Scales:
    """What makes numbers dimensionless.

    Args:
        most: The greatest replica count.
        patience: What a backlog is compared with, in seconds.
    """

    most: int
    patience: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What telemetry and the platform say of one service at one time; None: not known.

    Args:
        load: Arrivals a second.
        backlog: Requests in slots and lines.
        bad: The share that failed or was late, as far as quantiles tell.
        errors: The share that failed.
        exist: Replicas that exist.
        memory: Used / limit.
    """

    utilization: float | None
    load: float | None
    wanted: int
    ready: int
    exist: int
    backlog: float | None
    bad: float | None
    errors: float | None
    memory: float | None
    age: Seconds


def ratios(
    *,
    utilization: Amount,
    ready: Amount,
    pending: Amount,
    wanted: Amount,
    serving: Amount,
    load: Amount,
    before: Amount,
    earlier: Amount,
    backlog: Amount,
    capacity: Amount,
    scales: Scales,
) -> tuple[Amount, ...]:
    """Return the features that need arithmetic, in the order of `FEATURES`, not yet cut.

    `wanted` and `serving` are replicas asked for and ready, at least 1 each; `load`, `before` and
    `earlier` arrivals a second now, one and two steps ago; `capacity` is what a replica serves.
    """
    asked = capacity * wanted
    return (
        utilization,
        ready / scales.most,
        pending / scales.most,
        load / asked,
        (load - before) * 10.0 / asked,
        (before - earlier) * 10.0 / asked,
        backlog / (capacity * serving) / scales.patience,
    )


def hours(now: Seconds) -> tuple[float, float]:
    """Return sine and cosine of the time of day."""
    angle = 2.0 * pi * (now / DAY)
    return sin(angle), cos(angle)


def features(
    sight: Sight,
    *,
    before: float | None,
    earlier: float | None,
    capacity: float | None,
    scales: Scales,
    now: Seconds,
) -> dict[str, float | None]:
    """Return every feature by name, cut and rounded; None for what cannot be told."""
    nan = float("nan")  # What is unknown stays so through arithmetic.
    known = [
        nan if one is None else one
        for one in (sight.utilization, sight.load, before, earlier, sight.backlog, capacity)
    ]
    utilization, load, last, first, backlog, each = known
    values = ratios(
        utilization=utilization,
        ready=sight.ready,
        pending=max(sight.wanted - sight.ready, 0),
        wanted=max(sight.wanted, 1),
        serving=max(sight.ready, 1),
        load=load,
        before=last,
        earlier=first,
        backlog=backlog,
        capacity=each,
        scales=scales,
    )
    rest = (sight.bad, *hours(now), sight.memory, sight.errors, sight.age / HOUR)
    return dict(zip(FEATURES, map(_cut, (*values, *rest)), strict=True))


def _cut(value: float | None) -> float | None:
    if value is None or value != value:  # noqa: PLR0124 (nan)
        return None
    return float(np.float32(min(max(value, LOW), HIGH)))


def states(buckets: Sequence[BucketSettings]) -> int:
    """Return how many states there are."""
    count = 1
    for one in buckets:
        count *= len(one.edges) + 1
    return count


def state(found: Mapping[str, float | None], buckets: Sequence[BucketSettings]) -> int | None:
    """Return the number of the state that features are in; None if one of them is unknown.

    >>> load = BucketSettings(feature="load", edges=(0.5, 0.8))
    >>> [state({"load": x}, [load]) for x in (0.4, 0.5, 1.0, None)]
    [0, 1, 2, None]
    """
    number = 0
    for one in buckets:
        value = found[one.feature]
        if value is None:
            return None
        number = number * (len(one.edges) + 1) + bucket(one.edges, value)
    return number


def bucket(edges: Sequence[float], value: float) -> int:
    """Return the number of the bucket that a value is in: how many edges it reaches."""
    return bisect_right(edges, value)
