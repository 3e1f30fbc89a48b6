"""`simlab sweep`: strategies at every point of a grid of factors.

Longer than most: `sweep_command` hands the words of the command line on, a line for each.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlab.cli import options, printing, values
from simlab.cli.asking import REPLICATIONS, is_experiment, measure_problems
from simlab.cli.values import WrongError

if TYPE_CHECKING:
    from simlab.scenario import Experiment, Factors, Scenario
    from simlab.study import Plan, Sweep
    from simlab.study.sweeps import Estimate


@click.command("sweep")
@click.argument("file", type=click.Path())
@click.option("--factor", "factors", multiple=True, metavar="PATH=VALUES",
              help="A list of values, or {linspace: [a, b, n]}, logspace, range; crossed. They "
              "stand for those of the file.")  # fmt: skip
@click.option("--strategies", default=None, metavar="A,B",
              help="Names, or strategy files. [default: all that the file names]")  # fmt: skip
@click.option("--replications", type=click.IntRange(min=1), default=None,
              help=f"Runs of each strategy at each point. [default: {REPLICATIONS}, or the "
              "file's]")  # fmt: skip
@click.option("--margin", "margins", multiple=True, metavar="MEASURE=VALUE",
              help="A difference that does not matter, for `equivalent`.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Processes that run at once.")  # fmt: skip
@click.option("--dry-run", "dry", is_flag=True,
              help="Tell how many runs, how long and how much disk; keep nothing.")  # fmt: skip
@click.option("--csv", "csv", default=None, type=click.Path(), metavar="FILE",
              help="Write a line for each run to FILE, too.")  # fmt: skip
@click.option("--progress", "lines", is_flag=True,
              help="Tell of progress, line by line, where there is no terminal, too.")  # fmt: skip
@options.common
def sweep_command(
    file: str,
    factors: tuple[str, ...],
    strategies: str | None,
    replications: int | None,
    margins: tuple[str, ...],
    jobs: int,
    dry: bool,
    csv: str | None,
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
    """Compare strategies at every point of FILE, an experiment of kind sweep.

    Or of a scenario, with a --factor or several. What was run before is found in --out and not run
    again: stop it and start it as you like. DIR/NAME has sweep.csv, sweep.png and sweep.html then.

    \b
    simlab sweep experiments/sweep-boot-time.yaml --dry-run
    simlab sweep experiments/sweep-boot-time.yaml --jobs 2
    simlab sweep scenarios/first-look.yaml --factor 'services.web.boot.mean=[5s, 60s]'
    """
    from simlab.study.sweeping import plan_of

    plan = plan_of(
        _asked(file, varied=bool(factors)),
        _factors(factors),
        [options.strategy(word) for word in values.words(strategies, "--strategies")],
        sets=options.pairs(sets),
        replications=_replications(file, replications),
        seed=seed,
        measures=values.words(measures, "--measures"),
        margin=values.margins(margins),
        engine=options.engine(engine),
    )
    where = options.directory(out, plan.name)
    if dry:
        return _estimated(plan, where, jobs=jobs, as_json=as_json)
    found = _found(plan, where, jobs=jobs, quiet=quiet, lines=lines)
    kept = _kept(found, where, csv, plot=plot)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=1, allow_nan=False))
    else:
        click.echo(f"{printing.sweep(found)}\n")
    for path in kept:
        click.echo(f"written: {path}", err=as_json)
    click.echo(f"kept in {where}", err=as_json)
    printing.note(options.chosen(engine, found.question.engine), quiet=quiet)
    return 0


def _asked(file: str, *, varied: bool) -> "Experiment | Scenario":
    from simlab.core import FileError
    from simlab.scenario import load, load_experiment

    if not is_experiment(file):
        return load(file)
    experiment = load_experiment(file)
    other = experiment.kind
    if other != "sweep" and not (other == "compare" and varied):
        message = f"{other} came, sweep is asked for; try `simlab {other}`"
        raise experiment.error("kind", message)
    problems = measure_problems(experiment)
    if problems:
        raise FileError(problems)
    return experiment


def _replications(file: str, given: int | None) -> int | None:
    return REPLICATIONS if given is None and not is_experiment(file) else given


def _factors(words: Sequence[str]) -> "Factors | None":
    from simlab.scenario import made_factors

    found: dict[str, object] = {}
    for word in words:
        path, equals, text = word.partition("=")
        if not equals or not path.strip():
            hint = "; a shell takes > for itself, so put quotes around it" if "-" in word else ""
            raise WrongError(f"--factor {word}: must be PATH=VALUES{hint}")
        if path.strip() in found:
            raise WrongError(f"--factor {path.strip()}: is given twice")
        found[path.strip()] = text.strip()
    return made_factors(found, flag="--factor") if found else None


def _estimated(plan: "Plan", where: Path, *, jobs: int, as_json: bool) -> int:
    """Tell what the sweep would be."""
    from simlab.study import estimate_of

    found = estimate_of(plan, jobs=jobs, store=where)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=1))
        return 0
    for line in _lines(plan, found, where):
        click.echo(line)
    return 0


def _lines(plan: "Plan", found: "Estimate", where: Path) -> list[str]:
    from simlab.cli.progress import time_text

    def count(number: int, word: str) -> str:
        return f"{number:,} {word}{'' if number == 1 else 's'}"

    several = f" x {count(found.strategies, 'strategy').replace('strategys', 'strategies')}"
    points = f"{count(found.points, 'point')}{several} x {count(found.replications, 'replication')}"
    lines = [f"{plan.name}: {points} = {count(found.runs, 'run')}"]
    if found.pilots:
        lines.append(f"and {count(found.pilots, 'run')} more to find the warm-ups")
    if found.alike:
        lines.append(f"{found.alike:,} of them are of the same world as others, and made once")
    lines.append(f"{found.there:,} are in {where} already; {found.missing:,} are to be made")
    if found.missing:
        by = f"measured on {count(found.measured, 'run')}" if found.measured else "as those there"
        each = f"{found.per_run:.2g} s a run, {by}"
        lines.append(f"about {time_text(found.seconds)} with --jobs {found.jobs} ({each})")
        lines.append(f"about {size_text(found.disk)} of disk more")
    return [*lines, *(f"warning: {one}" for one in found.warnings)]


def size_text(size: float) -> str:
    """Return about how much `size` bytes are.

    >>> size_text(20480.0), size_text(3.4e6), size_text(2.2e9)
    ('20 kB', '3.4 MB', '2.2 GB')
    """
    for unit, length in (("GB", 1e9), ("MB", 1e6)):
        if size >= length:
            return f"{size / length:.2g} {unit}"
    return f"{size / 1e3:.0f} kB"


def _found(plan: "Plan", where: Path, *, jobs: int, quiet: bool, lines: bool) -> "Sweep":
    from simlab.cli.comparing import stopped
    from simlab.cli.progress import progress
    from simlab.study import make_sweep

    try:
        told = progress(quiet=quiet, lines=lines)
        return make_sweep(plan, jobs=jobs, store=where, progress=told)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(stopped(where)) from None


def _kept(found: "Sweep", where: Path, csv: str | None, *, plot: bool) -> list[Path]:
    """Write the rows, the figure and the page; return where."""
    from simlab.report import save, sweep_page
    from simlab.study.exporting import export_rows
    from simlab.study.files import written

    paths = [where / "sweep.csv", *([Path(csv)] if csv else [])]
    for path in paths:
        export_rows(found.rows(), path)
    picture = None
    if plot:
        paths.append(where / "sweep.png")
        save(found.plot(), paths[-1])
        picture = paths[-1].read_bytes()
    paths.append(where / "sweep.html")
    with written(paths[-1]) as aside:
        aside.write_text(sweep_page(found, picture), encoding="utf-8")
    return paths
