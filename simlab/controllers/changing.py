"""Changing a setting of a controller that runs: by name, from a closed list, checked as at birth.

Each settings class names in `CHANGEABLE` what may change; all else stays as it was built. A dot in
a name goes into a nested setting (`budget.per_call`). Beside numbers a field takes back the words
(`full`) and the nothing (None) that its annotation names, so that what it was at first can return.
"""

from dataclasses import Field, replace
from typing import Any, ClassVar, Literal, Protocol, TypeVar, get_args, get_origin

from simlab.core import require
from simlab.core.annotations import hints


class Changeable(Protocol):
    """Settings of which some can change while their controller runs."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    CHANGEABLE: ClassVar[tuple[str, ...]]


S = TypeVar("S", bound=Changeable)


def changed(settings: S, name: str, value: object) -> S:
    """Return `settings` with `name`, one of its `CHANGEABLE`, set to `value`.

    Raises:
        ValueError: The name is not on the list, or the settings do not bear the value.
    """
    known = ", ".join(settings.CHANGEABLE) or "nothing"
    require(
        name in settings.CHANGEABLE,
        f"{name} cannot change while a {type(settings).__name__} runs, only {known} can",
    )
    result: S = _with(settings, name, name.split("."), value)
    return result


def number(name: str, value: object) -> float:
    """Return `value` if it is a number. Raise ``ValueError`` if it is none."""
    if not isinstance(value, int | float):
        raise ValueError(f"{name} must be a number, got {value!r}")  # noqa: TRY004 (the user's)
    return value


def _with(settings: Any, name: str, steps: list[str], value: object) -> Any:
    require(settings is not None, f"{name} cannot change: there is none")
    head, *rest = steps
    before = getattr(settings, head)
    if rest:
        return replace(settings, **{head: _with(before, name, rest, value)})
    if (value is None or isinstance(value, str)) and value in words(hints(type(settings))[head]):
        return replace(settings, **{head: value})
    amount = number(name, value)
    counts = isinstance(before, int) and float(amount).is_integer()
    return replace(settings, **{head: int(amount) if counts else amount})


def words(annotation: Any) -> tuple[str | None, ...]:
    """Return what a field may be besides a number: its words, and None where it may be left out."""
    if annotation is type(None):
        return (None,)
    parts = get_args(annotation)
    if get_origin(annotation) is Literal:
        return parts
    return tuple(word for part in parts for word in words(part))
