"""`Simlab/Autoscale-v0`: one service on the fluid tier; what it costs is the reward, with its sign
turned.

Observation: the features of `controllers.learning.features`, float32 in [-2, 3], by the names in
`feature_names`. An episode ends by truncation, when its trace is over; it never terminates.
"""

from operator import index
from typing import Any, Final

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from simlab.controllers.learning import Moves
from simlab.controllers.learning.features import FEATURES, HIGH, LOW
from simlab.core import UserError
from simlab.rl.default import DEFAULT
from simlab.rl.fluid import Episode, Spent, Traces
from simlab.rl.seeds import check_seed, drawn
from simlab.rl.setup import Scenario, Setup
from simlab.rl.tank import ONE

Observed = NDArray[np.float32]
OPTIONS: Final = ("trace_seed", "trace", "start_s", "n0")


def space() -> Any:
    """Return the space of observations."""
    return spaces.Box(LOW, HIGH, (len(FEATURES),), np.float32)


def chosen(action: Any, actions: int) -> int:
    """Return `action`, one of so many `actions`; raise `UserError` where it is none of them."""
    try:
        number = index(action)
    except TypeError:
        number = -1
    if not 0 <= number < actions:
        raise UserError(f"action must be a whole number from 0 to {actions - 1}, got {action!r}")
    return number


def going_on(more: bool) -> None:
    """Raise `UserError` where an episode has no `more` steps."""
    if not more:
        raise UserError("the episode is over: reset comes first")


def checked(options: dict[str, Any] | None, known: tuple[str, ...] = OPTIONS) -> dict[str, Any]:
    """Return what `reset` was told; raise `UserError` for what it does not know."""
    told = dict(options or {})
    strangers = [name for name in told if name not in known]
    if strangers:
        raise UserError(f"options may be {', '.join(known)}, got {', '.join(strangers)}")
    return told


class Autoscale(gym.Env[Observed, np.int64]):
    """One service on the fluid tier. `words` are those of `Setup`."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 (Gymnasium's)
    feature_names = FEATURES

    def __init__(self, scenario: Scenario | None = None, **words: Any) -> None:
        self.setup = Setup(scenario=DEFAULT if scenario is None else scenario, **words)
        self.traces = Traces(self.setup, self.setup.world())
        self.moves = self.setup.moves
        self.observation_space = space()
        self.action_space = spaces.Discrete(len(self.moves))
        self.episode: Episode | None = None
        self.trace_seed = -1
        self._sums: dict[str, float] = {}

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observed, dict[str, Any]]:
        """Begin an episode: of the `trace_seed` in `options`, else of one of the split."""
        super().reset(seed=seed)
        told, split = checked(options), self.setup.split
        given = told.get("trace_seed")
        self.trace_seed = (
            drawn(self.np_random, split) if given is None else check_seed(given, split)
        )
        if "trace" in told:
            trace = self._given(told["trace"])
        else:
            trace = self.traces.trace(self.trace_seed, told.get("start_s", 0.0))
        lists = type(trace)(trace.rates.tolist(), trace.seen.tolist())
        self.episode = Episode(ONE, self.setup, self.traces, lists, zero=0.0, start=told.get("n0"))
        self._sums = dict.fromkeys(("cost_usd", "replica_hours", "requests", "bad", "ops"), 0.0)
        return self._observe(), {"trace_seed": self.trace_seed, **self._state()}

    def _given(self, rates: Any) -> Any:
        """Return the trace of rates told by hand; the first holds before the first action, too."""
        given = np.asarray(rates, np.float64)
        if len(given) != self.traces.ticks or not np.isfinite(given).all() or given.min() < 0:
            raise UserError(f"trace must be {self.traces.ticks} rates from 0 on")
        lead = np.full(self.traces.views.lead, given[0])
        return self.traces.seen(np.concatenate([lead, given]))

    def step(self, action: np.int64) -> tuple[Observed, float, bool, bool, dict[str, Any]]:
        """Take `action`, let a period pass; the reward is what it cost, negative."""
        episode = self.episode
        assert episode is not None, "reset comes first"
        going_on(not episode.over)
        spent = episode.act(chosen(action, len(self.moves)))
        info = told(spent) | self._state()
        self._add(spent)
        if episode.over:
            info["episode_kpi"] = dict(self._sums)
        return self._observe(), -spent.total, False, episode.over, info

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions are not cut by the rails: those that keep least to most."""
        assert self.episode is not None, "reset comes first"
        return legal(self.moves, self.setup, self.episode.tank.wanted)

    def churn(self) -> list[float]:
        """Return by how many replicas each action would change what is wanted."""
        assert self.episode is not None, "reset comes first"
        episode, tank = self.episode, self.episode.tank
        return churn(self.moves, episode.load, tank.inside, episode.model.capacity, tank)

    def render(self) -> None:
        """Show nothing: there is no render mode."""

    def _observe(self) -> Observed:
        assert self.episode is not None, "reset comes first"
        values = self.episode.features()
        return np.array([min(max(one, LOW), HIGH) for one in values], np.float32)

    def _state(self) -> dict[str, Any]:
        assert self.episode is not None, "reset comes first"
        tank = self.episode.tank
        return {
            "lambda_rps": float(self.episode.load), "ready": int(tank.ready),
            "pending": int(tank.pending), "wanted": int(tank.wanted), "time_s": self.episode.time,
        }  # fmt: skip

    def _add(self, spent: Spent) -> None:
        sums = self._sums
        sums["cost_usd"] += spent.total
        sums["replica_hours"] += spent.replica_hours
        sums["requests"] += spent.requests
        sums["bad"] += spent.late + spent.dropped
        sums["ops"] += spent.ops


def told(spent: Spent) -> dict[str, Any]:
    """Return what an interval came to, as `info`."""
    return {
        "cost_usd": {
            "replica": float(spent.replica), "slo": float(spent.slo), "churn": float(spent.churn),
        },
        "replica_hours": float(spent.replica_hours), "requests": float(spent.requests),
        "late": float(spent.late), "dropped": float(spent.dropped), "ops": int(spent.ops),
    }  # fmt: skip


def churn(
    moves: Moves, load: float | None, backlog: float | None, capacity: float, now: Any
) -> list[float]:
    """Return by how many replicas each action would change what is wanted, before the rails.

    `now` has what is wanted and what exists.
    """
    counts = moves.counts(load, backlog, capacity, int(now.wanted))
    if counts is None:
        return [0.0] * len(moves)
    found = [float(abs(count - int(now.wanted))) for count in counts]
    if moves.restart is not None:
        found[moves.restart] = float(now.exist)
    return found


def legal(moves: Moves, setup: Setup, wanted: float) -> NDArray[np.bool_]:
    """Return which actions lead to a count within the bounds; targets are always cut to them."""
    mask = np.ones(len(moves), np.bool_)
    if moves.mode in ("delta", "founding"):
        for action in range(len(moves)):
            value = moves.value(action)
            count = wanted + (0.0 if value is None else value)
            mask[action] = count == wanted or setup.min_replicas <= count <= setup.max_replicas
    return mask
