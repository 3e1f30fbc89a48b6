"""The fluid tier: a service as a tank that requests run into and replicas empty, tick by tick.

    served    min(backlog + arrivals, ready x capacity x tick)
    dropped   arrivals that find more backlog than can be served within their patience
    late      of the others, those that wait too long: 1 - (1 - tail) (1 - wait / within)
              with the tail of the steady state (`tails`) and the wait behind the backlog

So late and dropped are disjoint and never more than arrive. Replicas that are asked for come
`startup` later, are billed from the asking on, and the youngest of them go first. A restart takes
one replica after another out, for `startup` each.

One text for one service (floats, `ONE`) and for many (arrays, `MANY`): the same operations in the
same order, so the same bits.

Longer than most: `run` is one tick from its beginning to its end.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np

from simlab.controllers.learning.features import Amount
from simlab.controllers.learning.moves import One, Operations
from simlab.core import Seconds
from simlab.rl.service import ServiceModel
from simlab.rl.tails import GRID, TOP, tables

NOTHING: Final = 1e-9  # Requests a second, where something is divided by a capacity of 0.
SUMS: Final = 5
FOREVER: Final = 1e6


class Whole(Operations, Protocol):
    """Operations that also cut to whole numbers, to look things up."""

    def whole(self, a: Amount) -> Amount: ...


class OneTank(One):
    """Operations on single numbers."""

    def whole(self, a: Amount) -> Amount:
        return int(a)


class Many:
    """Operations on arrays."""

    def least(self, a: Amount, b: Amount) -> Amount:
        return np.minimum(a, b)

    def most(self, a: Amount, b: Amount) -> Amount:
        return np.maximum(a, b)

    def where(self, condition: Amount, a: Amount, b: Amount) -> Amount:
        return np.where(condition, a, b)

    def up(self, a: Amount) -> Amount:
        return np.ceil(a)

    def whole(self, a: Amount) -> Amount:
        return np.asarray(a).astype(np.int64)


ONE: Final = OneTank()
MANY: Final = Many()


class Tank:
    """The state of one service, or of many.

    Args:
        by: The operations: `ONE` or `MANY`.
        zero: 0.0, or an array of as many.
        start: Replicas at first.
        kept: Ticks that a window may look back.
    """

    def __init__(
        self, by: Whole, model: ServiceModel, *, zero: Amount, start: float, most: int,
        tick: Seconds, kept: int,
    ) -> None:  # fmt: skip
        self._by, self._model, self._tick, self._kept = by, model, tick, kept
        late, inside = tables(most, model.servers, model.capacity, model.within)
        many = isinstance(by, Many)
        self._late: Any = np.array(late) if many else late
        self._inside: Any = np.array(inside) if many else inside
        self._slots = int(model.startup / tick + 0.5) + 1
        self._most = most
        self.zero = zero
        self.ready: Amount = zero + start
        self._coming: list[Amount] = [zero] * self._slots  # By the tick they come at, in a ring.
        self.pending: Amount = zero
        self.wanted: Amount = zero + start
        self.backlog: Amount = zero
        self.inside: Amount = zero
        self.age: Amount = zero + FOREVER  # Ticks since a replica last became ready.
        self._out: Amount = zero  # Ticks for which a restart still keeps one replica out.
        self._ring: list[tuple[Amount, ...]] = [(zero,) * SUMS] * kept
        self.at = 0

    # What is done to it.

    def scale(self, count: Amount) -> Amount:
        """Have `count` replicas wanted; return how many that exist go at once."""
        by = self._by
        more = by.most(count - (self.ready + self.pending), self.zero)
        excess = by.most(self.ready + self.pending - count, self.zero)
        gone, last = excess, (self.at + self._slots - 1) % self._slots
        if self._slots > 1:
            self._coming[last] = self._coming[last] + more
            self.pending = self.pending + more
        else:
            self.ready = self.ready + more
        for age in range(self._slots):  # The youngest go first.
            slot = (last - age) % self._slots
            take = by.least(self._coming[slot], excess)
            self._coming[slot] = self._coming[slot] - take
            self.pending = self.pending - take
            excess = excess - take
        self.ready = self.ready - excess
        self.wanted = self.zero + count
        return gone

    def restart(self, which: Amount) -> None:
        """Restart all replicas, one after another, where `which` holds."""
        ticks = self.ready * (self._slots - 1)
        self._out = self._by.where(which, ticks, self._out)

    def run(self, rate: Amount) -> tuple[Amount, Amount, Amount]:
        """Let one tick pass in which requests come at `rate`; return arrivals, late, dropped."""
        by, model = self._by, self._model
        slot = self.at % self._slots
        come = self._coming[slot]
        self.ready, self.pending = self.ready + come, self.pending - come
        self._coming[slot] = self.zero
        self.age = by.where(come > 0.0, 0.0, self.age + 1.0)
        out = by.where(self._out > 0.0, 1.0, 0.0)
        serving = by.most(self.ready - out, self.zero)
        self._out = by.most(self._out - 1.0, self.zero)
        each = serving * model.capacity
        arrivals, can = rate * self._tick, each * self._tick
        total = self.backlog + arrivals
        served = by.least(total, can)
        left = total - served
        room = model.patience * by.most(each, rate)
        dropped = by.least(by.most(left - room, self.zero), arrivals)
        left = left - dropped
        some = by.most(each, NOTHING)
        wait = (self.backlog + left) * 0.5 / some
        tail, inside = self._tabled(serving, by.least(rate / some, TOP))
        waited = by.least(wait / model.within, 1.0)
        late = (arrivals - dropped) * (1.0 - (1.0 - tail) * (1.0 - waited))
        self.backlog, self.inside = left, left + inside
        self._ring[self.at % self._kept] = (served, can, arrivals, late, dropped)
        self.at += 1
        return arrivals, late, dropped

    def _tabled(self, serving: Amount, usage: Amount) -> tuple[Amount, Amount]:
        """Return the tail and the number inside of the steady state."""
        by = self._by
        along = usage * (GRID / TOP)
        cell = by.least(by.whole(along), GRID - 1)
        part = along - cell
        point = by.whole(by.least(serving, self._most)) * (GRID + 1) + cell
        late, inside = self._late, self._inside
        return (
            late[point] * (1.0 - part) + late[point + 1] * part,
            inside[point] * (1.0 - part) + inside[point + 1] * part,
        )

    # What is seen of it.

    @property
    def exist(self) -> Amount:
        """Return how many replicas exist."""
        return self.ready + self.pending

    def window(self, first: int, last: int) -> Sequence[Amount]:
        """Return served, capacity, arrivals, late and dropped, summed over ticks [first, last)."""
        sums: list[Amount] = [self.zero] * SUMS
        for at in range(max(first, 0, self.at - self._kept), last):
            row = self._ring[at % self._kept]
            for column in range(SUMS):
                sums[column] = sums[column] + row[column]
        return sums
