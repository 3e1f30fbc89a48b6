"""Merge: one tree over another.

Rule 1: mappings merge, key by key; one that says no `kind` (or `dist`) keeps it.
Rule 2: scalars, lists, and mappings whose kind changes are replaced.
Rule 3: `none` replaces whatever stands there, and what comes over it replaces `none`.
"""

from simlab.scenario.hints import TAGS
from simlab.scenario.nodes import Entry, Node, Scalar, Table


def merge(base: Node | None, over: Node | None) -> Node | None:
    """Return `over` merged over `base`; either may not be there."""
    if over is None or base is None:
        return base if over is None else over
    if not isinstance(base, Table) or not isinstance(over, Table) or _changes_kind(base, over):
        return over
    return merge_tables(base, over)


def merge_tables(base: Table, over: Table) -> Table:
    """Return `over` merged over `base`: keys of `base` first, at the place of `over`."""
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        old = entries.get(key)
        merged = merge(None if old is None else old.value, entry.value)
        assert merged is not None, "what is over something is something"
        entries[key] = Entry(entry.key, merged)
    return Table(over.place, over.path, entries)


def _changes_kind(base: Table, over: Table) -> bool:
    return any(_word(over, tag) not in (None, _word(base, tag)) for tag in TAGS)


def _word(table: Table, tag: str) -> str | None:
    word = table.get(tag)
    return word.text if isinstance(word, Scalar) else None
