"""`simlab run`: one run, its summary and its timeline.

Longer than most: `run_command` hands the words of the command line on, a line for each.
"""

import json
from typing import TYPE_CHECKING

import click

from simlab.cli import options

if TYPE_CHECKING:
    from simlab.scenario import Strategy


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
    engine: str,
    out: str,
    plot: bool,
    as_json: bool,
) -> int:
    """Run SCENARIO once.

    \b
    simlab run scenarios/flash-crowd.yaml --strategy hpa --set duration=20m
    """
    import simlab
    from simlab.report import run_text, save
    from simlab.study.measures import measure_of

    bounds = options.limits(fail_on)
    document = options.loaded(scenario, sets)
    decides = _strategy(strategy)
    where = options.directory(out, document.name) if plot else None
    found = simlab.run(
        document,
        decides,
        seed=1 if seed is None else seed,
        replication=replication,
        engine=options.engine(engine),
        keep_requests=False,
    )
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=1, allow_nan=False))
    else:
        click.echo(run_text(found))
    if where is not None:
        named = found.strategy or "none"
        path = where / f"run-{named}-{found.seed}-{found.replication}.png"
        save(found.plot(), path)
        click.echo(f"timeline: {path}", err=as_json)
    failed = [
        (name, relation, bound)
        for name, relation, bound in bounds
        if options.is_beyond(found.measures.get(name), relation, bound)
    ]
    for name, relation, bound in failed:
        unit = measure_of(name).unit
        click.echo(f"failed: {name} is {found.measures.get(name)} {unit} {relation} {bound:g}",
                   err=True)  # fmt: skip
    return 1 if failed else 0


def _strategy(word: str | None) -> "str | Strategy | None":
    """Return a name as it is, and a file read."""
    if word is not None and word.endswith((".yaml", ".yml")):
        from simlab.scenario import load_strategy

        return load_strategy(word)
    return word
