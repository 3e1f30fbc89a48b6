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
from simlab.telemetry.rules import Warp
from simlab.telemetry.samples import Sample, ServiceSample


class Readings(Mapping[str, Reading]):
    """Every reading of one thing; what is missing is there with the value None.

    Args:
        kind: ``service``, ``replica``, ``link`` or ``source``: which readings there are.
        samples: Of the window, oldest first; empty where the thing was not heard.
        measured_at: When it was last heard, for a thing that was not; -inf: never.
        warp: What multiplies its values, by a fault; None: nothing.
        skew: How far the clock is ahead that stamped them.
    """

    __slots__ = ("_known", "_measured_at", "_samples", "_skew", "_warp", "kind")

    def __init__(
        self,
        kind: str,
        samples: Sequence[Sample],
        measured_at: Seconds = -inf,
        *,
        warp: Warp | None = None,
        skew: Seconds = 0.0,
    ) -> None:
        self.kind = kind
        self._samples, self._measured_at = samples, measured_at
        self._warp, self._skew = warp, skew
        self._known: dict[str, Reading] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "Readings":
        return self

    def __getitem__(self, name: str) -> Reading:
        found = self._known.get(name)
        if found is None:
            formula = FORMULAS[self.kind][name]
            missing = Reading(None, self._measured_at)
            found = formula(self._samples) if self._samples else missing
            if self._warp is not None or self._skew != 0.0:
                found = self._bent(name, found)
            self._known[name] = found
        return found

    def _bent(self, name: str, found: Reading) -> Reading:
        value = found.value
        if value is not None and self._warp is not None:
            value = self._warp.bend(name, value)
        return Reading(value, found.measured_at + self._skew, found.window)

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

    def replica(self, service: str, number: int, skew: Seconds = 0.0) -> Readings:
        """Return the readings of a replica, each with its own time and window.

        Its clock is `skew` ahead. All are missing where the newest scrape does not have it: not
        alive then, or not yet known.
        """
        heard = self._heard[service]
        found = replica_samples(heard.samples, number)
        if found:
            warp = heard.warp(f"{service}/{number}")
            return Readings("replica", found, warp=warp, skew=skew)
        before = [one for one in heard.samples if number in one.replicas]
        return Readings("replica", (), before[-1].counts.at if before else -inf, skew=skew)
