"""Shorthands: short forms that files may use, written out. A tree in, the longer tree out.

    12ms                    {dist: constant, value: 12ms}          where a distribution stands
    12ms, {dist: ...}       {base: ...}                            where an amount stands
    AMOUNT, [STEP, ...]     {steps: [{cpu: AMOUNT}]}, {steps: ...} where an operation stands
    1%                      {share: 1%}                            errors
    {call: a.b}             [{call: a.b}]                          a branch of `parallel`
    {kind: ...}             [{kind: ...}]                          `shape`
    web.get                 {web.get: 100%}                        `to`
    poisson                 {process: poisson}                     `arrivals`
    2, 50%, all             {count: 2}, {share: 50%}, {}           a fault's `replicas`
    shop.yaml, hpa          {from: shop.yaml}, {name: hpa}         in lists of an experiment

The forms are data, too: the JSON Schema and the reference tell them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from simlab.core import DistributionSettings, Settings
from simlab.faults import Some
from simlab.load import ArrivalSettings, ShapeSettings, SourceSettings
from simlab.model.settings.steps import (
    Amount,
    Errors,
    OperationSettings,
    ParallelStep,
    StepSettings,
)
from simlab.model.settings.world import WorldSettings
from simlab.scenario.asking import ExperimentFile, ScenarioOf, StrategyOf
from simlab.scenario.documents import ScenarioDocument
from simlab.scenario.hints import Choice, Either, Hint, Many, Record, Word, hint_of
from simlab.scenario.nodes import Entry, Listing, Node, Scalar, Table, is_none, join

Rewrite = Callable[[Node], Node]


def wrap(node: Node, key: str) -> Table:
    """Return a mapping at the place of `node` that holds it under `key`."""
    return Table(node.place, node.path, {key: Entry(node.place, node)})


def written_out(node: Node, hint: Hint) -> Node:
    """Return `node`, which stands where `hint` is expected, in its long form."""
    if is_none(node):
        return node
    return _BY_HINT[hint][0](node) if hint in _BY_HINT else node


def field_written_out(node: Node, cls: type[Settings], key: str) -> Node:
    """Return `node`, which stands as the field `key` of `cls`, in its long form."""
    return _BY_FIELD[cls, key][0](node) if (cls, key) in _BY_FIELD else node


def _distribution(node: Node) -> Node:
    if not isinstance(node, Scalar):
        return node
    dist = Scalar(node.place, join(node.path, "dist"), "constant")
    entries = {"dist": Entry(node.place, dist), "value": Entry(node.place, node)}
    return Table(node.place, node.path, entries)


def _amount(node: Node) -> Node:
    if isinstance(node, Table) and ("base" in node.entries or "per" in node.entries):
        return node
    return wrap(node, "base")


def _operation(node: Node) -> Node:
    if isinstance(node, Listing):
        return wrap(node, "steps")
    if isinstance(node, Scalar) or not {"dist", "base", "per"}.isdisjoint(node.entries):
        step = wrap(node, "cpu")
        return wrap(Listing(node.place, node.path, (step,)), "steps")
    return node


def _errors(node: Node) -> Node:
    return wrap(node, "share") if isinstance(node, Scalar) else node


def _arrivals(node: Node) -> Node:
    return wrap(node, "process") if isinstance(node, Scalar) else node


def _some(node: Node) -> Node:
    if not isinstance(node, Scalar):
        return node
    if node.text == "all":
        return Table(node.place, node.path)
    return wrap(node, "share" if "%" in node.text or "." in node.text else "count")


def _shape(node: Node) -> Node:
    return Listing(node.place, node.path, (node,)) if isinstance(node, Table) else node


def _to(node: Node) -> Node:
    if not isinstance(node, Scalar) or is_none(node):
        return node
    whole = Scalar(node.place, node.path, "100%")
    return Table(node.place, node.path, {node.text: Entry(node.place, whole)})


def _warmup(node: Node) -> Node:
    """Swap the words: settings say None where files say `auto`, and `none` is no warm-up."""
    if not isinstance(node, Scalar) or node.text not in ("auto", "none") or not node.plain:
        return node
    return replace(node, text="none" if node.text == "auto" else "0")


def _parallel(node: Node) -> Node:
    if not isinstance(node, Listing):
        return node
    branches = (
        Listing(item.place, item.path, (item,)) if isinstance(item, Table) else item
        for item in node.items
    )
    return Listing(node.place, node.path, tuple(branches))


def _items(key: str, node: Node) -> Node:
    """Return a list whose words are mappings from `key` to them."""
    if not isinstance(node, Listing):
        return node
    items = (wrap(item, key) if isinstance(item, Scalar) else item for item in node.items)
    return replace(node, items=tuple(items))


DISTRIBUTION: Final = hint_of(DistributionSettings)
_STEP: Final = hint_of(StepSettings)
_SHAPE: Final = hint_of(ShapeSettings)

# How each is written out, and the shorter forms that it may have.
_BY_HINT: Final[Mapping[Hint, tuple[Rewrite, tuple[Hint, ...]]]] = {
    DISTRIBUTION: (_distribution, (Word("quantity"),)),
    Record(Amount): (_amount, (DISTRIBUTION,)),
    Record(OperationSettings): (_operation, (Many(_STEP), Record(Amount))),
    Record(Errors): (_errors, (Word("share"),)),
    Record(ArrivalSettings): (_arrivals, (Choice(("poisson", "even")),)),
    Record(Some): (_some, (Word("count"), Word("share"), Choice(("all",)))),
}
_BY_FIELD: Final[Mapping[tuple[type[Settings], str], tuple[Rewrite, tuple[Hint, ...]]]] = {
    (SourceSettings, "shape"): (_shape, (_SHAPE,)),
    (SourceSettings, "to"): (_to, (Word("operation"),)),
    (ParallelStep, "parallel"): (_parallel, (Many(Either((_STEP, Many(_STEP)))),)),
    (WorldSettings, "warmup"): (_warmup, (Choice(("auto",)),)),
    (ScenarioDocument, "warmup"): (_warmup, (Choice(("auto",)),)),
    (ExperimentFile, "scenarios"): (
        partial(_items, "from"),
        (Many(Either((Word("text"), Record(ScenarioOf)))),),
    ),
    (ExperimentFile, "strategies"): (
        partial(_items, "name"),
        (Many(Either((Word("name"), Record(StrategyOf)))),),
    ),
}


def short_forms(hint: Hint) -> tuple[Hint, ...]:
    """Return the shorter forms of what `hint` expects."""
    return _BY_HINT[hint][1] if hint in _BY_HINT else ()


def short_fields(cls: type[Settings], key: str) -> tuple[Hint, ...]:
    """Return the shorter forms of the field `key` of `cls`."""
    return _BY_FIELD[cls, key][1] if (cls, key) in _BY_FIELD else ()
