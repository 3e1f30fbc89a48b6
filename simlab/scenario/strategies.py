"""Strategies: what each one is, with what it extends, and that it sets nothing of the world.

Rule 1: `extends` names another strategy of the scenario, or a strategy file (`.yaml`, `.yml`).
Rule 2: a strategy sets what an operator can set; never what the world is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simlab.core import FileError
from simlab.model.settings.service import ServiceSettings
from simlab.scenario.compose import compose, read
from simlab.scenario.documents import STRATEGY, StrategyDocument, StrategyFile
from simlab.scenario.heading import body_of
from simlab.scenario.hints import Record, fields_of
from simlab.scenario.merge import merge_tables
from simlab.scenario.names import fault_of
from simlab.scenario.nodes import Node, Scalar, Table, join
from simlab.scenario.paths import At
from simlab.scenario.problems import Problems, listed, nearest
from simlab.scenario.sets import Set
from simlab.scenario.structure import Structure

SERVICE_KEYS: Final = ("replicas", "slots", "line", "request", "probes", "linger", "grace")
WORLD_OF_LINKS: Final = ("latency", "loss")
FILES: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy as it is written: its name and its tree."""

    name: str
    table: Table


class Book:
    """The strategies that can be named in one place.

    Args:
        written: By name, as written.
        sets: Values for paths that begin with ``strategies``.
        added: The names of those from elsewhere.
    """

    def __init__(
        self,
        written: Mapping[str, Table],
        sets: Sequence[Set],
        problems: Problems,
        added: Sequence[str] = (),
    ) -> None:
        self._written = written
        self._sets = sets
        self._problems = problems
        self._check_sets((*written, *added))

    def named(self, name: str) -> Table:
        """Return the strategy called `name`, merged over what it extends; it is known."""
        return self._with_sets(name, self._extended(self._written[name], (name,)))

    def alone(self, strategy: Strategy) -> Table:
        """Return a strategy from elsewhere, merged over what it extends."""
        table = self._extended(strategy.table, (strategy.name,))
        return self._with_sets(strategy.name, table)

    def _extended(self, table: Table, trail: tuple[str, ...]) -> Table:
        word = table.get("extends")
        if not isinstance(word, Scalar):
            return table
        file = Path(word.place.source.directory, word.text) if word.text.endswith(FILES) else None
        key = word.text if file is None else str(file.resolve())
        if key in trail:
            circle = " -> ".join([*trail[trail.index(key) :], key])
            self._problems.at(word, f"strategies must not extend each other in a circle: {circle}")
            return table
        trail = (*trail, key)
        base = self._named(word, trail) if file is None else self._file(word, file, trail)
        return table if base is None else merge_tables(base, table)

    def _named(self, word: Scalar, trail: tuple[str, ...]) -> Table | None:
        if word.text not in self._written:
            hint = nearest(word.text, self._written)
            self._problems.at(word, f"there is no strategy {word.text!r}{hint}")
            return None
        return self._with_sets(word.text, self._extended(self._written[word.text], trail))

    def _file(self, word: Scalar, file: Path, trail: tuple[str, ...]) -> Table | None:
        try:
            text, source = read(file)
            table = compose(text, source)
        except FileError as error:
            self._problems.at(word, f"cannot be extended: {error}")
            return None
        return self._extended(review_strategy_file(table, self._problems), trail)

    def _check_sets(self, names: Sequence[str]) -> None:
        for one in self._sets:
            name = one.steps[1] if len(one.steps) > 1 else ""
            if name not in names:
                hint = nearest(name, names)
                self._problems.add(one.place, "", f"there is no strategies.{name}{hint}")

    def _with_sets(self, name: str, table: Table) -> Table:
        root: Node = table
        for one in self._sets:
            if one.steps[1:2] == (name,):
                at = At(root, Record(StrategyDocument), None, join("strategies", name))
                root = one.put(at, one.steps[2:], self._problems)
        assert isinstance(root, Table), "a mapping with a key set is one"
        return root


def review_strategy_file(table: Table, problems: Problems) -> Table:
    """Return what the file of one strategy says; what is wrong as it is written is noted."""
    body = body_of(table, STRATEGY, problems)
    Structure(problems, build=False).value(body, Record(StrategyFile))
    check_operated(body, problems)
    return body


def check_operated(strategy: Table, problems: Problems) -> None:
    """Note what `strategy` sets that an operator cannot set."""
    for name in strategy.table("services").entries:
        service = strategy.table("services").table(name)
        refused = [key for key in service.entries if key not in SERVICE_KEYS]
        _refuse(service, [key for key in refused if key in fields_of(ServiceSettings)], problems)
    for selector in strategy.table("links").entries:
        link = strategy.table("links").table(selector)
        _refuse(link, [key for key in WORLD_OF_LINKS if key in link.entries], problems)


def _refuse(table: Table, keys: Sequence[str], problems: Problems) -> None:
    is_link = "->" in table.path.rpartition(".")[2]
    may = "all of a link but latency and loss" if is_link else listed(SERVICE_KEYS, "and")
    for key in keys:
        message = f"a strategy may not set {key}, which is the world's; it may set {may}"
        problems.add(table.entries[key].key, join(table.path, key), message)


def load_strategy(path: str | Path) -> Strategy:
    """Return the strategy in the file at `path`; whether it fits a world, that world will say.

    Raises:
        FileError: What is wrong with it; all of it.
    """
    text, source = read(path)
    table = compose(text, source)
    problems = Problems()
    body = review_strategy_file(table, problems)
    name = table.get("name")
    called = name.text if isinstance(name, Scalar) else Path(path).stem
    if name is None and fault_of("name", called):
        message = f"is missing, and the file's own, {called!r}, is none"
        problems.add(table.place, "name", message)
    problems.check()
    return Strategy(called, body)
