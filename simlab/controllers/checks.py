"""Checks that several controllers' settings share, beside those of `simlab.core`."""

from math import isfinite

from simlab.core import require


def require_counts(least: int, **values: float) -> None:
    """Raise ``ValueError`` naming the first of `values` that is no whole number from `least` on."""
    for name, value in values.items():
        whole = isfinite(value) and value == int(value) and value >= least
        require(whole, f"{name} must be a whole number from {least} on, got {value:g}")


def require_percents(**values: float) -> None:
    """Raise ``ValueError`` naming the first of `values` that is not above 0 and at most 100."""
    for name, value in values.items():
        require(0 < value <= 100, f"{name} must be a percentage above 0, up to 100, got {value:g}")
