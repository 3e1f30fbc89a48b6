"""Training: a tabular agent learns in an environment; the best table by validation is kept.

    episode k     of the k-th training seed that the training's own seed addresses
    step n        explores by the n-th number that it addresses
    validation    greedily, on the first validation seeds, every so many steps; least mean cost wins

Rule 1: nothing but the settings and the seed decides what comes out, to the bit. So a training that
was stopped, however roughly, goes on from its last checkpoint and ends as if it had not been.
Rule 2: a checkpoint is whole or not there, and is written between two episodes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simlab.controllers import QLearningSettings
from simlab.controllers.learning import QTable, manifest_of
from simlab.controllers.learning.agent import at
from simlab.controllers.learning.features import states
from simlab.core import Purpose, Site, UserError, root
from simlab.rl.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from simlab.rl.playing import Player, played
from simlab.rl.seeds import SPLITS, addressed
from simlab.study.progress import Progress, Silence

UNIT = 1000  # Steps that progress is told of.


@dataclass(kw_only=True)
class Trainer:
    """A training under way.

    Args:
        env: What is learned in, of the train split.
        judge: The same, of the validation split; None: `score` judges.
        words: All that decides what comes out, as JSON: what a checkpoint belongs to.
        every: Steps from one validation to the next.
        score: What a table costs; None: its mean cost on validation seeds.
    """

    env: Any
    judge: Any
    agent: QLearningSettings
    buckets: Any
    words: dict[str, Any]
    seed: int
    steps: int
    every: int
    validation: int
    score: Callable[[QTable], float] | None = None
    now: Checkpoint = field(init=False)

    def __post_init__(self) -> None:
        names, moves = self.env.feature_names, getattr(self.env, "moves", None)
        self._player = Player(names, self.buckets, moves, self.agent.leastVisits)
        table = QTable(states(self.buckets), int(self.env.action_space.n))
        self.now = Checkpoint(table=table, best=table.copy())
        self._explore = Site(root(self.seed, 0, "rl.explore")).stream(Purpose.CHANCE)

    def run(self, file: Path | None = None, progress: Progress | None = None) -> Checkpoint:
        """Train to the end, from the checkpoint in `file` if there is one; return the last.

        Raises:
            UserError: The checkpoint is of another training, or cannot be read or written.
        """
        told, total = progress or Silence(), -(-self.steps // UNIT)
        if file is not None and file.exists():
            self.now = self._resumed(file)
        done = min(self.now.steps // UNIT, total)
        told.start(total, done)
        try:
            while self.now.steps < self.steps:
                self._episode()
                while done < min(self.now.steps // UNIT, total):
                    done += 1
                    told.advance()
                self._validate(file)
        finally:
            told.finish()
        return self.now

    def _resumed(self, file: Path) -> Checkpoint:
        found = read_checkpoint(file)
        if found.words != self.words:
            raise UserError(f"{file} is of another training: remove it, or name another --out")
        return found

    def _episode(self) -> None:
        """Learn from one episode."""
        now, agent, env, player = self.now, self.agent, self.env, self._player
        table, luck, gamma = now.table, self._explore, agent.gamma
        observed, _ = self._reset(addressed(self.seed, now.episodes))
        still = [0.0] * int(env.action_space.n)
        state, over, step = player.state(observed.tolist()), False, now.steps
        while not over:
            epsilon, alpha = at(agent.epsilon, step), at(agent.alpha, step)
            action = table.choose(state, still, epsilon, luck.uniform(step))
            observed, reward, _, over, _ = env.step(action)
            following = player.state(observed.tolist())
            table.update(state, action, reward, following, alpha=alpha, gamma=gamma)
            state, step = following, step + 1
        now.steps, now.episodes = step, now.episodes + 1

    def _reset(self, seed: int) -> Any:
        if self.judge is None:
            return self.env.reset(seed=seed)
        return self.env.reset(options={"trace_seed": seed})

    def _validate(self, file: Path | None) -> None:
        """Judge what is known where it is time, keep it if it is the best, and write it down."""
        now = self.now
        if now.steps < self.steps and now.steps // self.every <= now.validated:
            return
        now.validated = now.steps // self.every
        cost = self._cost(now.table)
        if not now.history or cost < now.least:
            now.best, now.least, now.best_at = now.table.copy(), cost, now.steps
        now.history.append({"steps": now.steps, "episodes": now.episodes, "cost": cost})
        now.words = self.words
        if file is not None:
            write_checkpoint(file, now)

    def _cost(self, table: QTable) -> float:
        if self.score is not None:
            return self.score(table)
        seeds, total = SPLITS["validation"][: self.validation], 0.0
        for seed in seeds:
            total += played(self.judge, self._player, table, seed)["cost_usd"]
        return total / len(seeds)

    def greedy(self, table: QTable) -> list[int]:
        """Return the action that is played in each state."""
        still = [0.0] * int(self.env.action_space.n)
        return [self._player.best(table, state, still) for state in range(len(table.values))]

    def manifest(self) -> dict[str, Any]:
        """Return what is told of the policy that came out."""
        now, setup, model = self.now, self.env.setup, self.env.traces.model
        prices, judged = model.prices, SPLITS["validation"][: self.validation]
        return manifest_of(
            buckets=tuple(self.buckets),
            moves=self.env.moves,
            scales=setup.scales,
            period=setup.period_s,
            capacity=model.capacity,
            within=self.agent.within,
            env=self.words,
            seeds={"training": self.seed, "validation": list(judged)},
            prices={
                "replica_hour": prices.replica_hour, "bad_request": prices.bad_request,
                "scaling": prices.scaling,
            },
            validation={"cost": now.least, "steps": now.best_at},
            steps=now.steps,
            episodes=now.episodes,
        )  # fmt: skip
