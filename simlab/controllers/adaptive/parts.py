"""Parts: what an adaptive system is made of, each one loop for all, or a loop for each service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from simlab.controllers.adaptive.claims import PARTS
from simlab.controllers.adaptive.inner import Inner
from simlab.controllers.targets import targeted
from simlab.core import ProbeWish, Seconds

if TYPE_CHECKING:
    from simlab.controllers.adaptive.settings import AdaptiveSystemSettings

TOGETHER: Final = ("mape_k",)  # One loop for all services.


@dataclass(frozen=True, slots=True)
class Part:
    """One part.

    Args:
        name: One of `PARTS`.
        settings: Of its loops.
        target: What it is for: its own target, or where that is ``all`` the system's.
    """

    name: str
    settings: Any
    target: str

    @property
    def period(self) -> Seconds:
        """Return the period of its loops."""
        period: Seconds = self.settings.period
        return period

    @property
    def probes(self) -> dict[str, ProbeWish]:
        """Return which probes its loops want answered before their steps, by service."""
        wishes = list(getattr(self.settings, "probes", {}).values())
        return {name: wish for name in self.target.split(",") for wish in wishes}

    def inners(self, services: Iterable[str], every: int) -> Iterator[Inner]:
        """Yield its loops in a system of these services; each is due at every `every`-th step."""
        place = PARTS.index(self.name)
        if self.name in TOGETHER:
            loop = replace(self.settings, target=self.target).build()
            yield Inner(self.name, (place,), loop, every)
            return
        for number, service in enumerate(services):
            if service in targeted(self.target, (service,)):
                loop = _alone(self.settings, service).build()
                yield Inner(f"{self.name}/{service}", (place, number), loop, every)


def parts_of(settings: "AdaptiveSystemSettings") -> list[Part]:
    """Return the parts that are not switched off, in the order in which they are stepped."""
    found = [(name, getattr(settings, name, None)) for name in PARTS]
    return [
        Part(name, one, settings.target if one.target == "all" else one.target)
        for name, one in found
        if one is not None
    ]


def _alone(settings: Any, service: str) -> Any:
    """Return the settings of the loop of `service`: what stands in for others stands by itself."""
    if getattr(settings, "standby", None) == service:
        others = tuple(one for one in settings.recover if one != "reroute")
        settings = replace(settings, standby=None, recover=others)
    return replace(settings, target=service)
