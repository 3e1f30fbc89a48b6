"""Hints: what a settings class's annotations say about the files that may fill it.

    Word     a scalar, read by the kind of its `Unit`      Named    a mapping from names
    Flag     true or false                                 Many     a list of like things
    Choice   one of some words                             Row      a list of fixed length
    Record   a mapping with the fields of one class        Maybe    may be `none`
    OneOf    a mapping of one class out of several         Either   one of several forms

`OneOf` is told apart by `kind:`, by `dist:`, or (steps) by the one verb that stands in it.
Everything that walks files reads these: structuring, paths, the JSON Schema, the reference.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from functools import cache
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from simlab.core import Settings, Unit

TAGS = ("kind", "dist")
PLAIN = {int: "whole", float: "number", str: "text"}


@dataclass(frozen=True, slots=True)
class Word:
    kind: str


@dataclass(frozen=True, slots=True)
class Flag: ...


@dataclass(frozen=True, slots=True)
class Choice:
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    cls: type[Settings]


@dataclass(frozen=True, slots=True)
class OneOf:
    """`tag` is the key that tells the classes apart; empty where their verbs do."""

    tag: str
    members: tuple[tuple[str, type[Settings]], ...]

    def member(self, word: str) -> type[Settings] | None:
        return dict(self.members).get(word)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for word, _ in self.members)


@dataclass(frozen=True, slots=True)
class Named:
    key: str
    value: "Hint"


@dataclass(frozen=True, slots=True)
class Many:
    item: "Hint"


@dataclass(frozen=True, slots=True)
class Row:
    items: "tuple[Hint, ...]"


@dataclass(frozen=True, slots=True)
class Maybe:
    inner: "Hint"


@dataclass(frozen=True, slots=True)
class Either:
    options: "tuple[Hint, ...]"


Hint: TypeAlias = Word | Flag | Choice | Record | OneOf | Named | Many | Row | Maybe | Either


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a settings class, as files know it.

    Args:
        key: Its name in files.
        name: Its name in Python.
        required: Whether it has no default.
    """

    key: str
    name: str
    hint: Hint
    required: bool
    default: Any = None


def fields_of(cls: type[Settings]) -> Mapping[str, Field]:
    """Return the fields of `cls` by the keys that files use, in order."""
    key: Any = cls
    return _fields_of(key)


@cache
def _fields_of(cls: Any) -> Mapping[str, Field]:
    hints = get_type_hints(cls, include_extras=True)
    fields = {}
    for field in dataclasses.fields(cls):
        default = field.default
        if field.default_factory is not MISSING:
            default = field.default_factory()
        key = field.name.removesuffix("_")
        hint = hint_of(hints[field.name])
        missing = default is MISSING
        fields[key] = Field(key, field.name, hint, missing, None if missing else default)
    return fields


def hint_of(hint: Any) -> Hint:
    """Return what the annotation `hint` says."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        units = [mark for mark in args[1:] if isinstance(mark, Unit)]
        return Word(units[0].kind) if units else hint_of(args[0])
    if origin in (Union, UnionType):
        return _union(args)
    if origin is Literal:
        return Choice(tuple(str(word) for word in args))
    if origin is tuple:
        if args[1:] == (...,):
            return Many(hint_of(args[0]))
        return Row(tuple(hint_of(arg) for arg in args))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key = hint_of(args[0])
        assert isinstance(key, Word), f"keys are words: {hint}"
        return Named(key.kind, hint_of(args[1]))
    return _class(hint)


def _class(hint: Any) -> Hint:
    if hint is bool:
        return Flag()
    if hint in PLAIN:
        return Word(PLAIN[hint])
    assert isinstance(hint, type), f"nothing in a file can be {hint}"
    assert issubclass(hint, Settings), f"nothing in a file can be {hint}"
    return _one_of((hint,)) if _tag(hint) else Record(hint)


def _union(args: tuple[Any, ...]) -> Hint:
    classes = tuple(a for a in args if isinstance(a, type) and issubclass(a, Settings))
    others = [a for a in args if a not in classes and a is not NoneType]
    options = [_class(classes[0]) if len(classes) == 1 else _one_of(classes)] if classes else []
    options += [hint_of(other) for other in others]
    # Words of a closed list go first: `full` is a name as well.
    options.sort(key=lambda option: not isinstance(option, Choice))
    inner = options[0] if len(options) == 1 else Either(tuple(options))
    return Maybe(inner) if NoneType in args else inner


def _one_of(classes: tuple[type[Settings], ...]) -> OneOf:
    tag = _tag(classes[0])
    members: list[tuple[str, type[Settings]]] = []
    for cls in classes:
        assert _tag(cls) == tag, f"{cls.__name__} is not told apart by {tag or 'its verb'}"
        members += [(word, cls) for word in _words(cls, tag)]
    return OneOf(tag, tuple(members))


def _tag(cls: type[Settings]) -> str:
    return next((tag for tag in TAGS if tag in cls.__dataclass_fields__), "")


def _words(cls: type[Settings], tag: str) -> tuple[str, ...]:
    """Return the words that choose `cls`: those of its tag, or the first field of its own."""
    first = next(iter(get_annotations(cls))).removesuffix("_")
    return tuple(get_args(get_type_hints(cls)[tag])) if tag else (first,)


def settings_in(hint: Hint) -> tuple[type[Settings], ...]:
    """Return the settings classes that `hint` can become, directly or inside lists and mappings."""
    match hint:
        case Record(cls=cls):
            return (cls,)
        case OneOf():
            return tuple(dict.fromkeys(cls for _, cls in hint.members))
        case Named(value=inner) | Many(item=inner) | Maybe(inner=inner):
            return settings_in(inner)
        case Row(items=options) | Either(options=options):
            return tuple(dict.fromkeys(cls for one in options for cls in settings_in(one)))
    return ()
