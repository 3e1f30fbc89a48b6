"""Faults on the wall clock: crashes are `kill -9`, at the times and by the luck of the simulation.

Only crashes can be done to processes from here; a scenario with other faults is refused, unless
its faults are left out.
"""

import asyncio
from collections.abc import Mapping

from simlab.core import Finding, Purpose, Seconds, Site, UserError, root
from simlab.faults import CrashSettings, FaultSettings
from simlab.live.clock import Clock
from simlab.live.lives import Lives
from simlab.live.replica import State
from simlab.model.journal import Journal
from simlab.telemetry import FaultRecord


def crashes_of(faults: Mapping[str, FaultSettings]) -> dict[str, CrashSettings]:
    """Return `faults`, if all are crashes.

    Raises:
        UserError: One is not.
    """
    found = {}
    for name, fault in faults.items():
        if not isinstance(fault, CrashSettings):
            raise UserError(
                f"faults.{name}: not yet: {fault.kind} on the wall clock; crash is there"
            )
        found[name] = fault
    return found


class Crashes:
    """Crashes the replicas that a scenario's faults hit.

    Args:
        faults: By name.
        services: By name, with their tags in their settings.
        seed, replication: Address times and victims, as in a simulation.
    """

    def __init__(
        self,
        faults: Mapping[str, CrashSettings],
        *,
        clock: Clock,
        journal: Journal,
        services: Mapping[str, Lives],
        seed: int,
        replication: int,
    ) -> None:
        self._faults, self._clock, self._journal = faults, clock, journal
        self._services, self._seed, self._replication = services, seed, replication
        self.records: list[FaultRecord] = []

    async def run(self, until: Seconds) -> None:
        """Crash what is to crash before `until`."""
        async with asyncio.TaskGroup() as group:
            for name in self._faults:
                group.create_task(self._run(name, until))

    async def _run(self, name: str, until: Seconds) -> None:
        occurrence, before = 0, 0.0
        while True:
            at = self._faults[name].start_of(occurrence, before, self._site(name))
            if at is None or at >= until:
                return
            await self._clock.sleep_until(at)
            self._hit(name, occurrence)
            occurrence, before = occurrence + 1, at

    def noticed(self, finding: Finding) -> None:
        """A loop has noticed something: the first symptom that names what was hit detects it."""
        room, _, who = finding.target.partition(".")
        service = who.partition("/")[0]
        if finding.kind not in ("symptom", "probe_failed") or room != "services":
            return
        for record in self.records:
            if record.detected is None and service in record.targets:
                record.detected = finding.at

    def _site(self, name: str) -> Site:
        return Site(root(self._seed, self._replication, f"faults.{name}"))

    def _hit(self, name: str, occurrence: int) -> None:
        fault, now = self._faults[name], self._clock.now()
        victims: tuple[tuple[str, int], ...] = ()
        services = tuple(
            one
            for one, lives in self._services.items()
            if fault.target in (one, "all", *lives.settings.tags)
        )
        for service in services:
            victims += self._drawn(name, fault, occurrence, self._services[service])
        record = FaultRecord(
            fault=name, kind=fault.kind, targets=services, replicas=victims, start=now
        )
        self.records.append(record)
        data = {
            "phase": "start",
            "kind": record.kind,
            "targets": list(services),
            "replicas": [list(one) for one in victims],
        }
        self._journal.row(now, "fault", name, data)
        for service, number in victims:
            self._services[service].crash(number, restart=fault.restart)

    def _drawn(
        self, name: str, fault: CrashSettings, occurrence: int, lives: Lives
    ) -> tuple[tuple[str, int], ...]:
        ready = [one.number for one in lives.replicas if one.state == State.READY]
        stream = self._site(f"{name}.{lives.name}").stream(Purpose.KEY)
        by_luck = sorted(ready, key=lambda number: (stream.uniform(occurrence, number), number))
        return tuple((lives.name, n) for n in sorted(by_luck[: fault.replicas.of(len(ready))]))
