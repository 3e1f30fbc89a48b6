"""References: words that must mean something elsewhere in the same world.

    carried numbers      declared in `carries`
    operations of links  of a service that the link goes to
    targets of faults    services, tags, `all`; links and sources that are there
    columns of traces    declared in `carries`
    what healers name    operations to probe, services that stand in

They are looked at in the resolved trees, so that what defaults and strategies say counts.
"""

from collections.abc import Iterator, Mapping

from simlab.controllers import HealthSettings
from simlab.core import UserError
from simlab.faults import FaultSettings, LinkFault, MetricsFault, PartitionSettings, SourceFault
from simlab.load import Arrivals, ArrivalTrace, TraceSettings, Users
from simlab.model.settings.world import WorldSettings, told
from simlab.scenario.hints import OneOf, hint_of
from simlab.scenario.nodes import Listing, Node, Place, Scalar, Table, is_none, join
from simlab.scenario.problems import Problems, nearest
from simlab.scenario.resolve import Ground
from simlab.scenario.selectors import People

Located = tuple[str, Place, str]  # A word, its place, its path.


def check_carried(tree: Table, problems: Problems) -> None:
    """Note carried numbers that no scenario declares."""
    declared = tree.table("carries").entries
    services, load = tree.table("services"), tree.table("load")
    words: list[Located] = []
    for name in services.entries:
        words += _carried_in(services.table(name).table("operations"))
    for name in load.entries:
        words += _keys(load.table(name).table("carries"))
    for word, place, path in words:
        if word not in declared:
            problems.add(place, path, undeclared(word, declared))


def undeclared(word: str, declared: Mapping[str, object]) -> str:
    """Return the message that the number `word` is not carried."""
    if word == "batch":
        return "not yet: `batch`, the number of items in the batch at hand"
    return f"requests carry no {word!r}: declare it in `carries`{nearest(word, declared)}"


def _carried_in(node: Node) -> Iterator[Located]:
    """Yield the numbers that amounts and groups below `node` speak of."""
    match node:
        case Listing(items=items):
            for item in items:
                yield from _carried_in(item)
        case Table():
            for key, value in node.items():
                if key == "per" and isinstance(value, Table):
                    yield from _keys(value)
                elif key == "times" and isinstance(value, Scalar) and value.text[:1].isalpha():
                    yield value.text, value.place, value.path
                else:
                    yield from _carried_in(value)


def _keys(table: Table) -> Iterator[Located]:
    for key, entry in table.entries.items():
        yield key, entry.key, join(table.path, key)


def check_link_operations(selectors: Table, base: Ground, problems: Problems) -> None:
    """Note operations of links that no service has to which the link goes."""
    for selector in selectors.entries:
        operations = selectors.table(selector).table("operations")
        callees = [
            callee
            for caller, callee in base.graph.pairs
            if base.people.rank_of_link(selector, caller, callee) is not None
        ]
        known = [name for callee in callees for name in base.graph.operations[callee]]
        for name, entry in operations.entries.items():
            if callees and name not in known:
                message = f"{callees[0]} has no operation {name!r}{nearest(name, known)}"
                problems.add(entry.key, join(operations.path, name), message)


def check_targets(tree: Table, base: Ground, problems: Problems) -> None:
    """Note targets of faults that are not there."""
    faults, hint = tree.table("faults"), hint_of(FaultSettings)
    assert isinstance(hint, OneOf), "faults are told by their kind"
    links = ["->".join(pair) for pair in base.graph.pairs]
    for name in faults.entries:
        kind, target = faults.table(name).get("kind"), faults.table(name).get("target")
        cls = hint.member(kind.text) if isinstance(kind, Scalar) else None
        if cls is None or not isinstance(target, Scalar) or is_none(target):
            continue
        if issubclass(cls, SourceFault):
            message = _source(target.text, base.people)
        else:
            of_links = issubclass(cls, MetricsFault | LinkFault)
            message = _target(target.text, base.people, links, of_links=of_links)
        if message:
            problems.at(target, message)
        elif issubclass(cls, PartitionSettings):
            _check_partition(faults.table(name), target, base, problems)


