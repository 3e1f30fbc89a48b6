"""`simlab train` and `simlab evaluate`: a policy learned in simulation, and held against others."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simlab.cli import options, printing
from simlab.cli.asking import is_experiment
from simlab.cli.values import WrongError

if TYPE_CHECKING:
    from simlab.rl.judging import Judged
    from simlab.scenario import Experiment

OUT = click.option("--out", "out", default=options.RESULTS, show_default=True, metavar="DIR",
                   help="Where what comes out is kept.")  # fmt: skip
QUIET = click.option("--quiet", is_flag=True, help="The answer alone: no progress.")
LINES = click.option("--progress", "lines", is_flag=True,
                     help="Tell of progress line by line, where there is no terminal.")  # fmt: skip
JSON = click.option("--json", "as_json", is_flag=True,
                    help="One JSON document on stdout, all else on stderr.")  # fmt: skip


@click.command("train")
@click.argument("file", type=click.Path())
@OUT
@QUIET
@LINES
@JSON
def train_command(file: str, out: str, quiet: bool, lines: bool, as_json: bool) -> int:
    """Train the agent of FILE, an experiment of kind train.

    The best by validation is kept as DIR/NAME/policy.npz with a strategy file beside it, which
    takes part in `simlab compare`. Stop it and start it as you like: it goes on from its last
    checkpoint, and ends as if it had not been stopped.

    \b
    simlab train experiments/train-web.yaml
    simlab compare scenarios/autoscale.yaml --strategies static,hpa,results/train-web/trained.yaml
    """
    from simlab.cli.progress import progress
    from simlab.rl.making import train

    asked = _asked(file)
    where = options.directory(out, asked.name)
    told = progress(quiet=quiet, lines=lines, what="k steps")
    try:
        found = train(asked, where, progress=told)
    except KeyboardInterrupt:
        where_is = where / "checkpoint.npz"
        raise KeyboardInterrupt(f"stopped; the same command goes on from {where_is}") from None
    if as_json:
        document = {
            "policy": str(found.policy), "strategy": str(found.strategy), "cost": found.cost,
            "steps": found.steps, "validations": found.history,
        }  # fmt: skip
        click.echo(json.dumps(document, indent=1, allow_nan=False))
        return 0
    click.echo(f"best by validation: {found.cost:.4g} an episode, at {found.steps:,} steps")
    for row in found.history:
        click.echo(f"  {row['steps']:>9,.0f} steps  {row['cost']:.4g}")
    click.echo(f"policy: {found.policy}\nstrategy: {found.strategy}")
    return 0


@click.command("evaluate")
@click.argument("file", type=click.Path())
@OUT
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Processes that run at once.")  # fmt: skip
@click.option("--tiers", is_flag=True,
              help="Instead: how far the fluid tier is from the request level.")  # fmt: skip
@QUIET
@LINES
@JSON
def evaluate_command(
    file: str, out: str, jobs: int, tiers: bool, quiet: bool, lines: bool, as_json: bool
) -> int:
    """Judge what `simlab train FILE` left, at request level, on held-out seeds.

    Beside it: the founding agent trained for as many steps, the best constant action, the best
    static count, the default HPA and a calibrated one. What is chosen is chosen on validation
    seeds.

    \b
    simlab evaluate experiments/train-web.yaml --jobs 2
    simlab evaluate experiments/train-web.yaml --tiers
    """
    from simlab.cli.progress import progress
    from simlab.rl.judging import evaluate

    asked = _asked(file)
    where = options.directory(out, asked.name)
    if tiers:
        return _tiers(asked, where, as_json=as_json)
    told = progress(quiet=quiet, lines=lines)
    found = evaluate(asked, where, jobs=jobs, progress=told)
    if as_json:
        click.echo(json.dumps({"chosen": found.chosen, **found.answer.to_json()}, indent=1))
        return 0
    _print(found)
    click.echo(f"\nkept in {where}")
    return 0


def _asked(file: str) -> "Experiment":
    from simlab.scenario import load_experiment

    if not is_experiment(file) and Path(file).exists():
        raise WrongError(f"{file}: is no experiment; `simlab train` takes one of kind train")
    asked = load_experiment(file)
    other = asked.kind
    if other != "train":
        raise asked.error("kind", f"{other} came, train is asked for; try `simlab {other}`")
    return asked


def _print(found: "Judged") -> None:
    for name, costs in found.chosen.items():
        best = min(costs, key=costs.__getitem__)
        tried = ", ".join(f"{words} {cost:.4g}" for words, cost in costs.items())
        click.echo(f"{name}: {best} (mean cost on validation seeds: {tried})")
    click.echo()
    click.echo(printing.answer(found.answer))


def _tiers(asked: "Experiment", where: Path, *, as_json: bool) -> int:
    from simlab.rl.disagreement import disagreement, text

    found: Any = disagreement(asked, where)
    click.echo(json.dumps(found.to_json(), indent=1) if as_json else text(found))
    return 0
