"""Faults of links: delay, loss, partition."""

from dataclasses import dataclass
from typing import Literal

from simlab.core import DistributionSettings, Ratio, Selector, require_share
from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import LinkFault
from simlab.faults.rules import Cut, Delay, LinkRule, Lose


def _push(world: Breakable, hit: Hit, rule: LinkRule) -> None:
    for link in hit.links:
        world.push_link(link, rule)


def _pop(world: Breakable, hit: Hit, rule: LinkRule) -> None:
    for link in hit.links:
        world.pop_link(link, rule)


@dataclass(frozen=True, kw_only=True)
class DelaySettings(LinkFault):
    """The outward message of each attempt takes longer.

    Args:
        add: By how much; drawn for each attempt.
    """

    kind: Literal["delay"] = "delay"
    add: DistributionSettings

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Delay(hit.key, self.add))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Delay(hit.key, self.add))


@dataclass(frozen=True, kw_only=True)
class LossSettings(LinkFault):
    """Messages of attempts that begin meanwhile are lost by chance.

    Args:
        share: Of messages, drawn apart for each way; beside what the link loses by itself.
    """

    kind: Literal["loss"] = "loss"
    share: Ratio

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(share=self.share)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Lose(hit.key, self.share))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Lose(hit.key, self.share))


@dataclass(frozen=True, kw_only=True)
class PartitionSettings(LinkFault):
    """A service cannot be reached: what is sent over the links into it vanishes, both ways.

    Args:
        from_: From where: a service, a source, a tag, or `all`.
    """

    kind: Literal["partition"] = "partition"
    from_: Selector = "all"

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Cut(hit.key))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Cut(hit.key))
