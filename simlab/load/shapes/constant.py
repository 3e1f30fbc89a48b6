"""A rate that never changes."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from simlab.core import PerSecond, Settings, require_not_negative
from simlab.load.pieces import Piece, Pieces
from simlab.load.place import Place


@dataclass(frozen=True, kw_only=True)
class ConstantSettings(Settings):
    """The same rate all the time.

    Args:
        rate: Arrivals a second.
    """

    kind: Literal["constant"] = "constant"
    rate: PerSecond

    def __post_init__(self) -> None:
        require_not_negative(rate=self.rate)

    def build(self, place: Place) -> Pieces:
        return Pieces([Piece(0.0, inf, self.rate)])


__all__ = ["ConstantSettings"]
