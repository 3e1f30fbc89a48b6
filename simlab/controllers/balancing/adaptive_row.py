"""The adaptive balancer's state, and the functions that pick by it and learn.

    score = in flight x in_flight_cost + response time (an EWMA), in seconds; the least wins

Of equals luck decides. A response time that is not known (never heard, or not since `recovery`)
counts as the mean of the known ones, and as 0 if there are none: a new endpoint draws its share, no
herd, and a slow one is tried again. A failure counts as an answer that took at least
`failure_penalty`, so fast errors attract nothing; `unhealthy_after` of them in a row keep the
endpoint out for `recovery`, as long as another may be called. Failures of that time do not
prolong it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from simlab.controllers.balancing.cells import NOBODY, Cell
from simlab.core import Outcome, Ratio, Seconds, compilable

_INVALID = int(Outcome.INVALID)


@dataclass(slots=True)
class AdaptiveRow:
    """The settings as numbers."""

    cap: float
    alpha: float
    in_flight_cost: float
    failure_penalty: float
    unhealthy_after: int
    recovery: float


@dataclass(slots=True)
class AdaptiveCell(Cell):
    """Also: its response time, when it was last heard, failures in a row, kept out until when."""

    response: float = 0.0
    heard: float = -inf
    failures: int = 0
    out_until: float = -inf


@compilable
def pick(row: AdaptiveRow, cells: Sequence[AdaptiveCell], n: int, now: Seconds, luck: Ratio) -> int:
    """Return the place of a cell of least score, of equals the one that `luck` says."""
    if n == 1:
        return 0 if cells[0].in_flight < row.cap else NOBODY
    place = least(row, cells, n, now, now, luck)
    # Rather one that is kept out than none.
    return place if place != NOBODY else least(row, cells, n, now, inf, luck)


@compilable
def least(
    row: AdaptiveRow,
    cells: Sequence[AdaptiveCell],
    n: int,
    now: Seconds,
    until: Seconds,
    luck: Ratio,
) -> int:
    """Return the place of an open cell of least score, of those kept out until `until` or less."""
    usual = mean_known(row, cells, n, now, 0.0)
    best, equals = inf, 0
    for i in range(n):
        if cells[i].in_flight < row.cap and cells[i].out_until <= until:
            mark = score(row, cells[i], usual, now)
            if mark < best:
                best, equals = mark, 1
            elif mark == best:
                equals += 1
    left = int(luck * equals)
    for i in range(n):
        if (
            cells[i].in_flight < row.cap
            and cells[i].out_until <= until
            and score(row, cells[i], usual, now) == best
        ):
            if left == 0:
                return i
            left -= 1
    return NOBODY


@compilable
def score(row: AdaptiveRow, cell: AdaptiveCell, usual: Seconds, now: Seconds) -> Seconds:
    """Return what calling this cell costs; `usual` is the response time of the unknown."""
    known = now - cell.heard < row.recovery
    return cell.in_flight * row.in_flight_cost + (cell.response if known else usual)


@compilable
def mean_known(
    row: AdaptiveRow, cells: Sequence[AdaptiveCell], n: int, now: Seconds, otherwise: Seconds
) -> Seconds:
    """Return the mean response time of the cells heard lately; `otherwise` if there is none."""
    total, known = 0.0, 0
    for i in range(n):
        if now - cells[i].heard < row.recovery:
            total += cells[i].response
            known += 1
    return total / known if known > 0 else otherwise


@compilable
def learn(
    row: AdaptiveRow,
    cells: Sequence[AdaptiveCell],
    n: int,
    cell: AdaptiveCell,
    now: Seconds,
    outcome: int,
    took: Seconds,
) -> None:
    """Take in an answer of `cell`, one of `cells`."""
    failed = outcome > _INVALID
    if failed:
        took = max(took, row.failure_penalty)
    if now - cell.heard < row.recovery:
        before = cell.response
    else:
        before = mean_known(row, cells, n, now, took)
    cell.response = before + row.alpha * (took - before)
    cell.heard = now
    cell.failures = cell.failures + 1 if failed else 0
    if failed and cell.failures >= row.unhealthy_after and cell.out_until <= now:
        cell.out_until = now + row.recovery
