"""What all faults have in common: what they hit, when, for how long.

    at: 25m               once, then
    every: 10m            at 10 m, 20 m, ...
    random: {mean: 20m}   at the points of a Poisson process, addressed by the fault's name

A fault has `start(world, hit)` and `stop(world, hit)`. Each pushes a rule of its own and pops that
rule, so that overlapping faults compose and leave no trace.
"""

from dataclasses import dataclass
from math import ceil
from typing import Protocol

from simlab.core import (
    Count,
    Ratio,
    Seconds,
    Selector,
    Settings,
    Site,
    require,
    require_not_negative,
    require_positive,
    require_share,
)
from simlab.core.chance import Purpose
from simlab.faults.rules import Rule

CLOSE = 1e-9  # Of a replica: 7 % of 100 are 7, though not in floats.


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One occurrence of a fault and what it hits.

    Args:
        fault: The fault's name.
        occurrence: Counted from 0.
        services, links, sources: Names, from the fault's target.
        replicas: (service, number), as drawn among those ready when it started.
    """

    fault: str
    occurrence: int
    services: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    replicas: tuple[tuple[str, int], ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """Return what tells this occurrence's rule from all others."""
        return self.fault, self.occurrence


class Breakable(Protocol):
    """A world, as faults see it: things that rules can be pushed onto and popped from."""

    def crash(self, service: str, number: int, *, restart: bool) -> None: ...
    def push_replica(self, service: str, number: int, rule: Rule) -> None: ...
    def pop_replica(self, service: str, number: int, rule: Rule) -> None: ...
    def push_link(self, link: str, rule: Rule) -> None: ...
    def pop_link(self, link: str, rule: Rule) -> None: ...
    def push_metrics(self, target: str, rule: Rule) -> None: ...
    def pop_metrics(self, target: str, rule: Rule) -> None: ...
    def push_actuator(self, rule: Rule) -> None: ...
    def pop_actuator(self, rule: Rule) -> None: ...
    def push_setting(self, rule: Rule) -> None: ...
    def pop_setting(self, rule: Rule) -> None: ...


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
