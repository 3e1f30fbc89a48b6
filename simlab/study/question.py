"""A question: which strategies, on what, by which measures; all but the runs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from numbers import Integral
from typing import Any, Literal, Self, TypeAlias

from simlab.core import UserError
from simlab.study.measures import DEFAULT
from simlab.study.store.keys import run_key
from simlab.study.trials import Task

Analysis: TypeAlias = Literal["terminating", "steady_state"]

POPULATION = "on this load, over luck"  # Replications differ in nothing but their luck.
MOST_SEED = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a scenario.

    Args:
        scenario: Its name.
        strategies: Their names, in the order in which they are compared; at least one.
        replications: Runs of each.
        measures: Paths of measures that differences are told of; the first decides who is best.
        margin: By measure, a difference that does not matter, in the measure's unit.
        engine: What made the runs.
        analysis: How runs are read (`statistics.sectioning`).
        warmup: Settled, in seconds.
        digests: By strategy, the sha256 of the world that it makes.
        model_version: Of the model that made the runs.
        kind: What is asked; the strategies of a what-if are its variants.
    """

    scenario: str
    strategies: tuple[str, ...]
    replications: int
    seed: int
    measures: tuple[str, ...] = DEFAULT
    margin: Mapping[str, float] = field(default_factory=dict)
    engine: str = "reference"
    analysis: Analysis = "terminating"
    warmup: float = 0.0
    digests: Mapping[str, str] = field(default_factory=dict)
    model_version: int = 0
    kind: Literal["compare", "whatif"] = "compare"

    def __post_init__(self) -> None:
        twice = [name for name in self.strategies if self.strategies.count(name) > 1]
        _require(not twice, f"strategy {twice[0] if twice else ''} is named twice")
        _require(len(self.strategies) > 0, "there must be at least one strategy")
        whole = isinstance(self.replications, Integral)
        _require(whole, f"replications must be a whole number, got {self.replications!r}")
        _require(self.replications >= 1, f"replications must be from 1 on, got {self.replications}")
        check_seed(self.seed)
        for name in ("replications", "seed"):  # Numpy's whole numbers are none to JSON.
            object.__setattr__(self, name, int(getattr(self, name)))
        _require(len(self.measures) > 0, "there must be at least one measure")
        for measure, margin in self.margin.items():
            _require(
                isfinite(margin) and margin > 0,
                f"margin of {measure} must be positive, got {margin:g}",
            )
            _require(measure in self.measures, f"margin of {measure}, which is not asked for")

    def tasks(self) -> list[Task]:
        """Return every run that the answer needs: all strategies of a replication, then the next.

        So an experiment that is interrupted has as much of each strategy.
        """
        return [
            Task(strategy=name, replication=replication, key=self._key(name, replication))
            for replication in range(self.replications)
            for name in self.strategies
        ]

    def _key(self, strategy: str, replication: int) -> str:
        return run_key(
            self.digests[strategy],
            seed=self.seed,
            replication=replication,
            model_version=self.model_version,
            analysis=self.analysis,
            warmup=self.warmup,
        )

    def to_json(self) -> dict[str, Any]:
        """Return a document that `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Return the question that `to_json` wrote."""
        lists = {name: tuple(document[name]) for name in ("strategies", "measures")}
        return cls(**(dict(document) | lists))


def check_seed(seed: int) -> None:
    """Raise `UserError` unless `seed` is a whole number from 0 on that a database can hold."""
    _require(0 <= seed <= MOST_SEED, f"seed must be from 0 to {MOST_SEED}, got {seed}")


def check_replication(replication: int) -> None:
    """Raise `UserError` unless `replication` is from 0 on."""
    _require(replication >= 0, f"replication must be from 0 on, got {replication}")


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise UserError(message)
