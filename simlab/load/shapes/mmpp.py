"""A Markov-modulated rate: states in cyclic order, each held for an exponential time.

    stay k    in state k mod n, for -mean log(u), with u drawn at number k; the first from time 0

Its chance belongs to the source and to the shape's index in the source's list, so stays depend
neither on the load's scale nor on how many requests arrive.

Reference: W. Fischer and K. Meier-Hellstern, "The Markov-modulated Poisson process (MMPP)
cookbook", Performance Evaluation 18(2), 1993.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Literal

from simlab.core import (
    PerSecond,
    Purpose,
    Seconds,
    Settings,
    Stream,
    require,
    require_not_negative,
    require_positive,
)
from simlab.load.pieces import Piece
from simlab.load.place import Place


@dataclass(frozen=True, kw_only=True)
class StateSettings(Settings):
    """One state.

    Args:
        rate: Arrivals a second while it holds.
        mean: How long it holds, in the mean.
    """

    rate: PerSecond
    mean: Seconds

    def __post_init__(self) -> None:
        require_not_negative(rate=self.rate)
        require_positive(mean=self.mean)


class Modulated:
    """The rate; it remembers the stays that it was asked about, which is no state."""

    __slots__ = ("_ends", "_states", "_stream")

    def __init__(self, states: Sequence[StateSettings], stream: Stream) -> None:
        self._states, self._stream = tuple(states), stream
        self._ends: list[Seconds] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> "Modulated":
        return self  # A cache of a pure function.

    def piece(self, time: Seconds) -> Piece:
        while not self._ends or self._ends[-1] <= time:
            self._stay()
        stay = bisect_right(self._ends, time)
        start = self._ends[stay - 1] if stay else 0.0
        return Piece(start, self._ends[stay], self._state(stay).rate)

    def _stay(self) -> None:
        """Draw how long one more stay lasts."""
        number = len(self._ends)
        begun = self._ends[-1] if number else 0.0
        luck = self._stream.uniform(number)
        self._ends.append(begun - self._state(number).mean * log(luck))

    def _state(self, stay: int) -> StateSettings:
        return self._states[stay % len(self._states)]


@dataclass(frozen=True, kw_only=True)
class MmppSettings(Settings):
    """A rate that switches at random between states, in cyclic order, from the first on.

    Args:
        states: In the order in which they follow each other.
    """

    kind: Literal["mmpp"] = "mmpp"
    states: tuple[StateSettings, ...]

    def __post_init__(self) -> None:
        require(len(self.states) > 0, "states must have at least one state")
        require(any(state.rate > 0 for state in self.states), "states must have a rate above 0")

    def build(self, place: Place) -> Modulated:
        return Modulated(self.states, place.stream(Purpose.ARRIVAL, f"mmpp.{place.path}"))


__all__ = ["MmppSettings", "Modulated", "StateSettings"]
