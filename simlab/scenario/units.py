"""Units: the text of a scalar becomes a number in SI units, by the kind of its field.

    duration   250ms 2s 5m 1h 30d 1h30m      rate    120/s 30/min       share   5% 0.05
    size       512Mi 2Gi 500MB               cores   2 500m             limit   64 unlimited
    percent    50 50%  (a product's)         count   3 1e3              number  0.5 1e3

Rule 1: a bare number is SI. Rule 2: a unit of the wrong kind is an error, never a guess.
Rule 3: what YAML 1.1 or a spreadsheet would misread (010, 1_000, 0x1F, dates, nan) is refused.
"""

import re
from collections.abc import Mapping
from math import inf, isfinite
from typing import Final, TypeVar

T = TypeVar("T")


class MisusedError(ValueError):
    """A unit of the right kind, used in a way that misleads."""


MOST_WHOLE: Final = 2**53

# What a unit multiplies by, and what it divides by: a millisecond has no exact float.
DURATIONS: Final = {
    "d": (86400.0, 1.0), "h": (3600.0, 1.0), "m": (60.0, 1.0), "s": (1.0, 1.0),
    "ms": (1.0, 1e3), "us": (1.0, 1e6), "ns": (1.0, 1e9),
}  # fmt: skip
PER: Final = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
SIZES: Final = {
    "B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40,
}  # fmt: skip

NUMBER: Final = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_NUMBER: Final = re.compile(NUMBER)
_WITH_UNIT: Final = re.compile(rf"({NUMBER}) ?([A-Za-z%/]+)")
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([a-z]+)")
_COMPOUND: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?[a-z]+){2,}")


def number(text: str) -> float:
    """Return the finite number that `text` is; `ValueError` if it is none."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number{_why(text)}")
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text!r} is too large")
    return value


def is_number(text: str) -> bool:
    """Return whether `text` is a number without a unit."""
    return _NUMBER.fullmatch(text) is not None


def _why(text: str) -> str:
    if re.fullmatch(r"-?0[0-9]+", text):
        return " (a leading zero: write it without)"
    if re.fullmatch(r"-?[0-9][0-9_]*", text):
        return " (write it without _)"
    if re.fullmatch(r"-?0[xob][0-9A-Fa-f]+", text):
        return " (write it in decimals)"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*", text):
        return " (a date; times count from the start of the run)"
    if re.fullmatch(r"\+.+|-?\.[0-9]+|-?[0-9]+\.", text):
        return " (write it as 0.5 or 5)"
    return ""


def duration(text: str) -> float:
    """Return the seconds of `text`: one number with a unit, or several from large to small."""
    if _COMPOUND.fullmatch(text):
        return _compound(text)
    value, unit = _split(text)
    if unit == "":
        return value
    times, parts = _of(DURATIONS, unit, text)
    seconds = value * times / parts
    if unit == "m" and value > 60:
        raise MisusedError(f"{text!r}: m is minutes, and only up to 60m; write {spell(seconds)}")
    return seconds


def _compound(text: str) -> float:
    total, last = 0.0, inf
    for amount, unit in _PART.findall(text):
        times, parts = _of(DURATIONS, unit, text)
        size, part = times / parts, float(amount) * times / parts
        if part >= last:
            raise MisusedError(f"{text!r}: parts go from large to small, each less than the last")
        total, last = total + part, size
    return total


def spell(seconds: float) -> str:
    """Return `seconds` as people write it.

    >>> spell(5400), spell(2592000), spell(0.25), spell(90), spell(0.0004), spell(0)
    ('1h30m', '30d', '250ms', '1m30s', '0.4ms', '0s')
    """
    if seconds < 0:
        return f"-{spell(-seconds)}"
    if seconds and seconds % 86400 == 0:
        return f"{seconds / 86400:g}d"
    parts, rest = "", seconds
    for unit, length in (("h", 3600), ("m", 60)):
        whole, rest = divmod(rest, length)
        parts += f"{whole:g}{unit}" if whole else ""
    if 0 < rest < 1:
        return f"{parts}{1e3 * rest:.6g}ms"
    return f"{parts}{rest:.9g}s" if rest or not parts else parts


def rate(text: str) -> float:
    """Return the events per second of `text`."""
    value, unit = _split(text)
    return value / _of(PER, unit[1:], text) if unit.startswith("/") else _bare(value, unit, text)


def size(text: str) -> float:
    """Return the bytes of `text`."""
    value, unit = _split(text)
    return value * _of(SIZES, unit, text) if unit else value


def size_rate(text: str) -> float:
    """Return the bytes per second of `text`."""
    amount, slash, per = text.partition("/")
    return size(amount) / _of(PER, per, text) if slash else _bare(*_split(text), text)


def cores(text: str) -> float:
    """Return the cores of `text`; ``500m`` is half a core."""
    value, unit = _split(text)
    return value / 1000 if unit == "m" else _bare(value, unit, text)


def share(text: str) -> float:
    """Return the ratio of `text`; ``5%`` is 0.05."""
    value, unit = _split(text)
    return value / 100 if unit == "%" else _bare(value, unit, text)


def percent(text: str) -> float:
    """Return the percentage of `text`, as products write it: ``50`` and ``50%`` are 50."""
    value, unit = _split(text)
    return value if unit == "%" else _bare(value, unit, text)


def count(text: str) -> int:
    """Return the whole number, from 0 on, of `text`."""
    value = number(text)
    if value < 0 or value != int(value):
        raise ValueError(f"{text!r} is not a whole number from 0 on")
    if value > MOST_WHOLE:
        raise ValueError(f"{text!r} is too large")
    return int(value)


def whole(text: str) -> int:
    """Return the whole number of `text`; it may be negative."""
    return -count(text[1:]) if text.startswith("-") else count(text)


def limit(text: str) -> float:
    """Return the whole number of `text`, or infinity for ``unlimited``."""
    return inf if text == "unlimited" else float(count(text))


def whole_seconds(text: str) -> int:
    """Return the whole seconds of `text`, which may have a unit."""
    value = duration(text)
    if value != int(value):
        raise ValueError(f"{text!r} is not a whole number of seconds")
    return int(value)


def _split(text: str) -> tuple[float, str]:
    match = _WITH_UNIT.fullmatch(text)
    return (number(match[1]), match[2]) if match else (number(text), "")


def _of(units: Mapping[str, T], unit: str, text: str) -> T:
    if unit not in units:
        raise ValueError(f"{text!r} has a unit that is not one of {', '.join(units)}")
    return units[unit]


def _bare(value: float, unit: str, text: str) -> float:
    if unit:
        raise ValueError(f"{text!r} has a unit that does not belong here")
    return value
