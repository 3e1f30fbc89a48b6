"""Progress on a terminal: how many runs, how fast, how much longer. Elsewhere: silence."""

import sys
from typing import Any

from simlab.study.progress import Progress, Silence


class Bar:
    """A `Progress` that draws a bar on stderr."""

    def __init__(self) -> None:
        self._bar: Any = None

    def start(self, total: int, done_before: int) -> None:
        """Begin a round."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Rich

        self._bar = Rich(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task("runs", total=total, completed=done_before, rate="")

    def advance(self) -> None:
        """Count a run."""
        self._bar.advance(self._task)
        speed = self._bar.tasks[0].speed
        rate = f"{speed * 60:.1f} runs/min" if speed else ""
        self._bar.update(self._task, rate=rate)

    def finish(self) -> None:
        """End the round."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def progress(*, quiet: bool) -> Progress:
    """Return a bar where stderr is a terminal and it is wanted."""
    return Silence() if quiet or not sys.stderr.isatty() else Bar()
