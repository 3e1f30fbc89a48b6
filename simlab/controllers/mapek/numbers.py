"""Seen numbers that symptoms and plans are judged by: those of `seen`, and shares beside them.

    services.web.ready_share      ready replicas / those that should be; missing where none is seen
    services.web.answering        likewise, less those that take requests and end none
    services.web.memory_share     the fullest replica's memory / limit
    services.web.storage_share    the fullest replica's storage / limit
    links.web->cart.unreachable   refused and unavailable / all that ended
    services.web.unreachable      the largest of the links to it

A replica that boots for the first time is not yet one that should be ready; after BOOTS it is.
Nothing is ever counted as 0 because it is missing.
"""

from collections.abc import Iterable
from math import isfinite
from typing import Final

from simlab.controllers.seen import seen_reading
from simlab.core import MISSING, OUTCOMES, LinkSeen, Observation, Reading, ReplicaSeen, Seconds

BOOTS: Final[Seconds] = 300.0
TAKEN: Final = 5.0  # Requests in a window, from which on a replica that ends none is silent.
SHARES: Final = ("ready_share", "answering", "memory_share", "storage_share", "unreachable")


def reading_at(seen: Observation, path: str) -> Reading:
    """Return the reading of the number at `path`; one without a value where there is none."""
    room, name, last = [*path.split(".", 2), "", ""][:3]
    if last not in SHARES:
        return seen_reading(seen, path, "")
    if room == "links":
        link = seen.links.get(name)
        return MISSING if link is None else _unreachable(link)
    if name not in seen.services:
        return MISSING
    match last:
        case "ready_share":
            return Reading(ready_share(seen, name), seen.now)
        case "answering":
            return _answering(seen, name)
        case "unreachable":
            return _worst(_unreachable(link) for link in links_to(seen, name))
    return _worst(_share(replica, last) for replica in seen.services[name].replicas)


def fresh(reading: Reading, oldest: Seconds) -> float | None:
    """Return the value of a reading that is finite and not from before `oldest`."""
    if reading.value is None or not isfinite(reading.value) or reading.measured_at < oldest:
        return None
    return reading.value


def ready_share(seen: Observation, name: str) -> float | None:
    """Return the share of replicas that are ready, of those that should be."""
    due = due_replicas(seen, name)
    if seen.services[name].wanted == 0 or not due:
        return None
    return seen.services[name].ready / len(due)


def due_replicas(seen: Observation, name: str) -> list[ReplicaSeen]:
    """Return the replicas that should be ready."""
    stay = [one for one in seen.services[name].replicas if not one.deleting]
    return [one for one in stay if one.ready or not _boots(one, seen.now)]


def _answering(seen: Observation, name: str) -> Reading:
    share, due = ready_share(seen, name), due_replicas(seen, name)
    silent = [quiet for one in due if (quiet := _silence(one)) is not None]
    if share is None or not silent:
        return MISSING if share is None else Reading(share, seen.now)
    return Reading(share - len(silent) / len(due), silent[0].measured_at, silent[0].window)


def _silence(replica: ReplicaSeen) -> Reading | None:
    """Return the rate at which a ready replica takes requests, if it ends none of them."""
    rate = replica.readings.get("arrival_rate", MISSING)
    if not replica.ready or rate.value is None or rate.value * rate.window < TAKEN:
        return None
    for name in OUTCOMES:
        ended = replica.readings.get(f"rate.{name}", MISSING).value
        if ended is None or (ended > 0.0 and name != "cancelled"):
            return None
    return rate


def silent(replica: ReplicaSeen) -> bool:
    """Return whether a replica takes requests and ends none."""
    return _silence(replica) is not None


def _boots(replica: ReplicaSeen, now: Seconds) -> bool:
    first = replica.restarts == 0 and replica.ready_since == replica.started_at
    return first and not replica.ready and replica.started_at > now - BOOTS


def links_to(seen: Observation, name: str) -> list[LinkSeen]:
    """Return the links to service `name`."""
    return [link for key, link in seen.links.items() if key.partition("->")[2] == name]


def _share(replica: ReplicaSeen, name: str) -> Reading:
    limit = replica.memory_limit if name == "memory_share" else replica.storage_limit
    reading = replica.readings.get(name.removesuffix("_share"), MISSING)
    if replica.deleting or not limit or reading.value is None:
        return MISSING
    return Reading(reading.value / limit, reading.measured_at, reading.window)


def _unreachable(link: LinkSeen) -> Reading:
    total = nobody = 0.0
    for name in OUTCOMES:
        rate = link.readings.get(f"rate.{name}", MISSING).value
        if rate is None:
            return MISSING
        total += rate
        nobody += rate if name in ("refused", "unavailable") else 0.0
    last = link.readings["rate.ok"]
    if total <= 0.0:
        return MISSING
    return Reading(nobody / total, last.measured_at, last.window)


def _worst(readings: Iterable[Reading]) -> Reading:
    worst = MISSING
    for one in readings:
        if one.value is not None and (worst.value is None or one.value > worst.value):
            worst = one
    return worst
