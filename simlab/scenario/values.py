"""Values: what stands, or is to be put, where a path leads in a world; and how it is told.

A path is followed as one that is set: after defaults and selectors. So the field at its end says
how numbers are read, and tables and figures know them in SI units.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any, Final

from simlab.core import Settings
from simlab.scenario import kinds
from simlab.scenario.hints import Either, Hint, Maybe, Word
from simlab.scenario.nodes import Listing, Node, Scalar, Table
from simlab.scenario.paths import At, PathError, find
from simlab.scenario.problems import Problems
from simlab.scenario.sets import Set
from simlab.scenario.shorthands import short_forms
from simlab.scenario.units import spell

UNITS: Final = {
    "duration": "s", "whole_seconds": "s", "rate": "1/s", "size": "bytes", "size_rate": "bytes/s",
    "cores": "cores", "percent": "%",
}  # fmt: skip
LONG: Final = 40  # Letters of a value that is no single word.


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a factor.

    Args:
        path: Of the factor.
        text: As people write it.
        number: In SI units; None where it is no finite number.
        unit: Of the number; empty for what is counted, and where there is none.
        set: What puts it there; None where it is what stands there anyway.
    """

    path: str
    text: str
    number: float | None
    unit: str = ""
    set: Set | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """Return the text, cut where it is long."""
        return self.text if len(self.text) <= LONG else f"{self.text[: LONG - 1]}…"

    @property
    def plain(self) -> float | str:
        """Return the number, whole ones without a point; the text where there is none."""
        if self.number is None:
            return self.text
        whole = self.number == int(self.number) and abs(self.number) < 2**53
        return int(self.number) if whole else self.number


@dataclass(frozen=True, slots=True)
class Probe(Set):
    """A value that notes where its path leads when it is set."""

    found: list[At] = field(default_factory=list, compare=False)

    def put(self, root: At, steps: Sequence[str], problems: Problems) -> Node:
        """Return what a `Set` returns."""
        with suppress(PathError):  # It is told below.
            self.found.append(find(root, steps))
        return Set.put(self, root, steps, problems)


def probe(one: Set) -> Probe:
    """Return `one` as what notes where it is put."""
    return Probe(one.path, one.steps, one.value, one.place)


def value_of(at: At, one: Set) -> Value:
    """Return what `one` sets at the place `at`."""
    number, kind = _number(at, one.value)
    return Value(one.path, text_of(one.value), number, UNITS.get(kind, ""), one)


def standing(at: At, path: str) -> Value:
    """Return what stands at the place `at` anyway, its default if nothing is written."""
    if at.node is not None:
        number, kind = _number(at, at.node)
        return Value(path, text_of(at.node), number, UNITS.get(kind, ""))
    default = at.default
    if isinstance(default, bool) or not isinstance(default, int | float):
        return Value(path, _default(default), None)
    if default == inf:
        return Value(path, "unlimited", None)
    kind = next(iter(kinds_of(at)), "")
    return Value(path, spelled(default, kind), float(default), UNITS.get(kind, ""))


def _default(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, Settings):
        return f"{{kind: {getattr(value, 'kind', type(value).__name__)}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def kinds_of(at: At) -> tuple[str, ...]:
    """Return the kinds of number that may stand at a place, the usual first."""
    carried = "carries" in at.path
    found = _kinds(at.hint, "number" if carried else "duration")
    return tuple(dict.fromkeys(found))


def _kinds(hint: Hint, quantity: str) -> Iterator[str]:
    match hint:
        case Word(kind=kind):
            kind = quantity if kind == "quantity" else kind
            yield from (kind,) if kind in kinds.PARSERS else ()
        case Maybe(inner=inner):
            yield from _kinds(inner, quantity)
        case Either(options=options):
            for one in options:
                yield from _kinds(one, quantity)
    for form in short_forms(hint):
        yield from _kinds(form, quantity)


def _number(at: At, node: Node) -> tuple[float | None, str]:
    """Return the finite number that `node` is at a place, None if it is none; and its kind."""
    if not isinstance(node, Scalar):
        return None, ""
    for kind in kinds_of(at):
        try:
            found = kinds.parse(kind, node.text)
        except ValueError:
            continue
        return (float(found), kind) if isfinite(found) else (None, "")
    return None, ""


def text_of(node: Node) -> str:
    """Return `node` in one line, as a file could say it.

    >>> from simlab.scenario.nodes import Entry, Place, Source
    >>> at = Place(Source("x.yaml", "/"))
    >>> text_of(Table(at, "", {"kind": Entry(at, Scalar(at, "", "p2c"))}))
    '{kind: p2c}'
    """
    match node:
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return f"[{', '.join(map(text_of, items))}]"
        case Table():
            return f"{{{', '.join(f'{key}: {text_of(one)}' for key, one in node.items())}}}"


def same(one: Value, other: Value) -> bool:
    """Return whether two values of one path say the same."""
    if one.number is None or other.number is None:
        return one.number is other.number and one.text == other.text
    return one.number == other.number


def spelled(number: float, kind: str) -> str:
    """Return a number as people write it in a field of `kind`."""
    match kind:
        case "duration" | "whole_seconds":
            return spell(number)
        case "rate":
            return f"{number:.6g}/s"
        case "share":
            return f"{100 * number:.6g}%"
    return f"{number:.12g}"
