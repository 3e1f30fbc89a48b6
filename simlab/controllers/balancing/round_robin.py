"""Round robin: each open endpoint in its turn.

The first pick's luck says where the turns begin, so that many clients do not start in step; no
later luck is used.

Reference: Envoy, `RoundRobinLoadBalancer` with equal weights, index = (seed + picks) mod hosts.
"""

# ruff: noqa: ARG001 (a rule is told more than this one needs)

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

from simlab.controllers.balancing.balancer import Balancer, Rule
from simlab.controllers.balancing.cells import NOBODY, Cell
from simlab.core import Ratio, Seconds, Settings, compilable

SEEDS = 1073741824.0  # Places that the turns can begin at, before they are taken modulo the count.


@dataclass(frozen=True, kw_only=True)
class RoundRobinSettings(Settings):
    """Each endpoint in its turn, from a place that luck decides."""

    kind: Literal["round_robin"] = "round_robin"

    CHANGEABLE: ClassVar[tuple[str, ...]] = ()

    def row(self, cap: float) -> "RoundRobinRow":
        return RoundRobinRow(cap)

    def build(self, cap: float = inf) -> "RoundRobin":
        """Return a picker that sends at most `cap` attempts at once to an endpoint."""
        return Balancer(self, self.row(cap), RULE)


@dataclass(slots=True)
class RoundRobinRow:
    """Whose turn it is, modulo the number of endpoints; negative before the first pick."""

    cap: float
    turn: int = -1


@compilable
def pick(row: RoundRobinRow, cells: Sequence[Cell], n: int, now: Seconds, luck: Ratio) -> int:
    """Return the place of the first open cell from the turn on; the turn is then the next one's."""
    if row.turn < 0:
        row.turn = int(luck * SEEDS)
    for step in range(n):
        place = (row.turn + step) % n
        if cells[place].in_flight < row.cap:
            row.turn += step + 1
            return place
    return NOBODY


RoundRobin = Balancer[RoundRobinSettings, RoundRobinRow, Cell]
RULE: Rule[RoundRobinSettings, RoundRobinRow, Cell] = Rule(Cell, pick)
