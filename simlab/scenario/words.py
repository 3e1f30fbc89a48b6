"""Words: scalars become values, by the kind of their field; and what is allowed, in words.

`allowed` is long because it has a line or two for each kind of hint.
"""

from pathlib import Path
from typing import Any, Final

from simlab.scenario import kinds
from simlab.scenario.hints import (
    Choice,
    Either,
    Flag,
    Hint,
    Many,
    Maybe,
    Named,
    OneOf,
    Record,
    Row,
    Word,
)
from simlab.scenario.names import WORDS, fault_of
from simlab.scenario.nodes import Node, Scalar, said
from simlab.scenario.problems import listed, nearest

FLAGS: Final = {"true": True, "false": False}


def read(node: Node, hint: Word | Flag | Choice, quantity: str) -> Any:
    """Return what the scalar `node` says as `hint`.

    Args:
        node: What came.
        hint: What is allowed.
        quantity: The kind of number that a quantity is here.

    Raises:
        ValueError: It says nothing valid; the message says what came and what is allowed.
    """
    if not isinstance(node, Scalar) or (node.plain and node.text in ("", "~", "null")):
        none = "; to remove what stands there, write none" if isinstance(node, Scalar) else ""
        raise ValueError(f"{said(node)} came; allowed is {allowed(hint, quantity)}{none}")
    match hint:
        case Flag():
            return _flag(node)
        case Choice(words=words):
            return _choice(node, words)
        case Word(kind=kind):
            return _word(node, quantity if kind == "quantity" else kind)


def _flag(node: Scalar) -> bool:
    if node.text not in FLAGS or not node.plain:
        raise ValueError(f"{said(node)} came; allowed is true or false, without quotes")
    return FLAGS[node.text]


def _choice(node: Scalar, choices: tuple[str, ...]) -> str:
    if node.text not in choices:
        hint = nearest(node.text, choices)
        raise ValueError(f"{said(node)} came; allowed is {listed(choices)}{hint}")
    return node.text


def _word(node: Scalar, kind: str) -> Any:
    if kind in kinds.PARSERS:
        return kinds.parse(kind, node.text)
    fault = fault_of(kind, node.text)
    if fault:
        raise ValueError(fault)
    if kind == "file":
        return str(_file(node))
    return _setting(node.text) if kind == "setting" else node.text


def _file(node: Scalar) -> Path:
    path = Path(node.place.source.directory, node.text)
    try:
        found = path.is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        raise ValueError(f"there is no file {node.text!r} in {node.place.source.directory}")
    return path.resolve()


def _setting(text: str) -> float | str | None:
    """Return what `text` says where only the path beside it knows the kind."""
    if text == "none":
        return None
    try:
        return kinds.parse("number", text)
    except ValueError:
        return text


def takes_none(hint: Hint) -> bool:
    """Return whether `none` is a word of its own under `hint`."""
    match hint:
        case Choice(words=choices):
            return "none" in choices
        case Word(kind=kind):
            return kind in ("text", "setting", "tree")
        case Either(options=options):
            return any(takes_none(option) for option in options)
        case Maybe(inner=inner):
            return takes_none(inner)
    return False


def allowed(hint: Hint, quantity: str = "duration") -> str:
    """Return what `hint` allows, in words.

    >>> allowed(Maybe(Choice(("ps", "fifo"))))
    'ps or fifo, or none'
    """
    match hint:
        case Word(kind="quantity"):
            return kinds.EXPECTED[quantity]
        case Word(kind=kind):
            return kinds.EXPECTED[kind] if kind in kinds.EXPECTED else WORDS[kind]
        case Flag():
            return "true or false"
        case Choice(words=choices):
            return listed(choices)
        case Maybe(inner=inner):
            return f"{allowed(inner, quantity)}, or none"
        case Either(options=options):
            return ", or ".join(allowed(option, quantity) for option in options)
        case Many(item=item):
            return f"a list, each of it {allowed(item, quantity)}"
        case Row(items=items):
            return f"a list of {len(items)}: {'; '.join(allowed(one, quantity) for one in items)}"
        case Named(value=value):
            return f"a mapping from names, each to {allowed(value, quantity)}"
        case OneOf():
            return _one_of(hint, quantity)
        case Record():
            return "a mapping"


def _one_of(hint: OneOf, quantity: str) -> str:
    words = listed(dict.fromkeys(hint.words))
    if hint.tag == "dist":
        return f"{kinds.EXPECTED[quantity]}, or a mapping with a dist: {words}"
    return f"a mapping with {'a kind' if hint.tag else 'one verb'}: {words}"
