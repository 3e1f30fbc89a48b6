"""What every balancer knows of an endpoint: its number, and how many attempts are out to it.

A balancer is a row, and cells in the order in which their endpoints came. An endpoint is *open*
while fewer attempts are out to it than the row's cap. A rule's `pick` returns the place of a cell,
or `NOBODY`; luck decides what is left open, never the order of the cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol

from simlab.core import compilable

NOBODY = -1


@dataclass(slots=True)
class Cell:
    """One endpoint, as its caller knows it."""

    endpoint: int
    in_flight: int = 0


class Capped(Protocol):
    """A row of a balancer: whatever else it holds, it has a cap per endpoint."""

    cap: float


@dataclass(slots=True)
class CapRow:
    """A balancer without a state of its own."""

    cap: float


@compilable
def count_open(cells: Sequence[Cell], n: int, cap: float) -> int:
    """Return how many of the first `n` cells are open."""
    if cap == inf:
        return n
    found = 0
    for i in range(n):
        if cells[i].in_flight < cap:
            found += 1
    return found


@compilable
def find_open(cells: Sequence[Cell], n: int, cap: float, k: int) -> int:
    """Return the place of open cell `k`, from 0; there must be so many."""
    for i in range(n):
        if cells[i].in_flight < cap:
            if k == 0:
                return i
            k -= 1
    return NOBODY
