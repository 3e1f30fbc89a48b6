"""Links: from selectors to one tree for each link, in layers from weak to strong.

    of the scenario   defaults.link, its selectors by rank, their `operations.OP` by rank
    of the strategy   its selectors by rank, their `operations.OP` by rank

The whole strategy is over the whole scenario: what it says of a link is stronger than what the
scenario says of an operation of that link.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from simlab.model.settings.link import CallSettings
from simlab.scenario.hints import fields_of
from simlab.scenario.merge import merge_tables
from simlab.scenario.nodes import Entry, Table, join
from simlab.scenario.selectors import People, by_rank

CALL_KEYS = tuple(fields_of(CallSettings))


@dataclass(frozen=True, slots=True)
class LinkTree:
    """One link's tree: what holds for it, and by operation what differs.

    Args:
        own: Without `operations`.
        operations: By operation of the callee; of an `Entry` only the value matters.
    """

    own: Table
    operations: Table

    @classmethod
    def of(cls, whole: Table) -> "LinkTree":
        """Return `whole` with its operations apart."""
        return cls(whole.without("operations"), whole.table("operations"))

    def over(self, layers: Iterable[Table]) -> "LinkTree":
        """Return this link with `layers` of the same document merged over it."""
        own, operations = self.own, self.operations
        for layer in layers:
            own = merge_tables(own, layer.without("operations"))
            operations = merge_tables(operations, layer.table("operations"))
        return LinkTree(own, operations)

    def under(self, layers: Iterable[Table]) -> "LinkTree":
        """Return this link with a strategy's `layers` over all of it."""
        nothing = LinkTree(_empty(self.own), _empty(self.operations))
        strategy = nothing.over(layers)
        said = self._base(strategy.own)
        names = {**self.operations.entries, **strategy.operations.entries}
        base = self._base(self.own)
        entries = {}
        for name, entry in names.items():
            table = merge_tables(base, self.operations.table(name))
            table = merge_tables(merge_tables(table, said), strategy.operations.table(name))
            entries[name] = Entry(entry.key, table)
        own = merge_tables(self.own, strategy.own)
        return LinkTree(own, replace(self.operations, entries=entries))

    def whole(self) -> Table:
        """Return this link as one tree."""
        if not self.operations.entries:
            return self.own
        return self.own.with_entry("operations", self.operations)

    def _base(self, own: Table) -> Table:
        kept = {key: entry for key, entry in own.entries.items() if key in CALL_KEYS}
        return replace(own, entries=kept)


def _empty(table: Table) -> Table:
    return replace(table, entries={})


def scenario_link(
    link: tuple[str, str], defaults: Table, selectors: Table, people: People
) -> LinkTree:
    """Return the tree of `link` as the scenario says it; operations are not yet filled."""
    path = join("links", "->".join(link))
    own = Table(selectors.place, path)
    start = LinkTree(own, Table(selectors.place, join(path, "operations")))
    return start.over([defaults, *by_rank(selectors, people, link)])
