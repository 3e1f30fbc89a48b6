"""Factors: what a sweep varies, read from an experiment or made from Python's values.

    factors: {PATH: VALUES, ...}       crossed: every value of one with every value of the others
    zip:     [{PATH: VALUES, ...}]     in step: the first of each, the second of each, ...
    include: [{PATH: VALUE, ...}]      points beside those
    exclude: [{PATH: VALUE, ...}]      values at which there is no point

Here paths are paths and values are of a form that may be; what they are, `spread` finds in a world.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any, Final

from simlab.core import FileError, UserError
from simlab.scenario.asking import ExperimentFile, Spaced
from simlab.scenario.compose import compose_value
from simlab.scenario.hints import fields_of
from simlab.scenario.marks import BAD
from simlab.scenario.nodes import Entry, Listing, Node, Place, Scalar, Source, Table, join
from simlab.scenario.problems import Problems
from simlab.scenario.sets import Set, located_set
from simlab.scenario.structure import Structure

KEYS: Final = ("factors", "zip", "include", "exclude")


@dataclass(frozen=True, slots=True)
class Varied:
    """A path that takes several values.

    Args:
        set: The path with where it stands, and the first value that is written.
        values: As they are written: one by one, or spaced.
    """

    set: Set
    values: tuple[Node, ...] | Spaced


@dataclass(frozen=True, slots=True)
class Factors:
    """What a sweep varies.

    Args:
        axes: Crossed with each other; paths in one axis go in step.
        include: More points, each by what it sets.
        exclude: What there is no point at.
        written: As it was read.
    """

    axes: tuple[tuple[Varied, ...], ...]
    include: tuple[tuple[Set, ...], ...] = ()
    exclude: tuple[tuple[Set, ...], ...] = ()
    written: Table | None = field(default=None, repr=False, compare=False)


def read_factors(table: Table) -> Factors:
    """Return what `table` says under ``factors``, ``zip``, ``include`` and ``exclude``.

    Raises:
        FileError: A path is none, stands twice, or has no values of a form that may be.
    """
    problems = Problems()
    values = {key: _structured(table, key, problems) for key in KEYS}
    problems.check()
    crossed = _varied(table.table("factors"), values["factors"], problems)
    zipped = [
        _varied(node, each, problems)
        for node, each in zip(_tables(table, "zip"), values["zip"], strict=True)
    ]
    _no_path_twice([*crossed, *(one for each in zipped for one in each)], problems)
    others = {
        key: tuple(_sets(node, problems) for node in _tables(table, key))
        for key in ("include", "exclude")
    }
    problems.check()
    return Factors(
        axes=(*((one,) for one in crossed), *(each for each in zipped if each)),
        written=table,
        **others,
    )


def _structured(table: Table, key: str, problems: Problems) -> Any:
    node = table.get(key)
    hint = fields_of(ExperimentFile)[key].hint
    found = () if node is None else Structure(problems).value(node, hint)
    return () if found is BAD else found


def _tables(table: Table, key: str) -> list[Table]:
    node = table.get(key)
    items = node.items if isinstance(node, Listing) else ()
    return [one for one in items if isinstance(one, Table)]


def _varied(table: Table, values: Mapping[str, Any], problems: Problems) -> tuple[Varied, ...]:
    found = []
    for path, entry in table.entries.items():
        inner = values[path]
        nodes = inner if isinstance(inner, tuple) else words_of(inner)
        if not nodes:
            problems.add(entry.key, join(table.path, path), "has no values")
            continue
        made = _set(path, nodes[0], entry.key, problems)
        found += [] if made is None else [Varied(made, inner)]
    return tuple(found)


def words_of(spaced: Spaced) -> tuple[Any, ...]:
    """Return what is said of spaced values: nodes, and a count as a number."""
    [name] = spaced.__dataclass_fields__
    words: tuple[Any, ...] = getattr(spaced, name)
    return words


def _sets(table: Table, problems: Problems) -> tuple[Set, ...]:
    if not table.entries:
        problems.at(table, "names no path")
    found = [_set(path, one.value, one.key, problems) for path, one in table.entries.items()]
    return tuple(one for one in found if one is not None)


def _set(path: str, node: Node, place: Place, problems: Problems) -> Set | None:
    try:
        return located_set(path, node, place)
    except FileError as error:
        problems.tell(error)
        return None


def _no_path_twice(varied: Sequence[Varied], problems: Problems) -> None:
    seen: dict[tuple[str, ...], Place] = {}
    for one in varied:
        if one.set.steps in seen:
            message = f"stands here already, at {seen[one.set.steps]}"
            problems.add(one.set.place, one.set.path, message)
        seen[one.set.steps] = one.set.place


def made_factors(
    factors: Mapping[str, object] | None = None,
    zip_: Sequence[Mapping[str, object]] = (),
    include: Sequence[Mapping[str, object]] = (),
    exclude: Sequence[Mapping[str, object]] = (),
    *,
    base: str | Path = ".",
    flag: str = "",
) -> Factors:
    """Return factors of values of Python; texts are read as files are.

    Args:
        factors: Lists of values by path, or one of ``{"linspace": ...}``, ``{"logspace": ...}``,
            ``{"range": ...}``.
        zip_: The same, for paths that go in step.
        include: Values by path, for each point.
        exclude: Likewise.
        base: What relative file names count from.
        flag: What they came with, for errors.
    """
    source = Source(flag or "sweep", str(Path(base).absolute()), lined=False)
    given = dict(zip(KEYS, (dict(factors or {}), list(zip_), list(include), list(exclude)),
                     strict=True))  # fmt: skip
    node = _node(given, source, "")
    assert isinstance(node, Table), "a mapping is one"
    return read_factors(node)


def _node(value: Any, source: Source, path: str) -> Node:
    """Return the tree of a value of Python."""
    place = Place(source)
    if hasattr(value, "item") and not getattr(value, "shape", ()):
        value = value.item()  # Of numpy: a number of its own kind.
    match value:
        case Mapping():
            inner = {str(key): one for key, one in value.items()}
            return Table(place, path, {
                key: Entry(place, _node(one, source, join(path, key)))
                for key, one in inner.items()
            })  # fmt: skip
        case str():
            return compose_value(value, source, path) or Scalar(place, path, "")
        case None:
            return Scalar(place, path, "none")
        case float() if value == inf:
            return Scalar(place, path, "unlimited")
        case bool() | int() | float():
            return Scalar(place, path, json.dumps(value))
        case Iterable():
            items = enumerate(value)
            return Listing(place, path, tuple(
                _node(one, source, f"{path}[{at}]") for at, one in items
            ))  # fmt: skip
    raise UserError(f"{source.label}: {path}: nothing in a file can be {type(value).__name__}")
