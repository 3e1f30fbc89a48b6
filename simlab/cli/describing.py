"""`simlab schema` and `simlab list`: what the language knows."""

import json
from pathlib import Path
from typing import get_args

import click


@click.command("schema")
@click.argument("kind", type=click.Choice(["scenario", "strategy", "experiment"]))
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

    \b
    simlab list measures
    """
    makers = {"measures": _measures, "scenarios": _scenarios}
    rows = makers[what]() if what in makers else _kinds(what)
    width = max(len(row[0]) for row in rows)
    for first, *rest in rows:
        click.echo(f"{first.ljust(width)}  {'  '.join(rest)}")


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
    fields = getattr(kind, "__dataclass_fields__", {})
    word = next(
        (fields[name].default for name in ("kind", "dist") if name in fields), kind.__name__
    )
    about = (kind.__doc__ or "").strip().splitlines()[0]
    return [str(word), about]


def _measures() -> list[list[str]]:
    from simlab.study import MEASURES

    sign = {"less": "(-)", "more": "(+)", None: "( )"}
    return [[one.name, sign[one.better], one.unit, one.formula] for one in MEASURES.values()]


def _scenarios() -> list[list[str]]:
    from simlab.core import FileError
    from simlab.scenario import load

    rows = []
    for path in sorted(Path("scenarios").glob("*.yaml")):
        try:
            rows.append([str(path), load(path).about])
        except FileError:
            rows.append([str(path), "cannot be read: see simlab check"])
    return rows or [["none", "in ./scenarios"]]
