"""Spikes: `height` on [k every, k every + lasts) for k = 1, 2, ...; nothing between them."""

from dataclasses import dataclass
from typing import Any, Literal

from simlab.core import PerSecond, Seconds, Settings, require, require_positive
from simlab.load.pieces import Piece
from simlab.load.place import Place


class Spikes:
    """Spikes without end."""

    __slots__ = ("_every", "_height", "_lasts")

    def __init__(self, height: PerSecond, lasts: Seconds, every: Seconds) -> None:
        self._height, self._lasts, self._every = height, lasts, every

    def __deepcopy__(self, memo: dict[int, Any]) -> "Spikes":
        return self  # It never changes.

    def piece(self, time: Seconds) -> Piece:
        start, end = self._around(time)
        over = min(start + self._lasts, end)
        if start == 0.0:
            return Piece(start, end, 0.0)
        return Piece(start, over, self._height) if time < over else Piece(over, end, 0.0)

    def _around(self, time: Seconds) -> tuple[Seconds, Seconds]:
        """Return k every and (k + 1) every with `time` between them: as products, not quotients."""
        k = int(time / self._every)
        while k * self._every > time:
            k -= 1
        while (k + 1) * self._every <= time:
            k += 1
        return k * self._every, (k + 1) * self._every


@dataclass(frozen=True, kw_only=True)
class SpikesSettings(Settings):
    """Short bursts at regular times, the first after `every`.

    Args:
        height: The rate during a spike.
        lasts: How long a spike is.
        every: From the beginning of one to that of the next.
    """

    kind: Literal["spikes"] = "spikes"
    height: PerSecond
    lasts: Seconds
    every: Seconds

    def __post_init__(self) -> None:
        require_positive(height=self.height, lasts=self.lasts, every=self.every)
        require(
            self.lasts <= self.every,
            f"lasts must be at most every ({self.every:g} s), got {self.lasts:g} s",
        )

    def build(self, place: Place) -> Spikes:
        return Spikes(self.height, self.lasts, self.every)


__all__ = ["Spikes", "SpikesSettings"]
