"""`Simlab/Autoscale-v0`, many at once: one array for each number, the same bits as one by one.

All episodes are as long, so all end together. Autoreset is Gymnasium's NEXT_STEP: the step after
the last of an episode begins the next; its action is ignored, its reward is 0.
"""

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from simlab.controllers.learning.features import FEATURES, HIGH, LOW
from simlab.core import UserError
from simlab.rl.autoscale import OPTIONS, Observed, checked, legal, space
from simlab.rl.default import DEFAULT
from simlab.rl.fluid import Episode, Trace, Traces
from simlab.rl.seeds import check_seed, drawn
from simlab.rl.setup import Scenario, Setup
from simlab.rl.tank import MANY


class AutoscaleVector(VectorEnv[Observed, NDArray[np.int64], NDArray[Any]]):
    """As many services on the fluid tier."""

    metadata: dict[str, Any] = {"autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012
    feature_names = FEATURES

    def __init__(
        self, num_envs: int, scenario: Scenario | None = None, max_episode_steps: int | None = None,
        **words: Any,
    ) -> None:  # fmt: skip
        self.num_envs = num_envs
        self.setup = Setup(scenario=DEFAULT if scenario is None else scenario, **words)
        self.traces = Traces(self.setup, self.setup.world())
        self.moves = self.setup.moves
        self.single_observation_space = space()
        self.single_action_space = spaces.Discrete(len(self.moves))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._limit = max_episode_steps
        self._generators: list[Any] = [seeding.np_random()[0] for _ in range(num_envs)]
        self._episode: Episode | None = None
        self._steps, self._ended = 0, False

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observed, dict[str, Any]]:
        """Begin all episodes; number i is seeded with `seed` + i. `trace_seed` may be a list."""
        if seed is not None:
            seeds = [seed + at for at in range(self.num_envs)] if isinstance(seed, int) else seed
            for at, one in enumerate(seeds):
                if one is not None:
                    self._generators[at] = seeding.np_random(one)[0]
        told, split = (
            checked(options, tuple(name for name in OPTIONS if name != "trace")),
            self.setup.split,
        )
        given = told.get("trace_seed")
        if given is None:
            found = [drawn(one, split) for one in self._generators]
        else:
            found = [check_seed(one, split) for one in given]
        self._begin(found, told)
        return self._observe(), {"trace_seed": np.array(found)}

    def _begin(self, seeds: list[int], told: dict[str, Any]) -> None:
        made = [self.traces.trace(seed, told.get("start_s", 0.0)) for seed in seeds]
        trace = Trace(
            np.stack([one.rates for one in made], 1), np.stack([one.seen for one in made], 1)
        )
        self._episode = Episode(
            MANY, self.setup, self.traces, trace, zero=np.zeros(self.num_envs),
            start=told.get("n0"),
        )  # fmt: skip
        self._steps, self._ended = 0, False

    def step(
        self, actions: NDArray[np.int64]
    ) -> tuple[Observed, NDArray[Any], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Take an action in each episode."""
        none = np.zeros(self.num_envs, np.bool_)
        if self._ended:
            found, info = self.reset()
            return found, np.zeros(self.num_envs), none, none.copy(), info
        episode = self._episode
        assert episode is not None, "reset comes first"
        asked = np.asarray(actions)
        if not (asked.dtype.kind in "iu" and self.action_space.contains(asked)):
            raise UserError(f"actions must be {self.num_envs} of {self.single_action_space}")
        spent = episode.act(asked)
        self._steps += 1
        self._ended = episode.over or self._steps == self._limit
        info = {
            "cost_usd": {
                "replica": spent.replica, "slo": spent.slo, "churn": spent.churn,
            },
            "replica_hours": spent.replica_hours, "requests": spent.requests, "late": spent.late,
            "dropped": spent.dropped, "ops": spent.ops, "ready": episode.tank.ready.copy(),
        }  # fmt: skip
        return self._observe(), -spent.total, none, np.full(self.num_envs, self._ended), info

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions are legal, shape (episodes, actions)."""
        assert self._episode is not None, "reset comes first"
        wanted = self._episode.tank.wanted
        return np.stack([legal(self.moves, self.setup, float(one)) for one in wanted])

    def _observe(self) -> Observed:
        assert self._episode is not None, "reset comes first"
        values = np.stack(np.broadcast_arrays(*self._episode.features()), 1)
        found: Observed = np.minimum(np.maximum(values, LOW), HIGH).astype(np.float32)
        return found
