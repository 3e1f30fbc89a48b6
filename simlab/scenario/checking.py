"""Checking: what `simlab check` says of a file: what is wrong, and what is surely unmeant."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from simlab.core import FileError, Problem
from simlab.model.settings.world import WorldSettings
from simlab.scenario.compose import compose, read
from simlab.scenario.documents import EXPERIMENT, STRATEGY, SYSTEM
from simlab.scenario.experiment import load_experiment
from simlab.scenario.hints import Record, fields_of
from simlab.scenario.looking import IN_ALL, LOOKS
from simlab.scenario.nodes import Scalar, Table, every, join
from simlab.scenario.paths import At, PathError, find, steps_of
from simlab.scenario.problems import Problems, listed
from simlab.scenario.scenario import Scenario, Sets, load
from simlab.scenario.strategies import load_strategy
from simlab.scenario.systems import load_system
from simlab.scenario.worlds import trees_of

WORLD: Final = Record(WorldSettings)
WORLD_KEYS: Final = tuple(fields_of(WorldSettings))


def check(
    path: str | Path, sets: Sets = (), base: str | Path = "."
) -> tuple[list[Problem], list[Problem]]:
    """Return the errors of a file of any kind, and warnings of what is legal but surely unmeant.

    Args:
        path: A scenario, a strategy, an experiment or a system.
        sets: Values by path, for a scenario.
        base: What relative file names in `sets` count from.
    """
    try:
        match _schema_of(path):
            case "strategy":
                load_strategy(path)
                return [], []
            case "system":
                return [], warnings(load_system(path).scenario)
            case "experiment":
                asked = load_experiment(path)
                found = [warnings(one, asked.strategies) for one in asked.scenarios]
                return [], list(dict.fromkeys(one for each in found for one in each))
        return [], warnings(load(path, sets, base))
    except FileError as error:
        return error.problems, []


def _schema_of(path: str | Path) -> str:
    text, source = read(path)
    node = compose(text, source).get("schema")
    word = node.text if isinstance(node, Scalar) else ""
    kinds = {STRATEGY: "strategy", EXPERIMENT: "experiment", SYSTEM: "system"}
    return kinds.get(word, "scenario")


def warnings(scenario: Scenario, strategies: Sequence[str] | None = None) -> list[Problem]:
    """Return what is legal in `scenario` but surely unmeant.

    Args:
        scenario: What is looked at.
        strategies: Those that are to decide in it; None: all that it has.
    """
    chosen = scenario.strategies if strategies is None else tuple(strategies)
    trees = trees_of(scenario.document, scenario.sets, scenario.added)
    found = Problems()
    looked = chosen or (None,)
    odd: dict[tuple[str, str, bool], list[str | None]] = {}
    for name in looked:
        for look in LOOKS:
            for one in look(scenario.resolve(name)):
                odd.setdefault((*one, look in IN_ALL), []).append(name)
    for (path, message, in_all), names in odd.items():
        if in_all and len(names) < len(looked):
            continue
        who = "" if len(names) == len(looked) else f" (with {listed(map(str, names), 'and')})"
        _warn(found, trees[names[0]], path, f"{message}{who}")
    for name in chosen:
        if scenario.resolve(name) == scenario.resolve(None):
            _warn_of_idle(found, scenario, name)
    found.take(overridden(scenario, chosen, trees))
    return found.sorted()


def _warn(found: Problems, tree: Table, path: str, message: str) -> None:
    """Note `message` of what stands at `path`, or of the nearest above it that is written."""
    steps = steps_of(path)
    for end in range(len(steps), 0, -1):
        try:
            node = find(At(tree, WORLD), steps[:end]).node
        except PathError:
            continue
        if node is not None:
            found.add(node.place, path, message)
            return
    found.add(tree.place, path, message)


def _warn_of_idle(found: Problems, scenario: Scenario, name: str) -> None:
    strategies = scenario.document.table("strategies")
    added = {one.name: one.table for one in scenario.added}
    table = added.get(name) or strategies.table(name)
    says = [key for key in ("loops", "links", "services", "extends") if table.table(key).entries]
    if says or table.get("extends") is not None:
        found.add(table.place, join("strategies", name), "changes nothing in this world")


def overridden(
    scenario: Scenario, strategies: Sequence[str], trees: Mapping[str | None, Table]
) -> Problems:
    """Return the values set by path that every one of `strategies` puts another in the place of."""
    found = Problems()
    chosen = [trees[name] for name in strategies or (None,)]
    kept = {node.place for tree in chosen for node in every(tree)}
    for one in scenario.sets:
        if one.steps[0] in (*WORLD_KEYS, "defaults") and not any(
            node.place in kept for node in every(one.value)
        ):
            who = "every service or link" if one.steps[0] == "defaults" else "every strategy"
            found.add(one.place, "", f"changes nothing: {who} says otherwise")
    return found
