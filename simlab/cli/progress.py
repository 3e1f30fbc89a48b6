"""Progress: how many runs, how fast, how much longer.

On a terminal a bar that moves; elsewhere nothing, or with `--progress` (for logs) a line every
tenth of the runs or every 30 seconds, whichever comes first; with `--quiet` nothing.
"""

import sys
from collections.abc import Callable
from typing import Any

import click

from simlab.study.progress import Progress, Silence

PARTS = 10
EVERY = 30.0  # Seconds.


class Bar:
    """A `Progress` that draws a bar on stderr, of whatever is counted."""

    def __init__(self, what: str = "runs") -> None:
        self._what = what
        self._bar: Any = None
        self._task: Any = None

    def start(self, total: int, done_before: int) -> None:
        """Begin a round."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Rich

        self._bar = Rich(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task(self._what, total=total, completed=done_before, rate="")

    def advance(self) -> None:
        """Count a run."""
        self._bar.advance(self._task)
        speed = self._bar.tasks[0].speed
        self._bar.update(self._task, rate=rate_text(speed, self._what) if speed else "")

    def finish(self) -> None:
        """End the round."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


class Lines:
    """A `Progress` that says a line now and then.

    Args:
        now: Returns seconds on a clock that only goes on.
        say: Is given each line.
        what: What is counted.
    """

    def __init__(
        self, now: Callable[[], float], say: Callable[[str], None], what: str = "runs"
    ) -> None:
        self._now, self._say, self._what = now, say, what
        self._total = self._before = self._done = self._part = 0
        self._begun = self._said = 0.0

    def start(self, total: int, done_before: int) -> None:
        """Begin a round."""
        self._total, self._before, self._done = total, done_before, done_before
        self._part = PARTS * done_before // total
        self._begun = self._said = self._now()

    def advance(self) -> None:
        """Count a run; say a line where it is time."""
        self._done += 1
        now, part = self._now(), PARTS * self._done // self._total
        if part > self._part or now - self._said >= EVERY:
            self._part, self._said = part, now
            self._say(self._line(now - self._begun))

    def _line(self, took: float) -> str:
        made = self._done - self._before
        line = f"{self._done} of {self._total} {self._what}"
        if took <= 0:
            return line
        left = (self._total - self._done) * took / made
        more = f", about {time_text(left)} left" if self._done < self._total else ""
        return f"{line}, {rate_text(made / took, self._what)}{more}"

    def finish(self) -> None:
        """End the round."""


def rate_text(speed: float, what: str = "runs") -> str:
    """Return a speed per second as people say it.

    >>> rate_text(2.5), rate_text(0.1)
    ('2.5 runs/s', '6.0 runs/min')
    """
    return f"{speed:.1f} {what}/s" if speed >= 1 else f"{speed * 60:.1f} {what}/min"


def time_text(seconds: float) -> str:
    """Return about how long `seconds` are.

    >>> time_text(12.3), time_text(200.0), time_text(9000.0)
    ('12 s', '3 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def progress(*, quiet: bool, lines: bool, what: str = "runs") -> Progress:
    """Return what tells of progress here; `lines`: also where there is no terminal."""
    if quiet or not (lines or sys.stderr.isatty()):
        return Silence()
    if sys.stderr.isatty():
        return Bar(what)
    from simlab.study.host import clock

    return Lines(clock, lambda line: click.echo(line, err=True), what)
