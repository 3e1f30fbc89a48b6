"""Make: settings from values that are valid each; what is wrong between them is told at a field."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from simlab.core import FileError, Settings
from simlab.load import TraceSettings
from simlab.scenario.hints import Maybe, Word, fields_of
from simlab.scenario.nodes import Place, Table, join
from simlab.scenario.problems import Problems

T = TypeVar("T", bound=Settings)


def make(cls: type[T], values: Mapping[str, Any], node: Table, problems: Problems) -> T | None:
    """Return `cls` made of `values`; None, with a problem noted, if it refuses them.

    Settings refuse with a ``ValueError`` that begins with the name of the field to mend. Extreme
    numbers may also overflow a formula: they are refused as well.
    """
    try:
        return _read(cls(**values))
    except FileError as error:
        _tell(error, node, problems)
        return None
    except ValueError as error:
        message = str(error)
    except ArithmeticError as error:
        message = f"these numbers cannot be computed with ({str(error) or type(error).__name__})"
    key = _named_in(message, cls, values)
    entry = node.entries.get(key)
    if not key:
        problems.add(_blamed(node), node.path, message)
    elif entry is None:
        problems.add(node.place, join(node.path, key), message)
    else:
        problems.add(entry.value.place, entry.value.path, message)
    return None


def _read(made: T) -> T:
    """Return `made`, having read the recorded load that it names, if it does."""
    if isinstance(made, TraceSettings):
        made.read()
    return made


def _blamed(node: Table) -> Place:
    """Return the place to mend: of the value set by path that came in last, else of the mapping."""
    places = [entry.value.place for entry in node.entries.values()]
    return next((one for one in reversed(places) if not one.source.lined), node.place)


def _tell(error: FileError, node: Table, problems: Problems) -> None:
    """Note what is wrong in the file that `node` names, line by line."""
    file = node.get("file") or node
    for problem in error.problems:
        problems.at(file, str(problem))


def _named_in(message: str, cls: type[Settings], values: Mapping[str, Any]) -> str:
    """Return the key of the field that `message` begins with; empty where it names none."""
    word = re.match(r"[A-Za-z_]\w*", message)
    first = word[0] if word else ""
    for field in fields_of(cls).values():
        if first in (field.name, field.key):
            return field.key
        value = values.get(field.name)
        is_file = field.hint in (Word("file"), Maybe(Word("file")))
        if is_file and value and message.startswith(value):
            return field.key
    return ""
