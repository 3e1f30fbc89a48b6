"""What loops see: the platform's state as it is, readings as their pipeline has them.

Several loops may share a pipeline; each distinct way of measuring is one.
"""

from collections.abc import Mapping
from math import inf

from simlab.core import (
    Bytes,
    LinkSeen,
    Observation,
    ProbeSeen,
    Ratio,
    ReplicaSeen,
    ServiceSeen,
    SourceSeen,
    TelemetrySettings,
)
from simlab.model.agenda import Agenda, Turn
from simlab.model.journal import Journal
from simlab.model.reference.replica import Replica, State
from simlab.model.reference.service import Service
from simlab.telemetry import Measured, MetricRules, Pipeline, Probes


class Watch:
    """All pipelines of a world, and who looks through which."""

    def __init__(
        self, agenda: Agenda, journal: Journal, probes: Probes, services: Mapping[str, Service]
    ) -> None:
        self._agenda, self._journal, self._probes, self._services = (
            agenda,
            journal,
            probes,
            services,
        )
        self.rules = MetricRules()
        self._pipelines: dict[tuple[float, float, float], Pipeline] = {}
        self._of: dict[str, Pipeline] = {}

    def look_through(self, loop: str, settings: TelemetrySettings) -> None:
        """Have `loop` see through a pipeline of these settings."""
        key = (settings.scrape, settings.window, settings.lag)
        if key not in self._pipelines:
            self._pipelines[key] = Pipeline(settings, self._probes, self.rules)
            self._agenda.at(0.0, Turn.SCRAPE, self._scrape, key, 0)
        self._of[loop] = self._pipelines[key]

    def _scrape(self, key: tuple[float, float, float], count: int) -> None:
        self._pipelines[key].scrape(self._agenda.now)
        self._agenda.at(key[0] * (count + 1), Turn.SCRAPE, self._scrape, key, count + 1)

    def observe(
        self, loop: str, luck: Ratio = 0.5, probes: tuple[ProbeSeen, ...] = ()
    ) -> Observation:
        """Return what `loop` sees now; what is new to it is taken from its inbox."""
        now = self._agenda.now
        measured, inbox = self._of[loop].observe(now), self._journal.inboxes[loop]
        return Observation(
            now=now,
            services={name: _service(one, measured) for name, one in self._services.items()},
            links={name: LinkSeen(readings=one) for name, one in measured.links.items()},
            sources={name: SourceSeen(readings=one) for name, one in measured.sources.items()},
            logs=inbox.take_logs(),
            traces=inbox.take_spans(now),
            outcomes=inbox.take_outcomes(),
            probes=probes,
            luck=luck,
        )


def _service(service: Service, measured: Measured) -> ServiceSeen:
    return ServiceSeen(
        wanted=service.wanted,
        replicas=tuple(_replica(service, one, measured) for one in service.replicas),
        readings=measured.services[service.name],
    )


def _replica(service: Service, replica: Replica, measured: Measured) -> ReplicaSeen:
    settings = service.settings
    return ReplicaSeen(
        number=replica.number,
        phase="Running",  # Booting is Running and not Ready; there are no boot steps yet.
        ready=replica.ready,
        ready_since=replica.ready_since + replica.skew,
        started_at=replica.started_at + replica.skew,
        deleting=replica.state == State.DRAINING and not replica.restarting,
        restarts=replica.restarts,
        cpu_request=replica.cpu_request,
        cpu_limit=replica.cores.cores,
        memory_request=settings.request.memory,
        memory_limit=_limit(replica.memory_limit),
        storage_limit=_limit(replica.disk.limit),
        readings=measured.replica(service.name, replica.number, replica.skew),
    )


def _limit(amount: Bytes) -> Bytes | None:
    return None if amount == inf else amount
