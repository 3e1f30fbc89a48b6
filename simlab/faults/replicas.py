"""Faults of replicas: crash, pause, slow, errors, leak."""

from dataclasses import dataclass
from typing import Literal

from simlab.core import BytesPerSecond, Ratio, require, require_positive, require_share
from simlab.faults.common import Breakable, Hit, ReplicaFault
from simlab.faults.rules import Fail, Leak, Pause, Rule, Slow


def _push(world: Breakable, hit: Hit, rule: Rule) -> None:
    for service, number in hit.replicas:
        world.push_replica(service, number, rule)


def _pop(world: Breakable, hit: Hit, rule: Rule) -> None:
    for service, number in hit.replicas:
        world.pop_replica(service, number, rule)


@dataclass(frozen=True, kw_only=True)
class CrashSettings(ReplicaFault):
    """Replicas crash: all inside ends `crashed`, memory and line are lost. It is an instant.

    Args:
        restart: Whether the platform may restart them (if the service's own `restart` says so).
    """

    kind: Literal["crash"] = "crash"
    restart: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.lasts is None, "lasts has no meaning for a crash: it is an instant")

    def start(self, world: Breakable, hit: Hit) -> None:
        for service, number in hit.replicas:
            world.crash(service, number, restart=self.restart)

    def stop(self, world: Breakable, hit: Hit) -> None:
        """Nothing is left to undo: recovery is the platform's or a healer's business."""


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
class LeakSettings(ReplicaFault):
    """Replicas leak memory; what has leaked stays until they start anew.

    Args:
        rate: Bytes per second.
    """

    kind: Literal["leak"] = "leak"
    rate: BytesPerSecond

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(rate=self.rate)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Leak(hit.key, self.rate))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Leak(hit.key, self.rate))
