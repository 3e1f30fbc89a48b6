"""The injector: books the faults of a world on its agenda, and remembers what they met with.

What they hit: see `hits`.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from simlab.core import Finding, Seconds
from simlab.faults import AnyFault, Breakable, FaultSettings, Hit, MetricsFault
from simlab.model.agenda import Agenda, Turn
from simlab.model.hits import Targets, names_of
from simlab.model.journal import Journal
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
        targets: Targets,
        *,
        duration: Seconds,
    ) -> None:
        self._agenda, self._journal, self._world, self._duration = agenda, journal, world, duration
        self._faults, self._targets = faults, targets
        self.records: list[FaultRecord] = []
        self.active: list[tuple[FaultRecord, FaultSettings, Hit]] = []
        for name, fault in faults.items():
            self._book(name, fault, 0, 0.0)

    def _book(self, name: str, fault: AnyFault, occurrence: int, before: Seconds) -> None:
        at = fault.start_of(occurrence, before, self._targets.site(name))
        if at is not None and at < self._duration:
            self._agenda.at(at, Turn.FAULT, self._start, name, occurrence)

    def _start(self, name: str, occurrence: int) -> None:
        fault, now = self._faults[name], self._agenda.now
        hit = self._targets.hit(name, fault, occurrence)
        record = FaultRecord(
            fault=name,
            kind=fault.kind,
            targets=names_of(hit),
            replicas=hit.replicas,
            start=now,
        )
        self.records.append(record)
        self._row(record, "start")
        fault.start(self._world, hit)
        if not fault.instant:
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

    # What is noticed of them.

    def detected(self, link: str) -> None:
        """A breaker of `link` has opened: a symptom of faults that hit its callee or itself."""
        callee = link.split("->")[1]
        for record in self.records:
            about = link in record.targets or callee in record.targets
            if record.detected is None and about and not self._of_metrics(record):
                record.detected = self._agenda.now

    def probed(self, service: str) -> None:
        """A probe of the platform has failed: a symptom of faults that hit its service."""
        for record in self.records:
            about = service in record.targets
            if record.detected is None and about and not self._of_metrics(record):
                record.detected = self._agenda.now

    def _of_metrics(self, record: FaultRecord) -> bool:
        """Return whether a fault is of what is read, which says nothing to breakers and probes."""
        return isinstance(self._faults[record.fault], MetricsFault)

    def noticed(self, finding: Finding) -> None:
        """A loop has noticed something: symptoms detect, issues diagnose, what they name."""
        if finding.kind in ("symptom", "probe_failed"):
            for record in self.records:
                if record.detected is None and _named_by(record.targets, finding.target):
                    record.detected = finding.at
        if finding.kind == "issue":
            for record in self.records:
                if record.rank is None and self._recent(record, finding.at):
                    record.rank = _rank(record.targets, finding.data.get("candidates", ()))

    def _recent(self, record: FaultRecord, at: Seconds) -> bool:
        end = record.start if record.instant else inf if record.stop is None else record.stop
        return record.start <= at <= end + DIAGNOSED

    def acted(self, name: str) -> None:
        """Somebody has acted on a service, link, source or `loops.NAME` (or the platform has)."""
        for record in self.records:
            if record.acted is None and name in record.targets:
                record.acted = self._agenda.now


def _named_by(targets: tuple[str, ...], path: str) -> bool:
    """Return whether what is at `path` is one of `targets`, or a link to one."""
    name = _name_of(path)
    return name in targets or name.partition("->")[2] in targets


def _rank(targets: tuple[str, ...], candidates: Sequence[str]) -> int | None:
    """Return the place, from 1 on, of the first candidate that is a target or a link's callee."""
    true = (*targets, *(one.partition("->")[2] for one in targets if "->" in one))
    for at, path in enumerate(candidates):
        if _named_by(true, path):
            return at + 1
    return None


def _name_of(path: str) -> str:
    """Return how targets name what is at `path`: of `services.web/3` it is `web`."""
    path = path.partition("/")[0]
    room, _, name = path.partition(".")
    return path if room in ("loops", "platform") else name or room
