"""Faults that take what a replica has: leak, cpu hog, disk fill."""

from dataclasses import dataclass
from typing import Literal

from simlab.core import Bytes, BytesPerSecond, Cores, require_positive
from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import ReplicaFault
from simlab.faults.rules import Fill, Hog, Leak, ReplicaRule


def _push(world: Breakable, hit: Hit, rule: ReplicaRule) -> None:
    for service, number in hit.replicas:
        world.push_replica(service, number, rule)


def _pop(world: Breakable, hit: Hit, rule: ReplicaRule) -> None:
    for service, number in hit.replicas:
        world.pop_replica(service, number, rule)


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


@dataclass(frozen=True, kw_only=True)
class CpuHogSettings(ReplicaFault):
    """Something else runs on the cores of replicas, and shares them with the work there.

    Args:
        cores: How many it takes where they are free; it counts as so many further pieces of work
            that never end.
    """

    kind: Literal["cpu_hog"] = "cpu_hog"
    cores: Cores = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(cores=self.cores)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Hog(hit.key, self.cores))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Hog(hit.key, self.cores))


@dataclass(frozen=True, kw_only=True)
class DiskFillSettings(ReplicaFault):
    """Something else takes storage of replicas, at once; cleaning up does not free it.

    Args:
        size: How much.
    """

    kind: Literal["disk_fill"] = "disk_fill"
    size: Bytes

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(size=self.size)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Fill(hit.key, self.size))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Fill(hit.key, self.size))
