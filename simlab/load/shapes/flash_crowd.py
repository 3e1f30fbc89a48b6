"""A flash crowd: linear from 0 to `peak` over `rise`, then peak exp(-(t - at - rise) / decay)."""

from dataclasses import dataclass
from math import exp, expm1, inf
from typing import Literal

from simlab.core import PerSecond, Seconds, Settings, require_not_negative, require_positive
from simlab.load.pieces import Piece, Pieces
from simlab.load.place import Place


@dataclass(frozen=True, slots=True)
class Decay:
    """The crowd after its peak at `at`; what is left of it for ever after is finite."""

    peak: PerSecond
    at: Seconds
    decay: Seconds

    def rate(self, time: Seconds) -> PerSecond:
        return self.peak * exp((self.at - time) / self.decay)

    def volume(self, start: Seconds, end: Seconds) -> float:
        return -self.rate(start) * self.decay * expm1((start - end) / self.decay)


@dataclass(frozen=True, kw_only=True)
class FlashCrowdSettings(Settings):
    """A crowd that comes all at once and loses interest.

    Args:
        at: When the first of them come.
        peak: The rate when most are there.
        rise: From the first until the peak; 0: at once.
        decay: How long after the peak the rate has fallen to 1/e of it.
    """

    kind: Literal["flash_crowd"] = "flash_crowd"
    at: Seconds
    peak: PerSecond
    rise: Seconds
    decay: Seconds

    def __post_init__(self) -> None:
        require_not_negative(at=self.at, peak=self.peak, rise=self.rise)
        require_positive(decay=self.decay)

    def build(self, place: Place) -> Pieces:
        top = self.at + self.rise
        slope = self.peak / self.rise if top > self.at else 0.0
        return Pieces(
            [
                Piece(0.0, self.at, 0.0),
                Piece(self.at, top, 0.0, slope),
                Piece(top, inf, 0.0, 0.0, (Decay(self.peak, top, self.decay),)),
            ]
        )


__all__ = ["Decay", "FlashCrowdSettings"]
