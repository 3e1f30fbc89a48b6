"""The database file: opened with care, and every trouble with it told in a sentence.

Write-ahead log: others read while one writes. A transaction is whole or not there at all, also
after a kill. `synchronous=NORMAL` may lose the last runs in a power cut, never the file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simlab.core import Seconds, UserError
from simlab.study.store.schema import check, migrate

FILE = "runs.sqlite"
PATIENCE: Seconds = 30.0  # For a lock that another process holds.


@contextmanager
def told(where: Path) -> Iterator[None]:
    """Turn what the disk or the database says into a `UserError` that names the file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise UserError(f"{where}: results cannot be kept or read there: {error}") from None
    except OSError as error:
        why = error.strerror or str(error)
        raise UserError(f"{where}: results cannot be kept or read there: {why}") from None
    except UserError as error:
        raise UserError(f"{where}: {error}") from None


def open_to_write(directory: Path) -> sqlite3.Connection:
    """Return a connection to the database in `directory`; both are made where they are missing."""
    path = directory / FILE
    with told(path):
        directory.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        try:
            check(db)
            if db.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                db.execute("PRAGMA synchronous = NORMAL")
            with transaction(db):
                migrate(db)
        except BaseException:
            db.close()
            raise
    return db


def open_to_read(directory: Path) -> sqlite3.Connection:
    """Return a connection that cannot write; others may be writing."""
    path = directory / FILE
    with told(path):
        if not path.is_file():
            raise UserError("there are no results")
        uri = f"{path.absolute().as_uri()}?mode=ro"
        db = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
        try:
            check(db)
        except BaseException:
            db.close()
            raise
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Write all of what is inside, or nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
