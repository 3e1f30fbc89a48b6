"""The injector: books the faults of a world on its agenda, chooses what they hit, and remembers.

Which replicas are hit is drawn by (fault, occurrence, replica number) among those that are ready,
so that strategies compared meet the same luck.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from simlab.core import Finding, Purpose, Seconds, Site, root
from simlab.faults import AnyFault, Breakable, FaultSettings, Hit, MetricsFault, ReplicaFault
from simlab.model.agenda import Agenda, Turn
from simlab.model.journal import Journal
from simlab.model.reference.replica import State
from simlab.model.reference.service import Service
from simlab.model.settings.service import ServiceSettings
from simlab.telemetry import FaultRecord

DIAGNOSED: Seconds = 120.0  # How long after a fault's end an issue may still be about it.


class Injector:
    """Starts and stops faults."""

    def __init__(
        self,
        agenda: Agenda,
        journal: Journal,
        world: Breakable,
        faults: Mapping[str, FaultSettings],
        *,
        seed: int,
        replication: int,
        duration: Seconds,
        services: Mapping[str, Service],
        links: Mapping[str, object],
        sources: Mapping[str, object],
    ) -> None:
        self._agenda, self._journal, self._world, self._duration = agenda, journal, world, duration
        self._faults, self._seed, self._replication = faults, seed, replication
        self._services, self._links, self._sources = services, tuple(links), tuple(sources)
        self.records: list[FaultRecord] = []
        self.active: list[tuple[FaultRecord, FaultSettings, Hit]] = []
        for name, fault in faults.items():
            self._book(name, fault, 0, 0.0)

    def _site(self, name: str) -> Site:
        return Site(root(self._seed, self._replication, f"faults.{name}"))

    def _book(self, name: str, fault: AnyFault, occurrence: int, before: Seconds) -> None:
        at = fault.start_of(occurrence, before, self._site(name))
        if at is not None and at < self._duration:
            self._agenda.at(at, Turn.FAULT, self._start, name, occurrence)

    def _start(self, name: str, occurrence: int) -> None:
        fault, now = self._faults[name], self._agenda.now
        hit = self._hit(name, fault, occurrence)
        record = FaultRecord(
            fault=name,
            kind=fault.kind,
            targets=(*hit.services, *hit.links, *hit.sources),
            replicas=hit.replicas,
            start=now,
        )
        self.records.append(record)
        self._row(record, "start")
        fault.start(self._world, hit)
        if fault.kind != "crash":
            self.active.append((record, fault, hit))
            if fault.lasts is not None:
                self._agenda.at(now + fault.lasts, Turn.FAULT, self._stop, len(self.records) - 1)
        self._book(name, fault, occurrence + 1, now)

    def _stop(self, at: int) -> None:
        record = self.records[at]
        entry = next(one for one in self.active if one[0] is record)
        self.active.remove(entry)
        record.stop = self._agenda.now
        self._row(record, "stop")
        entry[1].stop(self._world, entry[2])

    def _row(self, record: FaultRecord, phase: str) -> None:
        data: dict[str, Any] = {
            "phase": phase,
            "kind": record.kind,
            "targets": list(record.targets),
            "replicas": [list(one) for one in record.replicas],
        }
        self._journal.row(self._agenda.now, "fault", record.fault, data)

    # What is hit.

    def _hit(self, name: str, fault: FaultSettings, occurrence: int) -> Hit:
        target = getattr(fault, "target", None)
        if target is None:
            return Hit(fault=name, occurrence=occurrence)
        if fault.kind == "delay":
            links = self._links_into(target)
            return Hit(fault=name, occurrence=occurrence, links=links)
        if target in self._links:
            return Hit(fault=name, occurrence=occurrence, links=(target,))
        if target in self._sources:
            return Hit(fault=name, occurrence=occurrence, sources=(target,))
        services = named(target, {n: s.settings for n, s in self._services.items()})
        if target == "all" and isinstance(fault, MetricsFault):
            links, sources = self._links, self._sources
            return Hit(
                fault=name, occurrence=occurrence, services=services, links=links, sources=sources
            )
        replicas: tuple[tuple[str, int], ...] = ()
        if isinstance(fault, ReplicaFault):
            for service in services:
                replicas += self._drawn(name, fault, occurrence, self._services[service])
        return Hit(fault=name, occurrence=occurrence, services=services, replicas=replicas)

    def _links_into(self, target: str) -> tuple[str, ...]:
        if target in self._links:
            return (target,)
        services = named(target, {n: s.settings for n, s in self._services.items()})
        return tuple(link for link in self._links if link.split("->")[1] in services)

    def _drawn(
        self, name: str, fault: ReplicaFault, occurrence: int, service: Service
    ) -> tuple[tuple[str, int], ...]:
        ready = [one.number for one in service.replicas if one.state == State.READY]
        stream = self._site(f"{name}.{service.name}").stream(Purpose.KEY)
        by_luck = sorted(ready, key=lambda number: (stream.uniform(occurrence, number), number))
        return tuple((service.name, n) for n in sorted(by_luck[: fault.replicas.of(len(ready))]))

    # What is noticed of them.

    def detected(self, link: str) -> None:
        """A breaker of `link` has opened: a symptom of faults that hit its callee or itself."""
        callee = link.split("->")[1]
        for record in self.records:
            if record.detected is None and (link in record.targets or callee in record.targets):
                record.detected = self._agenda.now

    def probed(self, service: str) -> None:
        """A probe of the platform has failed: a symptom of faults that hit its service."""
        for record in self.records:
            if record.detected is None and service in record.targets:
                record.detected = self._agenda.now

    def noticed(self, finding: Finding) -> None:
        """A loop has noticed something: symptoms detect, issues diagnose, what they name."""
        room, _, name = finding.target.partition(".")
        name = name.partition("/")[0]
        if finding.kind in ("symptom", "probe_failed"):
            for record in self.records:
                if record.detected is None and _named_by(record.targets, room, name):
                    record.detected = finding.at
        if finding.kind == "issue":
            for record in self.records:
                if record.rank is None and self._recent(record, finding.at):
                    record.rank = _rank(record.targets, finding.data.get("candidates", ()))

    def _recent(self, record: FaultRecord, at: Seconds) -> bool:
        instant = record.kind == "crash"
        end = record.start if instant else inf if record.stop is None else record.stop
        return record.start <= at <= end + DIAGNOSED

    def acted(self, name: str) -> None:
        """Somebody has acted on a service or a link (or the platform has)."""
        for record in self.records:
            if record.acted is None and name in record.targets:
                record.acted = self._agenda.now


def _named_by(targets: tuple[str, ...], room: str, name: str) -> bool:
    """Return whether `room.name` is one of `targets`, or a link to one."""
    return name in targets or (room == "links" and name.partition("->")[2] in targets)


def _rank(targets: tuple[str, ...], candidates: Sequence[str]) -> int | None:
    """Return the place, from 1 on, of the first candidate that is a target or a link's callee."""
    true = {*targets, *(one.partition("->")[2] for one in targets if "->" in one)}
    for at, path in enumerate(candidates):
        name = path.partition(".")[2] or path
        if name in true or name.partition("->")[2] in true:
            return at + 1
    return None


def named(target: str, services: Mapping[str, ServiceSettings]) -> tuple[str, ...]:
    """Return the services that `target` means: a name, a tag, or `all`.

    A name beats a tag.
    """
    if target == "all":
        return tuple(services)
    if target in services:
        return (target,)
    return tuple(name for name, one in services.items() if target in one.tags)
