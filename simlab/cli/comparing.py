"""`simlab compare`: strategies on a scenario, or what an experiment asks.

Longer than most: `compare_command` hands the words of the command line on, a line for each.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli import options
from simlab.core.errors import UserError

if TYPE_CHECKING:
    from simlab.scenario import Scenario, Strategy
    from simlab.study import Comparison

REPLICATIONS = 10


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a command line and a file ask together."""

    name: str
    scenarios: "tuple[Scenario, ...]"
    strategies: "Sequence[str | Strategy] | None"
    replications: int
    seed: int
    measures: tuple[str, ...]
    margin: dict[str, float]


@click.command("compare")
@click.argument("file", type=click.Path())
@click.option("--strategies", default=None, metavar="A,B",
              help="Names, or strategy files. [default: all of the scenario's]")  # fmt: skip
@click.option("--replications", type=click.IntRange(min=1), default=None,
              help=f"Runs of each strategy. [default: {REPLICATIONS}, or the file's]")  # fmt: skip
@click.option("--measures", default=None, metavar="A,B",
              help="What is compared; the first decides who is best.")  # fmt: skip
@click.option("--margin", "margins", multiple=True, metavar="MEASURE=VALUE",
              help="A difference that does not matter, for `equivalent`.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Processes that run at once.")  # fmt: skip
@click.option("--fail-on", "fail_on", multiple=True, metavar="MEASURE>VALUE",
              help="Exit with 1 if it holds for the mean of any strategy.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress.")
@options.common
def compare_command(
    file: str,
    strategies: str | None,
    replications: int | None,
    measures: str | None,
    margins: tuple[str, ...],
    jobs: int,
    fail_on: tuple[str, ...],
    sets: tuple[str, ...],
    seed: int | None,
    engine: str,
    out: str,
    plot: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Compare strategies on FILE, a scenario or an experiment.

    What was run before is found in --out and not run again; stop it and start it as you like.

    \b
    simlab compare scenarios/first-look.yaml --replications 5
    simlab compare scenarios/flash-crowd.yaml --strategies static,hpa --jobs 2
    """
    import simlab
    from simlab.cli.progress import progress
    from simlab.study.measures import DEFAULT

    bounds = options.limits(fail_on)
    asked = _asked(file, sets, strategies)
    where = options.directory(out, asked.name)
    answers = [
        simlab.compare(
            scenario,
            asked.strategies,
            replications=replications or asked.replications,
            seed=asked.seed if seed is None else seed,
            measures=options.words(measures) or asked.measures or DEFAULT,
            margin={**asked.margin, **_margins(margins)},
            jobs=jobs,
            store=where,
            progress=progress(quiet=quiet or as_json),
            engine=options.engine(engine),
        )
        for scenario in asked.scenarios
    ]
    _print(answers, as_json=as_json)
    for answer in answers:
        _plot(answer, where, asked=plot, alone=len(answers) == 1, quietly=as_json)
    click.echo(f"kept in {where}", err=as_json)
    return _judged(answers, bounds)


def _asked(file: str, sets: Sequence[str], strategies: str | None) -> Asked:
    """Return what is asked: of an experiment if the file is one, else of a scenario."""
    chosen = [_strategy(word) for word in options.words(strategies)] or None
    if not _is_experiment(file):
        scenario = options.loaded(file, sets)
        if not (chosen or scenario.strategies):
            raise UserError(f"{file}: has no strategies to compare; name some with --strategies")
        return Asked(
            name=scenario.name, scenarios=(scenario,), strategies=chosen,
            replications=REPLICATIONS, seed=1, measures=(), margin={},
        )  # fmt: skip
    from simlab.scenario import load_experiment

    experiment = load_experiment(file)
    if sets:
        raise UserError("--set: not beside an experiment, whose file says what is set")
    return Asked(
        name=experiment.name,
        scenarios=experiment.scenarios,
        strategies=chosen or list(experiment.strategies),
        replications=experiment.replications,
        seed=experiment.seed,
        measures=tuple(experiment.measures),
        margin=dict(experiment.margin),
    )


def _is_experiment(file: str) -> bool:
    """Say whether the file's schema is that of an experiment; what is wrong with it shows later."""
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as stream:
            return any("simlab/experiment/" in line for _, line in zip(range(40), stream))  # noqa: B905
    except OSError:
        return False


def _strategy(word: str) -> "str | Strategy":
    if word.endswith((".yaml", ".yml")):
        from simlab.scenario import load_strategy

        return load_strategy(word)
    return word


def _margins(texts: Sequence[str]) -> dict[str, float]:
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise UserError(f"--margin {text}: say MEASURE=VALUE, e.g. cost=0.01") from None
    return found


def _print(answers: "Sequence[Comparison]", *, as_json: bool) -> None:
    from simlab.report import comparison_text

    if as_json:
        documents = [one.to_json() for one in answers]
        document = documents[0] if len(documents) == 1 else documents
        click.echo(json.dumps(document, indent=1, allow_nan=False))
        return
    click.echo("\n\n".join(comparison_text(one) for one in answers))
    click.echo()


def _plot(answer: "Comparison", where: Path, *, asked: bool, alone: bool, quietly: bool) -> None:
    if not asked:
        return
    from simlab.report import save

    name = "comparison" if alone else f"comparison-{answer.question.scenario}"
    save(answer.plot(), where / f"{name}.png")
    click.echo(f"plot: {where / name}.png", err=quietly)


def _judged(answers: "Sequence[Comparison]", bounds: list[tuple[str, str, float]]) -> int:
    failed = 0
    for answer in answers:
        for strategy in answer.strategies:
            for name, relation, bound in bounds:
                estimate = answer.estimates[strategy].get(name)
                mean = estimate.mean if estimate is not None else None
                if options.is_beyond(mean, relation, bound):
                    failed = 1
                    click.echo(f"failed: {name} of {strategy} is {mean} {relation} {bound:g}",
                               err=True)  # fmt: skip
    return failed
