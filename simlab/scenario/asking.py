"""Asking: what an experiment holds, as classes whose annotations are walked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from simlab.core import (
    Count,
    File,
    Name,
    Number,
    Settings,
    Text,
    Unit,
    require,
    require_not_negative,
)
from simlab.scenario.training import EvaluateSettings, TrainSettings

Tree: TypeAlias = Annotated[object, Unit("tree")]  # Read later, by the path beside it.


@dataclass(frozen=True, kw_only=True)
class ScenarioOf(Settings):
    """A scenario that is changed for this experiment.

    Args:
        from_: Its file.
        set: Values by path.
    """

    from_: File
    set: Mapping[Text, Tree] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StrategyOf(Settings):
    """A strategy: one of the scenarios' own, by name, or a file's.

    Args:
        name: Of the scenarios' own.
        from_: A strategy file.
    """

    name: Name | None = None
    from_: File | None = None

    def __post_init__(self) -> None:
        given = [one for one in (self.name, self.from_) if one is not None]
        require(len(given) == 1, "a strategy is a name, or {from: FILE}")


@dataclass(frozen=True, kw_only=True)
class Linspace(Settings):
    """Values as far from each other as from their neighbors.

    Args:
        linspace: The first, the last, and how many; each in the unit of its path.
    """

    linspace: tuple[Tree, Tree, Count]


@dataclass(frozen=True, kw_only=True)
class Logspace(Settings):
    """Values of which each is the one before times the same factor.

    Args:
        logspace: The first, the last, and how many; each in the unit of its path.
    """

    logspace: tuple[Tree, Tree, Count]


@dataclass(frozen=True, kw_only=True)
class Range(Settings):
    """Values in steps.

    Args:
        range_: The first, the last that may be reached, and the step.
    """

    range_: tuple[Tree, Tree, Tree]


Spaced: TypeAlias = Linspace | Logspace | Range
Values: TypeAlias = tuple[Tree, ...] | Spaced


@dataclass(frozen=True, kw_only=True)
class ExperimentFile(Settings):
    """A question about scenarios and strategies.

    Args:
        schema: Comes first.
        name: What it is called; the file's name unless said.
        about: What is asked, in a sentence.
        kind: What is done.
        scenarios: Files, or ``{from, set}``.
        strategies: Names of the scenarios' own, or ``{from}``; all of the scenarios' own if left
            out.
        replications: How often each is run, with other luck each time.
        replicate: What differs between replications.
        seed: Of all luck.
        measures: What is compared.
        margin: By measure, the difference below which two strategies are equivalent.
        factors: Of a sweep: values by path, every one with every other.
        zip_: Of a sweep: values by path that go in step; each mapping is crossed with the rest.
        include: Of a sweep: points beside those; a path that one leaves out is as it is.
        exclude: Of a sweep: values at which there is no point.
        faults: Of a what-if: those that are asked about; all of the scenarios' own if left out.
        each: Of a what-if: whether a fault is ``alone`` (it against none), or ``among`` the others
            (all against all but it).
        train: Of a training: what learns, where, and how long.
        evaluate: Of a training: how what it has learned is judged.
    """

    schema: Literal["simlab/experiment/v1"]
    name: Name | None = None
    about: Text | None = None
    kind: Literal["compare", "sweep", "whatif", "train"] = "compare"
    scenarios: tuple[ScenarioOf, ...]
    strategies: tuple[StrategyOf, ...] = ()
    replications: Count = 30
    replicate: Literal["luck"] = "luck"
    seed: Count = 1
    measures: tuple[Text, ...] = ()
    margin: Mapping[Text, Number] = field(default_factory=dict)
    factors: Mapping[Text, Values] = field(default_factory=dict)
    zip_: tuple[Mapping[Text, Values], ...] = ()
    include: tuple[Mapping[Text, Tree], ...] = ()
    exclude: tuple[Mapping[Text, Tree], ...] = ()
    faults: tuple[Name, ...] = ()
    each: Literal["alone", "among"] | None = None
    train: TrainSettings | None = None
    evaluate: EvaluateSettings = field(default_factory=EvaluateSettings)

    def __post_init__(self) -> None:
        require(len(self.scenarios) > 0, "scenarios must name at least one")
        require(self.replications > 0, f"replications must be from 1 on, got {self.replications}")
        for key in ("faults", "each"):
            require(
                self.kind == "whatif" or not getattr(self, key),
                f"{key} has no meaning in a {self.kind}; it is a what-if's",
            )
        self._check_training()
        for name, value in self.margin.items():
            require_not_negative(**{f"margin.{name}": value})
        varied = bool(self.factors or self.zip_ or self.include)
        if self.kind == "sweep":
            require(varied, "factors, zip or include must say what is varied")
        else:
            said = varied or bool(self.exclude)
            require(not said, f"factors are of kind: sweep, and this is kind: {self.kind}")

    def _check_training(self) -> None:
        if self.kind == "train":
            require(self.train is not None, "train must say what learns")
            require(len(self.scenarios) == 1, "scenarios must name one, for a training")
            return
        require(self.train is None, f"train has no meaning in a {self.kind}")
        none = self.evaluate == EvaluateSettings()
        require(none, f"evaluate has no meaning in a {self.kind}; it is a training's")
