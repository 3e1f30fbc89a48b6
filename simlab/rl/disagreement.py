"""Disagreement: the same controllers on the same traces on both tiers; how far the fluid is off.

    controllers   each head-room target held throughout, three static counts, what was trained
    measures      cost, replica hours, bad requests, operations; means over validation seeds
    rank          Spearman's correlation of the controllers' costs

The fluid tier knows no single requests: its waits are those of M/M/c, and of the time between two
ticks only what flows. Whether it may choose who trains on it is what the ranks say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from simlab.controllers import QLearningSettings
from simlab.controllers.learning import moves_of, read_policy
from simlab.rl.autoscale import Autoscale
from simlab.rl.making import training_of, words_of
from simlab.rl.playing import Player, played
from simlab.rl.requests import AutoscaleDES
from simlab.rl.seeds import SPLITS
from simlab.scenario import Experiment

MEASURES: Final = ("cost_usd", "replica_hours", "bad", "ops")
SEEDS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Row:
    """A controller's means on both tiers, by measure."""

    name: str
    fluid: dict[str, float]
    requests: dict[str, float]

    def off(self, measure: str) -> float | None:
        """Return by how much the fluid tier is off, as a share; None: of nothing."""
        exact = self.requests[measure]
        return self.fluid[measure] / exact - 1.0 if exact else None


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """What both tiers say."""

    rows: Sequence[Row]
    seeds: int = SEEDS
    rank: float = field(default=0.0)

    def to_json(self) -> dict[str, Any]:
        """Return a document of plain data."""
        rows = [
            {"controller": row.name, "fluid": row.fluid, "requests": row.requests,
             "off": {measure: row.off(measure) for measure in MEASURES}}
            for row in self.rows
        ]  # fmt: skip
        return {"seeds": self.seeds, "rank_correlation": self.rank, "controllers": rows}


def disagreement(experiment: Experiment, out: str | Path, seeds: int = SEEDS) -> Disagreement:
    """Return how far the tiers are apart on the first validation seeds of `experiment`.

    What was trained takes part if it is in the directory `out`.
    """
    agent = training_of(experiment).agent
    rows = [*_held(experiment, agent, "headroom", seeds), *_counts(experiment, agent, seeds)]
    policy = Path(out) / "policy.npz"
    if policy.exists():
        rows.append(_trained(experiment, agent, str(policy), seeds))
    costs = [[row.fluid["cost_usd"] for row in rows], [row.requests["cost_usd"] for row in rows]]
    return Disagreement(rows=rows, seeds=seeds, rank=spearman(*costs))


def _envs(experiment: Experiment, agent: QLearningSettings) -> tuple[Any, Any]:
    world = experiment.scenarios[0].resolve(None)
    words = words_of(training_of(experiment), agent)
    return (
        Autoscale(world, **words, split="validation"),
        AutoscaleDES(world, **words, split="validation"),
    )


def _counts(experiment: Experiment, agent: QLearningSettings, seeds: int) -> list[Row]:
    """Return three static counts: a third, half and two thirds of the greatest."""
    most = agent.maxReplicas
    wanted = [max(agent.minReplicas, round(most * part)) for part in (0.33, 0.5, 0.67)]
    rows = _held(experiment, agent, "absolute", seeds, [n - agent.minReplicas for n in wanted])
    return [replace(row, name=row.name.replace("absolute", "static")) for row in rows]


def _held(
    experiment: Experiment,
    agent: QLearningSettings,
    mode: Any,
    seeds: int,
    chosen: Sequence[int] | None = None,
) -> list[Row]:
    """Return a row for each action of `mode` (of those `chosen`), held throughout."""
    own = replace(agent, actions=mode, restart=False, buckets=())
    names = moves_of(mode, agent.minReplicas, agent.maxReplicas).names()
    fluid, requests = _envs(experiment, own)
    rows = []
    for action in range(len(names)) if chosen is None else chosen:
        both = [
            _means([_run(env, action, seed) for seed in SPLITS["validation"][:seeds]])
            for env in (fluid, requests)
        ]
        rows.append(Row(name=names[action], fluid=both[0], requests=both[1]))
    return rows


def _run(env: Any, action: int, seed: int) -> dict[str, float]:
    env.reset(options={"trace_seed": seed})
    while True:
        _, _, _, over, info = env.step(action)
        if over:
            found: dict[str, float] = info["episode_kpi"]
            return found


def _trained(experiment: Experiment, agent: QLearningSettings, file: str, seeds: int) -> Row:
    policy = read_policy(file)
    table, both = policy.table(), []
    for env in _envs(experiment, agent):
        player = Player(env.feature_names, policy.buckets, policy.moves, agent.leastVisits)
        kpis = [played(env, player, table, seed) for seed in SPLITS["validation"][:seeds]]
        both.append(_means(kpis))
    return Row(name="trained", fluid=both[0], requests=both[1])


def _means(kpis: Sequence[dict[str, float]]) -> dict[str, float]:
    found = {}
    for measure in MEASURES:
        total = 0.0
        for one in kpis:
            total += one[measure]
        found[measure] = total / len(kpis)
    return found


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the rank correlation of two columns (equal values share their mean rank).

    >>> spearman([1.0, 2.0, 3.0], [10.0, 30.0, 20.0])
    0.5
    """
    ranks = [_ranks(one) for one in (a, b)]
    middle = (len(a) - 1) / 2
    pairs = [(x - middle, y - middle) for x, y in zip(*ranks, strict=True)]
    both = sum(x * y for x, y in pairs)
    spread = (sum(x * x for x, _ in pairs) * sum(y * y for _, y in pairs)) ** 0.5
    return float(both / spread) if spread else 1.0


def _ranks(values: Sequence[float]) -> list[float]:
    return [sum(other < one for other in values) + (values.count(one) - 1) / 2 for one in values]


def text(found: Disagreement) -> str:
    """Return a table for people."""
    lines = [
        f"{'':16}{'cost fluid':>11}{'requests':>10}{'off':>8}{'replica h':>11}{'bad':>8}{'ops':>8}"
    ]
    for row in found.rows:
        off = [row.off(measure) for measure in MEASURES]
        shares = ["-" if one is None else f"{one:+.0%}" for one in off]
        costs = f"{row.fluid['cost_usd']:>11.4f}{row.requests['cost_usd']:>10.4f}"
        rest = f"{shares[0]:>8}{shares[1]:>11}{shares[2]:>8}{shares[3]:>8}"
        lines.append(f"{row.name:16}{costs}{rest}")
    lines.append(
        f"rank correlation of costs over {len(found.rows)} controllers: {found.rank:.2f}"
        f" (means over {found.seeds} validation seeds; off: fluid against requests)"
    )
    return "\n".join(lines)
