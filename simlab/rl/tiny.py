"""`Simlab/SelfHealTiny-v0`: a service that leaks, in 99 states, small enough to be solved exactly.

    state    leak 0-10 x load low, middle, high x replicas 1-3
    action   nothing, one more, one less, restart
    leak     grows by 1 with probability 0.3, 0.5, 0.7 by load; a restart empties it. At 10 it is
             out of memory: every request is bad until it has come back, which it does by itself
             with probability 0.2, empty
    load     steps up or down with probability 0.1 each
    cost     replicas x 0.02, requests x the share that is bad x 0.05, each operation 0.01

The share that is bad: 0 where the replicas suffice; a third, or two thirds, where one or two are
missing; half of what is left from leak 8 on (it collects garbage); while it restarts, half. Money
is in cents of a dollar. It never ends; an episode is cut after `steps` steps.

`model` has transitions and rewards as arrays, `solved` the exact values by value iteration,
`worth` those of any policy by a linear system.

Reference: R. Sutton, A. Barto, Reinforcement Learning, 2nd ed., sections 4.1 and 4.4.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from simlab.controllers.learning import BucketSettings
from simlab.core import UserError
from simlab.rl.autoscale import Observed, checked, chosen, going_on
from simlab.rl.seeds import check_split

Floats = NDArray[np.float64]

LEAKS: Final = 11
LOADS: Final = 3
REPLICAS: Final = 3
STATES: Final = LEAKS * LOADS * REPLICAS
ACTIONS: Final = ("none", "up", "down", "restart")
GROWS: Final = (0.3, 0.5, 0.7)
BACK: Final = 0.2
STEP: Final = 0.1
GAMMA: Final = 0.95
BUCKETS: Final = (
    BucketSettings(feature="memory", edges=tuple((leak - 0.5) / 10 for leak in range(1, LEAKS))),
    BucketSettings(feature="load", edges=(0.5, 0.83)),
    BucketSettings(feature="ready", edges=(0.5, 0.83)),
)


def number(leak: int, load: int, replicas: int) -> int:
    """Return the number of a state; `replicas` from 0 on, as `load`."""
    return (leak * LOADS + load) * REPLICAS + replicas


def parts(state: int) -> tuple[int, int, int]:
    """Return leak, load and replicas of a state."""
    return state // (LOADS * REPLICAS), state // REPLICAS % LOADS, state % REPLICAS


@cache
def model() -> tuple[Floats, Floats]:
    """Return transitions, shape (states, actions, states), and rewards, (states, actions)."""
    moves = np.zeros((STATES, len(ACTIONS), STATES))
    rewards = np.zeros((STATES, len(ACTIONS)))
    for state in range(STATES):
        leak, load, replicas = parts(state)
        for action in range(len(ACTIONS)):
            count = min(max(replicas + (action == 1) - (action == 2), 0), REPLICAS - 1)
            rewards[state, action] = -_cost(leak, load, replicas, action, moved=count != replicas)
            for level, p in _leaks(leak, load, restart=action == 3):
                for next_load, q in _loads(load):
                    moves[state, action, number(level, next_load, count)] += p * q
    return moves, rewards


def _cost(leak: int, load: int, replicas: int, action: int, *, moved: bool) -> float:
    bad = max(load - replicas, 0) / 3.0
    if leak >= 8:
        bad += (1.0 - bad) * 0.5
    if action == 3:
        bad = max(bad, 0.5)
    if leak == LEAKS - 1:
        bad = 1.0
    churn = 0.01 if moved or action == 3 else 0.0
    return 0.02 * (replicas + 1) + 0.05 * (load + 1) * bad + churn


def _leaks(leak: int, load: int, *, restart: bool) -> Sequence[tuple[int, float]]:
    if restart:
        return ((0, 1.0),)
    if leak == LEAKS - 1:
        return ((0, BACK), (leak, 1.0 - BACK))
    return ((leak + 1, GROWS[load]), (leak, 1.0 - GROWS[load]))


def _loads(load: int) -> Sequence[tuple[int, float]]:
    up, down = STEP if load < LOADS - 1 else 0.0, STEP if load > 0 else 0.0
    return tuple((load + by, p) for by, p in ((1, up), (-1, down), (0, 1.0 - up - down)) if p)


@cache
def solved() -> Floats:
    """Return the best value of each state, by value iteration to 1e-12."""
    moves, rewards = model()
    values = np.zeros(STATES)
    while True:
        better: Floats = (rewards + GAMMA * moves @ values).max(axis=1)
        if np.abs(better - values).max() < 1e-12:
            return better
        values = better


def worth(policy: Sequence[int]) -> float:
    """Return the mean value of playing `policy` (an action for each state), over first states."""
    moves, rewards = model()
    chosen = np.arange(STATES), np.asarray(policy)
    matrix = np.eye(STATES) - GAMMA * moves[chosen]
    return float(np.linalg.solve(matrix, rewards[chosen])[START].mean())


START: Final = [number(0, load, 0) for load in range(LOADS)]


def gap_closed(policy: Sequence[int]) -> float:
    """Return how much of the way from doing nothing to the best `policy` goes: 0 to 1."""
    nothing, best = worth([0] * STATES), float(solved()[START].mean())
    return (worth(policy) - nothing) / (best - nothing)


class SelfHealTiny(gym.Env[Observed, np.int64]):
    """The same as an environment. Observations: memory (leak / 10), load and ready (/ 3)."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 (Gymnasium's)
    feature_names = ("memory", "load", "ready")

    def __init__(self, steps: int = 200, split: str = "train") -> None:
        check_split(split)
        if steps < 2:
            raise UserError(f"steps must be from 2 on, got {steps}")
        self._limit, self._at, self.state = steps, steps, START[0]
        self.observation_space = spaces.Box(-2.0, 3.0, (3,), np.float32)
        self.action_space = spaces.Discrete(len(ACTIONS))
        moves, self._rewards = model()
        self._sums = moves.cumsum(axis=2)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observed, dict[str, Any]]:
        """Begin an episode: empty, with one replica, under any load."""
        super().reset(seed=seed)
        checked(options, ())
        self.state, self._at = START[int(self.np_random.integers(LOADS))], 0
        return self._observe(), {"state": self.state}

    def step(self, action: np.int64) -> tuple[Observed, float, bool, bool, dict[str, Any]]:
        """Take `action`; the reward is what it cost, negative."""
        going_on(self._at < self._limit)
        number = chosen(action, len(ACTIONS))
        reward = float(self._rewards[self.state, number])
        sums = self._sums[self.state, number]
        luck = self.np_random.random() * sums[-1]
        self.state = min(int(sums.searchsorted(luck, "right")), STATES - 1)
        self._at += 1
        return self._observe(), reward, False, self._at >= self._limit, {"state": self.state}

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions change something, or do nothing."""
        replicas = parts(self.state)[2]
        return np.array([True, replicas < REPLICAS - 1, replicas > 0, True])

    def render(self) -> None:
        """Show nothing: there is no render mode."""

    def _observe(self) -> Observed:
        leak, load, replicas = parts(self.state)
        return np.array([leak / 10, (load + 1) / 3, (replicas + 1) / 3], np.float32)
