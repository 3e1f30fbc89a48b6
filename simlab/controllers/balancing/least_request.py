"""Least request: the open endpoint with the fewest attempts out, among all or a few drawn ones.

    all       a scan; of those that share the least, each is as likely as the others
    choices   so many draws, with replacement; of equals, the one drawn first

Reference: Envoy, `LeastRequestLoadBalancer` with equal weights, FULL_SCAN and N_CHOICES.
"""

# ruff: noqa: ARG001 (a rule is told more than this one needs)

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

from simlab.controllers.balancing.balancer import Balancer, Rule
from simlab.controllers.balancing.cells import NOBODY, Cell, count_open, find_open
from simlab.controllers.checks import require_counts
from simlab.core import Count, Ratio, Seconds, Settings, child, compilable

DRAWS = 4503599627370496.0  # 2 ** 52: all the bits that a luck has.


@dataclass(frozen=True, kw_only=True)
class LeastRequestSettings(Settings):
    """The endpoint with the fewest attempts out.

    Args:
        choices: How many endpoints are drawn and compared, from 2 on (Envoy's choice_count is 2);
            ``all`` compares every one.
    """

    kind: Literal["least_request"] = "least_request"
    choices: Count | Literal["all"] = "all"

    CHANGEABLE: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        if self.choices != "all":
            require_counts(2, choices=self.choices)

    def row(self, cap: float) -> "LeastRequestRow":
        return LeastRequestRow(cap, 0 if self.choices == "all" else self.choices)

    def build(self, cap: float = inf) -> "LeastRequest":
        """Return a picker that sends at most `cap` attempts at once to an endpoint."""
        return Balancer(self, self.row(cap), RULE)


@dataclass(slots=True)
class LeastRequestRow:
    """How many are drawn; 0: all are compared."""

    cap: float
    choices: int


@compilable
def pick(row: LeastRequestRow, cells: Sequence[Cell], n: int, now: Seconds, luck: Ratio) -> int:
    """Return the place of the open cell with the fewest attempts out."""
    if n == 1:
        return 0 if cells[0].in_flight < row.cap else NOBODY
    if row.choices == 0:
        return scan(cells, n, row.cap, luck)
    return draw(cells, n, row.cap, row.choices, luck)


@compilable
def scan(cells: Sequence[Cell], n: int, cap: float, luck: Ratio) -> int:
    """Return the place of a least busy cell, of equals the one that `luck` says."""
    least, equals = cap, 0
    for i in range(n):
        if cells[i].in_flight < least:
            least, equals = cells[i].in_flight, 1
        elif cells[i].in_flight == least and equals > 0:
            equals += 1
    if equals == 0:
        return NOBODY
    left = int(luck * equals)
    for i in range(n):
        if cells[i].in_flight == least:
            if left == 0:
                return i
            left -= 1
    return NOBODY


@compilable
def draw(cells: Sequence[Cell], n: int, cap: float, choices: int, luck: Ratio) -> int:
    """Return the place of the least busy of `choices` drawn open cells, of equals the first."""
    free = count_open(cells, n, cap)
    if free == 0:
        return NOBODY
    best = NOBODY
    for k in range(choices):
        place = find_open(cells, n, cap, child(int(luck * DRAWS), 0, k) % free)
        if best == NOBODY or cells[place].in_flight < cells[best].in_flight:
            best = place
    return best


LeastRequest = Balancer[LeastRequestSettings, LeastRequestRow, Cell]
RULE: Rule[LeastRequestSettings, LeastRequestRow, Cell] = Rule(Cell, pick)
