"""Moves: what an action is, in replicas; and the guard rails that every one of them meets.

    headroom   ceil((load + backlog / 60 s) / (capacity x target)): actions are target utilizations
    delta      wanted + an action's number                absolute   an action's number
    founding   as now, one more, one less, or restart: the founding agent's actions

With `restart` the first three have one more action, the last: restart all, one after another.
Rails: least to most; at most `step` at once; nothing is taken away within `stabilization` of an
addition. Set-points rather than counts is what was measured to learn best, by a wide margin.

Functions take `by`, the operations: on floats (`ONE`), or on arrays for many services at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal, Protocol, TypeAlias

from simlab.controllers.learning.features import Amount
from simlab.core import Seconds

Mode: TypeAlias = Literal["headroom", "delta", "absolute", "founding"]
HEADROOMS: Final = (0.35, 0.45, 0.55, 0.62, 0.68, 0.74, 0.80, 0.90)
DELTAS: Final = (-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0)
FOUNDING: Final = (0.0, 1.0, -1.0, 0.0)
DRAIN: Seconds = 60.0  # Within which a backlog is to be served.


class Operations(Protocol):
    """What arithmetic does not write with signs."""

    def least(self, a: Amount, b: Amount) -> Amount: ...
    def most(self, a: Amount, b: Amount) -> Amount: ...
    def where(self, condition: Amount, a: Amount, b: Amount) -> Amount: ...
    def up(self, a: Amount) -> Amount:
        """Return `a`, rounded up to a whole number."""
        ...


class One:
    """Operations on single numbers."""

    def least(self, a: Amount, b: Amount) -> Amount:
        return a if a < b else b

    def most(self, a: Amount, b: Amount) -> Amount:
        return a if a > b else b

    def where(self, condition: Amount, a: Amount, b: Amount) -> Amount:
        return a if condition else b

    def up(self, a: Amount) -> Amount:
        return ceil(a)


ONE: Final = One()


@dataclass(frozen=True, slots=True)
class Moves:
    """A table of actions.

    Args:
        values: Of each action, but a restart that was added.
        restart: The number of the action that restarts; None: there is none.
    """

    mode: Mode
    values: tuple[float, ...]
    restart: int | None = None

    def __len__(self) -> int:
        return max(len(self.values), 0 if self.restart is None else self.restart + 1)

    def value(self, action: int) -> float | None:
        """Return an action's number; None: it scales nothing."""
        return None if action == self.restart else self.values[action]

    def names(self) -> tuple[str, ...]:
        """Return what each action is called."""
        found = [f"{self.mode} {value:g}" for value in self.values]
        if self.mode == "founding":
            return ("DoNothing", "ScaleUp", "ScaleDown", "RestartService")
        return (*found, "restart") if self.restart is not None else tuple(found)

    def counts(
        self, load: float | None, backlog: float | None, capacity: float | None, wanted: int
    ) -> list[int] | None:
        """Return the replicas that each action asks for; None: they cannot be told."""
        if self.mode == "headroom" and (load is None or backlog is None or capacity is None):
            return None
        found = []
        for action in range(len(self)):
            value = self.value(action)
            count = wanted if value is None else asked(
                ONE, self.mode, value, load=load, backlog=backlog, capacity=capacity, wanted=wanted
            )  # fmt: skip
            found.append(int(count))
        return found


def asked(
    by: Operations,
    mode: Mode,
    value: Amount,
    *,
    load: Amount,
    backlog: Amount,
    capacity: Amount,
    wanted: Amount,
) -> Amount:
    """Return the replicas that an action of this `value` asks for, before the rails."""
    if mode == "headroom":
        return by.up((load + backlog / DRAIN) / (capacity * value))
    if mode == "absolute":
        return value
    return wanted + value


@dataclass(frozen=True, slots=True)
class Guard:
    """The rails.

    Args:
        step: The most replicas that one decision adds or removes; None: no bound.
        stabilization: After an addition, nothing is removed for so long.
    """

    least: int
    most: int
    step: int | None = None
    stabilization: Seconds = 0.0

    def bound(
        self, by: Operations, count: Amount, wanted: Amount, since_up: Seconds | Amount
    ) -> Amount:
        """Return `count` within the rails, `since_up` seconds after the last addition."""
        if self.step is not None:
            count = by.least(by.most(count, wanted - self.step), wanted + self.step)
        held = by.where(since_up < self.stabilization, by.most(count, wanted), count)
        return by.least(by.most(held, self.least), self.most)


def moves_of(mode: Mode, least: int, most: int, *, restart: bool = False) -> Moves:
    """Return the actions of a mode, for counts from `least` to `most`."""
    if mode == "founding":
        return Moves(mode, FOUNDING, len(FOUNDING) - 1)
    tables: dict[str, Sequence[float]] = {
        "headroom": HEADROOMS,
        "delta": DELTAS,
        "absolute": [float(count) for count in range(least, most + 1)],
    }
    values = tuple(tables[mode])
    return Moves(mode, values, len(values) if restart else None)
