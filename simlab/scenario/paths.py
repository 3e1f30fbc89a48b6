"""Paths: `services.cart.replicas`, `links.web->cart.timeout`, `load.shoppers.to[web.browse]`.

Rule 1: a path goes through a tree as its classes say, shorthands written out on the way.
Rule 2: a field of the class at a place is there even if no file says it; a name is not.
Rule 3: what is not there is an error that offers the nearest that is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from simlab.core import Settings
from simlab.model.settings.steps import Amount, OperationSettings
from simlab.scenario import later
from simlab.scenario.choosing import unknown
from simlab.scenario.hints import (
    Either,
    Hint,
    Many,
    Maybe,
    Named,
    OneOf,
    Record,
    Row,
    fields_of,
)
from simlab.scenario.nodes import Listing, Node, Scalar, Table, is_none, join
from simlab.scenario.problems import listed, nearest
from simlab.scenario.shorthands import field_written_out, written_out

_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]+)\]")
_MOST: Final = 60


class PathError(ValueError):
    """A path that leads nowhere; the message says from where on."""


def steps_of(path: str) -> tuple[str, ...]:
    """Return the steps of `path`.

    >>> steps_of("load.shoppers.to[web.browse]"), steps_of("links.web->cart.timeout")
    (('load', 'shoppers', 'to', 'web.browse'), ('links', 'web->cart', 'timeout'))
    """
    steps, at = [], 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None or (at == 0 and path[0] in ".["):
            raise PathError(f"{path!r} is not a path: a.b, a[0] or a[b.c] are")
        steps.append(match[1] or match[2])
        at = match.end()
    if not 0 < len(steps) <= _MOST:
        raise PathError(f"{path!r} is not a path")
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class At:
    """A place that a path has come to: what stands there, and what may stand there.

    Args:
        node: None where nothing is written.
        default: What holds where nothing is written.
        path: From the root to here.
    """

    node: Node | None
    hint: Hint
    default: Any = None
    path: str = ""


def find(root: At, steps: Sequence[str]) -> At:
    """Return the place that `steps` lead to from `root`; raise `PathError` if they lead nowhere."""
    at = root
    while steps:
        steps = _implied(at, steps)
        at, steps = _enter(at, steps[0])[1], steps[1:]
    return at


def put(root: At, steps: Sequence[str], value: Node) -> Node:
    """Return the tree of `root` with `value` where `steps` lead; `PathError` if nowhere."""
    if not steps:
        return value
    steps = _implied(root, steps)
    whole, inner = _enter(root, steps[0])
    changed = put(inner, steps[1:], value)
    if isinstance(whole, Listing):
        index = int(steps[0])
        return replace(whole, items=(*whole.items[:index], changed, *whole.items[index + 1 :]))
    table = Table(value.place, root.path) if whole is None else whole
    return table.with_entry(steps[0], changed)


def _implied(at: At, steps: Sequence[str]) -> Sequence[str]:
    """Return `steps` with those before them that a shorthand leaves out."""
    hint = at.hint.inner if isinstance(at.hint, Maybe) else at.hint
    match hint:
        case Record(cls=cls) if steps[0] in fields_of(cls):
            return steps
        case Record(cls=cls) if cls is Amount:
            return ("base", *steps)
        case Record(cls=cls) if cls is OperationSettings and _is_index(steps[0]):
            return ("steps", *steps)
        case Many() if not _is_index(steps[0]) and _is_wrapped(at.node):
            return ("0", *steps)
    return steps


def _enter(at: At, step: str) -> tuple[Table | Listing | None, At]:
    """Return what stands at `at` in its long form, and the place that `step` leads to from it."""
    hint = at.hint.inner if isinstance(at.hint, Maybe) else at.hint
    node = None if at.node is None or is_none(at.node) else written_out(at.node, hint)
    match hint:
        case Record(cls=cls):
            return _field(at, node, cls, step)
        case OneOf():
            return _field(at, node, _member(at, node, hint, step), step)
        case Named(value=value):
            return _name(at, node, value, step)
        case Many() | Row():
            return _item(at, node, hint, step)
        case Either(options=options):
            classes = [one for one in options if isinstance(one, Record | OneOf | Named)]
            if classes:
                return _enter(replace(at, hint=classes[0]), step)
    raise PathError(f"{at.path} is a single value: it has no {step!r}")


def _member(at: At, node: Node | None, hint: OneOf, step: str) -> type[Settings]:
    word: Node | None = None
    if isinstance(node, Table):
        if hint.tag:
            word = node.get(hint.tag)
        else:
            verb = next((key for key in node.entries if key in hint.words), "")
            word = Scalar(node.place, node.path, verb)
    cls = hint.member(word.text) if isinstance(word, Scalar) else None
    if cls is None and isinstance(at.default, Settings):
        cls = type(at.default)
    if cls is None and len(set(hint.members)) == 1 and isinstance(node, Table):
        cls = hint.members[0][1]
    if cls is None:
        form = f"{at.path}={{{hint.tag or 'VERB'}: ...}}"
        raise PathError(f"{at.path} is not set, so it has no {step!r}; set {form} as a whole")
    return cls


def _field(at: At, node: Node | None, cls: type[Settings], step: str) -> tuple[Table | None, At]:
    table = node if isinstance(node, Table) else None
    if table is None and node is not None:
        raise PathError(f"{at.path} is a single value: it has no {step!r}")
    fields = fields_of(cls)
    if step not in fields:
        where = f"{at.path} has no such field: " if at.path else ""
        raise PathError(later.key(cls, step) or f"{where}{unknown(step, tuple(fields))}")
    field = fields[step]
    value = None if table is None else table.get(step)
    if value is not None:
        value = field_written_out(value, cls, step)
    return table, At(value, field.hint, field.default, join(at.path, step))


def _name(at: At, node: Node | None, value: Hint, step: str) -> tuple[Table, At]:
    names = (
        [key for key, one in node.items() if not is_none(one)] if isinstance(node, Table) else []
    )
    if step not in names or not isinstance(node, Table):
        hint = nearest(step, names) or f"; there is {listed(names[:12], 'and')}"
        raise PathError(f"there is no {join(at.path, step)}{hint}")
    return node, At(node.get(step), value, None, join(at.path, step))


def _item(at: At, node: Node | None, hint: Many | Row, step: str) -> tuple[Listing, At]:
    count = len(node.items) if isinstance(node, Listing) else 0
    if not _is_index(step) or int(step) >= count or not isinstance(node, Listing):
        raise PathError(f"there is no {at.path}[{step}]: {at.path} is a list of {count}")
    index = int(step)
    inner = hint.item if isinstance(hint, Many) else hint.items[min(index, len(hint.items) - 1)]
    return node, At(node.items[index], inner, None, f"{at.path}[{index}]")


def _is_wrapped(node: Node | None) -> bool:
    """Return whether `node` is a list only because a shorthand for its one item was written out."""
    return isinstance(node, Listing) and [one.path for one in node.items] == [node.path]


def _is_index(step: str) -> bool:
    return re.fullmatch(r"[0-9]{1,6}", step) is not None
