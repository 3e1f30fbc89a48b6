"""Trace files: recorded load as CSV, plain or .gz, with a header row and the time first.

    t_seconds,requests_per_second     rates on a regular grid: exactly two columns, and the second
    0,7.5                             is named requests_per_second or rate. A rate holds until the
    60,8.1                            next row, the last for one step

    t_seconds,tokens                  any other header: one arrival a line; further columns are
    0.031,512                         numbers that the arrival carries, named as in `carries`
    0.094,80

Times are in seconds and count from the first row. On a grid they must rise by one step each; those
of single arrivals may be equal (logs are coarse) but never go back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from simlab.core import PerSecond, Seconds
from simlab.load.table import Table, read_table, unusable

RATE_NAMES = ("requests_per_second", "rate")
LIKE_RATES = ("rps", "qps", "tps", "requests", "load")  # Most likely meant as rates.
NAME = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
OFF_GRID = 0.01  # Of a step: what rounding in a file may move a row by.


@dataclass(frozen=True, slots=True)
class RateTrace:
    """Rates on a regular grid; rate i holds from i `step` on. Shared, never copied."""

    step: Seconds
    rates: tuple[PerSecond, ...]

    def __deepcopy__(self, memo: dict[int, Any]) -> "RateTrace":
        return self

    @property
    def length(self) -> Seconds:
        """Return how long the trace is, the last row's step included."""
        return self.step * len(self.rates)


@dataclass(frozen=True, slots=True)
class ArrivalTrace:
    """Single arrivals, in order of time. Shared, never copied.

    Args:
        times: Counted from the first.
        carried: By name, what each of them carries.
    """

    times: tuple[Seconds, ...]
    carried: Mapping[str, tuple[float, ...]]

    def __deepcopy__(self, memo: dict[int, Any]) -> "ArrivalTrace":
        return self


Trace: TypeAlias = RateTrace | ArrivalTrace


def read_trace(path: str) -> Trace:
    """Return what the file at `path` has recorded; a `FileError` tells all that is wrong with it.

    A file is read again only when its time of change or its size has changed.
    """
    try:
        state = Path(path).stat()
    except OSError as error:
        raise unusable(path, f"the file cannot be read: {error.strerror}") from None
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _read(path: str, _modified: int, _size: int) -> Trace:
    table = read_table(path)
    rates = len(table.names) > 1 and table.names[1] in RATE_NAMES
    _check_header(table)
    if rates:
        _check_rates(table)
    _check_order(table, equal=not rates)
    table.refuse_if_wrong()
    if not rates:
        return _arrivals(table)
    return RateTrace(_step(table), tuple(rate for _, rate in table.rows))


def _check_header(table: Table) -> None:
    """Refuse a header that names no trace."""
    time, *names = table.names
    if time in RATE_NAMES:
        table.note(table.first, f"the first column must be the time, got {time!r}")
    if names and names[0] in RATE_NAMES:
        if len(names) > 1:
            table.note(table.first, f"rates must have two columns, got {len(names) + 1}")
    else:
        for at, name in enumerate(names):
            if name in LIKE_RATES or not NAME.fullmatch(name):
                table.note(
                    table.first,
                    f"column {at + 2} must be {' or '.join(RATE_NAMES)} for rates, or name a number"
                    f" that arrivals carry (a-z, 0-9, -), got {name!r}",
                )
            elif name in names[:at]:
                table.note(table.first, f"columns must have different names, got {name!r} twice")


def _check_rates(table: Table) -> None:
    for line, row in zip(table.lines, table.rows, strict=True):
        if row[1] < 0:
            table.note(line, f"{table.names[1]} must not be negative, got {row[1]:g}")


def _check_order(table: Table, *, equal: bool) -> None:
    """Note each row whose time does not follow on the one before."""
    for line, (before, now) in zip(table.lines[1:], pairwise(table.rows), strict=True):
        if now[0] < before[0]:
            table.note(line, f"times must not go back, got {now[0]:.12g} after {before[0]:.12g}")
        elif now[0] == before[0] and not equal:
            table.note(line, f"times must rise, got {now[0]:.12g} twice")


def _step(table: Table) -> Seconds:
    """Return the step of the grid; refuse rows that are not one step (the usual one) apart."""
    times = [time for time, _ in table.rows]
    if len(times) < 2:
        table.note(table.lines[0], "rates must have two rows, or their step is unknown; got one")
    gaps = [now - before for before, now in pairwise(times)]
    usual = sorted(gaps)[(len(gaps) - 1) // 2] if gaps else 0.0  # A hole makes gaps longer.
    for line, gap, time in zip(table.lines[1:], gaps, times, strict=False):
        if abs(gap - usual) > OFF_GRID * usual:
            table.note(line, f"rows must be {usual:g} s apart, got {gap:g} s after {time:.12g}")
    table.refuse_if_wrong()
    return (times[-1] - times[0]) / len(gaps)


def _arrivals(table: Table) -> ArrivalTrace:
    first = table.rows[0][0]
    columns = list(zip(*table.rows, strict=True))
    return ArrivalTrace(
        tuple(time - first for time in columns[0]),
        dict(zip(table.names[1:], columns[1:], strict=True)),
    )


__all__ = ["ArrivalTrace", "RateTrace", "Trace", "read_trace"]
