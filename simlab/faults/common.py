"""What all faults have in common: what they hit, when, for how long.

    at: 25m               once, then
    every: 10m            at 10 m, 20 m, ...
    random: {mean: 20m}   at the points of a Poisson process, addressed by the fault's name

A fault has `start(world, hit)` and `stop(world, hit)`. Each pushes a rule of its own and pops that
rule, so that overlapping faults compose and leave no trace. An instant only starts.

What a fault hits goes by its base: some replicas of services, services, the links into services,
sources of load, what telemetry knows, the setting at a path.
"""

from dataclasses import dataclass
from math import ceil
from typing import ClassVar

from simlab.core import (
    ConfigPath,
    Count,
    Ratio,
    Seconds,
    Selector,
    Setting,
    Settings,
    Site,
    require,
    require_not_negative,
    require_positive,
    require_share,
)
from simlab.core.chance import Purpose

CLOSE = 1e-9  # Of a replica: 7 % of 100 are 7, though not in floats.


@dataclass(frozen=True, kw_only=True)
class RandomTimes(Settings):
    """Times of a Poisson process.

    Args:
        mean: Of the exponential gaps.
    """

    mean: Seconds

    def __post_init__(self) -> None:
        require_positive(mean=self.mean)


@dataclass(frozen=True, kw_only=True)
class Some(Settings):
    """How many replicas.

    Args:
        count: So many; None: by share.
        share: Such a share of those that are ready, rounded up.
    """

    count: Count | None = None
    share: Ratio = 1.0

    def __post_init__(self) -> None:
        require_share(share=self.share)
        if self.count is not None:
            require_not_negative(count=self.count)

    def of(self, ready: int) -> int:
        """Return how many of `ready` replicas are hit."""
        return ceil(self.share * ready - CLOSE) if self.count is None else min(self.count, ready)


@dataclass(frozen=True, kw_only=True)
class AnyFault(Settings):
    """When a fault happens. Exactly one of `at`, `every` and `random` is to be given.

    Args:
        at: Once, at this time.
        every: At this time and every so long after it.
        random: At random times.
        lasts: From its start to its end; None: to the end of the run.
    """

    at: Seconds | None = None
    every: Seconds | None = None
    random: RandomTimes | None = None
    lasts: Seconds | None = None

    instant: ClassVar[bool] = False  # Whether it is over as soon as it has begun.

    def __post_init__(self) -> None:
        given = [name for name in ("at", "every", "random") if getattr(self, name) is not None]
        require(
            len(given) == 1,
            f"one of at, every and random must be given, got {' and '.join(given) or 'none'}",
        )
        if self.at is not None:
            require(self.at >= 0, f"at must not be negative, got {self.at:g} s")
        if self.every is not None:
            require_positive(every=self.every)
        if self.lasts is not None:
            require_positive(lasts=self.lasts)

    def start_of(self, occurrence: int, before: Seconds, luck: Site) -> Seconds | None:
        """Return when occurrence number `occurrence` starts, the last one having begun at `before`.

        None where there is none. `luck` is the fault's own site.
        """
        from math import log

        if self.at is not None:
            return self.at if occurrence == 0 else None
        if self.every is not None:
            return self.every * (occurrence + 1)
        assert self.random is not None
        return before - self.random.mean * log(luck.stream(Purpose.ARRIVAL).uniform(occurrence))


@dataclass(frozen=True, kw_only=True)
class ReplicaFault(AnyFault):
    """A fault of replicas.

    Args:
        target: A service, a tag, or `all`.
        replicas: How many of each service's ready replicas: a count, a share, or `all`. Which
            ones is drawn by the fault's name and occurrence.
    """

    target: Selector
    replicas: Some = Some()


@dataclass(frozen=True, kw_only=True)
class ServiceFault(AnyFault):
    """A fault of services, and so of replicas that are not there yet.

    Args:
        target: A service, a tag, or `all`.
    """

    target: Selector


@dataclass(frozen=True, kw_only=True)
class LinkFault(AnyFault):
    """A fault of links.

    Args:
        target: A link `a->b`, or a service, a tag or `all`: every link into it.
    """

    target: Selector


@dataclass(frozen=True, kw_only=True)
class SourceFault(AnyFault):
    """A fault of load.

    Args:
        target: A source, or `all`.
    """

    target: Selector


@dataclass(frozen=True, kw_only=True)
class MetricsFault(AnyFault):
    """A fault of what telemetry knows about a target, in every pipeline.

    Args:
        target: A service (with its replicas), a link `a->b`, a tag, or `all` (sources, too).
    """

    target: Selector


@dataclass(frozen=True, kw_only=True)
class PathFault(AnyFault):
    """A fault of a setting; it hits the service, link, source or loop that has it.

    Args:
        path: One of the closed list of paths that can change while the system runs.
        to: The value, as a file would write it there.
    """

    path: ConfigPath
    to: Setting
