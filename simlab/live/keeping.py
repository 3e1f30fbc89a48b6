"""Keeping: the rows of a live run as JSON lines, written as they come, so that a kill loses little.

events.jsonl    {at, kind, who, data}: decisions, actions, findings, logs, faults, breakers
cycles.jsonl    {loop, span}: the spans of loops
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import IO, Any

from simlab.core import Seconds
from simlab.live.clock import Clock
from simlab.model.journal import Journal

EVERY: Seconds = 0.5


class Keeper:
    """Writes what is new in a journal.

    Args:
        journal: Of the run.
        out: A directory that is there; None: nothing is written.
    """

    def __init__(self, journal: Journal, out: Path | None) -> None:
        self._journal = journal
        self._events = None if out is None else (out / "events.jsonl").open("w", encoding="utf-8")
        self._cycles = None if out is None else (out / "cycles.jsonl").open("w", encoding="utf-8")
        self._written = [0, 0]

    async def run(self, clock: Clock) -> None:
        """Write every half second until cancelled."""
        while True:
            self.write()
            await clock.sleep_until(clock.now() + EVERY)

    def write(self) -> None:
        """Write what is new."""
        journal = self._journal
        events = [asdict(one) for one in journal.events[self._written[0] :]]
        cycles = [
            {"loop": loop, "span": asdict(span)}
            for loop, span in journal.cycles[self._written[1] :]
        ]
        self._written = [len(journal.events), len(journal.cycles)]
        _lines(self._events, events)
        _lines(self._cycles, cycles)

    def close(self) -> None:
        """Write the rest, and no more."""
        self.write()
        for stream in (self._events, self._cycles):
            if stream is not None:
                stream.close()


def _lines(stream: IO[str] | None, rows: list[dict[str, Any]]) -> None:
    if stream is not None and rows:
        stream.writelines(json.dumps(plain(row), allow_nan=False) + "\n" for row in rows)
        stream.flush()


def plain(value: Any) -> Any:
    """Return `value` as JSON can have it: numbers that are none become null.

    >>> plain({"a": float("nan"), "b": (1, "x")})
    {'a': None, 'b': [1, 'x']}
    """
    match value:
        case float() if not isfinite(value):
            return None
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value