def _check_partition(fault: Table, target: Scalar, base: Ground, problems: Problems) -> None:
    """Note where a partition is from, if it is nowhere, or if nobody there calls the target."""
    origin = fault.get("from")
    word = origin.text if isinstance(origin, Scalar) and not is_none(origin) else "all"
    place, message = origin or target, base.people.stranger(word)
    callee = target.text.partition("->")[2] or target.text
    caller = target.text.partition("->")[0] if "->" in target.text else None
    if message is None and not any(
        base.people.rank_of_link(f"{word}->{callee}", *pair) is not None
        for pair in base.graph.pairs
        if caller in (None, pair[0])
    ):
        message = f"{word} does not call {target.text}" if word != "all" else "nobody calls it"
    if message:
        problems.at(place, message)


def _source(word: str, people: People) -> str | None:
    if word == "all" or word in people.sources:
        return None
    if people.stranger(word) is None:
        return f"{word!r} is no source; allowed is a source or all"
    known = (*people.sources, "all")
    return f"there is no source {word!r}{nearest(word, known)}"


def _target(word: str, people: People, links: list[str], *, of_links: bool) -> str | None:
    if "->" not in word:
        return people.stranger(word, sources=False) or (
            None if people.selected(word) else f"{word!r} is a source; allowed is a service"
        )
    if not of_links:
        return f"{word!r} is a link; allowed is a service, a tag or all"
    return None if word in links else f"there is no link {word!r}{nearest(word, links)}"


def check_warmup(tree: Table, problems: Problems) -> None:
    """Note a warm-up that is to be found where there is no steady state."""
    warmup, analysis = tree.get("warmup"), tree.get("analysis")
    steady = isinstance(analysis, Scalar) and analysis.text == "steady_state"
    if isinstance(warmup, Scalar) and warmup.text == "auto" and not steady:
        problems.at(warmup, "auto is for analysis: steady_state")


def check_quota(world: WorldSettings, tree: Table, problems: Problems) -> None:
    """Note bounds of the quota that the replicas of the start are beyond."""
    sums = dict.fromkeys(("replicas", "cores", "memory", "storage"), 0.0)
    for one in world.services.values():
        stored = one.request.storage if one.storage.limit is None else one.storage.limit
        sums["replicas"] += one.replicas
        sums["cores"] += one.replicas * one.cores
        sums["memory"] += one.replicas * one.billed_memory
        sums["storage"] += one.replicas * (stored or 0.0)
    quota = tree.table("platform").table("quota")
    for resource, most in world.platform.quota.bounds().items():
        node = quota.get(resource)
        if node is not None and sums[resource] > most * (1.0 + 1e-9):
            start = told(resource, sums[resource])
            problems.at(node, f"allows {told(resource, most)}, but services begin with {start}")


def check_loads(world: WorldSettings, tree: Table, problems: Problems) -> None:
    """Note loads that cannot be made, and recorded numbers that the scenario does not declare."""
    for name, source in world.load.items():
        node = tree.table("load").table(name)
        try:
            made = Arrivals if source.users is None else Users
            made(source, seed=0, replication=0, name=name)
        except UserError as error:
            problems.at(node.get("shape") or node, str(error))
        for shape in source.shape:
            trace = shape.read() if isinstance(shape, TraceSettings) else None
            for word in trace.carried if isinstance(trace, ArrivalTrace) else ():
                if word not in world.carries:
                    problems.at(node.get("shape") or node, undeclared(word, world.carries))


def check_healers(world: WorldSettings, tree: Table, problems: Problems) -> None:
    """Note operations that healers are to probe, and services that are to stand in, unknown."""
    for name, loop in world.loops.items():
        node = tree.table("loops").table(name)
        if not isinstance(loop, HealthSettings) or loop.target not in world.services:
            continue
        known = world.services[loop.target].operations
        if loop.operation not in (None, *known):
            hint = nearest(str(loop.operation), known)
            message = f"{loop.target} has no operation {loop.operation!r}{hint}"
            problems.at(node.get("operation") or node, message)
        if loop.standby not in (None, *world.services):
            hint = nearest(str(loop.standby), world.services)
            problems.at(node.get("standby") or node, f"there is no service {loop.standby!r}{hint}")
