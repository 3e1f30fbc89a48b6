"""Kinds: how the text of each kind of scalar is read, and how to say what is allowed."""

from collections.abc import Callable, Mapping
from typing import Final

from simlab.scenario import units

PARSERS: Final[Mapping[str, Callable[[str], float]]] = {
    "duration": units.duration,
    "rate": units.rate,
    "size": units.size,
    "size_rate": units.size_rate,
    "cores": units.cores,
    "share": units.share,
    "percent": units.percent,
    "count": units.count,
    "whole": units.whole,
    "limit": units.limit,
    "number": units.number,
    "whole_seconds": units.whole_seconds,
}

EXPECTED: Final[Mapping[str, str]] = {
    "duration": "a duration such as 250ms, 2s, 5m or 1h30m (a bare number is seconds)",
    "rate": "a rate such as 120/s or 30/min (a bare number is per second)",
    "size": "a size such as 512Mi, 2Gi or 500MB (a bare number is bytes)",
    "size_rate": "a size over time such as 2Mi/s or 10MB/min (a bare number is bytes per second)",
    "cores": "cores such as 2, 0.5 or 500m",
    "share": "a share such as 5% or 0.05",
    "percent": "a percentage such as 50 or 50%",
    "count": "a whole number from 0 on",
    "whole": "a whole number",
    "limit": "a whole number from 0 on, or unlimited",
    "number": "a number without a unit",
    "whole_seconds": "whole seconds such as 300 or 5m",
}

# Where a quantity is not a duration: by the field above the distribution.
QUANTITIES: Final = {"carries": "number"}

_TELLING: Final = {
    "duration": "a duration", "rate": "a rate", "size": "a size", "size_rate": "a size over time",
    "share": "a share", "cores": "a number of cores", "limit": "a limit",
}  # fmt: skip


def parse(kind: str, text: str) -> float:
    """Return the number that `text` is for a field of `kind`, in SI units.

    Raises:
        ValueError: It is none; the message says what came and what is allowed.
    """
    try:
        return PARSERS[kind](text)
    except units.MisusedError:
        raise
    except ValueError as error:
        other = next((name for name in _TELLING if name != kind and _is(name, text)), None)
        came = f"{text!r} is {_TELLING[other]}" if other else str(error)
        raise ValueError(f"{came}; allowed is {EXPECTED[kind]}") from None


def _is(kind: str, text: str) -> bool:
    """Return whether `text` has a unit of `kind`."""
    try:
        PARSERS[kind](text)
    except ValueError:
        return False
    return not units.is_number(text)
