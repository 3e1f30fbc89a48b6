"""Progress: how a study tells that it gets on. It prints nothing itself."""

from typing import Protocol


class Progress(Protocol):
    """Is told of every round of runs; the search for a warm-up is a round of its own.

    `start` once, then `advance` for each run that ends, then `finish`, whatever happened.
    `done_before` of the `total` were there already.
    """

    def start(self, total: int, done_before: int) -> None: ...
    def advance(self) -> None: ...
    def finish(self) -> None: ...


class Silence:
    """A `Progress` that nobody looks at."""

    def start(self, total: int, done_before: int) -> None:
        """Say nothing."""

    def advance(self) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""
