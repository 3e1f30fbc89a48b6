"""A file of measured values: one a line, in the first column of CSV.

A file is read once for as long as it does not change: many steps may draw from the same one.
"""

import csv
import gzip
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import TextIO

from simlab.core.settings import require
from simlab.core.units import File


def read_column(file: File) -> tuple[float, ...]:
    """Return the numbers in the first column of `file`, in ascending order.

    Args:
        file: A CSV file, compressed if its name ends in ``.gz``. Its first line may be a header;
            empty lines are skipped.

    Raises:
        ValueError: The file cannot be read, or a line (which the message names) has no number that
            is finite and not negative.
    """
    try:
        seen = Path(file).stat()
        return _read(file, seen.st_mtime_ns, seen.st_size)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{file} cannot be read: {reason}") from None


@lru_cache(maxsize=64)
def _read(file: File, _modified: int, _size: int) -> tuple[float, ...]:
    with _opened(file) as text:
        values = _numbers(file, text)
    require(len(values) > 0, f"{file} holds no value")
    return tuple(sorted(values))


def _opened(file: File) -> TextIO:
    if file.endswith(".gz"):
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return Path(file).open(encoding="utf-8-sig", newline="")


def _numbers(file: File, text: TextIO) -> list[float]:
    values: list[float] = []
    rows = csv.reader(text)
    for row in rows:
        cell = row[0].strip() if row else ""
        if not "".join(row).strip():
            continue
        value = _number(cell)
        if value is None:
            if not values and rows.line_num == 1:
                continue  # A header.
            raise ValueError(f"{file}: line {rows.line_num}: {cell!r} is not a number")
        require(
            isfinite(value) and value >= 0,
            f"{file}: line {rows.line_num}: a value must be finite and not negative, got {cell}",
        )
        values.append(value)
    return values


def _number(cell: str) -> float | None:
    if "_" in cell:  # Python's 1_000 is no number in a data file.
        return None
    try:
        return float(cell)
    except ValueError:
        return None
