"""Faults of links: delay."""

from dataclasses import dataclass
from typing import Literal

from simlab.core import DistributionSettings, Selector
from simlab.faults.common import AnyFault, Breakable, Hit
from simlab.faults.rules import Delay


@dataclass(frozen=True, kw_only=True)
class DelaySettings(AnyFault):
    """The outward message of each attempt takes longer.

    Args:
        target: A link `a->b`, or a service, a tag or `all`: every link into it.
        add: By how much; drawn for each attempt.
    """

    kind: Literal["delay"] = "delay"
    target: Selector
    add: DistributionSettings

    def start(self, world: Breakable, hit: Hit) -> None:
        for link in hit.links:
            world.push_link(link, Delay(hit.key, self.add))

    def stop(self, world: Breakable, hit: Hit) -> None:
        for link in hit.links:
            world.pop_link(link, Delay(hit.key, self.add))
