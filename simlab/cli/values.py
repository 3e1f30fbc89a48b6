"""Values: what the words of a command line become, and what is said of those that are wrong.

A bound is written as files write it: `latency_p99>500ms`, `bad_share>1%`, `cost>0.5`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import click

KINDS = {"ratio": "share", "s": "duration", "1/s": "rate"}  # By unit; else a plain number.


class WrongError(click.ClickException):
    """Words of the command line are wrong; told as `simlab: ...`, with exit code 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Tell it."""
        click.echo(f"simlab: {self.message}", err=True)


@dataclass(frozen=True, kw_only=True)
class Bound:
    """What `--fail-on` says must not be.

    Args:
        measure: The path of a measure.
        relation: ``>`` or ``<``.
        value: In the measure's unit.
        text: As it was given.
    """

    measure: str
    relation: str
    value: float
    text: str

    def holds(self, value: float | None) -> bool:
        """Say whether `value` is on the side that fails; what is not there fails too."""
        if value is None:
            return True
        return value > self.value if self.relation == ">" else value < self.value

    def failure(self, value: float | None, of: str = "") -> str:
        """Return what is said of a value that fails."""
        from simlab.report import human
        from simlab.study.measures import measure_of

        unit = measure_of(self.measure).unit
        came = "not available" if value is None else human(value, unit)
        worst = human(self.value, unit)
        return f"failed: {self.measure}{of} is {came}, and must not be {self.relation} {worst}"


def words(text: str | None, flag: str) -> tuple[str, ...]:
    """Return the words of a list such as ``cost,bad_share``; empty for None.

    Raises:
        WrongError: the list was given, and is empty.
    """
    found = tuple(word.strip() for word in (text or "").split(",") if word.strip())
    if text is not None and not found:
        raise WrongError(f"{flag} {text!r}: names nothing")
    return found


def bounds(texts: Sequence[str]) -> list[Bound]:
    """Return what `--fail-on` says.

    Raises:
        WrongError: one of them does not say ``MEASURE>VALUE`` or ``MEASURE<VALUE``.
    """
    return [_bound(text) for text in texts]


def _bound(text: str) -> Bound:
    for relation in "><":
        name, found, value = text.rpartition(relation)  # The last: links have `->` in their names.
        if found and not name.endswith("-"):
            measure = name.strip()
            return Bound(
                measure=measure, relation=relation, text=text,
                value=_value(measure, value.strip(), f"--fail-on {text}"),
            )  # fmt: skip
    raise WrongError(
        f"--fail-on {text}: must be MEASURE>VALUE or MEASURE<VALUE; a shell takes > and < for"
        " itself, so put quotes around it: --fail-on 'bad_share>1%'"
    )


def margins(texts: Sequence[str]) -> dict[str, float]:
    """Return what `--margin` says, by measure.

    Raises:
        WrongError: one of them does not say ``MEASURE=VALUE``.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise WrongError(f"--margin {text}: must be MEASURE=VALUE, such as cost=0.01")
        found[name.strip()] = _value(name.strip(), value.strip(), f"--margin {text}")
    return found


def _value(measure: str, text: str, flag: str) -> float:
    """Return the number that `text` is for a measure, in its unit."""
    from simlab.scenario.kinds import parse
    from simlab.study.measures import MEASURES, split

    known = MEASURES.get(split(measure)[2])
    if known is None:
        raise WrongError(f"{flag}: unknown measure {measure!r}{_nearest(measure)}")
    try:
        return parse(KINDS.get(known.unit, "number"), text)
    except ValueError as error:
        raise WrongError(f"{flag}: {error}") from None


def _nearest(measure: str) -> str:
    from difflib import get_close_matches

    from simlab.study.measures import MEASURES

    near = get_close_matches(measure, MEASURES, n=1)
    return f"; did you mean {near[0]}?" if near else "; see `simlab list measures`"
