"""Judging: what was trained against the classical controllers, at request level, on held-out seeds.

    trained       what `train` left                 founding      trained with its constants
    constant-best the best single head-room action  static-best   the best replica count
    hpa-default   Kubernetes' defaults              hpa-best      its target and window, calibrated

Rule 1: what is chosen (the best ones) is chosen by mean cost on validation seeds; test
seeds are run once, by all, under the same luck. Rule 2: everybody decides at his own period, sees
what the scenario's telemetry shows, and has the same bounds on the count.

Longer than most: one evaluation is one class, in the order in which it goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from simlab.controllers import QLearningSettings
from simlab.controllers.learning import QTable, manifest_of, moves_of, write_policy
from simlab.controllers.learning.policy import replace_file
from simlab.core import Loop, UserError
from simlab.model.handlers import Handler
from simlab.model.settings.world import WorldSettings
from simlab.rl.autoscale import Autoscale
from simlab.rl.making import founding, strategy_of, strategy_text, train, training_of, words_of
from simlab.rl.seeds import SPLITS
from simlab.scenario import Experiment, Strategy, load_strategy
from simlab.study.comparing import compare
from simlab.study.comparison import Comparison
from simlab.study.engines import simulator
from simlab.study.progress import Progress
from simlab.telemetry import Record

MEASURES = ("cost", "bad_share", "replica_hours", "scaling_operations")
SHORT = 3  # Of constants and counts, how many the fluid tier leaves to be tried.
WINDOWS = (300, 60)  # Of the HPA's scale-down, in seconds.


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How everybody did.

    Args:
        chosen: What was calibrated: by strategy, what was tried and its mean cost on validation.
        answer: On test seeds.
    """

    chosen: Mapping[str, Mapping[str, float]]
    answer: Comparison


def by_seed(
    settings: WorldSettings,
    /,
    *,
    seed: int,
    replication: int = 0,
    loops: Mapping[str, Loop] | None = None,
    handlers: Mapping[str, Handler] | None = None,
    keep_requests: bool = False,
) -> Record:
    """Run the trace that is `replication` seeds after `seed`: splits are of seeds."""
    run = simulator()
    return run(
        settings,
        seed=seed + replication,
        loops=loops,
        handlers=handlers,
        keep_requests=keep_requests,
    )


