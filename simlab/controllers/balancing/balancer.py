"""The face that all balancers share: endpoints come and go, the rule of a kind picks among them.

A pick counts as sent until it is recorded. What is out to an endpoint that went away is kept in
mind: should it come back, it is not taken for idle.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from simlab.controllers.balancing.cells import NOBODY, Capped, Cell
from simlab.controllers.changing import Changeable, changed
from simlab.core import Outcome, Ratio, Seconds

S = TypeVar("S", bound=Changeable)
R = TypeVar("R", bound=Capped)
C = TypeVar("C", bound=Cell)


@dataclass(frozen=True)
class Rule(Generic[S, R, C]):
    """What makes a kind: module-level functions, so that a balancer can be copied.

    Args:
        cell: Makes a cell of an endpoint's number.
        pick: Returns the place of the cell to call, given the row, the cells, how many there are,
            the time and the luck; `NOBODY` if none may be called.
        learn: Takes in how an attempt to the cell ended: outcome and seconds.
        renew: Puts changed settings into a row.
    """

    cell: Callable[[int], C]
    pick: Callable[[R, Sequence[C], int, Seconds, Ratio], int]
    learn: Callable[[R, Sequence[C], int, C, Seconds, int, Seconds], None] | None = None
    renew: Callable[[R, S], None] | None = None


class Balancer(Generic[S, R, C]):
    """A `Picker`: the cells of the endpoints at hand, under one rule.

    Args:
        settings: Of the rule's kind.
        row: Its state, with the cap of attempts that may be out to one endpoint at once.
        rule: How to pick.
    """

    def __init__(self, settings: S, row: R, rule: Rule[S, R, C]) -> None:
        self.settings = settings
        self.row = row
        self.rule = rule
        self.cells: list[C] = []  # In the order in which they came.
        self.known: dict[int, C] = {}  # The same ones, by endpoint.
        self.left: dict[int, int] = {}  # Attempts still out to endpoints that went away.

    @property
    def cap(self) -> float:
        """Return how many attempts may be out to one endpoint at once. It can be set, too."""
        return self.row.cap

    @cap.setter
    def cap(self, most: float) -> None:
        self.row.cap = most

    @property
    def endpoints(self) -> list[int]:
        """Return the endpoints at hand, in the order in which they came."""
        return [cell.endpoint for cell in self.cells]

    def in_flight(self, endpoint: int) -> int:
        """Return how many picks of `endpoint` wait to be recorded."""
        cell = self.known.get(endpoint)
        return self.left.get(endpoint, 0) if cell is None else cell.in_flight

    def add(self, endpoint: int, now: Seconds) -> None:
        """Let `endpoint` be picked from now on. One that is there already stays as it is."""
        if endpoint not in self.known:
            cell = self.known[endpoint] = self.rule.cell(endpoint)
            cell.in_flight = self.left.pop(endpoint, 0)
            self.cells.append(cell)

    def remove(self, endpoint: int, now: Seconds) -> None:
        """Let `endpoint` be picked no more; what was learned of it is forgotten."""
        cell = self.known.pop(endpoint, None)
        if cell is not None:
            self.cells = [one for one in self.cells if one.endpoint != endpoint]
            if cell.in_flight > 0:
                self.left[endpoint] = cell.in_flight

    def pick(self, now: Seconds, luck: Ratio) -> int:
        """Return the endpoint to call, or -1 if there is none or all are at the cap."""
        place = self.rule.pick(self.row, self.cells, len(self.cells), now, luck)
        if place == NOBODY:
            return NOBODY
        cell = self.cells[place]
        cell.in_flight += 1
        return cell.endpoint

    def record(self, endpoint: int, now: Seconds, outcome: Outcome, took: Seconds) -> None:
        """Settle a pick. An endpoint that went away meanwhile, and CANCELLED, teach nothing."""
        cell = self.known.get(endpoint)
        if cell is None:
            self._settle_left(endpoint)
            return
        assert cell.in_flight > 0, f"endpoint {endpoint} was settled more often than picked"
        cell.in_flight -= 1
        if self.rule.learn is not None and outcome != Outcome.CANCELLED:
            self.rule.learn(self.row, self.cells, len(self.cells), cell, now, outcome, took)

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`; what was learned stays."""
        self.settings = changed(self.settings, name, value)
        if self.rule.renew is not None:
            self.rule.renew(self.row, self.settings)

    def _settle_left(self, endpoint: int) -> None:
        out = self.left.get(endpoint, 0)
        assert out > 0, f"endpoint {endpoint} was settled more often than picked"
        if out == 1:
            del self.left[endpoint]
        else:
            self.left[endpoint] = out - 1
