"""A CSV file of numbers with a header row, plain or .gz: every row has a finite number per column.

Blank lines are skipped. What is wrong is noted with its line, so that all of it is told at once.
"""

import csv
import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

from simlab.core import FileError, Problem

MOST = 20  # Problems told of one file.


@dataclass(slots=True)
class Table:
    """The numbers of a file.

    Args:
        names: Of the columns; on line `first`.
        lines: Where each row stands, from 1.
        rows: One number for each name, of rows without problems.
        problems: What is wrong, by line.
    """

    path: str
    names: list[str]
    first: int
    lines: list[int] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def note(self, line: int, message: str) -> None:
        """Note that something is wrong with `line`."""
        self.problems.append((line, message))

    def refuse_if_wrong(self) -> None:
        """Raise a `FileError` that tells all that was noted, in order of lines."""
        if self.problems:
            told = sorted(self.problems, key=lambda problem: problem[0])[:MOST]
            raise FileError([Problem(f"{self.path}:{line}", "", text) for line, text in told])


def read_table(path: str) -> Table:
    """Return the numbers in the file at `path`; a `FileError` if it holds no table at all."""
    lines = _cells(path)
    if not lines:
        raise unusable(path, "the file is empty: a header row and rows of numbers are needed")
    first, header = lines[0]
    table = Table(path, [name.strip() for name in header], first)
    if _number(header[0]) is not None:
        table.note(first, f"the first row must be a header that names the columns, got {header}")
    elif len(lines) == 1:
        table.note(first, "rows of numbers must follow the header, got none")
    table.refuse_if_wrong()
    for line, cells in lines[1:]:
        _add(table, line, cells)
    return table


def unusable(path: str, message: str) -> FileError:
    """Return the error of a file that is wrong as a whole."""
    return FileError([Problem(path, "", message)])


def _cells(path: str) -> list[tuple[int, list[str]]]:
    """Return the cells of each line that is not blank, with the line's number from 1."""
    try:
        raw = Path(path).read_bytes()
        text = (gzip.decompress(raw) if path.endswith(".gz") else raw).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unusable(path, "the file must be text in UTF-8") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise unusable(
            path, f"the file must be a whole gzip file, as its name says: {error}"
        ) from None
    except OSError as error:
        raise unusable(path, f"the file cannot be read: {error.strerror}") from None
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise unusable(f"{path}:{reader.line_num}", f"the line must be CSV: {error}") from None


def _add(table: Table, line: int, cells: Sequence[str]) -> None:
    """Add a row, or note what is wrong with it."""
    if len(cells) != len(table.names):
        table.note(line, f"the row must have {len(table.names)} columns, got {len(cells)}")
        return
    row: list[float] = []
    for name, cell in zip(table.names, cells, strict=True):
        number = _number(cell)
        if number is None:
            table.note(line, f"{name} must be a number, got {cell.strip()!r}")
            return
        row.append(number)
    table.lines.append(line)
    table.rows.append(row)


def _number(cell: str) -> float | None:
    """Return the finite number that `cell` is; None if it is none (nor is Python's 1_000)."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if isfinite(number) and "_" not in cell else None


__all__ = ["Table", "read_table", "unusable"]
