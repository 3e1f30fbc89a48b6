"""Settings: frozen values that say how a thing should behave, checked when they are made."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of every settings class; a file may name its fields and no others.

    A field whose name is a Python keyword ends in an underscore (`else_`); files write it without.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # A value: forks of a world share it.


def require(condition: bool, message: str) -> None:
    """Raise ``ValueError(message)`` unless `condition` holds."""
    if not condition:
        raise ValueError(message)


def require_positive(**values: float) -> None:
    """Raise ``ValueError`` naming the first of `values` that is not a positive finite number."""
    for name, value in values.items():
        require(isfinite(value) and value > 0, f"{name} must be positive, got {value:g}")


def require_not_negative(**values: float) -> None:
    """Raise ``ValueError`` naming the first of `values` that is negative or not finite."""
    for name, value in values.items():
        require(isfinite(value) and value >= 0, f"{name} must not be negative, got {value:g}")


def require_share(**values: float) -> None:
    """Raise ``ValueError`` naming the first of `values` that is not in [0, 1]."""
    for name, value in values.items():
        require(
            0 <= value <= 1, f"{name} must be a share from 0 to 1 (0 % to 100 %), got {value:g}"
        )
