"""Hits: what a fault hits, from its target and its luck.

    some replicas of services   drawn by (fault, occurrence, number) among those that are ready, so
                                that strategies compared meet the same luck
    services, sources           named by the target
    links                       the one named, or all those into the services named
    what telemetry knows        of services, a link, or everything
    settings                    whatever has the path: a service, a link, a source, a loop
    the control path            `loops.NAME`, where there is such a loop; `platform.actuator`

Whoever names one of these in a finding has named the fault's target.
"""

from collections.abc import Iterable, Mapping

from simlab.core import Purpose, Site, root
from simlab.faults import (
    ActuatorSettings,
    ControllerSettings,
    FaultSettings,
    Hit,
    LinkFault,
    MetricsFault,
    PartitionSettings,
    PathFault,
    ReplicaFault,
    ServiceFault,
    SourceFault,
)
from simlab.model.reference.replica import State
from simlab.model.reference.service import Service
from simlab.model.settings.service import ServiceSettings

ACTUATOR = "platform.actuator"


class Targets:
    """Everything in a world that faults can hit, by name."""

    def __init__(
        self,
        *,
        seed: int,
        replication: int,
        services: Mapping[str, Service],
        links: Iterable[str],
        sources: Iterable[str],
        loops: Iterable[str],
    ) -> None:
        self._seed, self._replication = seed, replication
        self._services = services
        self._links, self._sources, self._loops = tuple(links), tuple(sources), tuple(loops)

    def site(self, name: str) -> Site:
        """Return where the chance of the fault of this name is drawn."""
        return Site(root(self._seed, self._replication, f"faults.{name}"))

    def hit(self, name: str, fault: FaultSettings, occurrence: int) -> Hit:
        """Return what this occurrence of `fault` hits."""
        what: dict[str, tuple[str, ...]] = {}
        replicas: tuple[tuple[str, int], ...] = ()
        match fault:
            case ReplicaFault():
                what["services"] = self._named(fault.target)
                for service in what["services"]:
                    replicas += self._drawn(name, fault, occurrence, self._services[service])
            case ServiceFault():
                what["services"] = self._named(fault.target)
            case LinkFault():
                what["links"] = self._links_of(fault)
            case SourceFault():
                what["sources"] = self._sources if fault.target == "all" else (fault.target,)
            case MetricsFault():
                what = self._known_of(fault.target)
            case PathFault():
                what = _owner(fault.path)
            case ActuatorSettings():
                what["others"] = (ACTUATOR,)
            case ControllerSettings():
                found = any(is_loop(one, fault.loop) for one in self._loops)
                what["others"] = (f"loops.{fault.loop}",) if found else ()
        return Hit(fault=name, occurrence=occurrence, replicas=replicas, **what)

    def _named(self, target: str) -> tuple[str, ...]:
        return named(target, {name: one.settings for name, one in self._services.items()})

    def _links_of(self, fault: LinkFault) -> tuple[str, ...]:
        """Return the links that a fault hits."""
        tags = {name: one.settings.tags for name, one in self._services.items()}
        return links_of(fault, self._links, tags)

    def _known_of(self, target: str) -> dict[str, tuple[str, ...]]:
        if target in self._links:
            return {"links": (target,)}
        services = self._named(target)
        if target == "all":
            return {"services": services, "links": self._links, "sources": self._sources}
        return {"services": services}

    def _drawn(
        self, name: str, fault: ReplicaFault, occurrence: int, service: Service
    ) -> tuple[tuple[str, int], ...]:
        ready = [one.number for one in service.replicas if one.state == State.READY]
        stream = self.site(f"{name}.{service.name}").stream(Purpose.KEY)
        by_luck = sorted(ready, key=lambda number: (stream.uniform(occurrence, number), number))
        return tuple((service.name, n) for n in sorted(by_luck[: fault.replicas.of(len(ready))]))


def names_of(hit: Hit) -> tuple[str, ...]:
    """Return what a hit is remembered by: names of services, links, sources; paths of others."""
    return (*hit.services, *hit.links, *hit.sources, *hit.others)


def is_loop(name: str, loop: str) -> bool:
    """Return whether the loop `name` is `loop`, or that of one of its services."""
    return name.partition("/")[0] == loop or name == loop


def links_of(
    fault: LinkFault, links: Iterable[str], tags: Mapping[str, Iterable[str]]
) -> tuple[str, ...]:
    """Return those of `links` that a fault hits; `tags` are those of each service.

    A name beats a tag.
    """
    if fault.target in links:
        found = [fault.target]
    else:
        found = [one for one in links if _means(fault.target, one.partition("->")[2], tags)]
    if isinstance(fault, PartitionSettings):
        found = [one for one in found if _means(fault.from_, one.partition("->")[0], tags)]
    return tuple(found)


def _means(word: str, name: str, tags: Mapping[str, Iterable[str]]) -> bool:
    if word in ("all", name):
        return True
    return word not in tags and word in tags.get(name, ())


def _owner(path: str) -> dict[str, tuple[str, ...]]:
    """Return what has the setting at `path`."""
    room, name, *_ = path.split(".")
    kind = {"services": "services", "links": "links", "load": "sources"}.get(room, "others")
    return {kind: (name if kind != "others" else f"{room}.{name.partition('/')[0]}",)}


def named(target: str, services: Mapping[str, ServiceSettings]) -> tuple[str, ...]:
    """Return the services that `target` means: a name, a tag, or `all`.

    A name beats a tag.
    """
    if target == "all":
        return tuple(services)
    if target in services:
        return (target,)
    return tuple(name for name, one in services.items() if target in one.tags)
