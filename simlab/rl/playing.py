"""Playing a table in an environment: as the loop will, action for action."""

from collections.abc import Sequence
from typing import Any

from simlab.controllers.learning import BucketSettings, QTable
from simlab.controllers.learning.features import bucket
from simlab.controllers.learning.moves import HEADROOMS, Moves

FALLBACK = HEADROOMS.index(0.62)


class Player:
    """Tells the state that an observation is in, and the best action there.

    Args:
        names: Of the features, as the environment has them.
        least_visits: How often an action must have been tried to be played.
    """

    def __init__(
        self, names: Sequence[str], buckets: Sequence[BucketSettings], moves: Moves | None,
        least_visits: int,
    ) -> None:  # fmt: skip
        self._where = [(names.index(one.feature), one.edges) for one in buckets]
        self._moves, self._least = moves, least_visits

    def state(self, observed: Sequence[float]) -> int:
        """Return the number of the state that an observation, as plain floats, is in."""
        number = 0
        for at, edges in self._where:
            number = number * (len(edges) + 1) + bucket(edges, observed[at])
        return number

    def best(self, table: QTable, state: int, churn: Sequence[float]) -> int:
        """Return the best action; what is known too little of falls back as the loop does."""
        found = table.best(state, churn, self._least)
        if found is not None:
            return found
        if self._moves is None or self._moves.mode == "founding":
            return 0
        if self._moves.mode == "headroom":
            return FALLBACK
        return int(min(range(len(churn)), key=churn.__getitem__))


def played(env: Any, player: Player, table: QTable, trace_seed: int) -> dict[str, float]:
    """Return the KPI of an episode that `table` plays."""
    observed, _ = env.reset(options={"trace_seed": trace_seed})
    while True:
        action = player.best(table, player.state(observed.tolist()), env.churn())
        observed, _, _, over, info = env.step(action)
        if over:
            found: dict[str, float] = info["episode_kpi"]
            return found
