"""`simlab run`: one run, its summary and its timeline.

Longer than most: `run_command` hands the words of the command line on, a line for each.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    where = options.directory(out, document.name) if plot or out != options.RESULTS else None
    found = simlab.run(
        document,
        decides,
        seed=options.SEED if seed is None else seed,
        replication=replication,
        engine=engine,
        keep_requests=False,
    )
    picture = None if where is None or not plot else _plotted(found, where)
    kept = [] if where is None else _kept(found, where)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=1, allow_nan=False))
    else:
        click.echo(run_text(found, told, printing.width()))
    if picture is not None:
        click.echo(f"timeline: {picture}", err=as_json)
    for what, path in kept:
        click.echo(f"{what}: {path}", err=as_json)
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
    path = where / f"{_stem(found)}.png"
    save(timeline(found.record, found.world, title=title), path)
    return path


def _stem(found: "Run") -> str:
    named = (found.strategy or "none", str(found.seed), str(found.replication))
    return f"run-{'-'.join(named)}"


def _kept(found: "Run", where: Path) -> list[tuple[str, Path]]:
    """Save what loops did and learned, if they tell; return what is where."""
    from simlab.study.files import written

    documents: list[tuple[str, str, Any]] = []
    if found.record.cycles:
        documents.append(("traces", "traces.otlp.json", found.otlp()))
    for loop, known in found.knowledge.items():
        named = loop.replace("/", "-")
        documents.append((f"knowledge of {loop}", f"knowledge-{named}.json", known))
    kept = []
    for what, name, document in documents:
        path = where / f"{_stem(found)}-{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with written(path) as aside:
            aside.write_text(json.dumps(document, indent=1, allow_nan=False), encoding="utf-8")
        kept.append((what, path))
    return kept


def _judged(found: "Run", bounds: Sequence[values.Bound]) -> int:
    """Tell of every measure that is where it must not be; return the exit code."""
    measured = found.measures
    failures = [
        one.failure(value) for one in bounds if one.holds(value := measured.get(one.measure))
    ]
    for line in failures:
        click.echo(line, err=True)
    return 1 if failures else 0
