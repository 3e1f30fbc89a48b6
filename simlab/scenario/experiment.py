"""Experiments: a question about scenarios and strategies, read with everything that it names.

Longer than most: the reading of one file is one class, in the order in which errors are told, and
`experiment` hands on each of its keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from simlab.core import FileError, Problem, UserError
from simlab.scenario.asked_checks import check_faults, check_margin
from simlab.scenario.asking import ExperimentFile
from simlab.scenario.compose import compose, read
from simlab.scenario.documents import EXPERIMENT
from simlab.scenario.factors import Factors, read_factors
from simlab.scenario.grid import check_grid, grid_of
from simlab.scenario.heading import body_of
from simlab.scenario.hints import Record
from simlab.scenario.marks import BAD
from simlab.scenario.nodes import Node, Scalar, Table
from simlab.scenario.paths import At, PathError, find, steps_of
from simlab.scenario.problems import Problems, nearest
from simlab.scenario.scenario import Scenario, load
from simlab.scenario.sets import located_set
from simlab.scenario.strategies import Strategy, load_strategy
from simlab.scenario.structure import Structure
from simlab.scenario.training import EvaluateSettings, TrainSettings

FILE = Record(ExperimentFile)


@dataclass(frozen=True, slots=True)
class Experiment:
    """A question, with its scenarios and strategies read and found right.

    Args:
        name: What it is called.
        about: What is asked; may be empty.
        path: Its file as it was given.
        kind: What is done: ``compare``, ``sweep``, ``whatif`` or ``train``.
        scenarios: With the values set and the strategies added that it names; one that has the
            name of an earlier one is called ``NAME-2``, and so on.
        strategies: Names; each scenario has them all.
        replications: How often each strategy is run on each scenario.
        replicate: What differs between replications: ``luck``.
        seed: Of all luck.
        measures: What is compared; empty: whatever is by default.
        margin: By measure, the difference below which two strategies are equivalent.
        faults: Of a what-if: names that each scenario has; empty: all of each.
        each: Of a what-if: ``alone`` or ``among``.
        document: As it is written.
        factors: What a sweep varies; its paths lead somewhere in every scenario, and its values
            can stand there.
        train: Of a training: what learns, where, and how long.
        evaluate: How it is judged.
    """

    name: str
    about: str
    path: str
    kind: str
    scenarios: tuple[Scenario, ...]
    strategies: tuple[str, ...]
    replications: int
    replicate: str
    seed: int
    measures: tuple[str, ...]
    margin: Mapping[str, float]
    faults: tuple[str, ...]
    each: str
    document: Table = field(repr=False)
    factors: Factors | None = field(default=None, repr=False)
    train: TrainSettings | None = None
    evaluate: EvaluateSettings = field(default_factory=EvaluateSettings)

    def error(self, path: str, message: str) -> FileError:
        """Return the error that `message` holds of what stands at `path` (``measures[0]``)."""
        node = node_at(self.document, path) or self.document
        return FileError([Problem(str(node.place), path, message)])


def node_at(document: Table, path: str) -> Node | None:
    """Return what stands at `path` in an experiment's document; None: nothing."""
    try:
        return find(At(document, FILE), steps_of(path)).node
    except PathError:
        return None


def load_experiment(path: str | Path) -> Experiment:
    """Return the experiment in the file at `path`, with all that it names.

    Raises:
        FileError: What is wrong with it, or with a scenario or strategy that it names; all of it.
    """
    text, source = read(path)
    document = compose(text, source)
    problems = Problems()
    body = body_of(document, EXPERIMENT, problems)
    asked = Structure(problems).value(body, FILE)
    problems.check()
    assert asked is not BAD, "what is bad is a problem"
    return _Reading(asked, body, path, problems).experiment()


def _renamed(scenario: Scenario, taken: list[str]) -> Scenario:
    """Return `scenario` under a name that is not `taken`: what is asked of it is kept by name."""
    name, number = scenario.name, 2
    while name in taken:
        name, number = f"{scenario.name}-{number}", number + 1
    return replace(scenario, name=name)


