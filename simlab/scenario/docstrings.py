"""Docstrings: what settings classes say of themselves and their fields, for people who write files.

A class's docstring is one sentence or more, then `Args:` with one entry for each field; what a base
class says of its fields holds for its heirs.
"""

import re
from collections.abc import Mapping
from inspect import cleandoc

from simlab.core import Settings

_ENTRY = re.compile(r" {4}([A-Za-z_][\w, ]*): (.*)")


def summary_of(cls: type[Settings]) -> str:
    """Return what `cls` says before its fields, as one paragraph."""
    text = cleandoc(cls.__doc__ or "").split("\nArgs:\n", maxsplit=1)[0]
    return " ".join(text.split())


def meanings_of(cls: type[Settings]) -> Mapping[str, str]:
    """Return what `cls` and its bases say of fields, by the fields' Python names."""
    meanings: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Settings):
            meanings |= _entries(cleandoc(base.__doc__ or ""))
    return meanings


def _entries(text: str) -> dict[str, str]:
    _, _, args = text.partition("\nArgs:\n")
    entries: dict[str, str] = {}
    names: list[str] = []
    for line in args.splitlines():
        match = _ENTRY.fullmatch(line)
        if match:
            names = [name.strip() for name in match[1].split(",")]
            entries |= dict.fromkeys(names, match[2])
        elif line.startswith("     "):
            entries |= {name: f"{entries[name]} {line.strip()}" for name in names}
        else:
            break
    return entries
