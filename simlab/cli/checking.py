"""`simlab check`: what is wrong with files, and what is legal but surely unmeant."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from simlab.core import Problem


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--strict", is_flag=True, help="Exit with 1 where there are warnings.")
@click.option("--quiet", is_flag=True, help="Say nothing of files that are well.")
def check_command(files: tuple[str, ...], strict: bool, quiet: bool) -> int:
    """Check FILES: scenarios, strategies, experiments.

    Errors go to stderr, and exit with 2; warnings go to stdout.

    \b
    simlab check scenarios/*.yaml
    simlab check --strict mine.yaml
    """
    wrong = doubtful = 0
    for file in files:
        errors, warnings = _checked(file)
        for problem in errors:
            click.echo(str(problem), err=True)
        for problem in warnings:
            click.echo(f"{problem} (warning)")
        wrong, doubtful = wrong + bool(errors), doubtful + bool(warnings)
        if not (errors or warnings or quiet):
            click.echo(f"{file}: well")
    return 2 if wrong else int(strict and doubtful > 0)


def _checked(file: str) -> "tuple[list[Problem], list[Problem]]":
    """Return errors and warnings; of experiments, also of the measures that they name."""
    from simlab.cli.asking import is_experiment, measure_problems
    from simlab.scenario import check, load_experiment

    errors, warnings = check(file)
    if not errors and is_experiment(file):
        errors = measure_problems(load_experiment(file))
    return errors, warnings
