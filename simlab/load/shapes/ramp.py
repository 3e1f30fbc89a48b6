"""A ramp: one rate before, another after, a straight line between."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from simlab.core import PerSecond, Seconds, Settings, require_not_negative
from simlab.load.pieces import Piece, Pieces
from simlab.load.place import Place


@dataclass(frozen=True, kw_only=True)
class RampSettings(Settings):
    """A rate that grows or falls steadily from one value to another.

    Args:
        from_: The rate before `at`.
        to: The rate after `at` + `over`.
        at: When the change begins.
        over: How long it takes; 0: a jump.
    """

    kind: Literal["ramp"] = "ramp"
    from_: PerSecond
    to: PerSecond
    at: Seconds
    over: Seconds

    def __post_init__(self) -> None:
        require_not_negative(**{"from": self.from_}, to=self.to, at=self.at, over=self.over)

    def build(self, place: Place) -> Pieces:
        end = self.at + self.over
        slope = (self.to - self.from_) / self.over if end > self.at else 0.0
        return Pieces(
            [
                Piece(0.0, self.at, self.from_),
                Piece(self.at, end, self.from_, slope),
                Piece(end, inf, self.to),
            ]
        )


__all__ = ["RampSettings"]
