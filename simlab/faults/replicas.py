"""Faults of replicas while they run: pause, slow, errors, unreachable, clock skew."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from simlab.core import (
    Ratio,
    Seconds,
    require,
    require_not_negative,
    require_share,
)
from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import ReplicaFault
from simlab.faults.rules import (
    Fail,
    FailFast,
    Pause,
    ReplicaRule,
    Skew,
    Slow,
    Vanish,
)


def _push(world: Breakable, hit: Hit, rule: ReplicaRule) -> None:
    for service, number in hit.replicas:
        world.push_replica(service, number, rule)


def _pop(world: Breakable, hit: Hit, rule: ReplicaRule) -> None:
    for service, number in hit.replicas:
        world.pop_replica(service, number, rule)


@dataclass(frozen=True, kw_only=True)
class PauseSettings(ReplicaFault):
    """Replicas hang: their cores stand still, arrivals wait outside; nothing is lost.

    It is their process that hangs: one that starts anew meanwhile is well.
    """

    kind: Literal["pause"] = "pause"

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Pause(hit.key))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Pause(hit.key))


@dataclass(frozen=True, kw_only=True)
class SlowSettings(ReplicaFault):
    """Replicas work at a share of their speed.

    Args:
        speed: What their speed is multiplied by, in (0, 1].
    """

    kind: Literal["slow"] = "slow"
    speed: Ratio = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        require(0 < self.speed <= 1, f"speed must be a share above 0, got {self.speed:g}")

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Slow(hit.key, self.speed))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Slow(hit.key, self.speed))


@dataclass(frozen=True, kw_only=True)
class ErrorsSettings(ReplicaFault):
    """Operations fail with `error` after their steps.

    Args:
        share: Of operations that start; it adds to their own: 1 - (1 - own) (1 - share).
    """

    kind: Literal["errors"] = "errors"
    share: Ratio

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(share=self.share)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Fail(hit.key, self.share))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Fail(hit.key, self.share))


@dataclass(frozen=True, kw_only=True)
class FastErrorsSettings(ReplicaFault):
    """Operations fail with `error` at once, and skip their steps.

    Args:
        share: Of operations that start; it adds to their own as that of `errors` does.
        after: How long after they started.
    """

    kind: Literal["fast_errors"] = "fast_errors"
    share: Ratio
    after: Seconds = 0.001

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(share=self.share)
        require_not_negative(after=self.after)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, FailFast(hit.key, self.share, self.after))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, FailFast(hit.key, self.share, self.after))


@dataclass(frozen=True, kw_only=True)
class UnreachableSettings(ReplicaFault):
    """Messages to and from replicas vanish: attempts only end by a time-out, and probes fail."""

    kind: Literal["unreachable"] = "unreachable"

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Vanish(hit.key))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Vanish(hit.key))


@dataclass(frozen=True, kw_only=True)
class ClockSkewSettings(ReplicaFault):
    """The clocks of replicas are off, and so the times that are told of them.

    Args:
        by: How far they are ahead; behind, where it is negative.
    """

    kind: Literal["clock_skew"] = "clock_skew"
    by: Seconds

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            isfinite(self.by) and self.by != 0.0,
            f"by must be a time other than 0, got {self.by:g} s",
        )

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Skew(hit.key, self.by))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Skew(hit.key, self.by))
