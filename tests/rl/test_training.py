"""Training: the tiny service solved, the same bits however it was stopped, and what comes out."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest

from simlab.controllers import QLearningSettings, Schedule
from simlab.controllers.learning import FEATURES, QTable, read_policy
from simlab.core import Decision, FileError, Observation, UserError
from simlab.model import World
from simlab.rl import tiny
from simlab.rl.checkpoints import read_checkpoint
from simlab.rl.disagreement import disagreement, spearman, text
from simlab.rl.judging import by_seed, evaluate
from simlab.rl.making import founding, strategy_of, train, trainer_of
from simlab.rl.playing import Player
from simlab.rl.requests import AutoscaleDES
from simlab.rl.training import Trainer
from simlab.scenario import Experiment, load_experiment, load_strategy

ROOT = Path(__file__).parents[2]
SHORT = """schema: simlab/experiment/v1
kind: train
name: short
scenarios: [{from: FILE, set: {duration: DURATION}}]
seed: 3
train:
  agent:
    kind: qlearning
    target: web
    minReplicas: 2
    maxReplicas: 12
    buckets: [{feature: ready, edges: [0.3, 0.5]}, {feature: load, edges: [0.6]}]
    leastVisits: 3
  steps: 2000
  every: 500
  validation: 3
evaluate: {seeds: 3, calibration: 1, targets: [50%], founding: true}
"""


def experiment(place: Path, text: str = SHORT, duration: str = "10m") -> Experiment:
    file = place / "short.yaml"
    file.write_text(
        text.replace("DURATION", duration).replace(
            "FILE", str(ROOT / "scenarios" / "autoscale.yaml")
        )
    )
    return load_experiment(file)


# The tiny service.


def test_the_tiny_model_is_one() -> None:
    moves, rewards = tiny.model()
    assert moves.shape == (99, 4, 99)
    assert np.allclose(moves.sum(axis=2), 1.0)
    assert (rewards < 0).all()


def test_value_iteration_solves_it() -> None:
    moves, rewards = tiny.model()
    best = (rewards + tiny.GAMMA * moves @ tiny.solved()).argmax(axis=1)
    assert tiny.worth(best.tolist()) == pytest.approx(tiny.solved()[tiny.START].mean())
    assert tiny.gap_closed(best.tolist()) == pytest.approx(1.0)
    assert tiny.gap_closed([0] * 99) == 0.0
    assert set(best.tolist()) == {0, 1, 2, 3}, "no action is idle"


def test_the_environment_follows_the_model() -> None:
    env = tiny.SelfHealTiny(steps=20_000)
    env.reset(seed=1)
    seen = np.zeros((99, 99))
    for _ in range(19_999):
        before = env.state
        env.step(np.int64(0))
        seen[before, env.state] += 1
    moves, _ = tiny.model()
    often = seen.sum(axis=1) > 1000
    shares = seen[often] / seen[often].sum(axis=1, keepdims=True)
    assert np.abs(shares - moves[often, 0]).max() < 0.06


def test_its_buckets_are_its_states() -> None:
    env, player = (
        tiny.SelfHealTiny(),
        Player(tiny.SelfHealTiny.feature_names, tiny.BUCKETS, None, 0),
    )
    found = []
    for state in range(tiny.STATES):
        env.state = state
        found.append(player.state(env._observe().tolist()))
    assert found == list(range(tiny.STATES))


def free(_: QTable) -> float:
    return 0.0


def learner(steps: int) -> Trainer:
    agent = QLearningSettings(
        target="web", gamma=tiny.GAMMA, leastVisits=1,
        alpha=Schedule(first=0.5, last=0.01, over=steps),
        epsilon=Schedule(first=1.0, last=0.1, over=steps),
    )  # fmt: skip
    return Trainer(
        env=tiny.SelfHealTiny(), judge=None, agent=agent, buckets=tiny.BUCKETS, words={}, seed=1,
        steps=steps, every=steps, validation=1, score=free,
    )  # fmt: skip


def test_the_agent_closes_nine_tenths_of_the_gap_in_300_000_steps() -> None:
    trainer = learner(300_000)
    now = trainer.run()
    assert now.steps == 300_000
    assert tiny.gap_closed(trainer.greedy(now.table)) >= 0.9


# What comes out.


def test_the_same_seed_is_the_same_to_the_bit(tmp_path: Path) -> None:
    asked = experiment(tmp_path)
    one, two = (train(asked, tmp_path / name) for name in ("one", "two"))
    assert one.policy.read_bytes() == two.policy.read_bytes()
    other = train(replace(asked, seed=4), tmp_path / "other")
    assert other.policy.read_bytes() != one.policy.read_bytes()


def test_it_keeps_the_best_by_validation(tmp_path: Path) -> None:
    found = train(experiment(tmp_path), tmp_path / "out")
    costs = {int(row["steps"]): row["cost"] for row in found.history}
    assert len(costs) == 4
    assert found.cost == min(costs.values()) == costs[found.steps]
    now = read_checkpoint(tmp_path / "out" / "checkpoint.npz")
    assert read_policy(str(found.policy)).values.tolist() == now.best.values
    told = json.loads((tmp_path / "out" / "policy.json").read_text())
    assert told["seeds"] == {"training": 3, "validation": [9000, 9001, 9002]}
    assert told["env"]["scenario"] == "autoscale"


def test_what_was_stopped_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    asked = experiment(tmp_path)
    whole = train(asked, tmp_path / "whole")
    trainer = trainer_of(asked, asked.train.agent)  # type: ignore[union-attr]
    file = tmp_path / "parts" / "checkpoint.npz"

    class StopError(Exception): ...

    class Stopping:
        def start(self, total: int, done_before: int) -> None:
            self.left = 1

        def advance(self) -> None:
            if not self.left:
                raise StopError
            self.left -= 1

        def finish(self) -> None: ...

    with pytest.raises(StopError):
        trainer.run(file, Stopping())
    assert 0 < read_checkpoint(file).steps < 2000
    assert train(asked, tmp_path / "parts").policy.read_bytes() == whole.policy.read_bytes()


@pytest.mark.slow
def test_what_was_killed_goes_on(tmp_path: Path) -> None:
    experiment(tmp_path, SHORT.replace("steps: 2000", "steps: 60000"))
    command = [sys.executable, "-m", "simlab.cli", "train", "short.yaml", "--quiet"]
    space = {**os.environ, "PYTHONPATH": str(ROOT)}
    file = tmp_path / "results" / "short" / "checkpoint.npz"
    process = subprocess.Popen(command, cwd=tmp_path, env=space, stdout=subprocess.DEVNULL)
    while not file.exists():
        sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 < read_checkpoint(file).steps < 60_000
    subprocess.run(command, cwd=tmp_path, env=space, check=True, stdout=subprocess.DEVNULL)
    killed = (file.parent / "policy.npz").read_bytes()
    train(load_experiment(tmp_path / "short.yaml"), tmp_path / "whole")
    assert (tmp_path / "whole" / "policy.npz").read_bytes() == killed


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    asked = experiment(tmp_path)
    train(asked, tmp_path / "out")
    with pytest.raises(UserError, match="another training"):
        train(replace(asked, seed=9), tmp_path / "out")
    (tmp_path / "out" / "checkpoint.npz").write_bytes(b"PK nonsense")
    with pytest.raises(UserError, match="is no checkpoint"):
        train(asked, tmp_path / "out")


def test_the_founding_agent_has_its_constants() -> None:
    agent = founding(QLearningSettings(target="web", maxReplicas=12, gamma=0.5))
    assert (agent.alpha, agent.gamma, agent.epsilon, agent.period) == (0.1, 0.9, 0.1, 300.0)
    assert (agent.actions, agent.maxReplicas) == ("founding", 12)
    assert [one.feature for one in agent.states] == ["utilization", "memory", "errors"]


# As a strategy.


class Noting:
    """A loop that notes what another decides, and on what."""

    def __init__(self, loop: Any) -> None:
        self.loop, self.period = loop, loop.period
        self.notes: list[Any] = []

    def step(self, seen: Observation) -> Decision:
        decision: Decision = self.loop.step(seen)
        self.notes.append((seen.now, decision))
        return decision


def test_as_a_strategy_it_decides_as_in_the_environment(tmp_path: Path) -> None:
    trend = "buckets: [{feature: earlier-trend, edges: [0]}, "  # It holds until trends are known.
    asked = experiment(tmp_path, SHORT.replace("buckets: [", trend))
    trained = train(asked, tmp_path / "out")
    scenario, seed = asked.scenarios[0], 10_000
    world = scenario.resolve(load_strategy(trained.strategy))
    noting = Noting(world.loops["web"].build())
    model = World(replace(world, loops={}, warmup=0.0), seed=seed, loops={"agent": noting})
    model.advance(600.0)
    agent, policy = asked.train.agent, read_policy(str(trained.policy))  # type: ignore[union-attr]
    env = AutoscaleDES(
        scenario.resolve(None), min_replicas=2, max_replicas=12, split="test", episode_s=600 - 60
    )
    player = Player(FEATURES, policy.buckets, policy.moves, agent.leastVisits)
    observed, _ = env.reset(options={"trace_seed": seed})
    table, same = policy.table(), 0
    for now, decision in noting.notes[3:-1]:
        action = player.best(table, player.state(observed.tolist()), env.churn())
        told = [decision.because[name] for name in FEATURES]
        assert [-2.0 if one is None else one for one in told] == observed.tolist(), now
        if "action" in decision.because:
            assert env.moves.names()[action] == decision.because["action"], now
            same += 1
        observed = env.step(np.int64(action))[0]
    assert same > 20


def test_a_trained_strategy_takes_part_in_a_comparison(tmp_path: Path) -> None:
    import simlab

    trained = train(experiment(tmp_path), tmp_path / "out")
    scenario = simlab.load(ROOT / "scenarios" / "autoscale.yaml", {"duration": "3m"})
    answer = simlab.compare(
        scenario, ["static", "hpa", "pid", load_strategy(trained.strategy)], replications=2
    )
    assert answer.strategies == ("static", "hpa", "pid", "trained")


def test_a_strategy_for_another_bound_is_refused_with_its_place(tmp_path: Path) -> None:
    asked = experiment(tmp_path)
    trained = train(asked, tmp_path / "out")
    text = trained.strategy.read_text().replace('"maxReplicas": 12', '"maxReplicas": 13')
    trained.strategy.write_text(text)
    with pytest.raises(FileError, match=r"trained.yaml:3:.*maxReplicas must be as .*: 12"):
        asked.scenarios[0].resolve(load_strategy(trained.strategy))


def test_a_run_is_kept_by_its_policy_s_content(tmp_path: Path) -> None:
    from simlab.scenario import digest

    asked = experiment(tmp_path)
    digests = []
    for seed in (3, 4):
        made = train(replace(asked, seed=seed), tmp_path / "out" / str(seed))
        digests.append(digest(asked.scenarios[0].resolve(load_strategy(made.strategy))))
    assert digests[0] != digests[1]


def test_words_for_nothing_are_words() -> None:
    text = strategy_of("one", {"loops": {"web": {"maxStep": None, "target": "web"}}})
    assert '"maxStep": none' in text
    assert '"target": "web"' in text


# Judging.


def test_everybody_is_judged_on_test_seeds(tmp_path: Path) -> None:
    asked = experiment(tmp_path, SHORT.replace("steps: 2000", "steps: 500"), "4m")
    with pytest.raises(UserError, match="simlab train"):
        evaluate(asked, tmp_path / "out")
    train(asked, tmp_path / "out")
    found = evaluate(asked, tmp_path / "out")
    answer = found.answer
    assert answer.strategies == (
        "trained", "founding", "constant-best", "static-best", "hpa-best", "hpa-default",
    )  # fmt: skip
    assert (answer.question.seed, answer.question.replications) == (10_000, 3)
    assert {name: len(tried) for name, tried in found.chosen.items()} == {
        "constant-best": 3, "static-best": 3, "hpa-best": 2,
    }  # fmt: skip
    world = asked.scenarios[0].resolve(load_strategy(tmp_path / "out" / "trained.yaml"))
    record = by_seed(world, seed=10_000, replication=2)
    assert (
        record.sources["users"].requests
        == World(world, seed=10_002).finish().sources["users"].requests
    )


def test_tiers_are_held_against_each_other(tmp_path: Path) -> None:
    found = disagreement(experiment(tmp_path, duration="5m"), tmp_path / "none", seeds=1)
    assert len(found.rows) == 11
    assert found.rank > 0.5
    for row in found.rows:
        off = row.off("replica_hours")
        assert off is not None
        assert abs(off) < 0.1
    assert "rank correlation" in text(found)
    assert len(found.to_json()["controllers"]) == 11


def test_ranks_share_their_ties() -> None:
    assert spearman([1, 2, 2, 3], [1, 2, 2, 3]) == 1.0
    assert spearman([1, 2, 3], [3, 2, 1]) == -1.0


def test_a_table_of_its_own_is_a_copy() -> None:
    one = QTable(1, 2)
    two = one.copy()
    two.update(0, 0, -1.0, 0, alpha=0.5, gamma=0.0)
    assert one.values == [[0.0, 0.0]]
    assert one.visits == [[0, 0]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("target: web", "target: web\n    gamma: 10%", id="agent"),
        pytest.param("steps: 2000", "steps: 1000", id="steps"),
        pytest.param("every: 500", "every: 1000", id="every"),
        pytest.param("validation: 3", "validation: 2", id="validation"),
        pytest.param("steps: 2000", "tier: requests\n  steps: 100", id="tier"),
        pytest.param("steps: 2000", "workload: calm\n  episode: 10m\n  steps: 2000", id="workload"),
        pytest.param("steps: 2000", "scale: [2, 2]\n  steps: 2000", id="scale"),
        pytest.param("steps: 2000", "episode: 5m\n  steps: 2000", id="episode"),
        pytest.param("seed: 3", "seed: 4", id="seed"),
    ],
)
def test_every_word_of_a_training_counts(tmp_path: Path, before: str, after: str) -> None:
    assert before in SHORT
    one = train(experiment(tmp_path), tmp_path / "one")
    two = train(experiment(tmp_path, SHORT.replace(before, after)), tmp_path / "two")
    assert one.history != two.history
