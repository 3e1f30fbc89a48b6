"""Options that several commands share, and what their words become."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from simlab.core.errors import UserError

if TYPE_CHECKING:
    from simlab.scenario import Scenario

F = TypeVar("F", bound=Callable[..., Any])

RESULTS = "results"


def common(function: F) -> F:
    """Add what `run` and `compare` share."""
    options = (
        click.option("--set", "sets", multiple=True, metavar="PATH=VALUE",
                     help="Set a value of the scenario, e.g. services.web.replicas=4."),
        click.option("--seed", type=click.IntRange(min=0), default=None,
                     help="Of all luck. [default: 1, or the experiment's]"),
        click.option("--engine", type=click.Choice(["auto", "reference", "compiled"]),
                     default="auto", show_default=True, help="What runs requests."),
        click.option("--out", "out", default=RESULTS, show_default=True, metavar="DIR",
                     help="Where results and plots are kept."),
        click.option("--plot/--no-plot", default=True, help="Save a plot."),
        click.option("--json", "as_json", is_flag=True,
                     help="One JSON document on stdout, all else on stderr."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def loaded(path: str, sets: Sequence[str]) -> "Scenario":
    """Return the scenario at `path` with values set."""
    from simlab.scenario import load, split_argument

    return load(path, sets=[split_argument(argument) for argument in sets])


def engine(word: str) -> str:
    """Return the engine; `UserError` for one that is not there yet."""
    if word == "compiled":
        raise UserError("--engine compiled: not yet; auto and reference run the reference engine")
    return word


def words(text: str | None) -> tuple[str, ...]:
    """Return the words of a list such as ``cost,bad_share``; empty for None."""
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def directory(out: str, name: str) -> Path:
    """Return the directory of one experiment, made if need be.

    Raises:
        UserError: it cannot be one.
    """
    path = Path(out) / name
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"--out {out}: {path} cannot be a directory: {error.strerror}") from None
    return path


def limits(texts: Sequence[str]) -> list[tuple[str, str, float]]:
    """Return what `--fail-on` says: (measure, relation, value) each.

    Raises:
        UserError: one of them does not say ``MEASURE>VALUE`` or ``MEASURE<VALUE``.
    """
    return [_limit(text) for text in texts]


def _limit(text: str) -> tuple[str, str, float]:
    from simlab.study.measures import MEASURES

    for relation in "><":
        name, found, value = text.partition(relation)
        if found:
            if name.strip() not in MEASURES:
                near = get_close_matches(name.strip(), MEASURES, n=1)
                hint = f"; did you mean {near[0]}?" if near else "; see `simlab list measures`"
                raise UserError(f"--fail-on {text}: unknown measure {name.strip()!r}{hint}")
            return name.strip(), relation, _value(text, value.strip())
    raise UserError(f"--fail-on {text}: say MEASURE>VALUE or MEASURE<VALUE, e.g. 'bad_share>1%'")


def _value(text: str, value: str) -> float:
    share = value.endswith("%")
    try:
        return float(value.removesuffix("%")) / (100.0 if share else 1.0)
    except ValueError:
        raise UserError(f"--fail-on {text}: {value!r} is not a number or a share") from None


def is_beyond(value: float | None, relation: str, bound: float) -> bool:
    """Say whether `value` is on the side that fails; what is not there fails too."""
    if value is None:
        return True
    return value > bound if relation == ">" else value < bound
