"""Choosing: which class a mapping is, by its `kind`, its `dist`, or its one verb; what may fit."""

from typing import Any

from simlab.core import Settings
from simlab.scenario import later
from simlab.scenario.hints import Choice, Either, Flag, Hint, Many, Maybe, OneOf, Row, Word
from simlab.scenario.nodes import Listing, Node, Place, Scalar, Table, join
from simlab.scenario.problems import listed, nearest


class NoClassError(ValueError):
    """A mapping that is none of several classes.

    Args:
        place, path: Of what is to be mended.
        message: What came, and what is allowed.
        missing: Whether nothing in the mapping chooses, so that what it merges with may.
    """

    def __init__(self, place: Place, path: str, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.place, self.path, self.missing = place, path, missing


def chosen(node: Table, hint: OneOf, default: Any) -> type[Settings]:
    """Return the class of `hint` that `node` is; one that does not say keeps that of `default`.

    Raises:
        NoClassError: It is none.
    """
    return _by_tag(node, hint, default) if hint.tag else _by_verb(node, hint)


def unknown(word: str, known: tuple[str, ...], what: str = "key") -> str:
    """Return the message that `word` is not one of `known`."""
    hint = nearest(word, known) or f"; allowed is {listed(dict.fromkeys(known))}"
    return f"unknown {what} {word[:60]!r}{hint}"


def _by_tag(node: Table, hint: OneOf, default: Any) -> type[Settings]:
    tag = node.get(hint.tag)
    if isinstance(tag, Scalar):
        cls = hint.member(tag.text)
        if cls is None:
            message = later.kind(hint, tag.text) or unknown(tag.text, hint.words, hint.tag)
            raise NoClassError(tag.place, join(node.path, hint.tag), message)
        return cls
    if isinstance(default, Settings):
        return type(default)
    message = f"has no {hint.tag}; allowed is {listed(hint.words)}"
    raise NoClassError(node.place, node.path, message, missing=True)


def _by_verb(node: Table, hint: OneOf) -> type[Settings]:
    for key, entry in node.entries.items():
        message = later.verb(key)
        if message:
            raise NoClassError(entry.key, join(node.path, key), message)
    verbs = [key for key in node.entries if key in hint.words]
    cls = hint.member(verbs[0]) if len(verbs) == 1 else None
    if cls is None:
        allowed = listed(hint.words)
        came = f"has more than one verb: {listed(verbs, 'and')}" if verbs else "has no verb"
        raise NoClassError(node.place, node.path, f"{came}; allowed is {allowed}")
    return cls


def fits(node: Node, hint: Hint) -> bool:
    """Return whether `node` is of the form, a word, a list or a mapping, that `hint` is of."""
    match hint:
        case Word() | Flag() | Choice():
            return isinstance(node, Scalar)
        case Many() | Row():
            return isinstance(node, Listing)
        case Either(options=options):
            return any(fits(node, one) for one in options)
        case Maybe(inner=inner):
            return fits(node, inner)
    return isinstance(node, Table)
