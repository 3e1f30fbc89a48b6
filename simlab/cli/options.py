"""Options that several commands share, and what their words become."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from simlab.cli.values import WrongError

if TYPE_CHECKING:
    from simlab.scenario import Scenario, Strategy

F = TypeVar("F", bound=Callable[..., Any])

RESULTS = "results"
SEED = 1
WHY = "auto: the compiled engine is not there yet"


def common(function: F) -> F:
    """Add what `run` and `compare` share."""
    options = (
        click.option("--set", "sets", multiple=True, metavar="PATH=VALUE",
                     help="Set a value of the scenario, e.g. services.web.replicas=4."),
        click.option("--seed", type=click.IntRange(min=0), default=None,
                     help=f"Of all luck. [default: {SEED}, or the experiment's]"),
        click.option("--measures", default=None, metavar="A,B",
                     help="What is told; see `simlab list measures`."),
        click.option("--engine", type=click.Choice(["auto", "reference", "compiled"]),
                     default="auto", show_default=True, help="What runs requests."),
        click.option("--out", "out", default=RESULTS, show_default=True, metavar="DIR",
                     help="Where results and plots are kept."),
        click.option("--plot/--no-plot", default=True, help="Save a plot."),
        click.option("--quiet", is_flag=True, help="The answer alone: no progress, no notes."),
        click.option("--json", "as_json", is_flag=True,
                     help="One JSON document on stdout, all else on stderr."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def pairs(sets: Sequence[str]) -> list[tuple[str, str]]:
    """Return what `--set` says: (path, value) each."""
    from simlab.scenario import split_argument

    return [split_argument(argument) for argument in sets]


def loaded(path: str, sets: Sequence[str]) -> "Scenario":
    """Return the scenario at `path` with values set."""
    from simlab.scenario import load

    return load(path, sets=pairs(sets))


def strategy(word: str) -> "str | Strategy":
    """Return a name as it is, and the strategy in a file."""
    if word.endswith((".yaml", ".yml")):
        from simlab.scenario import load_strategy

        return load_strategy(word)
    return word


def engine(word: str) -> str:
    """Return the engine; `WrongError` for one that is not there yet."""
    if word == "compiled":
        raise WrongError("--engine compiled: not yet; auto and reference run the reference engine")
    return word


def chosen(word: str, ran: str) -> str:
    """Return which engine ran, and why, if it was not asked for by name."""
    return f"engine: {ran} ({WHY})" if word == "auto" else f"engine: {ran}"


def directory(out: str, name: str) -> Path:
    """Return the directory of one experiment, which is there or can be made; nothing is made.

    Raises:
        WrongError: it cannot be one.
    """
    path = Path(out) / name
    there = path
    while not os.path.lexists(there):
        there = there.parent
    if not there.is_dir():
        raise WrongError(f"--out {out}: {there} is not a directory")
    if not os.access(there, os.W_OK | os.X_OK):
        raise WrongError(f"--out {out}: {there} cannot be written to")
    return path
