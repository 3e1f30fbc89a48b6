"""Quantities as people read them: shares in percent, short times in milliseconds, few figures.

A mean is told as finely as its interval allows: two figures of half the interval's width.
"""

from collections.abc import Iterable
from math import floor, isfinite, log10

FIGURES = 4  # Of a number that stands alone.
MOST = 6  # Of a mean, however narrow its interval.


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
    text = f"{value:.{FIGURES}g}"
    return text if "e" not in text or size < 1e-4 else f"{value:.4f}"


def interval(mean: float | None, low: float | None, high: float | None) -> str:
    """Return a mean with its interval, as finely as the interval allows.

    >>> interval(161.31, 158.02, 164.6), interval(12345.6, 12000.0, 12691.2)
    ('161.3 [158.0, 164.6]', '12,346 [12,000, 12,691]')
    >>> interval(1.05, 1.05, 1.05), interval(1.05, None, None)
    ('1.05 [1.05, 1.05]', '1.05')
    """
    if mean is None or low is None or high is None:
        return figures(mean)
    half = (high - low) / 2
    if half == 0:
        return f"{figures(mean)} [{figures(low)}, {figures(high)}]"
    most = MOST - 1 - _exponent(mean) if mean else MOST
    places = max(0, min(1 - _exponent(half), most))
    return f"{mean:,.{places}f} [{low:,.{places}f}, {high:,.{places}f}]"


def _exponent(value: float) -> int:
    return floor(log10(abs(value)))


def human(value: float | None, unit: str) -> str:
    """Return one value with its unit.

    >>> human(0.0123, "s"), human(0.5, "ratio"), human(3.0, "1"), human(None, "s")
    ('12.3 ms', '50 %', '3', '-')
    """
    if value is None:
        return "-"
    factor, word = scale_of([value], unit)
    return f"{figures(value * factor)} {word}".rstrip()


def headed(name: str, word: str) -> str:
    """Return the head of what is told of a measure: its name, and the unit, if there is one.

    >>> headed("latency_p99", "ms"), headed("requests", "")
    ('latency_p99 (ms)', 'requests')
    """
    return f"{name} ({word})" if word else name


def clock(seconds: float) -> str:
    """Return a time from the start of a run as people say it.

    >>> clock(90.0), clock(7200.0), clock(12.5), clock(93600.0)
    ('1m30s', '2h', '12.5s', '1d2h')
    """
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    whole = (f"{int(n)}{unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if n)
    return "".join([*whole, f"{rest:g}s" if rest or seconds == 0 else ""])


def short(seconds: float) -> str:
    """Return a short time as an axis says it.

    >>> short(0.0005), short(0.25), short(20.0)
    ('0.5 ms', '250 ms', '20 s')
    """
    return f"{seconds * 1000:g} ms" if seconds < 1 else f"{seconds:g} s"
