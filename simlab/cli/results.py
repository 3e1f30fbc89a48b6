"""`simlab results`: what was found, listed, shown, exported."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from simlab.cli import printing
from simlab.cli.options import RESULTS
from simlab.cli.values import WrongError


@click.group("results")
def results_command() -> None:
    """Look at what was found.

    \b
    simlab results list
    simlab results show results/first-look
    simlab results export results/first-look --csv runs.csv
    """


@results_command.command("list")
@click.argument("directory", default=RESULTS, type=click.Path())
def list_command(directory: str) -> None:
    """List the experiments in and below DIRECTORY.

    \b
    simlab results list
    """
    from simlab.report import aligned
    from simlab.study import list_experiments

    found = list_experiments(directory)
    if not found:
        click.echo(f"{directory}: no experiments")
        return
    rows = [["experiment", "scenarios", "strategies", "runs done", "failed"]]
    for one in found:
        if not one.trouble:
            lists = (", ".join(_gathered(one.scenarios)), ", ".join(one.strategies))
            rows.append([one.name, *lists, f"{one.done} of {one.runs}", str(one.failed)])
    for line in aligned(rows, printing.width()) if len(rows) > 1 else ():
        click.echo(line)
    for one in found:
        if one.trouble:
            click.echo(one.trouble, err=True)


def _gathered(scenarios: Sequence[str]) -> list[str]:
    """Return the names of scenarios; the points of a sweep, ``NAME[...]``, as how many they are."""
    points = Counter(name.partition("[")[0] for name in scenarios if name.endswith("]"))
    plain = [name for name in scenarios if not name.endswith("]")]
    return [*plain, *(f"{name} ({count} points)" for name, count in points.items())]


@results_command.command("show")
@click.argument("experiment", type=click.Path())
@click.option("--scenario", default=None, help="Which of its scenarios, where it has several.")
@click.option("--json", "as_json", is_flag=True, help="The document that compare prints.")
def show_command(experiment: str, scenario: str | None, as_json: bool) -> None:
    """Show the answer that EXPERIMENT, a directory, holds so far.

    \b
    simlab results show results/first-look
    """
    from simlab.study import Store, comparison_of

    with Store.read(Path(experiment)) as store:
        answer = comparison_of(store, scenario)
    if as_json:
        click.echo(json.dumps(answer.to_json(), indent=1, allow_nan=False))
    else:
        click.echo(printing.answer(answer))


@results_command.command("export")
@click.argument("experiment", type=click.Path())
@click.option("--csv", "csv", default=None, type=click.Path(), help="A line for each run.")
@click.option("--json", "json_", default=None, type=click.Path(), help="An object for each run.")
@click.option("--parquet", default=None, type=click.Path(), help="A table; needs simlab[parquet].")
def export_command(
    experiment: str, csv: str | None, json_: str | None, parquet: str | None
) -> None:
    """Export the runs of EXPERIMENT, a directory: all measures of each.

    \b
    simlab results export results/first-look --csv runs.csv
    """
    from simlab.study import Store, export_csv, export_json, export_parquet

    wanted = [(csv, export_csv), (json_, export_json), (parquet, export_parquet)]
    if not any(path for path, _ in wanted):
        raise WrongError("results export: say where to: --csv, --json or --parquet FILE")
    with Store.read(Path(experiment)) as store:
        for path, export in wanted:
            if path:
                export(store, path)
                click.echo(path)
