"""Printing: what a terminal is given more than a file: its width is kept to, and weight is shown.

Style is taken off by click where nobody can see it, and where NO_COLOR is set.
"""

import shutil
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from simlab.study import Comparison, Sweep

SURE = ("better", "worse", "higher", "lower", "equivalent", "identical")


def width() -> int | None:
    """Return the width of the terminal; None: stdout is none, and lines may be long."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def answer(found: "Comparison") -> str:
    """Return a comparison in words and figures; what is sure stands out from what is not."""
    from simlab.report import comparison_text

    surely = {line: one.verdict in SURE for line, one in zip(found.verdicts(), found.found)}  # noqa: B905
    lines = []
    for line in comparison_text(found, width()).splitlines():
        if line in surely:
            lines.append(line if surely[line] else click.style(line, dim=True))
        elif line.startswith("best in "):
            lines.append(click.style(line, bold=True))
        else:
            lines.append(click.style(line, dim=True) if line.startswith("(") else line)
    return "\n".join(lines)


def sweep(found: "Sweep") -> str:
    """Return a sweep in words and figures; who is best stands out."""
    from simlab.report import sweep_text

    lines = []
    for line in sweep_text(found, width()).splitlines():
        if line.startswith("best in "):
            lines.append(click.style(line, bold=True))
        else:
            lines.append(click.style(line, dim=True) if line.startswith("(") else line)
    return "\n".join(lines)


def note(line: str, *, quiet: bool) -> None:
    """Tell what is no part of the answer."""
    if not quiet:
        click.echo(click.style(line, dim=True), err=True)