class _Reading:
    """One reading of the files that an experiment names."""

    def __init__(
        self, asked: ExperimentFile, document: Table, path: str | Path, problems: Problems
    ) -> None:
        self._asked, self._document, self._path = asked, document, Path(path)
        self._problems = problems

    def experiment(self) -> Experiment:
        """Return the experiment; raise a `FileError` with all that is wrong."""
        check_margin(self._document, self._asked.measures, self._problems)
        added = self._strategies()
        self._problems.check()
        scenarios = self._scenarios(added)
        names = self._names(scenarios, added)
        check_faults(self._document, self._asked.faults, scenarios, self._problems)
        self._problems.check()
        asked, factors = self._asked, self._factors(scenarios)
        return Experiment(
            name=asked.name or self._path.stem,
            about=asked.about or "",
            path=str(self._path),
            kind=asked.kind,
            scenarios=scenarios,
            strategies=tuple(names),
            replications=asked.replications,
            replicate=asked.replicate,
            seed=asked.seed,
            measures=asked.measures,
            margin=asked.margin,
            faults=asked.faults,
            each=asked.each or "alone",
            train=asked.train,
            evaluate=asked.evaluate,
            document=self._document,
            factors=factors,
        )

    def _factors(self, scenarios: tuple[Scenario, ...]) -> Factors | None:
        """Return what a sweep varies, tried on every scenario."""
        if self._asked.kind != "sweep":
            return None
        factors = read_factors(self._document)
        for one in scenarios:
            try:
                check_grid(grid_of(factors, one), one)
            except FileError as error:
                self._problems.tell(error)
            except UserError as error:
                self._problems.at(self._document, str(error))
        self._problems.check()
        return factors

    def _strategies(self) -> tuple[Strategy, ...]:
        """Return the strategies that come from files."""
        found: list[Strategy] = []
        for index, one in enumerate(self._asked.strategies):
            if one.from_ is None:
                continue
            word = self._word(f"strategies[{index}].from")
            try:
                strategy = load_strategy(self._near(word))
            except FileError as error:
                self._problems.tell(error)
                continue
            if any(strategy.name == other.name for other in found):
                self._problems.at(word, f"a strategy {strategy.name!r} stands here already")
            found.append(strategy)
        return tuple(found)

    def _scenarios(self, added: tuple[Strategy, ...]) -> tuple[Scenario, ...]:
        """Return the scenarios, each with the values set and the strategies added."""
        found: list[Scenario] = []
        for index in range(len(self._asked.scenarios)):
            word = self._word(f"scenarios[{index}].from")
            table = self._at(f"scenarios[{index}].set")
            sets = table.entries if isinstance(table, Table) else {}
            try:
                scenario = _renamed(load(self._near(word)), [one.name for one in found])
                given = [located_set(key, one.value, one.key) for key, one in sets.items()]
                found.append(scenario.changed(given, added))
            except UserError as error:
                self._problems.tell(error)
        return tuple(found)

    def _names(self, scenarios: tuple[Scenario, ...], added: tuple[Strategy, ...]) -> list[str]:
        """Return the names of the strategies, in the order asked for."""
        if not self._asked.strategies:
            names = list(scenarios[0].strategies) if scenarios else []
            if scenarios and not names and self._asked.kind != "train":
                message = f"is missing; {scenarios[0].name} carries no strategy"
                self._problems.add(self._document.place, "strategies", message)
        else:
            files = iter(added)
            names = [one.name or next(files).name for one in self._asked.strategies]
        for index, name in enumerate(names):
            node = self._at(f"strategies[{index}]") or self._document
            if name in names[:index]:
                self._problems.at(node, f"strategy {name!r} stands here already")
            without = next((one for one in scenarios if name not in one.strategies), None)
            if without:
                hint = nearest(name, without.strategies)
                self._problems.at(node, f"{without.name} has no strategy {name!r}{hint}")
        return names

    def _at(self, path: str) -> Node | None:
        return node_at(self._document, path)

    def _word(self, path: str) -> Scalar:
        node = self._at(path)
        assert isinstance(node, Scalar), "it has been read"
        return node

    def _near(self, word: Scalar) -> Path:
        """Return the file that `word` names, as seen from where the experiment's file was."""
        return self._path.parent / word.text
