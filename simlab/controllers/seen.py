"""Seen numbers by name: where a metric's name leads to in an observation.

    latency_p95                          the target service's own reading
    services.cart.line                   another service's; so with links, sources, queues
    links.web->cart.rate.timeout         a reading's name may have dots
    cpu                                  usage / request over the target's ready replicas

What is not there reads as missing, never as 0.
"""

from collections.abc import Mapping

from simlab.core import (
    MISSING,
    LinkSeen,
    Observation,
    Reading,
    ServiceSeen,
    SourceSeen,
    require,
)

ROOMS = ("services", "links", "sources", "queues")


def require_metric(metric: str) -> None:
    """Raise ``ValueError`` unless `metric` has the form of a seen number's name."""
    parts = metric.split(".", 2)
    rooms = ", ".join(ROOMS)
    require(
        bool(metric) and (parts[0] not in ROOMS or (len(parts) == 3 and all(parts))),
        f"a metric is a reading of the target, such as latency_p95, or ROOM.NAME.READING with "
        f"{rooms} for a room, got {metric or 'nothing'}",
    )


def seen_reading(seen: Observation, metric: str, target: str) -> Reading:
    """Return the reading that `metric` names, for a loop that scales service `target`."""
    room, _, rest = metric.partition(".")
    if room not in ROOMS:
        service = seen.services.get(target)
        if service is None:
            return MISSING
        return cpu(service) if metric == "cpu" else service.reading(metric)
    name, _, reading = rest.partition(".")
    return _readings(seen, room, name).get(reading, MISSING)


def cpu(service: ServiceSeen) -> Reading:
    """Return cores in use by cores requested, over the ready replicas that have a reading."""
    used = requested = 0.0
    oldest = MISSING
    for replica in service.replicas:
        reading = replica.readings.get("cpu", MISSING)
        if not replica.ready or replica.deleting or reading.value is None:
            continue
        if requested == 0.0 or reading.measured_at < oldest.measured_at:
            oldest = reading
        used += reading.value
        requested += replica.cpu_request
    if requested == 0.0:
        return MISSING
    return Reading(used / requested, oldest.measured_at, oldest.window)


def _readings(seen: Observation, room: str, name: str) -> Mapping[str, Reading]:
    if room == "queues":
        return seen.queues.get(name, {})
    rooms: Mapping[str, Mapping[str, ServiceSeen | LinkSeen | SourceSeen]] = {
        "services": seen.services,
        "links": seen.links,
        "sources": seen.sources,
    }
    thing = rooms[room].get(name)
    return {} if thing is None else thing.readings
