"""Weighted round robin, smoothly: turns in proportion to weights, those of the heavy spread out.

    each pick: every open endpoint's credit grows by its weight; the largest credit is picked and
    pays the sum of the weights

Of equal credits the first from a place on that the first pick's luck decides, so that many clients
do not start in step; no later luck is used. An endpoint that is at its cap earns nothing meanwhile.

Reference: nginx, `ngx_http_upstream_get_peer` (smooth weighted round robin), without its failures.
"""

# ruff: noqa: ARG001 (a rule is told more than this one needs)

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

from simlab.controllers.balancing.balancer import Balancer, Rule
from simlab.controllers.balancing.cells import NOBODY, Cell
from simlab.controllers.balancing.round_robin import SEEDS
from simlab.core import Number, Ratio, Seconds, Settings, compilable, require


@dataclass(frozen=True, kw_only=True)
class WeightedRoundRobinSettings(Settings):
    """Each endpoint in its turn, the heavy ones more often.

    Args:
        weights: Of replica 0, 1, ... of the service; where they end they begin again.
    """

    kind: Literal["weighted_round_robin"] = "weighted_round_robin"
    weights: tuple[Number, ...] = (1.0,)

    CHANGEABLE: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        require(len(self.weights) > 0, "weights must name at least one")
        for weight in self.weights:
            require(0 < weight < inf, f"weights must be positive, got {weight:g}")

    def row(self, cap: float) -> "WeightedRow":
        return WeightedRow(cap, tuple(self.weights))

    def build(self, cap: float = inf) -> "WeightedRoundRobin":
        """Return a picker that sends at most `cap` attempts at once to an endpoint."""
        return Balancer(self, self.row(cap), RULE)


@dataclass(slots=True)
class WeightedRow:
    """The weights, and where ties begin to be looked at; negative before the first pick."""

    cap: float
    weights: tuple[float, ...]
    first: int = -1


@dataclass(slots=True)
class WeightedCell(Cell):
    """Also: its credit."""

    credit: float = 0.0


@compilable
def pick(row: WeightedRow, cells: Sequence[WeightedCell], n: int, now: Seconds, luck: Ratio) -> int:
    """Return the place of the open cell of most credit, which then pays."""
    if row.first < 0:
        row.first = int(luck * SEEDS)
    best, total = NOBODY, 0.0
    for step in range(n):
        place = (row.first + step) % n
        cell = cells[place]
        if cell.in_flight < row.cap:
            weight = row.weights[cell.endpoint % len(row.weights)]
            cell.credit += weight
            total += weight
            if best == NOBODY or cell.credit > cells[best].credit:
                best = place
    if best != NOBODY:
        cells[best].credit -= total
    return best


WeightedRoundRobin = Balancer[WeightedRoundRobinSettings, WeightedRow, WeightedCell]
RULE: Rule[WeightedRoundRobinSettings, WeightedRow, WeightedCell] = Rule(WeightedCell, pick)
