"""Measures of what is used and what it costs: of one service, and of all in sum."""

from collections.abc import Mapping
from math import fsum
from typing import Protocol

from simlab.core import Ratio, Seconds
from simlab.study.measures.elasticity import of_scaled
from simlab.study.measures.requests import Values, outcomes, ratio
from simlab.telemetry import ServiceRecord

HOUR: Seconds = 3600.0
GIB = 1073741824.0
SOON: Seconds = 600.0


class Prices(Protocol):
    """What things cost, in one currency."""

    @property
    def core_hour(self) -> float: ...
    @property
    def gib_hour(self) -> float: ...
    @property
    def bad_request(self) -> float: ...
    @property
    def scaling(self) -> float: ...


def operations(seen: ServiceRecord) -> list[tuple[Seconds, int]]:
    """Return when, and with which sign, the wanted count was really changed."""
    return [
        (at, 1 if after > before else -1) for at, before, after in seen.scalings if after != before
    ]


def scaling(seen: ServiceRecord, warmup: Seconds, duration: Seconds) -> tuple[int, int]:
    """Return how many scaling operations there were in [warmup, duration), how many reversals.

    A reversal may be of an operation in the warm-up.
    """
    changes = operations(seen)
    earlier = [None, *changes]
    counted = reversals = 0
    for last, (at, sign) in zip(earlier, changes, strict=False):
        if warmup <= at < duration:
            counted += 1
            reversals += last is not None and sign != last[1] and at - last[0] <= SOON
    return counted, reversals


def of_service(
    seen: ServiceRecord, *, warmup: Seconds, duration: Seconds, headroom: Ratio
) -> Values:
    """Return every measure of one service."""
    changes, reversals = scaling(seen, warmup, duration)
    return {
        "replica_hours": seen.exists / HOUR,
        "replica_hours_ready": seen.ready / HOUR,
        "core_hours": seen.cores / HOUR,
        "gib_hours": seen.memory / GIB / HOUR,
        "core_utilization": ratio(seen.busy, seen.ready_cores),
        "scaling_operations": changes,
        "reversals": reversals,
        "restarts": seen.restarts,
        "killed": seen.killed,
        "in_vain": seen.in_vain,
        **outcomes(seen.outcomes),
        **of_scaled(seen, warmup=warmup, duration=duration, headroom=headroom),
    }


ADDED = (
    "replica_hours",
    "replica_hours_ready",
    "core_hours",
    "gib_hours",
    "scaling_operations",
    "reversals",
    "restarts",
    "killed",
)


def of_services(records: Mapping[str, ServiceRecord], each: Mapping[str, Values]) -> Values:
    """Return the measures of all services in sum."""
    found: Values = {
        name: total([value for one in each.values() if (value := one[name]) is not None])
        for name in ADDED
    }
    busy = fsum(one.busy for one in records.values())
    ready = fsum(one.ready_cores for one in records.values())
    return found | {"core_utilization": ratio(busy, ready)}


def total(numbers: list[float]) -> float:
    """Return the sum; of whole numbers, a whole number."""
    if numbers and all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    return fsum(numbers)


def cost(used: Values, bad: int, prices: Prices) -> Values:
    """Return ``cost`` and its terms, from the sums of `used` and the `bad` requests."""
    terms = {
        "cost.terms.core_hour": (used["core_hours"] or 0.0) * prices.core_hour,
        "cost.terms.gib_hour": (used["gib_hours"] or 0.0) * prices.gib_hour,
        "cost.terms.bad_request": bad * prices.bad_request,
        "cost.terms.scaling": (used["scaling_operations"] or 0) * prices.scaling,
    }
    return {"cost": fsum(terms.values()), **terms}
