"""The prober: probes of replicas, for the platform and for loops, and what comes of them.

with an operation   passes the replica's door, line and slots like a call, and is work like any;
                    it is nobody's request and goes over nobody's link
without             a replica that runs, is not paused and can be reached answers at once

Rule 1: one that starts or has crashed refuses at once; one that cannot be reached never answers.
Rule 2: an answer of the very instant of the time-out comes too late. Rule 3: what a probe started
goes on in vain when nobody waits any more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from simlab.core import (
    DistributionSettings,
    Outcome,
    ProbeSeen,
    Seconds,
    Site,
    Tag,
    root,
)
from simlab.load import Carries
from simlab.model.agenda import Agenda
from simlab.model.plan import Operation
from simlab.model.reference.callers import Callers
from simlab.model.reference.client import Client, Edge
from simlab.model.reference.replica import Replica, State
from simlab.model.reference.requests import Attempt, Call, Request
from simlab.model.reference.service import Service
from simlab.model.settings.link import LinkSettings

TRY = int(Tag.TRY)


class Probe:
    """One probe: what was asked, and what came back."""

    __slots__ = ("about", "at", "call", "outcome", "replica", "start", "told", "took")

    def __init__(
        self, replica: Replica, at: Seconds, told: Callable[..., None] | None, about: Any
    ) -> None:
        self.replica, self.start, self.at = replica, replica.starts, at
        self.told, self.about = told, about
        self.call: Call | None = None
        self.outcome: Outcome | None = None
        self.took: Seconds = 0.0

    @property
    def passed(self) -> bool:
        """Return whether it was answered well and in time."""
        return self.outcome is not None and self.outcome <= Outcome.DEGRADED

    def seen(self) -> ProbeSeen:
        """Return what a loop is told of it."""
        assert self.outcome is not None, "a probe is told of when it is settled"
        return ProbeSeen(
            service=self.replica.service.name,
            replica=self.replica.number,
            at=self.at,
            took=self.took,
            passed=self.passed,
            reason="" if self.passed else self.outcome.name.lower(),
        )


class ProbeRequest(Request):
    """What a probe asks for; no source has it in its books."""

    __slots__ = ("probe",)

    def __init__(self, name: str, number: int, probe: Probe, carries: dict[str, float]) -> None:
        super().__init__(name, number, probe.at, carries)
        self.probe = probe


class Straight:
    """A `Picker` that picks nothing: a probe knows where it goes."""

    def add(self, endpoint: int, now: Seconds) -> None:
        """Know nothing of it."""

    def remove(self, endpoint: int, now: Seconds) -> None:
        """Know nothing of it."""

    def pick(self, now: Seconds, luck: float) -> int:
        return -1

    def record(self, endpoint: int, now: Seconds, outcome: Outcome, took: Seconds) -> None:
        """Learn nothing."""


class Prober:
    """Sends probes.

    Args:
        operations: By service and name.
        carries: What requests of this world carry; a probe carries it too.
    """

    def __init__(
        self,
        agenda: Agenda,
        callers: Callers,
        services: Mapping[str, Service],
        operations: Mapping[str, Mapping[str, Operation]],
        carries: Mapping[str, DistributionSettings],
        *,
        seed: int,
        replication: int,
    ) -> None:
        self._agenda, self._callers, self.services = agenda, callers, services
        self._operations, self._carries = operations, carries
        self._seed, self._replication = seed, replication
        self._clients: dict[tuple[str, str], tuple[Client, Site, Carries]] = {}

    def send(
        self,
        name: str,
        replica: Replica,
        number: int,
        operation: str | None,
        *,
        told: Callable[..., None] | None = None,
        about: Any = None,
    ) -> Probe:
        """Send probe `number` of `name` to `replica`; `told(about, probe)` when it is settled.

        One that is refused, or needs no operation, may be settled when this returns.
        """
        probe = Probe(replica, self._agenda.now, told, about)
        if replica.unreachable:
            return probe  # Nothing comes back: its time-out ends it.
        if replica.state not in (State.READY, State.DRAINING):
            self._settle(probe, Outcome.REFUSED)
        elif operation is None:
            if not replica.paused:
                self._settle(probe, Outcome.OK)
        else:
            self._ask(name, probe, (replica.number << 32) | number, operation)
        return probe

    def _ask(self, name: str, probe: Probe, number: int, operation: str) -> None:
        service = probe.replica.service
        client, site, carries = self._client(name, service)
        request = ProbeRequest(name, number, probe, carries.draw(number))
        asked = self._operations[service.name][operation]
        call = Call(None, client, asked, client.edge.rules, site, request, probe.at)
        call.tries = 1
        client.edge.calls_started += 1
        probe.call = call
        self._callers.send(Attempt(call, site.child(TRY, 1), probe.at, 0), probe.replica.number)

    def _client(self, name: str, service: Service) -> tuple[Client, Site, Carries]:
        key = (name, service.name)
        if key not in self._clients:
            edge = Edge(self._agenda, f"{name}->{service.name}", LinkSettings())
            edge.replicas = service.by_number
            client = Client(edge, name)
            client.picker = Straight()
            who = {"seed": self._seed, "replication": self._replication}
            place = f"probes.{name}.{service.name}"
            site = Site(root(self._seed, self._replication, place))
            self._clients[key] = (client, site, Carries(self._carries, **who, source=place))
        return self._clients[key]

    def ended(self, request: ProbeRequest, outcome: Outcome) -> None:
        """An operation that a probe asked for was answered."""
        self._settle(request.probe, outcome)

    def give_up(self, probe: Probe) -> None:
        """Wait no longer for an answer that has not come."""
        if probe.outcome is None:
            if probe.call is not None:
                self._callers.cancel_call(probe.call)
            self._settle(probe, Outcome.TIMEOUT)

    def _settle(self, probe: Probe, outcome: Outcome) -> None:
        probe.outcome, probe.took = outcome, self._agenda.now - probe.at
        probe.call = None
        if probe.told is not None:
            probe.told(probe.about, probe)

    def can(self, service: str, operation: str | None) -> bool:
        """Return whether replicas of `service` can be probed so."""
        return operation is None or operation in self._operations[service]
