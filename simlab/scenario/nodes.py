"""Located trees: what a file says, each piece with its place and its path as written.

Rule 1: a node is never changed; merging and setting build new trees out of old nodes.
Rule 2: whatever tree a node has come into, it still knows where it was written, so that an error
points at the line that is to be mended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Source:
    """Where text comes from.

    Args:
        label: As the user knows it: a file's path as it was given, or ``--set PATH``.
        directory: What relative paths in it count from; absolute.
        lined: Whether a place in it is told with line and column.
    """

    label: str
    directory: str
    lined: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a source; line and column count from 1."""

    source: Source
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        if not self.source.lined:
            return self.source.label
        return f"{self.source.label}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word, a number, a text; `text` is what stands in the source.

    Args:
        plain: Whether it stands without quotes.
    """

    place: Place
    path: str
    text: str
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence of nodes."""

    place: Place
    path: str
    items: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's place and its value."""

    key: Place
    value: "Node"


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from keys to nodes, in the order written."""

    place: Place
    path: str
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def get(self, key: str) -> "Node | None":
        """Return the value of `key`, or None where it does not stand."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def table(self, key: str) -> "Table":
        """Return the mapping under `key`; an empty one where there is none."""
        value = self.get(key)
        return value if isinstance(value, Table) else Table(self.place, join(self.path, key))

    def items(self) -> "Iterator[tuple[str, Node]]":
        """Yield keys with their values, in order."""
        for key, entry in self.entries.items():
            yield key, entry.value

    def with_entry(self, key: str, value: "Node") -> "Table":
        """Return this mapping with `key` set; a new key comes last."""
        old = self.entries.get(key)
        entry = Entry(value.place if old is None else old.key, value)
        return Table(self.place, self.path, {**self.entries, key: entry})

    def without(self, *keys: str) -> "Table":
        """Return this mapping without `keys`."""
        kept = {key: entry for key, entry in self.entries.items() if key not in keys}
        return Table(self.place, self.path, kept)


Node: TypeAlias = Scalar | Listing | Table


def join(path: str, key: str) -> str:
    """Return the path of `key` in the mapping at `path`.

    >>> join("services", "web"), join("load.shoppers.to", "web.browse"), join("", "name")
    ('services.web', 'load.shoppers.to[web.browse]', 'name')
    """
    if "." in key or "[" in key or "]" in key or not key:
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def is_none(node: Node | None) -> bool:
    """Return whether `node` is the word `none`, which removes what stands in its place."""
    return isinstance(node, Scalar) and node.plain and node.text == "none"


def said(node: Node) -> str:
    """Return `node` in words, for an error.

    >>> at = Place(Source("x.yaml", "/"))
    >>> said(Scalar(at, "", "12ms")), said(Listing(at, "")), said(Table(at, ""))
    ("'12ms'", 'a list', 'a mapping')
    """
    match node:
        case Scalar(text=""):
            return "nothing"
        case Scalar(text=text):
            return repr(text if len(text) <= 60 else text[:57] + "...")
        case Listing():
            return "a list"
        case Table():
            return "a mapping"


def every(node: Node) -> Iterator[Node]:
    """Yield `node` and all nodes below it, in order."""
    yield node
    match node:
        case Listing(items=items):
            for item in items:
                yield from every(item)
        case Table():
            for entry in node.entries.values():
                yield from every(entry.value)
