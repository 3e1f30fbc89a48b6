"""Steps: each point's rate holds until the next point, the last one's for ever."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from simlab.core import PerSecond, Seconds, Settings, require, require_not_negative
from simlab.load.pieces import Piece, Pieces
from simlab.load.place import Place


@dataclass(frozen=True, kw_only=True)
class StepsSettings(Settings):
    """A rate that jumps.

    Args:
        points: Pairs of a time and the rate from then on, in order of time. Before the first of
            them nothing arrives.
    """

    kind: Literal["steps"] = "steps"
    points: tuple[tuple[Seconds, PerSecond], ...]

    def __post_init__(self) -> None:
        require(len(self.points) > 0, "points must have at least one point")
        last = -inf
        for index, (time, rate) in enumerate(self.points):
            require_not_negative(**{f"points[{index}] time": time, f"points[{index}] rate": rate})
            require(
                time > last,
                f"points must be in order of time, got {time:g} s after {last:g} s",
            )
            last = time

    def build(self, place: Place) -> Pieces:
        starts = [0.0, *(time for time, _ in self.points), inf]
        rates = [0.0, *(rate for _, rate in self.points)]
        return Pieces([Piece(*part) for part in zip(starts, starts[1:], rates, strict=False)])


__all__ = ["StepsSettings"]
