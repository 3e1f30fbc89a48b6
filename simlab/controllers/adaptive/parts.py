"""Parts: what an adaptive system is made of, each one loop for all, or a loop for each service."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simlab.controllers.adaptive.claims import PARTS
from simlab.controllers.adaptive.inner import Inner
from simlab.controllers.targets import targeted
from simlab.core import Seconds

if TYPE_CHECKING:
    from simlab.controllers.adaptive.settings import AdaptiveSystemSettings

EACH = ("scaling",)  # A loop for each service.


@dataclass(frozen=True, slots=True)
class Part:
    """One part.

    Args:
        name: One of `PARTS`.
        settings: Of its loops.
        target: Of the whole system.
    """

    name: str
    settings: Any
    target: str

    @property
    def period(self) -> Seconds:
        """Return the period of its loops."""
        period: Seconds = self.settings.period
        return period

    def inners(self, services: Iterable[str], every: int) -> list[Inner]:
        """Return its loops in a system of these services; each is due at every `every`-th step."""
        place = PARTS.index(self.name)
        if self.name not in EACH:
            mine = self.target if self.settings.target == "all" else self.settings.target
            loop = replace(self.settings, target=mine).build()
            return [Inner(self.name, (place,), loop, every)]
        meant = targeted(self.settings.target, targeted(self.target, services))
        return [
            Inner(
                f"{self.name}/{service}",
                (place, number),
                replace(self.settings, target=service).build(),
                every,
            )
            for number, service in enumerate(meant)
        ]


def parts_of(settings: "AdaptiveSystemSettings") -> list[Part]:
    """Return the parts that are not switched off, in the order in which they are stepped."""
    found = [(name, getattr(settings, name, None)) for name in PARTS]
    return [Part(name, one, settings.target) for name, one in found if one is not None]
