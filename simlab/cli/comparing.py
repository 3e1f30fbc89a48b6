"""`simlab compare`: strategies on a scenario, or what an experiment asks.

Longer than most: `compare_command` hands the words of the command line on, a line for each.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli import options, printing, values
from simlab.cli.asking import REPLICATIONS, Asked, asked

if TYPE_CHECKING:
    from simlab.study import Comparison
    from simlab.study.progress import Progress


@click.command("compare")
@click.argument("file", type=click.Path())
@click.option("--strategies", default=None, metavar="A,B",
              help="Names, or strategy files. [default: all that the file names]")  # fmt: skip
@click.option("--replications", type=click.IntRange(min=1), default=None,
              help=f"Runs of each strategy. [default: {REPLICATIONS}, or the file's]")  # fmt: skip
@click.option("--margin", "margins", multiple=True, metavar="MEASURE=VALUE",
              help="A difference that does not matter, for `equivalent`.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Processes that run at once.")  # fmt: skip
@click.option("--fail-on", "fail_on", multiple=True, metavar="MEASURE>VALUE",
              help="Exit with 1 if it holds for the mean of any strategy.")  # fmt: skip
@click.option("--progress", "lines", is_flag=True,
              help="Tell of progress, line by line, where there is no terminal, too.")  # fmt: skip
@options.common
def compare_command(
    file: str,
    strategies: str | None,
    replications: int | None,
    margins: tuple[str, ...],
    jobs: int,
    fail_on: tuple[str, ...],
    sets: tuple[str, ...],
    seed: int | None,
    measures: str | None,
    engine: str,
    out: str,
    plot: bool,
    quiet: bool,
    lines: bool,
    as_json: bool,
) -> int:
    """Compare strategies on FILE, a scenario or an experiment.

    All strategies meet the same luck, so that differences are paired; the first of --measures
    decides who is best. What was run before is found in --out and not run again: stop it and
    start it as you like.

    \b
    simlab compare scenarios/first-look.yaml --replications 5
    simlab compare scenarios/flash-crowd.yaml --strategies static,hpa --jobs 2
    simlab compare scenarios/flash-crowd.yaml --set 'links.web->cart.timeout=200ms'
    """
    from simlab.cli.progress import progress

    bounds = values.bounds(fail_on)
    question = asked(
        file,
        sets,
        values.words(strategies, "--strategies"),
        replications=replications,
        seed=seed,
        measures=values.words(measures, "--measures"),
        margin=values.margins(margins),
    )
    question.check([one.measure for one in bounds])
    engine = options.engine(engine)
    where = options.directory(out, question.name)
    try:
        told = progress(quiet=quiet, lines=lines)
        answers = _answers(question, where, jobs=jobs, engine=engine, told=told)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(stopped(where)) from None
    pictures = _plotted(answers, where) if plot else []
    _print(answers, as_json=as_json)
    for path in pictures:
        click.echo(f"plot: {path}", err=as_json)
    click.echo(f"kept in {where}", err=as_json)
    printing.note(options.chosen(engine, answers[0].question.engine), quiet=quiet)
    return _judged(answers, bounds)


def _answers(
    question: Asked, where: Path, *, jobs: int, engine: str, told: "Progress"
) -> "list[Comparison]":
    import simlab

    return [
        simlab.compare(
            scenario,
            question.strategies,
            replications=question.replications,
            seed=question.seed,
            measures=question.measures,
            margin=question.margin,
            jobs=jobs,
            store=where,
            progress=told,
            engine=engine,
        )
        for scenario in question.scenarios
    ]


def stopped(where: Path) -> str:
    """Return what is said when it is interrupted: what is kept, and how it goes on."""
    from simlab.core import UserError
    from simlab.study import list_experiments

    try:
        [kept] = [one for one in list_experiments(where) if one.path == where and not one.trouble]
    except (UserError, ValueError):
        return "stopped; nothing was finished"
    runs = f"{kept.done} of {kept.runs} runs are kept in {where}"
    return f"stopped; {runs}; the same command goes on from there"


def _print(answers: "Sequence[Comparison]", *, as_json: bool) -> None:
    if as_json:
        documents = [one.to_json() for one in answers]
        document = documents[0] if len(documents) == 1 else documents
        click.echo(json.dumps(document, indent=1, allow_nan=False))
        return
    click.echo("\n\n".join(printing.answer(one) for one in answers))
    click.echo()


def _plotted(answers: "Sequence[Comparison]", where: Path) -> list[Path]:
    """Save a figure of each answer, and return where."""
    from simlab.report import comparison, save

    paths = []
    for one in answers:
        name = "comparison" if len(answers) == 1 else f"comparison-{one.question.scenario}"
        paths.append(where / f"{name}.png")
        save(comparison(one), paths[-1])
    return paths


def _judged(answers: "Sequence[Comparison]", bounds: Sequence[values.Bound]) -> int:
    """Tell of every strategy whose mean is where it must not be; return the exit code."""
    failures = [
        one.failure(mean, f" of {strategy} on {answer.question.scenario}")
        for answer in answers
        for strategy in answer.strategies
        for one in bounds
        if one.holds(mean := answer.estimates[strategy][one.measure].mean)
    ]
    for line in failures:
        click.echo(line, err=True)
    return 1 if failures else 0
