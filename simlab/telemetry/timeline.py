"""The timeline: what really happened, step by step, at a size that does not depend on the load.

The engine calls `sample` at step, 2 step, ...; each column gets the value over the step that ends
there (rates, quantiles, shares) or at its end (counts of replicas, requests inside). Nothing is
late or missing here: it is for people who look at a run, not for controllers.

    sources.S.arrival_rate, .latency_p50, .latency_p99, .bad_share
    services.X.wanted, .ready, .utilization, .in_flight, .line; .storage where it has settings
    links.E.attempt_rate, .error_rate

`bad_share` is of the valid requests that ended in the step; what ended in no step has no share
(nan), and quantiles, `error_rate` and `utilization` likewise.
"""

from array import array
from collections.abc import Mapping
from math import ceil, nan

import numpy as np

from simlab.core import Ratio, Seconds
from simlab.telemetry.probes import Probes, ServiceProbe, SourceProbe
from simlab.telemetry.readings import Readings
from simlab.telemetry.record import Floats
from simlab.telemetry.samples import AnySample, sample_link, sample_service, sample_source

POINTS = 600  # At most so many, but for the last step of a run that is no multiple of it.
STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
OF_SOURCES = {name: name for name in ("arrival_rate", "latency_p50", "latency_p99")}
OF_SERVICES = {"utilization": "utilization"}
OF_LINKS = {"attempt_rate": "arrival_rate", "error_rate": "error_rate"}


def step_for(duration: Seconds) -> Seconds:
    """Return the time between points: a round number, from 1 s on, for at most POINTS of them.

    >>> step_for(600), step_for(3600), step_for(86400)
    (1.0, 10.0, 300.0)
    """
    least = duration / POINTS
    for step in STEPS:
        if step >= least:
            return float(step)
    return ceil(least / STEPS[-1]) * float(STEPS[-1])


class Timeline:
    """Columns over time. Make it at time 0, when the world stands.

    Args:
        duration: Of the run; decides the step.
        probes: Everything to follow.
    """

    def __init__(self, duration: Seconds, probes: Probes) -> None:
        self.step = step_for(duration)
        self._probes, self._at = probes, 0.0
        self._columns: dict[str, array[float]] = {}
        self._last = self._scrape(0.0)
        self._ended = [(probe.valid_ended, probe.good_ended) for probe in probes.sources]

    def sample(self, now: Seconds) -> None:
        """Close the step that ends at `now`."""
        assert now > self._at, f"the timeline stands at {self._at} s, which is not before {now} s"
        before, self._at, self._last = self._last, now, self._scrape(now)
        step = {
            name: Readings(sample.kind, (before[name], sample))
            for name, sample in self._last.items()
        }
        self._put("t", now)
        for at, source in enumerate(self._probes.sources):
            self._put_readings("sources", source.name, step[source.name], OF_SOURCES)
            self._put(f"sources.{source.name}.bad_share", self._bad_share(at, source))
        for service in self._probes.services:
            self._put_service(service, step[service.name])
        for link in self._probes.links:
            self._put_readings("links", link.name, step[link.name], OF_LINKS)

    def columns(self) -> dict[str, Floats]:
        """Return the columns so far, each of the shape (steps,)."""
        return {name: np.array(column, np.float64) for name, column in self._columns.items()}

    def _scrape(self, now: Seconds) -> dict[str, AnySample]:
        probes = self._probes
        return (
            {source.name: sample_source(source, now) for source in probes.sources}
            | {service.name: sample_service(service, now) for service in probes.services}
            | {link.name: sample_link(link, now) for link in probes.links}
        )

    def _put(self, name: str, value: float) -> None:
        self._columns.setdefault(name, array("d")).append(value)

    def _put_readings(
        self, kind: str, name: str, readings: Readings, columns: Mapping[str, str]
    ) -> None:
        for column, reading in columns.items():
            value = readings[reading].value
            self._put(f"{kind}.{name}.{column}", nan if value is None else value)

    def _put_service(self, service: ServiceProbe, readings: Readings) -> None:
        name = f"services.{service.name}"
        self._put(f"{name}.wanted", service.wanted)
        self._put(f"{name}.ready", service.ready)
        self._put_readings("services", service.name, readings, OF_SERVICES)
        self._put(f"{name}.in_flight", sum(one.in_flight for one in service.replicas))
        self._put(f"{name}.line", sum(one.waiting for one in service.replicas))
        if service.stores:
            stored = 0.0
            for replica in service.replicas:
                stored += replica.storage(self._at)
            self._put(f"{name}.storage", stored)

    def _bad_share(self, at: int, source: SourceProbe) -> Ratio:
        valid, good = source.valid_ended, source.good_ended
        valid_before, good_before = self._ended[at]
        self._ended[at] = (valid, good)
        ended = valid - valid_before
        return (ended - (good - good_before)) / ended if ended else nan
