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
    PathFault,
    ReplicaFault,
    ServiceFault,
    SourceFault,
    is_loop,
    links_of,
    named,
)
from simlab.model.reference.replica import State
from simlab.model.reference.service import Service

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
        self._tags = {name: one.settings.tags for name, one in services.items()}
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
        return named(target, self._tags)

    def _links_of(self, fault: LinkFault) -> tuple[str, ...]:
        return links_of(fault, self._links, self._tags)

    def _known_of(self, target: str) -> dict[str, tuple[str, ...]]:
        if target in self._links:
            return {"links": (target,)}
        if target in self._sources:
            return {"sources": (target,)}
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


def _owner(path: str) -> dict[str, tuple[str, ...]]:
    """Return what has the setting at `path`."""
    room, name, *_ = path.split(".")
    kind = {"services": "services", "links": "links", "load": "sources"}.get(room, "others")
    return {kind: (name if kind != "others" else f"{room}.{name.partition('/')[0]}",)}
