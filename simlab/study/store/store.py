"""The store: runs of one experiment in one SQLite file, written by one process, run by run.

    DIR/runs.sqlite       this
    DIR/manifest.json     what it came of (`simlab.study.manifest`)

What is in it can be read while it is written, and is enough to answer the question again. A run is
found by its key, so an experiment that was interrupted, or is asked for more, goes on.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simlab.study.host import machine
from simlab.study.measures import RunMeasures
from simlab.study.statistics import Histogram
from simlab.study.store.database import FILE, open_to_read, open_to_write, told, transaction
from simlab.study.store.packing import Single, pack, pack_histogram, unpack, unpack_histogram
from simlab.study.trials import Failure, Task, Trace, Trial
from simlab.telemetry import Event


class Store:
    """The runs of one experiment. Close it, or use it as a context.

    Args:
        directory: Where the file is.
        db: From `Store.open` or `Store.read`.
    """

    def __init__(self, directory: Path, db: sqlite3.Connection) -> None:
        self.directory = directory
        self._db = db
        self._host = json.dumps(machine())

    @classmethod
    def open(cls, directory: str | Path) -> Self:
        """Return the store in `directory`, to be written; `UserError` if it cannot be."""
        return cls(Path(directory), open_to_write(Path(directory)))

    @classmethod
    def read(cls, directory: str | Path) -> Self:
        """Return the store in `directory`, to be read only, also while another writes it."""
        return cls(Path(directory), open_to_read(Path(directory)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def save(self, done: Trial | Failure, *, scenario: str, seed: int) -> None:
        """Keep a run, whole or not at all; one of the same key is replaced."""
        task = done.task
        if isinstance(done, Trial):
            told_of: tuple[str, str | None, str | None]
            told_of = ("ok", None, _dump(done.measures.to_plain()))
        else:
            told_of = ("error", done.error, None)
        who = (task.key, scenario, task.strategy, task.replication, seed)
        row = (*who, *told_of, done.seconds, self._host)
        with told(self._path), transaction(self._db):
            self._forget(task.key)
            self._db.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            if isinstance(done, Trial):
                self._save_columns(done)

    def _forget(self, key: str) -> None:
        for table in ("runs", "series", "hist", "events"):
            self._db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608 (ours)

    def _save_columns(self, trial: Trial) -> None:
        key, db = trial.task.key, self._db
        series = {"curve": {"latency_mean": trial.curve}, "quality": dict(trial.quality)}
        if trial.trace is not None:
            series["timeline"] = dict(trial.trace.timeline)
            events = [
                (key, number, one.at, one.kind, one.who, json.dumps(dict(one.data)))
                for number, one in enumerate(trial.trace.events)
            ]
            db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", events)
        for name, columns in series.items():
            db.execute("INSERT INTO series VALUES (?, ?, ?, ?)", (key, name, *pack(columns)))
        for name, histogram in trial.histograms.items():
            packed = pack_histogram(histogram)
            db.execute("INSERT INTO hist VALUES (?, ?, ?)", (key, name, packed))

    def done(self, keys: Iterable[str]) -> set[str]:
        """Return those of `keys` whose runs are there and went well, with all that is kept now."""
        rows = self._rows(
            "SELECT key FROM runs WHERE status = 'ok'"
            " AND key IN (SELECT key FROM series WHERE name = 'quality')"
        )
        return set(keys) & {key for (key,) in rows}

    def trial(self, task: Task) -> Trial | None:
        """Return the run of this key as the run of `task`; None if there is none that went well."""
        sql = "SELECT measures, wall_s FROM runs WHERE key = ? AND status = 'ok'"
        found = self._rows(sql, task.key)
        if not found:
            return None
        [(measures, seconds)] = found
        histograms = self._rows(
            "SELECT name, data FROM hist WHERE key = ? ORDER BY rowid", task.key
        )
        return Trial(
            task=task,
            seconds=seconds,
            measures=RunMeasures(**json.loads(measures)),
            histograms=_histograms(histograms),
            curve=self._columns(task.key, "curve")["latency_mean"],
            quality=self._columns(task.key, "quality"),
        )

    def trace(self, key: str) -> Trace:
        """Return what happened over time in the run of this key, which is there."""
        sql = "SELECT at, kind, who, data FROM events WHERE key = ? ORDER BY number"
        rows = self._rows(sql, key)
        events = [
            Event(at=at, kind=kind, who=who, data=json.loads(data)) for at, kind, who, data in rows
        ]
        return Trace(timeline=self._columns(key, "timeline"), events=events)

    def errors(self) -> list[tuple[str, int, str]]:
        """Return (strategy, replication, traceback) of each run that raised when last made."""
        sql = "SELECT strategy, replication, error FROM runs WHERE status = 'error' ORDER BY rowid"
        return [(strategy, replication, error) for strategy, replication, error in self._rows(sql)]

    def seconds(self, key: str) -> float:
        """Return how long the run of this key took, 0.0 if it is not there."""
        found = self._rows("SELECT wall_s FROM runs WHERE key = ?", key)
        return float(found[0][0]) if found else 0.0

    def took(self) -> dict[str, float]:
        """Return how many seconds each run took that is there and went well, by key."""
        rows = self._rows("SELECT key, wall_s FROM runs WHERE status = 'ok'")
        return {key: float(seconds) for key, seconds in rows}

    def size(self) -> int:
        """Return how many bytes the runs take, as far as the file says."""
        [(pages,)] = self._rows("PRAGMA page_count")
        [(size,)] = self._rows("PRAGMA page_size")
        return int(pages) * int(size)

    def ask(self, scenario: str, question: dict[str, Any]) -> None:
        """Keep what is asked of `scenario`, instead of what was asked before."""
        self.ask_all({scenario: question})

    def ask_all(self, questions: Mapping[str, dict[str, Any]]) -> None:
        """Keep what is asked of each scenario, all of it or nothing."""
        rows = [(scenario, _dump(question)) for scenario, question in questions.items()]
        with told(self._path), transaction(self._db):
            self._db.executemany("INSERT OR REPLACE INTO questions VALUES (?, ?)", rows)

    def questions(self) -> dict[str, dict[str, Any]]:
        """Return what was asked, by scenario, in the order of asking."""
        rows = self._rows("SELECT scenario, question FROM questions ORDER BY rowid")
        return {scenario: json.loads(question) for scenario, question in rows}

    def _columns(self, key: str, name: str) -> dict[str, Single]:
        sql = "SELECT columns, data FROM series WHERE key = ? AND name = ?"
        found = self._rows(sql, key, name)
        return unpack(*found[0]) if found else {}

    def _rows(self, sql: str, *words: object) -> list[Any]:
        with told(self._path):
            return self._db.execute(sql, words).fetchall()

    @property
    def _path(self) -> Path:
        return self.directory / FILE


def _dump(document: dict[str, Any]) -> str:
    return json.dumps(document, allow_nan=False)


def _histograms(rows: Sequence[tuple[str, bytes]]) -> dict[str, Histogram]:
    return {name: unpack_histogram(data) for name, data in rows}
