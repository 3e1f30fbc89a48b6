"""The heading: the `schema` line that every file begins with; and the writer's own keys."""

from typing import Final

from simlab.scenario.documents import EXPERIMENT, SCENARIO, STRATEGY
from simlab.scenario.nodes import Scalar, Table
from simlab.scenario.problems import Problems, nearest

SCHEMAS: Final = (SCENARIO, STRATEGY, EXPERIMENT)
OWN: Final = "x-"


def check_schema(table: Table, schema: str, problems: Problems) -> None:
    """Note it if the first key of `table` is not ``schema:``, or not `schema`."""
    first = next(iter(table.entries), "")
    node = table.get("schema")
    line = f"schema: {schema}"
    if node is None:
        problems.add(table.place, "", f"the first line must be {line!r}")
    elif not isinstance(node, Scalar) or node.text != schema:
        text = node.text if isinstance(node, Scalar) else ""
        problems.at(node, f"{text[:60]!r} came; allowed is {schema}{_why(text, schema)}")
    elif first != "schema":
        problems.add(table.entries["schema"].key, "schema", f"{line!r} must be the first line")


def _why(text: str, schema: str) -> str:
    family, _, version = schema.rpartition("/")
    if text in SCHEMAS:
        return f": this is a {text.split('/')[1]}, not a {schema.split('/')[1]}"
    if text.startswith(f"{family}/") and text > schema:
        return f"; simlab is too old for {text.removeprefix(family + '/')}: it knows {version}"
    return nearest(text, SCHEMAS)


def without_own(table: Table) -> Table:
    """Return `table` without the keys that the writer's own anchors live under (``x-...``)."""
    return table.without(*(key for key in table.entries if key.startswith(OWN)))
