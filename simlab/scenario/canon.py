"""Canonical: a world as plain data, the same for all texts that say the same: a part of runs' keys.

Rule 1: every field is there, defaults too, so that a changed default is a changed world.
Rule 2: mappings are lists of pairs in their order: at one instant what is named first comes first.
Rule 3: a file is the sha256 of its content, never its path. Infinity is `unlimited`.
Rule 4: whole numbers are written without a point, so that 600 and 600.0 are one.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Any

from simlab.core import Settings, UserError
from simlab.scenario.hints import Field, Maybe, Word, fields_of

EXACT = 2**53  # Up to here floats count every whole number.


def canonical(world: Settings) -> dict[str, Any]:
    """Return `world` as JSON can hold it.

    Raises:
        UserError: A file that it reads cannot be read any more.
    """
    return {key: _field(field, world) for key, field in fields_of(type(world)).items()}


def digest(world: Settings) -> str:
    """Return the sha256 of the canonical form of `world`, in hexadecimal digits."""
    text = json.dumps(canonical(world), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _field(field: Field, owner: Settings) -> Any:
    value = getattr(owner, field.name)
    if value is not None and field.hint in (Word("file"), Maybe(Word("file"))):
        return f"sha256:{_content(value)}"
    return _plain(value)


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str():
            return value
        case Settings():
            return canonical(value)
        case Mapping():
            return [[key, _plain(one)] for key, one in value.items()]
        case tuple():
            return [_plain(one) for one in value]
    if value == inf:
        return "unlimited"
    return int(value) if value == int(value) and abs(value) < EXACT else float(value)


def _content(path: str) -> str:
    try:
        return sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
