"""Readings: what an observer gets: every reading of one thing by name, computed when looked at.

Rule: they are a value. Whatever is scraped later, and in whatever order one looks, they say the
same; they are made of immutable samples, so copies and forks share them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from simlab.core import Reading, Seconds
from simlab.telemetry.formulas import FORMULAS, replica_samples
from simlab.telemetry.history import Heard
from simlab.telemetry.samples import Sample, ServiceSample


class Readings(Mapping[str, Reading]):
    """Every reading of one thing; what is missing is there with the value None.

    Args:
        kind: ``service``, ``replica``, ``link`` or ``source``: which readings there are.
        samples: Of the window, oldest first; empty where the thing was not heard.
        measured_at: When it was last heard, for a thing that was not; -inf: never.
    """

    __slots__ = ("_known", "_measured_at", "_samples", "kind")

    def __init__(self, kind: str, samples: Sequence[Sample], measured_at: Seconds = -inf) -> None:
        self.kind = kind
        self._samples, self._measured_at = samples, measured_at
        self._known: dict[str, Reading] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "Readings":
        return self

    def __getitem__(self, name: str) -> Reading:
        found = self._known.get(name)
        if found is None:
            formula = FORMULAS[self.kind][name]
            missing = Reading(None, self._measured_at)
            found = self._known[name] = formula(self._samples) if self._samples else missing
        return found

    def __contains__(self, name: object) -> bool:
        return name in FORMULAS[self.kind]

    def __iter__(self) -> Iterator[str]:
        return iter(FORMULAS[self.kind])

    def __len__(self) -> int:
        return len(FORMULAS[self.kind])

    def __repr__(self) -> str:
        return f"Readings({self.kind!r}, {dict(self)!r})"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a pipeline shows at one time, by name, in the order of the scenario."""

    services: Mapping[str, Readings]
    links: Mapping[str, Readings]
    sources: Mapping[str, Readings]
    _heard: Mapping[str, Heard[ServiceSample]]

    def replica(self, service: str, number: int) -> Readings:
        """Return the readings of a replica, each with its own time and window.

        All are missing where the newest scrape does not have it: not alive then, or not yet known.
        """
        heard = self._heard[service]
        found = replica_samples(heard.samples, number)
        if found:
            return Readings("replica", found)
        before = [one for one in heard.samples if number in one.replicas]
        return Readings("replica", (), before[-1].counts.at if before else -inf)
