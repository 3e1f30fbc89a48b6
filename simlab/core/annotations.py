"""Unit marks of settings' fields, for whoever reads quantities from text or names them."""

from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from simlab.core.units import Unit


def hints(kind: type) -> dict[str, Any]:
    """Return the annotations of a settings class, with their unit marks."""
    return _hints(kind)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def unit_of(kind: type, field: str) -> Unit:
    """Return the unit mark of a field; that of a plain number where it bears none."""
    found = _unit(hints(kind).get(field))
    return Unit("number") if found is None else found


def _unit(annotation: Any) -> Unit | None:
    if get_origin(annotation) is Annotated:
        for mark in annotation.__metadata__:
            if isinstance(mark, Unit):
                return mark
    for part in get_args(annotation):
        found = _unit(part)
        if found is not None:
            return found
    return None
