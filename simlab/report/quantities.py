"""Quantities as people read them: shares in percent, short times in milliseconds, three figures."""

from collections.abc import Iterable
from math import isfinite


def scale_of(values: Iterable[float | None], unit: str) -> tuple[float, str]:
    """Return what to multiply all of `values` by, and the unit to write then.

    >>> scale_of([0.2, 0.01], "s"), scale_of([0.02], "ratio"), scale_of([12.0], "h")
    ((1000.0, 'ms'), (100.0, '%'), (1.0, 'h'))
    """
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    if unit == "ratio":
        return 100.0, "%"
    if unit == "s":
        return (1000.0, "ms") if largest < 1.0 else (1.0, "s")
    return 1.0, "" if unit == "1" else unit


def figures(value: float | None) -> str:
    """Return `value` in at most four figures, without an exponent where people need none.

    >>> figures(0.012345), figures(123456.0), figures(12.0), figures(None), figures(0.0000012)
    ('0.01235', '123,456', '12', '-', '1.2e-06')
    """
    if value is None or not isfinite(value):
        return "-"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.4g}"
    return text if "e" not in text or size < 1e-4 else f"{value:.4f}"


def human(value: float | None, unit: str) -> str:
    """Return one value with its unit.

    >>> human(0.0123, "s"), human(0.5, "ratio"), human(3.0, "1"), human(None, "s")
    ('12.3 ms', '50 %', '3', '-')
    """
    if value is None:
        return "-"
    factor, word = scale_of([value], unit)
    return f"{figures(value * factor)} {word}".rstrip()


def clock(seconds: float) -> str:
    """Return a time from the start of a run as people say it.

    >>> clock(90.0), clock(7200.0), clock(12.5)
    ('1m30s', '2h', '12.5s')
    """
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{int(hours)}h" if hours else "", f"{int(minutes)}m" if minutes else ""]
    parts.append(f"{rest:g}s" if rest or seconds == 0 else "")
    return "".join(parts)
