"""`simlab run`: one run, its summary and its timeline.

Longer than most: `run_command` hands the words of the command line on, a line for each.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli import options, printing, values

if TYPE_CHECKING:
    from simlab.study import Run


@click.command("run")
@click.argument("scenario", type=click.Path())
@click.option("--strategy", default=None, help="A strategy of the scenario, or a strategy file.")
@click.option("--replication", type=click.IntRange(min=0), default=0, show_default=True,
              help="Which of the seed's replications.")  # fmt: skip
@click.option("--fail-on", "fail_on", multiple=True, metavar="MEASURE>VALUE",
              help="Exit with 1 if it holds, e.g. 'bad_share>1%'.")  # fmt: skip
@options.common
def run_command(
    scenario: str,
    strategy: str | None,
    replication: int,
    fail_on: tuple[str, ...],
    sets: tuple[str, ...],
    seed: int | None,
    measures: str | None,
    engine: str,
    out: str,
    plot: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run SCENARIO once: what it came to, and a picture of what happened over time.

    Without --strategy nothing decides: the system is left alone. The same seed and replication
    always give the same run. --json tells every measure, whatever --measures says.

    \b
    simlab run scenarios/flash-crowd.yaml --strategy hpa --set duration=20m
    simlab run scenarios/first-look.yaml --measures bad_share --fail-on 'bad_share>1%'
    """
    import simlab
    from simlab.report import run_text
    from simlab.study.measures import check_paths, names_of

    bounds = values.bounds(fail_on)
    told = values.words(measures, "--measures")
    document = options.loaded(scenario, sets)
    decides = None if strategy is None else options.strategy(strategy)
    names = names_of(document.resolve(decides))
    check_paths((*told, *(one.measure for one in bounds)), names)
    engine = options.engine(engine)
    where = options.directory(out, document.name) if plot else None
    found = simlab.run(
        document,
        decides,
        seed=options.SEED if seed is None else seed,
        replication=replication,
        engine=engine,
        keep_requests=False,
    )
    picture = None if where is None else _plotted(found, where)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=1, allow_nan=False))
    else:
        click.echo(run_text(found, told, printing.width()))
    if picture is not None:
        click.echo(f"timeline: {picture}", err=as_json)
    printing.note(options.chosen(engine, found.engine), quiet=quiet)
    if strategy is None and document.strategies:
        there = ", ".join(document.strategies)
        printing.note(f"no --strategy, so nothing decides; there are {there}", quiet=quiet)
    return _judged(found, bounds)


def _plotted(found: "Run", where: Path) -> Path:
    """Save the timeline, and return where."""
    from simlab.report import save, timeline

    strategy = found.strategy or "no strategy"
    title = f"{found.scenario}, {strategy}: seed {found.seed}, replication {found.replication}"
    named = (found.strategy or "none", str(found.seed), str(found.replication))
    path = where / f"run-{'-'.join(named)}.png"
    save(timeline(found.record, found.world, title=title), path)
    return path


def _judged(found: "Run", bounds: Sequence[values.Bound]) -> int:
    """Tell of every measure that is where it must not be; return the exit code."""
    measured = found.measures
    failures = [
        one.failure(value) for one in bounds if one.holds(value := measured.get(one.measure))
    ]
    for line in failures:
        click.echo(line, err=True)
    return 1 if failures else 0
