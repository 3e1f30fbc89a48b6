"""Faults in the lives of replicas: crash, crash loop, boots that fail, eviction."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from simlab.core import Ratio, require, require_share
from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import ReplicaFault, ServiceFault
from simlab.faults.rules import BootFails, CrashLoop


@dataclass(frozen=True, kw_only=True)
class CrashSettings(ReplicaFault):
    """Replicas crash: all inside ends `crashed`, memory and line are lost. It is an instant.

    Args:
        restart: Whether the platform may restart them (if the service's own `restart` says so).
    """

    kind: Literal["crash"] = "crash"
    restart: bool = True

    instant: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.lasts is None, "lasts has no meaning for a crash: it is an instant")

    def start(self, world: Breakable, hit: Hit) -> None:
        for service, number in hit.replicas:
            world.crash(service, number, restart=self.restart)

    def stop(self, world: Breakable, hit: Hit) -> None:
        """Nothing is left to undo: recovery is the platform's or a healer's business."""


@dataclass(frozen=True, kw_only=True)
class CrashLoopSettings(ReplicaFault):
    """Replicas crash, and crash again at the end of each boot; restarts back off meanwhile."""

    kind: Literal["crash_loop"] = "crash_loop"

    def start(self, world: Breakable, hit: Hit) -> None:
        for service, number in hit.replicas:
            world.push_replica(service, number, CrashLoop(hit.key))
            world.crash(service, number, restart=True)

    def stop(self, world: Breakable, hit: Hit) -> None:
        for service, number in hit.replicas:
            world.pop_replica(service, number, CrashLoop(hit.key))


@dataclass(frozen=True, kw_only=True)
class BootFailsSettings(ServiceFault):
    """Boots fail by chance, also of replicas that come meanwhile: a crash at the boot's end.

    Args:
        share: Of boots; drawn for each replica and start.
    """

    kind: Literal["boot_fails"] = "boot_fails"
    share: Ratio = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(share=self.share)

    def start(self, world: Breakable, hit: Hit) -> None:
        for service in hit.services:
            world.push_service(service, BootFails(hit.key, self.share))

    def stop(self, world: Breakable, hit: Hit) -> None:
        for service in hit.services:
            world.pop_service(service, BootFails(hit.key, self.share))


@dataclass(frozen=True, kw_only=True)
class EvictSettings(ReplicaFault):
    """The platform takes replicas away: each is drained, and another started in its place at once.

    It is an instant; how many are wanted stays as it is.
    """

    kind: Literal["evict"] = "evict"

    instant: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.lasts is None, "lasts has no meaning for an eviction: it is an instant")

    def start(self, world: Breakable, hit: Hit) -> None:
        for service, number in hit.replicas:
            world.evict(service, number)

    def stop(self, world: Breakable, hit: Hit) -> None:
        """Nothing is left to undo: the platform has started others."""
