"""Spelling: values as files write them, for defaults in documents and for messages."""

from collections.abc import Mapping
from math import inf
from typing import Any, Final

from simlab.core import Constant, Settings
from simlab.scenario.hints import TAGS, Hint, Maybe, Word, fields_of
from simlab.scenario.units import SIZES, spell

_SIZES: Final = ("Ti", "Gi", "Mi", "Ki")


def spelled(value: Any, hint: Hint, quantity: str = "duration") -> str:
    """Return `value`, which a field of `hint` holds, as a file would write it.

    >>> spelled(0.25, Word("duration")), spelled(inf, Word("limit")), spelled(0.05, Word("share"))
    ('250ms', 'unlimited', '5%')
    """
    if isinstance(hint, Maybe):
        return "none" if value is None else spelled(value, hint.inner, quantity)
    match value:
        case bool():
            return str(value).lower()
        case Settings():
            return _settings(value)
        case Mapping() | tuple():
            return _many(value, hint, quantity)
        case str():
            return value
    kind = hint.kind if isinstance(hint, Word) else "number"
    return _number(value, quantity if kind == "quantity" else kind)


def _number(value: float, kind: str) -> str:
    if value == inf:
        return "unlimited"
    if kind in ("duration", "whole_seconds"):
        return spell(value)
    if kind == "share":
        return f"{100 * value:.10g}%"
    if kind == "size":
        unit = next((one for one in _SIZES if value >= SIZES[one] and value % SIZES[one] == 0), "")
        return f"{value / SIZES[unit]:g}{unit}" if unit else f"{value:g}"
    return f"{value:.10g}{'/s' if kind == 'rate' else ''}"


def _settings(value: Settings) -> str:
    if isinstance(value, Constant):
        return spell(value.value)
    words = []
    for key, field in fields_of(type(value)).items():
        mine = getattr(value, field.name)
        if key in TAGS or field.required or mine != field.default:
            words.append(f"{key}: {spelled(mine, field.hint)}")
    return f"{{{', '.join(words)}}}"


def _many(value: Any, hint: Hint, quantity: str) -> str:
    inner = getattr(hint, "item", getattr(hint, "value", Word("text")))
    if isinstance(value, Mapping):
        pairs = (f"{key}: {spelled(one, inner, quantity)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    return f"[{', '.join(spelled(one, inner, quantity) for one in value)}]"
