"""Faults of load: a surge."""

from dataclasses import dataclass
from typing import Literal

from simlab.core import Number, require_not_negative
from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import SourceFault
from simlab.faults.rules import Surge


@dataclass(frozen=True, kw_only=True)
class SurgeSettings(SourceFault):
    """Load is multiplied for a while.

    Args:
        factor: What rates and users are multiplied by, beside the load's own scale.
    """

    kind: Literal["surge"] = "surge"
    factor: Number

    def __post_init__(self) -> None:
        super().__post_init__()
        require_not_negative(factor=self.factor)

    def start(self, world: Breakable, hit: Hit) -> None:
        for source in hit.sources:
            world.push_source(source, Surge(hit.key, self.factor))

    def stop(self, world: Breakable, hit: Hit) -> None:
        for source in hit.sources:
            world.pop_source(source, Surge(hit.key, self.factor))
