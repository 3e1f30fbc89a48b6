"""The schema of a results database, by version; the version is its `PRAGMA user_version`.

    runs        one row a run, by key: who, which, how it went, its measures
    series      columns over time, of one length: name "timeline", "curve", "quality"
    hist        latency histograms of a run, by source and link
    events      what happened in a run, in order
    questions   what was asked, by scenario: enough to answer it again from the runs

A version is reached from the one before by its statements; they are only ever added to.
"""

import sqlite3

from simlab.core import UserError

MIGRATIONS = (
    (
        """CREATE TABLE runs (
            key TEXT PRIMARY KEY,
            scenario TEXT NOT NULL,
            strategy TEXT NOT NULL,
            replication INTEGER NOT NULL,
            seed INTEGER NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('ok', 'error')),
            error TEXT,
            measures TEXT,
            wall_s REAL NOT NULL,
            host TEXT NOT NULL
        )""",
        """CREATE TABLE series (
            key TEXT NOT NULL, name TEXT NOT NULL, columns TEXT NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (key, name)
        )""",
        """CREATE TABLE hist (
            key TEXT NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (key, name)
        )""",
        """CREATE TABLE events (
            key TEXT NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL,
            who TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (key, number)
        )""",
        "CREATE TABLE questions (scenario TEXT PRIMARY KEY, question TEXT NOT NULL)",
    ),
)
VERSION = len(MIGRATIONS)


def version_of(db: sqlite3.Connection) -> int:
    """Return the version of the database; 0 for an empty one."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def check(db: sqlite3.Connection) -> None:
    """Raise `UserError` unless the database is empty, or ours and of a version that we know."""
    version = version_of(db)
    if version > VERSION:
        raise UserError(f"was written by a newer simlab (version {version}, known is {VERSION})")
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version == 0 and tables:
        raise UserError("is a database of something else")


def migrate(db: sqlite3.Connection) -> None:
    """Bring the database to `VERSION`; the caller holds a transaction, so wholly or not at all."""
    check(db)
    for version in range(version_of(db) + 1, VERSION + 1):
        for statement in MIGRATIONS[version - 1]:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {version}")
