"""Drafts: what the parser's events say, aliases still folded; told out as nodes by `Unfolding`.

Rule 1: an alias stands for what its anchor held, at the place where that was written.
Rule 2: merge keys (`<<`) lend what a mapping does not say itself; the earlier lender wins.
Rule 3: the nodes told out are counted, so that no handful of aliases becomes a million nodes.
"""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from simlab.scenario.nodes import Entry, Listing, Node, Place, Scalar, Table, join
from simlab.scenario.problems import Problems

MOST_NODES: Final = 100_000
DEEPEST: Final = 60


@dataclass(slots=True, eq=False)
class DraftScalar:
    """A scalar, as it stands."""

    place: Place
    text: str
    plain: bool


@dataclass(slots=True, eq=False)
class DraftListing:
    """A sequence; it fills while its events come."""

    place: Place
    items: "list[Draft]" = field(default_factory=list)

    def add(self, draft: "Draft") -> None:
        self.items.append(draft)


@dataclass(slots=True, eq=False)
class DraftTable:
    """A mapping; keys and values come in turn."""

    place: Place
    pairs: "list[tuple[Draft, Draft]]" = field(default_factory=list)
    key: "Draft | None" = None

    def add(self, draft: "Draft") -> None:
        if self.key is None:
            self.key = draft
        else:
            self.pairs.append((self.key, draft))
            self.key = None


Draft: TypeAlias = DraftScalar | DraftListing | DraftTable


class TooBig(Exception):  # noqa: N818 (it ends a walk, it is no error by itself)
    """More nodes, or a greater depth, than any file that people write has."""


class Unfolding:
    """One telling-out of a draft."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._count = 0
        self._open: list[Draft] = []

    def node(self, draft: Draft, path: str) -> Node:
        """Return `draft` as a node at `path`; raise `TooBig` at the limits."""
        self._count += 1
        if self._count > MOST_NODES or len(self._open) >= DEEPEST:
            raise TooBig
        if isinstance(draft, DraftScalar):
            return Scalar(draft.place, path, draft.text, draft.plain)
        if any(draft is above for above in self._open):
            self._problems.add(draft.place, path, "an anchor must not hold an alias of itself")
            return Scalar(draft.place, path, "", plain=False)
        self._open.append(draft)
        try:
            return self._collection(draft, path)
        finally:
            self._open.pop()

    def _collection(self, draft: DraftListing | DraftTable, path: str) -> Node:
        if isinstance(draft, DraftListing):
            items = (self.node(item, f"{path}[{i}]") for i, item in enumerate(draft.items))
            return Listing(draft.place, path, tuple(items))
        entries: dict[str, Entry] = {}
        for key, value in draft.pairs:
            self._enter(entries, key, value, path)
        return Table(draft.place, path, {**self._lent(draft, path), **entries})

    def _enter(self, entries: dict[str, Entry], key: Draft, value: Draft, path: str) -> None:
        if not isinstance(key, DraftScalar):
            self._problems.add(key.place, path, "a key must be a word, not a list or a mapping")
        elif key.text in entries:
            first = entries[key.text].key
            message = f"duplicate key {key.text!r}: it stands in line {first.line} already"
            self._problems.add(key.place, join(path, key.text), message)
        elif not _is_merge(key):
            node = self.node(value, join(path, key.text))
            entries[key.text] = Entry(key.place, node)

    def _lent(self, draft: DraftTable, path: str) -> dict[str, Entry]:
        """Return what merge keys lend; the earlier lender wins."""
        lent: dict[str, Entry] = {}
        for key, value in draft.pairs:
            if not _is_merge(key):
                continue
            lenders = value.items if isinstance(value, DraftListing) else [value]
            for lender in lenders:
                table = self.node(lender, path)
                if isinstance(table, Table):
                    lent = {**table.entries, **lent}
                else:
                    message = "`<<` takes a mapping, or a list of mappings"
                    self._problems.add(lender.place, join(path, "<<"), message)
        return lent


def _is_merge(key: Draft) -> bool:
    return isinstance(key, DraftScalar) and key.plain and key.text == "<<"
