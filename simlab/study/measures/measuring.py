"""Measuring: a record and its world in, all measures out."""

from collections.abc import Mapping

from simlab.core import Outcome
from simlab.model.settings.world import WorldSettings
from simlab.study.measures.alarms import false_alarms
from simlab.study.measures.faults import of_faults
from simlab.study.measures.links import of_link, of_links
from simlab.study.measures.requests import (
    Values,
    merged,
    of_requests,
    promise,
    promise_of_all,
)
from simlab.study.measures.resources import cost, of_service, of_services
from simlab.study.measures.run_measures import RunMeasures
from simlab.study.measures.table import Level
from simlab.telemetry import Record

HEADROOM = 0.8  # Of a world without an slo.


def measure(record: Record, world: WorldSettings) -> RunMeasures:
    """Return all measures of the run that left `record` in `world`."""
    services = _services(record, world)
    return RunMeasures(
        total=_total(record, world, services),
        sources=_sources(record, world),
        services=services,
        links={name: of_link(seen) for name, seen in record.links.items()},
        faults=of_faults(record.faults),
    )


def _sources(record: Record, world: WorldSettings) -> dict[str, Values]:
    span = record.duration - record.warmup
    return {
        name: of_requests(seen, promise(world.load[name].slo, world.slo), span)
        for name, seen in record.sources.items()
    }


def _services(record: Record, world: WorldSettings) -> dict[str, Values]:
    headroom = world.slo.headroom if world.slo else HEADROOM
    return {
        name: of_service(seen, warmup=record.warmup, duration=record.duration, headroom=headroom)
        for name, seen in record.services.items()
    }


def _total(record: Record, world: WorldSettings, services: Mapping[str, Values]) -> Values:
    owns = [world.load[name].slo for name in record.sources]
    span = record.duration - record.warmup
    everything = merged(record.sources)
    requests = of_requests(everything, promise_of_all(owns, world.slo), span)
    used = of_services(record.services, services)
    bad = everything.requests - everything.outcomes[Outcome.INVALID] - everything.good
    return {
        **requests,
        **used,
        **cost(used, bad, world.cost),
        **of_links(record.links.values()),
        "false_alarms": false_alarms(record, world),
    }


def names_of(world: WorldSettings) -> dict[Level, tuple[str, ...]]:
    """Return the names at each level that measures of `world` can be asked of."""
    return {
        "sources": tuple(world.load),
        "services": tuple(world.services),
        "links": tuple(world.links),
        "faults": tuple(world.faults),
    }
