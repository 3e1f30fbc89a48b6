"""Worlds: all that a scenario can become, one for each of its strategies, and one left alone.

They are made together, when a scenario is loaded, so that all that is wrong is told at once: in
what is written, in what it refers to, and in what it comes to once it is resolved.
"""

from collections.abc import Iterator, Sequence

from simlab.model.settings.world import WorldSettings
from simlab.scenario import references
from simlab.scenario.documents import SCENARIO
from simlab.scenario.heading import body_of
from simlab.scenario.hints import Record
from simlab.scenario.marks import BAD
from simlab.scenario.nodes import Table
from simlab.scenario.problems import Problems
from simlab.scenario.resolve import ROOT, Ground, ground, world_tree
from simlab.scenario.sets import Set
from simlab.scenario.settle import Settling
from simlab.scenario.strategies import Book, Strategy, check_operated
from simlab.scenario.structure import Structure

WORLD = Record(WorldSettings)


def worlds_of(
    document: Table, sets: Sequence[Set], added: Sequence[Strategy]
) -> dict[str | None, WorldSettings]:
    """Return the resolved worlds by strategy, None being none; a `FileError` if any is wrong."""
    problems = Problems()
    base = _ground(document, sets, problems)
    structure = Structure(problems)
    worlds: dict[str | None, WorldSettings] = {}
    for name, table in _strategies(base, sets, added, problems):
        if table is not None:
            references.check_link_operations(table.table("links"), base, problems)
        tree = world_tree(base, table, problems)
        world = structure.value(tree, WORLD)
        if world is not BAD:
            references.check_loads(world, tree, problems)
            references.check_quota(world, tree, problems)
            references.check_healers(world, tree, problems)
            worlds[name] = Settling(world, tree, problems).settled()
    problems.check()
    return worlds


def trees_of(
    document: Table, sets: Sequence[Set], added: Sequence[Strategy]
) -> dict[str | None, Table]:
    """Return the resolved trees by strategy, of a document that has been found right."""
    problems = Problems()
    base = _ground(document, sets, problems)
    named = _strategies(base, sets, added, problems)
    return {name: world_tree(base, table, problems) for name, table in named}


def _ground(document: Table, sets: Sequence[Set], problems: Problems) -> Ground:
    """Return the world that strategies stand upon, looked at as it is written."""
    body = body_of(document, SCENARIO, problems)
    Structure(problems, build=False).value(body, ROOT)
    for name in body.table("strategies").entries:
        check_operated(body.table("strategies").table(name), problems)
    services = body.get("services")
    if services is None or (isinstance(services, Table) and not services.entries):
        place = body.place if services is None else services.place
        problems.add(place, "services", "is missing; a world has at least one service")
    base = ground(body, sets, problems)
    references.check_carried(base.tree, problems)
    references.check_warmup(base.tree, problems)
    references.check_targets(base.tree, base, problems)
    references.check_link_operations(base.tree.table("links"), base, problems)
    return base


def _strategies(
    base: Ground, sets: Sequence[Set], added: Sequence[Strategy], problems: Problems
) -> Iterator[tuple[str | None, Table | None]]:
    """Yield names and trees: no strategy, the file's own, those added."""
    strategies = base.tree.table("strategies")
    own = {name: strategies.table(name) for name in strategies.entries}
    of_strategies = [one for one in sets if one.steps[0] == "strategies"]
    book = Book(own, of_strategies, problems, [one.name for one in added])
    yield None, None
    for name in own:
        yield name, book.named(name)
    for one in added:
        yield one.name, book.alone(one)
