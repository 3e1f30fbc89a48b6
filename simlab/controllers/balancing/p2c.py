"""Power of two choices: of two different open endpoints, the one with fewer attempts out.

One luck draws both: its place among all pairs (i, j), j != i, in order. Of equals the first wins.

Reference: M. Mitzenmacher, "The power of two choices in randomized load balancing", IEEE Trans.
Parallel Distrib. Syst. 12(10), 2001; two different nodes as in Twitter's Finagle.
"""

# ruff: noqa: ARG001 (a rule is told more than this one needs)

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

from simlab.controllers.balancing.balancer import Balancer, Rule
from simlab.controllers.balancing.cells import NOBODY, CapRow, Cell, count_open, find_open
from simlab.core import Ratio, Seconds, Settings, compilable


@dataclass(frozen=True, kw_only=True)
class P2cSettings(Settings):
    """The less busy of two different endpoints that luck draws."""

    kind: Literal["p2c"] = "p2c"

    CHANGEABLE: ClassVar[tuple[str, ...]] = ()

    def row(self, cap: float) -> CapRow:
        return CapRow(cap)

    def build(self, cap: float = inf) -> "P2c":
        """Return a picker that sends at most `cap` attempts at once to an endpoint."""
        return Balancer(self, self.row(cap), RULE)


@compilable
def pick(row: CapRow, cells: Sequence[Cell], n: int, now: Seconds, luck: Ratio) -> int:
    """Return the place of the less busy of two open cells; of the only one, if it is."""
    free = count_open(cells, n, row.cap)
    if free == 0:
        return NOBODY
    if free == 1:
        return find_open(cells, n, row.cap, 0)
    i = int(luck * free)
    j = int((luck * free - i) * (free - 1))
    if j >= i:
        j += 1
    if free < n:
        i, j = find_open(cells, n, row.cap, i), find_open(cells, n, row.cap, j)
    return j if cells[j].in_flight < cells[i].in_flight else i


P2c = Balancer[P2cSettings, CapRow, Cell]
RULE: Rule[P2cSettings, CapRow, Cell] = Rule(Cell, pick)
