"""What every law shares: its sampler's face, and checks of its parameters.

A law is known by one set of parameters out of a few (`mean` and `cv`, or its own). Which sets there
are is the law's; that exactly one was given, and that numbers are numbers, is checked here.
"""

from collections.abc import Mapping
from dataclasses import fields
from math import isfinite
from typing import Any, Final, Protocol

from simlab.core.settings import Settings, require
from simlab.core.streams import Stream

LARGEST: Final = 1e100  # No time, size or count is larger; below it, no law leaves the floats.


class Sampler(Protocol):
    """Draws values of a law: immutable, and every value a pure function of its address."""

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        """Return the value at this address: finite, not negative.

        Args:
            stream: The numbers to draw from.
            request: Which request (or arrival, or start).
            offset: The first draw number to use. Only numbers from `offset` to less than
                `offset` + 2**19 are used, so values that are 2**20 apart never share one.
        """
        ...


class Fixed:
    """A sampler never changes, so a copy of it is itself."""

    __slots__ = ()

    def __deepcopy__(self, memo: dict[int, Any]) -> "Fixed":
        return self


def given(law: Settings) -> Mapping[str, float]:
    """Return the parameters of `law` that were given, by name; those that were not are None."""
    values = ((one.name, getattr(law, one.name)) for one in fields(law) if one.name != "dist")
    return {name: float(value) for name, value in values if value is not None}


def require_one_set(law: Settings, *sets: tuple[str, ...]) -> Mapping[str, float]:
    """Return the parameters of `law` that were given: exactly those of one of `sets`.

    Raises:
        ValueError: Too few or too many were given, or one is not a number that can be.
    """
    numbers = given(law)
    kind = type(law).__name__.lower()
    allowed = ", or ".join(" and ".join(one) for one in sets)
    require(
        any(sorted(one) == sorted(numbers) for one in sets),
        f"{kind} takes {allowed}; got {' and '.join(numbers) or 'neither'}",
    )
    require_number(**numbers)
    return numbers


def require_number(**values: float) -> None:
    """Raise ``ValueError`` naming the first of `values` that is not a number, or too large."""
    for name, value in values.items():
        require(isfinite(value), f"{name} must be a finite number, got {value:g}")
        require(abs(value) <= LARGEST, f"{name} must be at most {LARGEST:g}, got {value:g}")


def require_between(low: float, high: float, **values: float) -> None:
    """Raise ``ValueError`` naming the first of `values` that is not from `low` to `high`."""
    for name, value in values.items():
        require(low <= value <= high, f"{name} must be from {low:g} to {high:g}, got {value:g}")
