"""The quota: what all services may have in sum. Actions and people are refused beyond it.

What counts is what is wanted: the replicas asked for, times what each of them has of a resource.
To take less is never refused, and what faults do is not asked.
"""

from collections.abc import Mapping
from math import isfinite

from simlab.model.reference.service import Service
from simlab.model.settings.world import QuotaSettings, told

CLOSE = 1.0 + 1e-9
RESOURCES = ("replicas", "cores", "memory", "storage")
FIELDS = {
    "replicas": "replicas",
    "cores": "cores",
    "memory.limit": "memory",
    "storage.limit": "storage",
}  # What a path below a service changes of it.

Amounts = dict[str, float]


class Quota:
    """Says whether there may be more."""

    def __init__(self, settings: QuotaSettings, services: Mapping[str, Service]) -> None:
        self._services = services
        self._most = settings.bounds()

    def check(self, service: str, resource: str, amount: float) -> None:
        """Raise `ValueError` if `service` may not have `amount` of `resource` (a replica each)."""
        self._check({service: {resource: amount}})

    def check_values(self, values: Mapping[str, float | str | None]) -> None:
        """Raise `ValueError` if the settings at these paths may not have these values."""
        wishes: dict[str, Amounts] = {}
        for path, value in values.items():
            room, _, rest = path.partition(".")
            name, _, field = rest.partition(".")
            if room == "services" and field in FIELDS and isinstance(value, int | float):
                wishes.setdefault(name, {})[FIELDS[field]] = float(value)
        if wishes:
            self._check(wishes)

    def _check(self, wishes: Mapping[str, Amounts]) -> None:
        if not self._most:
            return
        before, after = self._sums({}), self._sums(wishes)
        for resource, most in self._most.items():
            wanted = after[resource]
            if wanted > most * CLOSE and wanted > before[resource] * CLOSE:
                asked, allowed = told(resource, wanted), told(resource, most)
                raise ValueError(f"beyond the quota: {asked} in sum, allowed are {allowed}")

    def _sums(self, wishes: Mapping[str, Amounts]) -> Amounts:
        sums = dict.fromkeys(RESOURCES, 0.0)
        for name, service in self._services.items():
            has = _has(service) | wishes.get(name, {})
            sums["replicas"] += has["replicas"]
            for resource in ("cores", "memory", "storage"):
                sums[resource] += has["replicas"] * has[resource]
        return sums


def _has(service: Service) -> Amounts:
    settings, request = service.settings, service.settings.request
    stored = service.storage_limit
    return {
        "replicas": float(service.wanted),
        "cores": service.cores,
        "memory": settings.billed(service.memory_limit),
        "storage": stored if isfinite(stored) else request.storage or 0.0,
    }
