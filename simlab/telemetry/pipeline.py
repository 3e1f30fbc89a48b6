"""A pipeline: what is measured as people who run services get it: sampled, windowed, late, holed.

    scrape(t)    at 0, scrape, 2 scrape, ...: copies counters and gauges of everything
    observe(t)   what is seen at t: the newest scrape at or before t - lag, and its window back

The window of a reading runs from the oldest to the newest scrape that has the thing, at most
`window` apart. Several pipelines may look at one world, each with its own settings; metric faults
hit them all, through the one `MetricRules` they share. See `history` for what faults do and how
much is kept, `formulas` for what is computed.
"""

from collections.abc import Iterable
from typing import TypeVar

from simlab.core import Seconds, TelemetrySettings
from simlab.telemetry.history import History
from simlab.telemetry.probes import LinkProbe, Named, Probes, ServiceProbe, SourceProbe
from simlab.telemetry.readings import Measured, Readings
from simlab.telemetry.rules import MetricRules
from simlab.telemetry.samples import (
    LinkSample,
    Sample,
    ServiceSample,
    SourceSample,
    sample_link,
    sample_service,
    sample_source,
)

ProbeT = TypeVar("ProbeT", bound=Named)
SampleT = TypeVar("SampleT", bound=Sample)


class Pipeline:
    """One way of measuring a world.

    Args:
        settings: How often, over what window, how late.
        probes: Everything to scrape.
        rules: Metric faults that are on; the same object for all pipelines of a world.
    """

    def __init__(self, settings: TelemetrySettings, probes: Probes, rules: MetricRules) -> None:
        self.settings, self._rules = settings, rules
        self._services: dict[str, History[ServiceProbe, ServiceSample]] = {
            probe.name: History(probe, sample_service, settings) for probe in probes.services
        }
        self._links: dict[str, History[LinkProbe, LinkSample]] = {
            probe.name: History(probe, sample_link, settings) for probe in probes.links
        }
        self._sources: dict[str, History[SourceProbe, SourceSample]] = {
            probe.name: History(probe, sample_source, settings) for probe in probes.sources
        }

    def scrape(self, now: Seconds) -> None:
        """Copy counters and gauges; call it every `settings.scrape` from 0 on."""
        hitting = self._rules.hitting
        for name, service in self._services.items():
            service.scrape(now, hitting(name))
        for name, link in self._links.items():
            link.scrape(now, hitting(name))
        for name, source in self._sources.items():
            source.scrape(now, hitting(name))

    def observe(self, now: Seconds) -> Measured:
        """Return what is seen at `now`, which is not before the last scrape."""
        heard = {name: history.seen(now) for name, history in self._services.items()}
        return Measured(
            {
                name: Readings("service", one.samples, one.measured_at, warp=one.warp(name))
                for name, one in heard.items()
            },
            _readings("link", self._links.items(), now),
            _readings("source", self._sources.items(), now),
            heard,
        )


def _readings(
    kind: str, histories: Iterable[tuple[str, History[ProbeT, SampleT]]], now: Seconds
) -> dict[str, Readings]:
    heard = [(name, history.seen(now)) for name, history in histories]
    return {
        name: Readings(kind, one.samples, one.measured_at, warp=one.warp(name))
        for name, one in heard
    }
