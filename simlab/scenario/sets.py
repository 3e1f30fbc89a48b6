"""Sets: values given by path, on the command line, in an experiment, or from Python.

    --set services.cart.replicas=4        --set 'links.web->cart.timeout=200ms'

A value goes where its path leads after defaults and selectors are resolved, before the strategy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simlab.core import FileError, Problem, UserError
from simlab.scenario.compose import compose_value
from simlab.scenario.nodes import Node, Place, Source
from simlab.scenario.paths import At, PathError, put, steps_of
from simlab.scenario.problems import Problems


@dataclass(frozen=True, slots=True)
class Set:
    """A value for a path, and where it was given."""

    path: str
    steps: tuple[str, ...]
    value: Node
    place: Place

    def put(self, root: At, steps: Sequence[str], problems: Problems) -> Node:
        """Return the tree of `root` with the value at `steps`; if that fails, as it was."""
        try:
            return put(root, steps, self.value)
        except PathError as error:
            problems.add(self.place, "", str(error))
            assert root.node is not None, "values are set in trees that are there"
            return root.node


def split_argument(argument: str) -> tuple[str, str]:
    """Return path and value of a command line's ``PATH=VALUE``.

    Raises:
        UserError: There is no ``=``; a shell may have taken what followed a ``>``.
    """
    path, equals, value = argument.partition("=")
    if equals and path.strip():
        return path.strip(), value.strip()
    hint = ""
    if argument.endswith("-"):
        hint = f"; a shell takes > for itself, so put quotes around it: '{argument}>...=...'"
    raise UserError(f"--set {argument}: must be PATH=VALUE{hint}")


def read_set(path: str, text: str, base: str | Path, *, flag: str = "--set") -> Set:
    """Return the value `text`, in YAML, for `path`.

    Args:
        path: Where it goes.
        text: What it is.
        base: What relative file names in it count from.
        flag: What it came with, for errors.

    Raises:
        FileError: `path` is no path, or `text` no YAML.
    """
    source = Source(f"{flag} {path}", str(Path(base).absolute()), lined=False)
    node = compose_value(text, source, path)
    if node is None:
        raise FileError([Problem(source.label, "", "no value came; write none to remove it")])
    return located_set(path, node, Place(source))


def located_set(path: str, node: Node, place: Place) -> Set:
    """Return `node` as the value for `path`; a `FileError` if it is no path."""
    try:
        return Set(path, steps_of(path), node, place)
    except PathError as error:
        raise FileError([Problem(str(place), "", str(error))]) from None
