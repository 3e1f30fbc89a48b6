"""`simlab check`: what is wrong with files, and what is legal but surely unmeant."""

import click


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--strict", is_flag=True, help="Exit with 1 where there are warnings.")
@click.option("--quiet", is_flag=True, help="Say nothing of files that are well.")
def check_command(files: tuple[str, ...], strict: bool, quiet: bool) -> int:
    """Check FILES: scenarios, strategies, experiments.

    \b
    simlab check scenarios/*.yaml
    """
    from simlab.scenario import check

    wrong = doubtful = 0
    for file in files:
        errors, warnings = check(file)
        for problem in errors:
            click.echo(str(problem), err=True)
        for problem in warnings:
            click.echo(f"{problem} (warning)")
        wrong, doubtful = wrong + bool(errors), doubtful + bool(warnings)
        if not (errors or warnings or quiet):
            click.echo(f"{file}: well")
    return 2 if wrong else int(strict and doubtful > 0)
