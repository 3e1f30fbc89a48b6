"""Patterns: what scalars look like, for the JSON Schema: numbers as they are, the rest as text.

They follow `units` and `names`, by which files are read: a test compares them on many words. What
no pattern can say (90m, 1h90m, a whole number in quotes) is left to the reader.
"""

from typing import Any, Final

from simlab.scenario.names import NAME
from simlab.scenario.units import DURATIONS, NUMBER, PER, SIZES


def _one_of(words: Any) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_DURATION: Final = rf"{NUMBER} ?({_one_of(DURATIONS)})"
_PART: Final = rf"[0-9]+(\.[0-9]+)?({_one_of(DURATIONS)})"
_RATE: Final = rf"/({_one_of(PER)})"
_SIZE: Final = rf"{NUMBER}( ?({_one_of(SIZES)}))?"
_WHOLE: Final = NUMBER.removeprefix("-?")

PATTERNS: Final = {
    "duration": rf"{NUMBER}|{_DURATION}|({_PART}){{2,}}",
    "whole_seconds": rf"{NUMBER}|{_DURATION}|({_PART}){{2,}}",
    "rate": rf"{NUMBER}( ?{_RATE})?",
    "size": _SIZE,
    "size_rate": rf"{NUMBER}|{_SIZE}{_RATE}",
    "cores": rf"{NUMBER}( ?m)?",
    "share": rf"{NUMBER}( ?%)?",
    "percent": rf"{NUMBER}( ?%)?",
    "count": _WHOLE,
    "whole": NUMBER,
    "limit": rf"{_WHOLE}|unlimited",
    "number": NUMBER,
    "name": NAME,
    "operation": rf"{NAME}\.{NAME}",
    "link": rf"{NAME}->{NAME}",
    "loop": rf"{NAME}(/{NAME})?",
    "selector": rf"{NAME}(->{NAME})?",
}

WHOLE: Final = ("count", "whole", "limit", "whole_seconds")
TEXTS: Final = ("name", "operation", "link", "loop", "selector")


def scalar(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a scalar of `kind`."""
    if kind == "tree":
        return {}
    if kind == "setting":
        return {"type": ["number", "string"]}
    if kind not in PATTERNS:
        return {"type": "string", "minLength": 1}
    text = {"type": "string", "pattern": f"^({PATTERNS[kind]})$"}
    if kind in TEXTS:
        return text
    number: dict[str, Any] = {"type": "integer" if kind in WHOLE else "number"}
    if kind in ("count", "limit"):
        number["minimum"] = 0
    return {"anyOf": [number, text]}
