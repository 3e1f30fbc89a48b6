"""`simlab schema` and `simlab list`: what the language knows."""

import json
from pathlib import Path
from textwrap import shorten
from typing import get_args

import click

from simlab.cli import printing

NOTHING = [["none", "in ./scenarios"]]


@click.command("schema")
@click.argument("kind", type=click.Choice(["scenario", "strategy", "experiment", "system"]))
def schema_command(kind: str) -> None:
    """Print the JSON Schema of KIND of file, for editors.

    \b
    simlab schema scenario > scenario-v1.json
    """
    from simlab.scenario import schema

    click.echo(json.dumps(schema(kind), indent=1))


@click.command("list")
@click.argument(
    "what",
    type=click.Choice(["controllers", "faults", "loads", "distributions", "measures", "scenarios"]),
)
def list_command(what: str) -> None:
    """List WHAT there is, each with a line about it.

    Of measures: whether less (-) or more (+) is better, the unit, the formula; those of a source,
    service or link are named by it: services.web.replica_hours. Scenarios are those in ./scenarios.

    \b
    simlab list measures
    simlab list controllers
    """
    makers = {"measures": _measures, "scenarios": _scenarios}
    rows = makers[what]() if what in makers else _kinds(what)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    terminal = printing.width()
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        line = "  ".join([*cells, row[-1]])
        click.echo(line if terminal is None else _cut(line, terminal))


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _kinds(what: str) -> list[list[str]]:
    from simlab import controllers, core, faults
    from simlab.load import ShapeSettings

    unions = {
        "controllers": (
            controllers.LoopSettings,
            controllers.BreakerSettings,
            controllers.BalancerSettings,
            controllers.RetrySettings,
        ),
        "faults": (faults.FaultSettings,),
        "loads": (ShapeSettings,),
        "distributions": (core.DistributionSettings,),
    }[what]
    return [_row(kind) for union in unions for kind in get_args(union) or (union,)]


def _row(kind: type) -> list[str]:
    """Return the word that chooses a settings class, and its first sentence."""
    fields = getattr(kind, "__dataclass_fields__", {})
    word = next(fields[name].default for name in ("kind", "dist") if name in fields)
    about = (kind.__doc__ or "").strip().partition("\n\n")[0]
    return [str(word), " ".join(about.split())]


def _measures() -> list[list[str]]:
    from simlab.study import MEASURES

    sign = {"less": "(-)", "more": "(+)", None: "( )"}
    return [[one.name, sign[one.better], one.unit, one.formula] for one in MEASURES.values()]


def _scenarios() -> list[list[str]]:
    from simlab.core import UserError
    from simlab.scenario import load

    rows = []
    for path in sorted(Path("scenarios").glob("*.yaml")):
        try:
            rows.append([str(path), shorten(load(path).about, 200, placeholder=" …")])
        except UserError:
            rows.append([str(path), "has errors: see `simlab check`"])
    return rows or NOTHING
