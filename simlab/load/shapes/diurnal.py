"""A daily wave: mean (1 + amplitude sin(2 pi (t + phase) / period))."""

from dataclasses import dataclass
from math import inf, isfinite, pi, sin
from typing import Literal

from simlab.core import (
    PerSecond,
    Ratio,
    Seconds,
    Settings,
    require,
    require_not_negative,
    require_positive,
    require_share,
)
from simlab.load.pieces import Piece, Pieces
from simlab.load.place import Place


@dataclass(frozen=True, slots=True)
class Sine:
    """The wave; its integral in the form that loses no digits over short stretches:

    cos x - cos y = 2 sin((x + y) / 2) sin((y - x) / 2)
    """

    mean: PerSecond
    amplitude: Ratio
    period: Seconds
    phase: Seconds

    def rate(self, time: Seconds) -> PerSecond:
        angle = 2.0 * pi * ((time + self.phase) / self.period)
        return self.mean * (1.0 + self.amplitude * sin(angle))

    def volume(self, start: Seconds, end: Seconds) -> float:
        if end == inf:
            return inf if self.mean > 0 else 0.0
        width, middle = end - start, 0.5 * (start + end) + self.phase
        wave = sin(2.0 * pi * (middle / self.period)) * sin(pi * (width / self.period))
        return self.mean * (width + self.amplitude * (self.period / pi) * wave)


@dataclass(frozen=True, kw_only=True)
class DiurnalSettings(Settings):
    """A rate that follows the time of day.

    Args:
        mean: The rate over a whole period.
        amplitude: How far the rate swings about its mean, as a share of the mean.
        period: From crest to crest.
        phase: How far into a period time 0 is; the rate begins at its mean, and rises.
    """

    kind: Literal["diurnal"] = "diurnal"
    mean: PerSecond
    amplitude: Ratio
    period: Seconds = 86400.0
    phase: Seconds = 0.0

    def __post_init__(self) -> None:
        require_not_negative(mean=self.mean)
        require_share(amplitude=self.amplitude)
        require_positive(period=self.period)
        require(isfinite(self.phase), f"phase must be finite, got {self.phase:g} s")

    def build(self, place: Place) -> Pieces:
        curve = Sine(self.mean, self.amplitude, self.period, self.phase)
        return Pieces([Piece(0.0, inf, 0.0, 0.0, (curve,))])


__all__ = ["DiurnalSettings", "Sine"]
