"""Making: an experiment of kind `train` in, a policy and a strategy file out.

    DIR/checkpoint.npz   where it is            DIR/policy.npz, policy.json   what came out
    DIR/NAME.yaml        the strategy           DIR/training.json             cost by validation

The agent's prices, its capacity and what is late to it are those of the scenario's service.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from simlab.controllers import Prices, QLearningSettings, Schedule
from simlab.controllers.learning import write_policy
from simlab.controllers.learning.policy import replace_file
from simlab.core import UserError
from simlab.load import Slo
from simlab.rl.autoscale import Autoscale
from simlab.rl.requests import AutoscaleDES
from simlab.rl.training import Trainer
from simlab.scenario import Experiment, digest
from simlab.scenario.training import TrainSettings
from simlab.study.host import today
from simlab.study.progress import Progress

NAME = "trained"
VERSION = 1  # Raised whenever the same words come to another table.


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a training left.

    Args:
        policy, strategy: Files.
        cost: The mean cost of a validation episode, in the scenario's currency.
        steps: At the best validation.
        history: One row for each validation.
    """

    policy: Path
    strategy: Path
    cost: float
    steps: int
    history: list[dict[str, float]]


def founding(agent: QLearningSettings) -> QLearningSettings:
    """Return the founding agent for the same service: its four actions, period and constants."""
    return replace(
        agent, actions="founding", restart=False, buckets=(), period=300.0, alpha=0.1, gamma=0.9,
        epsilon=0.1, maxStep=None, stabilization=0.0, fallback=None, leastVisits=1,
    )  # fmt: skip


def train(
    experiment: Experiment,
    out: str | Path,
    *,
    agent: QLearningSettings | None = None,
    name: str = NAME,
    progress: Progress | None = None,
) -> Trained:
    """Train what `experiment` says into the directory `out`, or go on where that was stopped.

    `agent` may be another than the experiment's; `name` is the strategy's.

    Raises:
        UserError: It is no training, its service cannot be learned for, or `out` is another's.
    """
    settings = training_of(experiment)
    trainer = trainer_of(experiment, agent or settings.agent)
    directory = Path(out)
    now = trainer.run(directory / "checkpoint.npz", progress)
    policy = directory / "policy.npz"
    write_policy(policy, now.best, trainer.manifest())
    history = {"least": now.least, "at": now.best_at, "validations": now.history}
    replace_file(directory / "training.json", (json.dumps(history, indent=1) + "\n").encode())
    strategy = directory / f"{name}.yaml"
    text = strategy_text(name, trainer.agent, policy.name, made_of(experiment, policy))
    replace_file(strategy, text.encode())
    return Trained(
        policy=policy, strategy=strategy, cost=now.least, steps=now.best_at, history=now.history
    )


def training_of(experiment: Experiment) -> TrainSettings:
    """Return what `experiment` says of its training; `UserError` if it is none."""
    if experiment.train is None:
        raise UserError(f"{experiment.path}: is of kind {experiment.kind}, not train")
    return experiment.train


def words_of(settings: TrainSettings, agent: QLearningSettings) -> dict[str, Any]:
    """Return the words of the environment for `agent`."""
    return {
        "service": agent.target, "workload": settings.workload, "period_s": agent.period,
        "episode_s": settings.episode, "action_mode": agent.actions, "restart": agent.restart,
        "min_replicas": agent.minReplicas, "max_replicas": agent.maxReplicas,
        "max_step": agent.maxStep, "stabilization_s": agent.stabilization,
        "patience_s": 10.0 if agent.patience is None else agent.patience,
        "randomize": {"scale": list(settings.scale)},
    }  # fmt: skip


def trainer_of(experiment: Experiment, agent: QLearningSettings) -> Trainer:
    """Return the training of `agent` in the scenario of `experiment`, at its beginning."""
    settings, scenario = training_of(experiment), experiment.scenarios[0]
    world = scenario.resolve(None)
    make: Any = Autoscale if settings.tier == "fluid" else AutoscaleDES
    words = words_of(settings, agent)
    env = make(world, **words, split="train")
    judge = make(world, **words, split="validation")
    told = told_of(agent, env.traces.model.prices, world.slo)
    identity = {
        "version": VERSION, "scenario": scenario.name, "world": digest(world),
        "tier": settings.tier, "words": words, "seed": experiment.seed,
        "learns": [_plain(told.alpha), told.gamma, _plain(told.epsilon), told.leastVisits],
        "buckets": [[one.feature, list(one.edges)] for one in told.states],
        "every": settings.every, "validation": settings.validation, "steps": settings.steps,
    }  # fmt: skip
    return Trainer(
        env=env, judge=judge, agent=told, buckets=told.states,
        words=json.loads(json.dumps(identity)), seed=experiment.seed, steps=settings.steps,
        every=settings.every, validation=settings.validation,
    )  # fmt: skip


def told_of(agent: QLearningSettings, prices: Prices, slo: Slo | None) -> QLearningSettings:
    """Return `agent` with what the scenario says."""
    return replace(agent, prices=prices, within=None if slo is None else slo.within)


def _plain(share: float | Schedule) -> Any:
    return [share.first, share.last, share.over] if isinstance(share, Schedule) else share


def made_of(experiment: Experiment, policy: Path) -> dict[str, Any]:
    """Return where a strategy came from."""
    return {
        "by": f"simlab train {Path(experiment.path).name}",
        "on": today(),
        "scenario": experiment.scenarios[0].name,
        "seeds": [experiment.seed],
        "manifest": policy.with_suffix(".json").name,
    }


def strategy_text(name: str, agent: QLearningSettings, file: str, made: dict[str, Any]) -> str:
    """Return a strategy file in which `agent` plays the policy in `file`."""
    loop = {
        "kind": "qlearning", "target": agent.target, "minReplicas": agent.minReplicas,
        "maxReplicas": agent.maxReplicas, "file": file, "learn": False, "actions": agent.actions,
        "restart": agent.restart, "period": agent.period, "maxStep": agent.maxStep,
        "stabilization": agent.stabilization, "fallback": agent.fallback,
        "leastVisits": agent.leastVisits,
    }  # fmt: skip
    return strategy_of(name, {"loops": {agent.target: loop}}, made)


def strategy_of(name: str, content: dict[str, Any], made: dict[str, Any] | None = None) -> str:
    """Return a strategy file: YAML, of which JSON values are a part."""
    lines = ["schema: simlab/strategy/v1", f"name: {name}"]
    for key, value in {**content, **({"made": made} if made else {})}.items():
        text = json.dumps(_words(value)).replace('"none"', "none")  # A word, not a text.
        lines.append(f"{key}: {text}")
    return "\n".join(lines) + "\n"


def _words(value: Any) -> Any:
    """Return `value` with the language's word for nothing."""
    match value:
        case None:
            return "none"
        case dict():
            return {key: _words(one) for key, one in value.items()}
    return value
