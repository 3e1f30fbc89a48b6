"""All kinds of shape, and the two that are made of others: sums, and numbers of users."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal, TypeAlias

from simlab.core import Count, DistributionSettings, Settings, require
from simlab.load.pieces import Piece, Pieces, Rate, Sum
from simlab.load.place import Place
from simlab.load.shapes.constant import ConstantSettings
from simlab.load.shapes.diurnal import DiurnalSettings
from simlab.load.shapes.flash_crowd import FlashCrowdSettings
from simlab.load.shapes.mmpp import MmppSettings
from simlab.load.shapes.ramp import RampSettings
from simlab.load.shapes.spikes import SpikesSettings
from simlab.load.shapes.steps import StepsSettings
from simlab.load.shapes.trace import TraceSettings


@dataclass(frozen=True, kw_only=True)
class UsersSettings(Settings):
    """Users that wait for each answer, think, and ask again: a closed loop. It stands alone.

    Args:
        count: How many there are all the time; or else:
        shape: How many there are over time: its rate (in 1/s) is read as a number of users,
            rounded to the nearest whole one.
        think: From an answer until the next request of the same user.
    """

    kind: Literal["users"] = "users"
    count: Count | None = None
    shape: "ShapeSettings | None" = None
    think: DistributionSettings

    def __post_init__(self) -> None:
        given = [name for name in ("count", "shape") if getattr(self, name) is not None]
        require(len(given) == 1, f"users take count or shape, got {' and '.join(given) or 'none'}")
        if self.count is not None:
            require(self.count >= 0, f"count must not be negative, got {self.count}")
        require(not isinstance(self.shape, UsersSettings), "shape must be a rate, got users")

    def build(self, place: Place) -> Rate:
        """Return the number of users over time, as a rate."""
        if self.shape is not None:
            return self.shape.build(place.below(0))
        assert self.count is not None
        return Pieces([Piece(0.0, inf, float(self.count))])


@dataclass(frozen=True, kw_only=True)
class SumSettings(Settings):
    """Rates that are added up.

    Args:
        of: The shapes; users, and files with one arrival a line, cannot be added.
    """

    kind: Literal["sum"] = "sum"
    of: "tuple[ShapeSettings, ...]"

    def __post_init__(self) -> None:
        require(len(self.of) > 0, "of must name at least one shape")
        require(
            not any(isinstance(one, UsersSettings) for one in self.of),
            "users must stand alone, not in a sum",
        )

    def build(self, place: Place) -> Rate:
        return added(self.of, place)


ShapeSettings: TypeAlias = (
    ConstantSettings
    | StepsSettings
    | RampSettings
    | DiurnalSettings
    | FlashCrowdSettings
    | SpikesSettings
    | MmppSettings
    | TraceSettings
    | UsersSettings
    | SumSettings
)


def added(shapes: Sequence[ShapeSettings], place: Place) -> Rate:
    """Return the sum of `shapes`, the list of which is kept at `place`."""
    parts = [shape.build(place.below(index)) for index, shape in enumerate(shapes)]
    return parts[0] if len(parts) == 1 else Sum(parts)


__all__ = ["ShapeSettings", "SumSettings", "UsersSettings", "added"]
