"""Scenarios: a world in a file, with the strategies that it carries; checked when it is loaded.

    scenario = load("scenarios/flash-crowd.yaml")
    world = scenario.resolve("hpa")                    # what engines take

What is loaded is right: resolving it later cannot fail.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from typing import TypeAlias

from simlab.core import UserError
from simlab.model.settings.world import WorldSettings
from simlab.scenario.compose import compose, read
from simlab.scenario.nodes import Scalar, Source, Table
from simlab.scenario.problems import nearest
from simlab.scenario.sets import Set, read_set
from simlab.scenario.strategies import Strategy
from simlab.scenario.worlds import worlds_of

Sets: TypeAlias = Mapping[str, object] | Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that has been found right, with all its strategies.

    Args:
        name: What it is called.
        about: What it is, in a sentence; may be empty.
        path: Its file as it was given, None for text.
        document: As it is written.
        sets: Values given by path.
        added: Strategies from elsewhere.
    """

    name: str
    about: str
    path: str | None
    document: Table = field(repr=False)
    sets: tuple[Set, ...] = ()
    added: tuple[Strategy, ...] = ()
    worlds: Mapping[str | None, WorldSettings] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def strategies(self) -> tuple[str, ...]:
        """Return the names of all strategies: the file's own, then those added."""
        return tuple(name for name in self.worlds if name is not None)

    def resolve(self, strategy: str | Strategy | None = None) -> WorldSettings:
        """Return the world with `strategy` deciding in it; None: left alone.

        Raises:
            UserError: There is no such strategy, or it does not fit this world.
        """
        if isinstance(strategy, Strategy):
            return self.with_strategies(strategy).resolve(strategy.name)
        if strategy not in self.worlds:
            there = ", ".join(self.strategies) or "none"
            hint = nearest(str(strategy), self.strategies) or f"; there are {there}"
            raise UserError(f"{self.name} has no strategy {strategy!r}{hint}")
        return self.worlds[strategy]

    def with_sets(
        self,
        sets: Sets,
        *,
        base: str | Path = ".",
        flag: str = "set",
    ) -> "Scenario":
        """Return this scenario with other values at some paths, checked anew.

        Args:
            sets: Values by path; texts are read as files are.
            base: What relative file names count from.
            flag: What they came with, for errors.
        """
        pairs = sets.items() if isinstance(sets, Mapping) else sets
        more = [read_set(path, _as_text(value), base, flag=flag) for path, value in pairs]
        return self.changed(more, ())

    def with_strategies(self, *strategies: Strategy) -> "Scenario":
        """Return this scenario with more strategies, checked; each has a name of its own.

        Raises:
            UserError: A name is taken, or a strategy does not fit this world.
        """
        return self.changed((), strategies)

    def changed(self, sets: Sequence[Set], strategies: Sequence[Strategy]) -> "Scenario":
        """Return this scenario with more values set and more strategies, checked anew."""
        names = list(self.strategies)
        for one in strategies:
            if one.name in names:
                raise UserError(f"{one.table.place}: there is a strategy {one.name!r} already")
            names.append(one.name)
        return _checked(replace(self, sets=(*self.sets, *sets), added=(*self.added, *strategies)))


def _checked(scenario: Scenario) -> Scenario:
    worlds = worlds_of(scenario.document, scenario.sets, scenario.added)
    return replace(scenario, worlds=worlds)


def _as_text(value: object) -> str:
    match value:
        case str():
            return value
        case None:
            return "none"
        case float() if value == inf:
            return "unlimited"
    return json.dumps(value)


def load(
    path: str | Path,
    sets: Sets = (),
    base: str | Path = ".",
) -> Scenario:
    """Return the scenario in the file at `path`, with `sets`.

    Args:
        path: The file.
        sets: Values by path, such as ``("services.cart.replicas", "4")``.
        base: What relative file names in `sets` count from.

    Raises:
        FileError: What is wrong with it; all of it.
    """
    text, source = read(path)
    return _scenario(text, source, Path(path).stem, str(path), sets, base)


def parse(
    text: str,
    name: str = "scenario",
    sets: Sets = (),
    base: str | Path = ".",
) -> Scenario:
    """Return the scenario that `text` is; file names in it count from `base`."""
    source = Source(name, str(Path(base).absolute()))
    return _scenario(text, source, name, None, sets, base)


def _scenario(
    text: str,
    source: Source,
    name: str,
    path: str | None,
    sets: Sets,
    base: str | Path,
) -> Scenario:
    document = compose(text, source)
    word, about = document.get("name"), document.get("about")
    scenario = Scenario(
        name=word.text if isinstance(word, Scalar) else name,
        about=about.text if isinstance(about, Scalar) else "",
        path=path,
        document=document,
    )
    pairs = sets.items() if isinstance(sets, Mapping) else sets
    more = [read_set(one, _as_text(value), base) for one, value in pairs]
    return _checked(replace(scenario, sets=tuple(more)))
