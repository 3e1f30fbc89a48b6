"""What a tabular agent knows: Q(state, action), and how often each was tried.

    choose   with chance epsilon any legal action, each alike; else the best
    best     the greatest Q; among equals what moves least, among those the first
    update   Q += alpha (reward + gamma max Q(next, .) - Q)

Explore or not, and which, come from one uniform number: u < epsilon explores, and u / epsilon
says which. Costs are negative rewards, so what was never tried (0) looks best while learning;
whoever plays asks for actions that were tried often enough.

Reference: C. Watkins, P. Dayan, "Q-learning", Machine Learning 8, 1992.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class QTable:
    """Values and visits, as plain lists: single numbers are read and written far more than rows.

    >>> table = QTable(2, 3)
    >>> table.update(0, 1, -1.0, 1, alpha=0.5, gamma=0.9)
    -0.5
    >>> table.best(0, moves=(0, 0, 4), least_visits=0), table.best(0, (0, 0, 4), least_visits=1)
    (0, 1)
    """

    def __init__(self, states: int, actions: int) -> None:
        self.values = [[0.0] * actions for _ in range(states)]
        self.visits = [[0] * actions for _ in range(states)]

    @classmethod
    def of(cls, values: Floats, visits: Counts) -> Self:
        """Return a table of these arrays, shape (states, actions) each."""
        table = cls(0, 0)
        table.values, table.visits = values.tolist(), visits.tolist()
        return table

    def copy(self) -> "QTable":
        """Return a table of its own with the same content."""
        twin = QTable(0, 0)
        twin.values = [row.copy() for row in self.values]
        twin.visits = [row.copy() for row in self.visits]
        return twin

    def arrays(self) -> tuple[Floats, Counts]:
        """Return values and visits, shape (states, actions) each."""
        return np.array(self.values, np.float64), np.array(self.visits, np.int64)

    def best(self, state: int, moves: Sequence[float], least_visits: int) -> int | None:
        """Return the best action that was tried `least_visits` times; None: there is none.

        Between equals `moves` decides: how much each action would change.
        """
        values, visits = self.values[state], self.visits[state]
        found: int | None = None
        for action, value in enumerate(values):
            if visits[action] < least_visits:
                continue
            if (
                found is None
                or value > values[found]
                or (value == values[found] and moves[action] < moves[found])
            ):
                found = action
        return found

    def choose(self, state: int, moves: Sequence[float], epsilon: float, luck: float) -> int:
        """Return an action while learning: the best, or one to explore, by `luck` in (0, 1)."""
        if luck < epsilon:
            return min(int(luck / epsilon * len(moves)), len(moves) - 1)
        best = self.best(state, moves, 0)
        assert best is not None, "every action has been tried 0 times"
        return best

    def update(
        self, state: int, action: int, reward: float, following: int, *, alpha: float, gamma: float
    ) -> float:
        """Learn that `action` in `state` brought `reward` and led to `following`; return its Q."""
        row = self.values[state]
        row[action] += alpha * (reward + gamma * max(self.values[following]) - row[action])
        self.visits[state][action] += 1
        return row[action]
