"""Random: any open endpoint, each as likely as the others.

Reference: Envoy, `RandomLoadBalancer`.
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
class RandomSettings(Settings):
    """Any endpoint, each as likely as the others."""

    kind: Literal["random"] = "random"

    CHANGEABLE: ClassVar[tuple[str, ...]] = ()

    def row(self, cap: float) -> CapRow:
        return CapRow(cap)

    def build(self, cap: float = inf) -> "Random":
        """Return a picker that sends at most `cap` attempts at once to an endpoint."""
        return Balancer(self, self.row(cap), RULE)


@compilable
def pick(row: CapRow, cells: Sequence[Cell], n: int, now: Seconds, luck: Ratio) -> int:
    """Return the place of the open cell that `luck` says."""
    choices = count_open(cells, n, row.cap)
    if choices == 0:
        return NOBODY
    if choices == n:
        return int(luck * n)
    return find_open(cells, n, row.cap, int(luck * choices))


Random = Balancer[RandomSettings, CapRow, Cell]
RULE: Rule[RandomSettings, CapRow, Cell] = Rule(Cell, pick)
