"""Resolve: a document and a strategy become one tree, the world's, with nothing left to look up.

    1  values given for `defaults`              5  links: defaults, then selectors by rank
    2  services: defaults, then their own       6  values given for links
    3  values given for all but links           7  the strategy over all of it
    4  the pairs that call each other           8  loops: one for each service selected

A value given for a strategy is set before the strategy is extended by others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from simlab.model.settings.world import WorldSettings
from simlab.scenario.calls import CallGraph
from simlab.scenario.documents import ScenarioDocument
from simlab.scenario.hints import Record, fields_of
from simlab.scenario.links import LinkTree, scenario_link
from simlab.scenario.loops import spread
from simlab.scenario.merge import merge_tables
from simlab.scenario.nodes import Entry, Node, Table, is_none
from simlab.scenario.paths import At
from simlab.scenario.problems import Problems, nearest
from simlab.scenario.selectors import People, by_rank, check_selectors
from simlab.scenario.sets import Set

ROOT: Final = Record(ScenarioDocument)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a strategy stands upon: a scenario's world, resolved.

    Args:
        tree: The document, services and values given resolved.
        links: By (caller, callee); operations not yet filled.
    """

    tree: Table
    people: People
    graph: CallGraph
    links: Mapping[Pair, LinkTree]


def ground(document: Table, sets: Sequence[Set], problems: Problems) -> Ground:
    """Return the world of `document` with `sets`; wrong names and paths go to `problems`."""
    tree = _put(document, [one for one in sets if one.steps[0] == "defaults"], problems)
    tree = _with_services(tree)
    of_links = [one for one in sets if one.steps[0] == "links"]
    late = ("defaults", "links", "strategies")
    tree = _put(tree, [one for one in sets if one.steps[0] not in late], problems)
    tree = _without_removed(tree, ("services", "load", "strategies"))
    services, load = tree.table("services"), tree.table("load")
    people = People(services, load, problems)
    graph = CallGraph(services, load, problems)
    names = ["->".join(pair) for pair in graph.pairs]
    of_pairs = [one for one in of_links if one.steps[1:2] and one.steps[1] in names]
    tree = _put(tree, [one for one in of_links if one not in of_pairs], problems)
    defaults = tree.table("defaults").table("link")
    selectors = tree.table("links")
    check_selectors(selectors, people, list(graph.pairs), problems, whole=graph.whole)
    links = {pair: scenario_link(pair, defaults, selectors, people) for pair in graph.pairs}
    links = _put_links(tree, links, of_pairs, problems)
    return Ground(tree, people, graph, links)


def _put(tree: Table, sets: Sequence[Set], problems: Problems) -> Table:
    root: Node = tree
    for one in sets:
        root = one.put(At(root, ROOT), one.steps, problems)
    assert isinstance(root, Table), "a mapping with a key set is one"
    return root


def _without_removed(tree: Table, keys: Sequence[str]) -> Table:
    """Return `tree` without the names that `none` removes from the mappings under `keys`."""
    for key in keys:
        table = tree.get(key)
        if isinstance(table, Table):
            gone = [name for name, value in table.items() if is_none(value)]
            tree = tree.with_entry(key, table.without(*gone))
    return tree


def _with_services(tree: Table) -> Table:
    """Return `tree` with the defaults under each service."""
    defaults = tree.table("defaults").table("service")
    services = tree.get("services")
    if not isinstance(services, Table):
        return tree
    entries = {}
    for name, entry in services.entries.items():
        value = entry.value
        merged = merge_tables(defaults, value) if isinstance(value, Table) else value
        entries[name] = Entry(entry.key, merged)
    return tree.with_entry("services", replace(services, entries=entries))


def _put_links(
    tree: Table, links: dict[Pair, LinkTree], sets: Sequence[Set], problems: Problems
) -> dict[Pair, LinkTree]:
    """Return `links` with `sets`, each for a link that is there."""
    if not sets:
        return links
    entries = {"->".join(pair): Entry(tree.place, one.whole()) for pair, one in links.items()}
    table = Table(tree.place, "links", entries)
    changed = _put(Table(tree.place, "", {"links": Entry(tree.place, table)}), sets, problems)
    whole = changed.table("links")
    return {pair: LinkTree.of(whole.table("->".join(pair))) for pair in links}


def world_tree(base: Ground, strategy: Table | None, problems: Problems) -> Table:
    """Return the tree of the world with `strategy`, which is merged over what it extends."""
    nothing = Table(base.tree.place, "")
    strategy = nothing if strategy is None else strategy
    selectors = strategy.table("links")
    pairs = list(base.links)
    check_selectors(selectors, base.people, pairs, problems, whole=base.graph.whole)
    links = {}
    for pair, link in base.links.items():
        whole = link.under(by_rank(selectors, base.people, pair)).whole()
        links["->".join(pair)] = Entry(whole.place, whole)
    keys = fields_of(WorldSettings)
    entries = {key: entry for key, entry in base.tree.entries.items() if key in keys}
    place = base.tree.place
    services = _operated(base.tree.table("services"), strategy.table("services"), problems)
    entries["services"] = Entry(place, services)
    entries["links"] = Entry(place, Table(place, "links", links))
    loops = spread(strategy.table("loops"), base.people, problems)
    entries["loops"] = Entry(place, loops)
    return Table(place, "", entries)


def _operated(services: Table, strategy: Table, problems: Problems) -> Table:
    """Return `services` with what a strategy sets of them."""
    for name, entry in strategy.entries.items():
        service = services.get(name)
        if isinstance(service, Table) and isinstance(entry.value, Table):
            services = services.with_entry(name, merge_tables(service, entry.value))
        elif service is None:
            hint = nearest(name, services.entries)
            message = f"there is no service {name!r}{hint}"
            problems.add(entry.key, f"{strategy.path}.{name}", message)
    return services
