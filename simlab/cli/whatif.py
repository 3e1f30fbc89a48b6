"""`simlab whatif`: the same replications with and without each fault, under each strategy.

Longer than most: `whatif_command` hands the words of the command line on, a line for each.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli import options, printing, values
from simlab.cli.asking import Asked, asked
from simlab.cli.comparing import stopped

if TYPE_CHECKING:
    from simlab.study.whatif import WhatIf


@click.command("whatif")
@click.argument("file", type=click.Path())
@click.option("--strategies", default=None, metavar="A,B",
              help="Names, or strategy files. [default: all that the file names]")  # fmt: skip
@click.option("--faults", default=None, metavar="A,B",
              help="Names of the scenario's. [default: the file's, or all]")  # fmt: skip
@click.option("--each", type=click.Choice(["alone", "among"]), default=None,
              help="A fault against none, or all against all but it. [default: alone]")  # fmt: skip
@click.option("--replications", type=click.IntRange(min=1), default=None,
              help="Runs of each, with and without. [default: 10, or the file's]")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Processes that run at once.")  # fmt: skip
@click.option("--progress", "lines", is_flag=True,
              help="Tell of progress, line by line, where there is no terminal, too.")  # fmt: skip
@options.common
def whatif_command(
    file: str,
    strategies: str | None,
    faults: str | None,
    each: str | None,
    replications: int | None,
    jobs: int,
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
    """Ask what the faults of FILE do, a scenario or an experiment, and how they are met.

    Told are: the times to detect, act and recover; requests lost; which services a fault reaches;
    false alarms in the runs without faults; and which strategy does surely better. What was run
    before is found in --out and not run again: stop it and start it as you like.

    \b
    simlab whatif experiments/one-fault-each.yaml --jobs 2
    simlab whatif scenarios/flash-crowd.yaml --strategies static,hpa --faults cart-dies
    """
    from simlab.cli.progress import progress

    question = asked(
        file,
        sets,
        values.words(strategies, "--strategies"),
        replications=replications,
        seed=seed,
        measures=values.words(measures, "--measures"),
        margin={},
        kind="whatif",
    )
    question.check()
    engine = options.engine(engine)
    where = options.directory(out, f"{question.name}-whatif")
    names = values.words(faults, "--faults") or question.faults
    told = progress(quiet=quiet, lines=lines)
    try:
        answers = [
            _answer(question, at, names, each, jobs=jobs, where=where, told=told, engine=engine)
            for at in range(len(question.scenarios))
        ]
    except KeyboardInterrupt:
        raise KeyboardInterrupt(stopped(where)) from None
    pictures = _plotted(answers, where) if plot else []
    _print(answers, as_json=as_json)
    for path in pictures:
        click.echo(f"plot: {path}", err=as_json)
    click.echo(f"kept in {where}", err=as_json)
    printing.note(options.chosen(engine, answers[0].question.engine), quiet=quiet)
    return 0


def _answer(
    question: Asked,
    at: int,
    faults: tuple[str, ...],
    each: str | None,
    *,
    jobs: int,
    where: Path,
    told: object,
    engine: str,
) -> "WhatIf":
    import simlab

    return simlab.whatif(
        question.scenarios[at],
        question.strategies,
        faults=faults or None,
        each=each or question.each,  # type: ignore[arg-type]  # One of two words, as click says.
        replications=question.replications,
        seed=question.seed,
        measures=question.measures,
        jobs=jobs,
        store=where,
        progress=told,  # type: ignore[arg-type]
        engine=engine,
    )


def _print(answers: "list[WhatIf]", *, as_json: bool) -> None:
    from simlab.report import whatif_text

    if as_json:
        documents = [one.to_json() for one in answers]
        document = documents[0] if len(documents) == 1 else documents
        click.echo(json.dumps(document, indent=1, allow_nan=False))
        return
    click.echo("\n\n".join(whatif_text(one, printing.width()) for one in answers))
    click.echo()


def _plotted(answers: "list[WhatIf]", where: Path) -> list[Path]:
    """Save a figure of each answer, and return where."""
    from simlab.report import save, whatif

    paths = []
    for one in answers:
        name = "whatif" if len(answers) == 1 else f"whatif-{one.question.scenario}"
        paths.append(where / f"{name}.png")
        save(whatif(one), paths[-1])
    return paths
