"""The heading: the `schema` line that every file begins with; and the writer's own keys."""

from typing import Final

from simlab.scenario.documents import EXPERIMENT, SCENARIO, STRATEGY, SYSTEM
from simlab.scenario.nodes import Scalar, Table, said
from simlab.scenario.problems import Problems, nearest

SCHEMAS: Final = (SCENARIO, STRATEGY, EXPERIMENT, SYSTEM)
OWN: Final = "x-"


def body_of(table: Table, schema: str, problems: Problems) -> Table:
    """Return what `table` says below its heading, which must be `schema`.

    Without the keys that the writer's own anchors live under (``x-...``). What has no heading is
    noted, and read as if it had.

    Raises:
        FileError: It says that it is something else, so that there is no telling what is right.
    """
    _check(table, schema, problems)
    place = table.entries["schema"].value.place if "schema" in table.entries else table.place
    own = (key for key in table.entries if key.startswith(OWN))
    return table.without(*own).with_entry("schema", Scalar(place, "schema", schema))


def _check(table: Table, schema: str, problems: Problems) -> None:
    """Note it if the first key of `table` is not ``schema:``, or not `schema`."""
    first = next(iter(table.entries), "")
    node = table.get("schema")
    line = f"schema: {schema}"
    if node is None:
        problems.add(table.place, "", f"the first line must be {line!r}")
    elif not isinstance(node, Scalar) or node.text != schema:
        text = node.text if isinstance(node, Scalar) else ""
        problems.at(node, f"{said(node)} came; allowed is {schema}{_why(text, schema)}")
        problems.check()
    elif first != "schema":
        problems.add(table.entries["schema"].key, "schema", f"{line!r} must be the first line")


def _why(text: str, schema: str) -> str:
    family, _, version = schema.rpartition("/")
    if text in SCHEMAS:
        return f": this file says that it is a {text.split('/')[1]}"
    if text.startswith(f"{family}/") and text > schema:
        return f"; simlab is too old for {text.removeprefix(family + '/')}: it knows {version}"
    return nearest(text, SCHEMAS)