@dataclass(frozen=True, kw_only=True)
class Judge:
    """An evaluation.

    Args:
        directory: Of the training; what is made for the evaluation comes below it.
        jobs: Processes that run at once.
    """

    experiment: Experiment
    directory: Path
    jobs: int = 1
    progress: Progress | None = None

    @property
    def agent(self) -> QLearningSettings:
        return training_of(self.experiment).agent

    @property
    def below(self) -> Path:
        return self.directory / "evaluation"

    def judged(self) -> Judged:
        """Calibrate, run the test seeds, and return how everybody did.

        Raises:
            UserError: Nothing was trained yet.
        """
        trained = self.directory / "trained.yaml"
        if not trained.exists():
            raise UserError(f"{trained} is not there: `simlab train {self.experiment.path}` first")
        told = self.experiment.evaluate
        found = [load_strategy(trained)]
        if told.founding:
            below = self.directory / "founding"
            made = train(
                self.experiment, below, agent=founding(self.agent), name="founding",
                progress=self.progress,
            )  # fmt: skip
            found.append(load_strategy(made.strategy))
        chosen: dict[str, dict[str, float]] = {}
        for name, candidates in self._candidates().items():
            costs = self._costs(candidates)
            chosen[name] = costs
            best = min(costs, key=costs.__getitem__)
            found.append(replace(candidates[best], name=name))
        found.append(self._strategy("hpa-default", self._hpa(None, None)))
        answer = self._compare(found, "test", told.seeds, "test")
        return Judged(chosen=chosen, answer=answer)

    # Candidates.

    def _candidates(self) -> dict[str, dict[str, Strategy]]:
        """Return by strategy what is to be tried, by name."""
        agent, targets = self.agent, self.experiment.evaluate.targets
        hpa = {
            f"{target:.0%} {window} s": self._strategy(
                f"hpa-{target * 100:.0f}-{window}", self._hpa(target, window)
            )
            for target in targets
            for window in WINDOWS
        }
        counts = range(max(agent.minReplicas, 1), agent.maxReplicas + 1)
        static = {
            f"{count:g} replicas": self._strategy(
                f"static-{count:.0f}", {"services": {agent.target: {"replicas": int(count)}}}
            )
            for count in self._short("absolute", [float(count) for count in counts])
        }
        constant = {
            f"{value:.0%}": self._constant(value)
            for value in self._short("headroom", moves_of("headroom", 1, 1).values)
        }
        return {"constant-best": constant, "static-best": static, "hpa-best": hpa}

    def _short(self, mode: Any, values: Sequence[float]) -> list[float]:
        """Return the actions of `mode` that cost least on the fluid tier's validation seeds."""
        agent = replace(self.agent, actions=mode, restart=False)
        words = words_of(training_of(self.experiment), agent)
        world = self.experiment.scenarios[0].resolve(None)
        env = Autoscale(world, **words, split="validation")
        first = agent.minReplicas if mode == "absolute" else 0
        offset = 0 if mode == "headroom" else int(values[0]) - first
        costs: dict[float, float] = {}
        for index, value in enumerate(values):
            costs[value] = 0.0
            for seed in SPLITS["validation"][: self.experiment.evaluate.calibration]:
                env.reset(options={"trace_seed": seed})
                over = False
                while not over:
                    _, reward, _, over, _ = env.step(index + offset)  # type: ignore[arg-type]
                    costs[value] -= reward
        return sorted(costs, key=costs.__getitem__)[:SHORT]

    def _hpa(self, target: float | None, window: int | None) -> dict[str, Any]:
        agent = self.agent
        loop: dict[str, Any] = {
            "kind": "hpa", "target": agent.target, "minReplicas": agent.minReplicas,
            "maxReplicas": agent.maxReplicas,
        }  # fmt: skip
        if target is not None:
            kind = {"type": "Utilization", "averageUtilization": round(target * 100)}
            loop["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": kind}}]
        if window is not None:
            loop["behavior"] = {"scaleDown": {"stabilizationWindowSeconds": window}}
        return {"loops": {agent.target: loop}}

    def _constant(self, target: float) -> Strategy:
        """Return a strategy that always plays one head-room action, by a policy of one state."""
        agent = replace(self.agent, actions="headroom", restart=False, buckets=())
        words = words_of(training_of(self.experiment), agent)
        env = Autoscale(self.experiment.scenarios[0].resolve(None), **words)
        moves, table = env.moves, QTable(1, len(env.moves))
        best = moves.values.index(target)
        table.values[0] = [0.0 if one == best else -1.0 for one in range(len(moves))]
        table.visits[0] = [agent.leastVisits] * len(moves)
        name = f"constant-{target * 100:.0f}"
        told = manifest_of(
            buckets=(), moves=moves, scales=env.setup.scales, period=agent.period,
            capacity=env.traces.model.capacity, within=None,
        )  # fmt: skip
        write_policy(self.below / f"{name}.npz", table, told)
        return self._written(name, strategy_text(name, agent, f"{name}.npz", {}))

    def _strategy(self, name: str, content: dict[str, Any]) -> Strategy:
        return self._written(name, strategy_of(name, content))

    def _written(self, name: str, text: str) -> Strategy:
        path = self.below / f"{name}.yaml"
        replace_file(path, text.encode())
        return load_strategy(path)

    # Runs.

    def _costs(self, candidates: Mapping[str, Strategy]) -> dict[str, float]:
        """Return what each candidate costs in the mean of the validation seeds."""
        count = self.experiment.evaluate.calibration
        answer = self._compare(list(candidates.values()), "validation", count, "calibration")
        found = {}
        for words, one in candidates.items():
            mean = answer.estimates[one.name]["cost"].mean
            assert mean is not None, "every run has a cost"
            found[words] = mean
        return found

    def _compare(
        self, strategies: Sequence[Strategy], split: str, count: int, where: str
    ) -> Comparison:
        return compare(
            self.experiment.scenarios[0],
            strategies,
            seed=SPLITS[split][0],
            replications=count,
            measures=MEASURES,
            jobs=self.jobs,
            store=self.below / where,
            progress=self.progress,
            simulate=by_seed,
        )


def evaluate(
    experiment: Experiment,
    out: str | Path,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Judged:
    """Judge what `train` left in the directory `out`: see the module."""
    return Judge(experiment=experiment, directory=Path(out), jobs=jobs, progress=progress).judged()
