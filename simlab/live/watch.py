"""What loops see of local processes: the twin of `model.observe`, through the same pipelines.

Several loops may share a pipeline; each distinct way of measuring is one. A scrape that is due when
somebody looks is made first, as in a simulated world. One that is a little late bears the time at
which it was due, else windows would be a scrape short whenever timers are late.

Reference: Prometheus, `--scrape.adjust-timestamps` and `--scrape.timestamp-tolerance`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from simlab.core import (
    LinkSeen,
    Observation,
    ReplicaSeen,
    Seconds,
    ServiceSeen,
    SourceSeen,
    TelemetrySettings,
)
from simlab.live.clock import Clock
from simlab.live.lives import Lives
from simlab.live.replica import Replica, State
from simlab.telemetry import Measured, MetricRules, Pipeline, Probes

SLACK = 0.05  # Of the time between scrapes: so late, and the time is told as it was.


@dataclass
class Scrapes:
    """A pipeline, and how many scrapes of it were made or missed."""

    pipeline: Pipeline
    count: int = 0

    def due(self) -> Seconds:
        """Return when the next scrape is due."""
        return self.pipeline.settings.scrape * self.count

    def catch_up(self, now: Seconds) -> None:
        """Scrape once if that is due; skip what was missed."""
        due = self.due()
        if due <= now:
            late = now - due > SLACK * self.pipeline.settings.scrape
            self.pipeline.scrape(now if late else due)
            self.count = int(now // self.pipeline.settings.scrape) + 1


class Watch:
    """All pipelines of a live system, and who looks through which."""

    def __init__(self, clock: Clock, probes: Probes, services: Mapping[str, Lives]) -> None:
        self._clock, self._probes, self._services = clock, probes, services
        self._rules = MetricRules()
        self._pipelines: dict[tuple[float, float, float], Scrapes] = {}
        self._of: dict[str, Scrapes] = {}

    def look_through(self, loop: str, settings: TelemetrySettings) -> None:
        """Have `loop` see through a pipeline of these settings."""
        key = (settings.scrape, settings.window, settings.lag)
        if key not in self._pipelines:
            self._pipelines[key] = Scrapes(Pipeline(settings, self._probes, self._rules))
        self._of[loop] = self._pipelines[key]

    async def run(self) -> None:
        """Scrape until cancelled."""
        async with asyncio.TaskGroup() as group:
            for one in self._pipelines.values():
                group.create_task(self._scraping(one))

    async def _scraping(self, one: Scrapes) -> None:
        while True:
            await self._clock.sleep_until(one.due())
            one.catch_up(self._clock.now())

    def observe(self, loop: str) -> Observation:
        """Return what `loop` sees now."""
        now, scrapes = self._clock.now(), self._of[loop]
        scrapes.catch_up(now)
        measured = scrapes.pipeline.observe(now)
        return Observation(
            now=now,
            services={name: _service(one, measured) for name, one in self._services.items()},
            links={name: LinkSeen(readings=one) for name, one in measured.links.items()},
            sources={name: SourceSeen(readings=one) for name, one in measured.sources.items()},
        )


def _service(lives: Lives, measured: Measured) -> ServiceSeen:
    return ServiceSeen(
        wanted=lives.wanted,
        replicas=tuple(_replica(lives, one, measured) for one in lives.replicas),
        readings=measured.services[lives.name],
    )


def _replica(lives: Lives, replica: Replica, measured: Measured) -> ReplicaSeen:
    settings = lives.settings
    return ReplicaSeen(
        number=replica.number,
        phase="Running",
        ready=replica.state == State.READY,
        ready_since=replica.ready_since,
        started_at=replica.started_at,
        deleting=replica.leaving,
        restarts=replica.restarts,
        cpu_request=replica.cpu_request,
        cpu_limit=settings.cores,
        memory_request=settings.request.memory,
        memory_limit=settings.memory.limit,
        readings=measured.replica(lives.name, replica.number),
    )
