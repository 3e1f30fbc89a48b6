"""Looks at faults: what is legal in them but surely unmeant. Each look is a rule of its own.

A look returns paths with what is odd about what stands there.
"""

from collections.abc import Iterator
from typing import Final

from simlab.faults import (
    AnyFault,
    BootFailsSettings,
    ControllerSettings,
    CrashLoopSettings,
    CrashSettings,
    DiskFillSettings,
    EvictSettings,
    FaultSettings,
    LeakSettings,
    LinkFault,
    LossSettings,
    PartitionSettings,
    PathFault,
    PauseSettings,
    ReplicaFault,
    SurgeSettings,
    UnreachableSettings,
    is_loop,
    links_of,
    named,
)
from simlab.model.settings.world import WorldSettings
from simlab.scenario.flow import Flow
from simlab.scenario.units import spell

Odd = tuple[str, str]  # A path, and what is odd about it.
NEUTRAL: Final = {"speed": 1.0, "share": 0.0, "factor": 1.0}  # With these nothing is changed.
STOPS: Final = CrashSettings | CrashLoopSettings | EvictSettings | LeakSettings


def endless_waits(world: WorldSettings) -> Iterator[Odd]:
    """Find faults that leave calls without an answer, where calls have no time-out."""
    calls = list(dict.fromkeys(Flow(world).links()))
    for name, fault in world.faults.items():
        hit = _silent(world, fault)
        ends = "wait for the pause" if isinstance(fault, PauseSettings) else "may never end"
        for link, operation in calls:
            rules = world.links[link].call(operation.partition(".")[2])
            if link in hit and rules.timeout is None and rules.deadline is None:
                yield f"faults.{name}.target", f"{link} has no timeout: calls {ends}"


def _silent(world: WorldSettings, fault: FaultSettings) -> tuple[str, ...]:
    """Return the links whose calls `fault` leaves without an answer."""
    match fault:
        case PauseSettings() | UnreachableSettings():
            hit = named(fault.target, _tags(world))
            return tuple(link for link in world.links if link.partition("->")[2] in hit)
        case LossSettings() | PartitionSettings():
            return links_of(fault, world.links, _tags(world))
    return ()


def _tags(world: WorldSettings) -> dict[str, tuple[str, ...]]:
    return {name: one.tags for name, one in world.services.items()}


def late_faults(world: WorldSettings) -> Iterator[Odd]:
    """Find faults that begin when the run is over."""
    for name, fault in world.faults.items():
        assert isinstance(fault, AnyFault), "every fault has its times"
        for field in ("at", "every"):
            value = getattr(fault, field)
            if value is not None and value >= world.duration:
                end = spell(world.duration)
                yield f"faults.{name}.{field}", f"is {spell(value)}, but the run ends at {end}"


def boots_that_never_are(world: WorldSettings) -> Iterator[Odd]:
    """Find boots that are to fail, of services of which nothing ever boots."""
    for name, fault in world.faults.items():
        if not isinstance(fault, BootFailsSettings) or world.loops:
            continue
        for service in named(fault.target, _tags(world)):
            if not _may_boot(world, service):
                yield f"faults.{name}.target", f"nothing of {service} ever boots"


def _may_boot(world: WorldSettings, service: str) -> bool:
    """Return whether a replica of `service` may boot in a world without loops."""
    settings = world.services[service]
    if settings.memory.limit is not None or any(
        probe is not None for probe in (settings.probes.liveness, settings.probes.startup)
    ):
        return True
    return any(
        (isinstance(fault, STOPS) and service in named(fault.target, _tags(world)))
        or (isinstance(fault, PathFault) and fault.path == f"services.{service}.replicas")
        for fault in world.faults.values()
    )


def harsh_faults(world: WorldSettings) -> Iterator[Odd]:
    """Find faults that services cannot take as they are meant."""
    for name, fault in world.faults.items():
        if not isinstance(fault, EvictSettings | CrashLoopSettings | DiskFillSettings):
            continue
        for service in named(fault.target, _tags(world)):
            settings = world.services[service]
            if isinstance(fault, EvictSettings) and settings.grace == 0.0:
                odd = "has grace 0s: what is inside ends crashed"
            elif isinstance(fault, CrashLoopSettings) and not settings.restart:
                odd = "is not restarted: it crashes once"
            elif isinstance(fault, DiskFillSettings) and settings.storage.limit is None:
                odd = "has no limit of storage: it is never full"
            else:
                continue
            yield f"faults.{name}.target", f"{service} {odd}"


def lost_controllers(world: WorldSettings) -> Iterator[Odd]:
    """Find controllers that are to fail, of loops that are not there."""
    for name, fault in world.faults.items():
        if isinstance(fault, ControllerSettings) and not any(
            is_loop(loop, fault.loop) for loop in world.loops
        ):
            yield f"faults.{name}.loop", f"no strategy has a loop {fault.loop}: it hits nothing"


def idle_faults(world: WorldSettings) -> Iterator[Odd]:
    """Find faults that hit nothing, or do nothing to what they hit."""
    for name, fault in world.faults.items():
        for field, value in NEUTRAL.items():
            if getattr(fault, field, None) == value:
                yield f"faults.{name}.{field}", f"{field} {value:g} changes nothing"
        if isinstance(fault, ReplicaFault):
            if fault.replicas.count == 0 or (
                fault.replicas.count is None and fault.replicas.share == 0.0
            ):
                yield f"faults.{name}.replicas", "is none: it hits nothing"
        elif isinstance(fault, LinkFault) and not links_of(fault, world.links, _tags(world)):
            yield f"faults.{name}.target", f"nobody calls {fault.target}: it hits nothing"


def piling_surges(world: WorldSettings) -> Iterator[Odd]:
    """Find surges that come again and again and never end: each multiplies the ones before."""
    for name, fault in world.faults.items():
        again = isinstance(fault, SurgeSettings) and (fault.every or fault.random)
        if again and fault.lasts is None:
            yield (
                f"faults.{name}",
                "has no lasts: each time multiplies the load of the times before",
            )


FAULT_LOOKS: Final = (
    endless_waits,
    late_faults,
    boots_that_never_are,
    harsh_faults,
    lost_controllers,
    idle_faults,
    piling_surges,
)
