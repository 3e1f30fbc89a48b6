"""The store: what goes in comes out; what cannot be kept is told; nothing is ever half there."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from study_fakes import simulate, world

from simlab.core import UserError
from simlab.study.measures import measure
from simlab.study.store import Store, run_key
from simlab.study.store.database import FILE
from simlab.study.store.schema import MIGRATIONS, VERSION
from simlab.study.trials import Failure, Task, Trial, trial

WORLD = world(2)
TASK = Task(strategy="hpa", replication=3, key="k3")


def made(task: Task = TASK, seed: int = 1) -> Trial:
    record = simulate(WORLD, seed=seed, replication=task.replication)
    return trial(task, record, measure(record, WORLD), 1.5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "results" / "shop") as opened:
        yield opened


def keep(store: Store, done: Trial | Failure) -> None:
    store.save(done, scenario="shop", seed=1)


def test_a_trial_comes_back_as_it_was(store: Store) -> None:
    one = made()
    keep(store, one)
    found = store.trial(TASK)
    assert found is not None
    assert found.measures == one.measures
    assert found.seconds == 1.5
    assert list(found.histograms) == ["sources.shoppers", "links.shoppers->web"]
    for name, histogram in one.histograms.items():
        assert (found.histograms[name] == histogram).all()
    assert np.array_equal(found.curve, one.curve, equal_nan=True)
    assert found.curve.dtype == np.float32
    assert found.trace is None


def test_what_happened_over_time_comes_back(store: Store) -> None:
    one = made()
    keep(store, one)
    trace = store.trace("k3")
    assert one.trace is not None
    assert list(trace.timeline) == ["t", "services.web.ready"]
    assert trace.timeline["t"].tolist() == one.trace.timeline["t"].tolist()
    assert trace.events == list(one.trace.events)


def test_missing_values_of_columns_stay_missing(store: Store) -> None:
    one = replace(made(), curve=np.array([np.nan, 0.25], np.float32))
    keep(store, one)
    found = store.trial(TASK)
    assert found is not None
    assert np.isnan(found.curve[0])
    assert found.curve[1] == 0.25


def test_a_run_answers_for_whoever_asks_by_its_key(store: Store) -> None:
    keep(store, made())
    other = Task(strategy="copy", replication=3, key="k3")
    found = store.trial(other)
    assert found is not None
    assert found.task == other


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.trial(TASK) is None
    assert store.done(["k3"]) == set()


def test_knows_what_is_done(store: Store) -> None:
    keep(store, made())
    keep(store, Failure(task=replace(TASK, key="k4"), seconds=0.1, error="Traceback"))
    assert store.done(["k3", "k4", "k5"]) == {"k3"}


def test_a_failed_run_is_kept_with_its_traceback_until_it_goes_well(store: Store) -> None:
    keep(store, Failure(task=TASK, seconds=0.1, error="Traceback: boom"))
    assert store.errors() == [("hpa", 3, "Traceback: boom")]
    assert store.trial(TASK) is None
    keep(store, made())
    assert store.errors() == []
    assert store.trial(TASK) is not None


def test_a_run_of_the_same_key_is_replaced_whole(store: Store) -> None:
    keep(store, made())
    keep(store, made(seed=2))
    found, expected = store.trial(TASK), made(seed=2)
    assert found is not None
    assert found.measures == expected.measures
    assert len(store.trace("k3").events) == 1


def test_questions_are_kept_by_scenario_the_last_one_counts(store: Store) -> None:
    store.ask("shop", {"seed": 1})
    store.ask("bank", {"seed": 2})
    store.ask("shop", {"seed": 3})
    assert store.questions() == {"bank": {"seed": 2}, "shop": {"seed": 3}}


def test_can_be_read_while_it_is_written(store: Store) -> None:
    keep(store, made())
    with Store.read(store.directory) as reader:
        assert reader.done(["k3", "k4"]) == {"k3"}
        keep(store, made(replace(TASK, key="k4")))
        assert reader.done(["k3", "k4"]) == {"k3", "k4"}


def test_a_reader_cannot_write(store: Store) -> None:
    with Store.read(store.directory) as reader, pytest.raises(UserError, match="readonly"):
        keep(reader, made())


def test_uses_the_write_ahead_log_and_says_its_version(store: Store) -> None:
    with sqlite3.connect(store.directory / FILE) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    db.close()


def rows(directory: Path) -> dict[str, int]:
    db = sqlite3.connect(directory / FILE)
    tables = ("runs", "series", "hist", "events")
    counts = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    db.close()
    return counts


def test_a_full_disk_is_told_and_leaves_nothing_half_written(store: Store) -> None:
    keep(store, made())
    before = rows(store.directory)
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for number in range(20):
            keep(store, made(replace(TASK, key=f"more{number}")))

    with pytest.raises(UserError, match=rf"{FILE}: .*full"):
        fill()
    after = rows(store.directory)
    kept = after["runs"] - before["runs"]
    assert after["events"] - before["events"] == kept
    assert after["hist"] - before["hist"] == 2 * kept
    assert after["series"] - before["series"] == 2 * kept
    store._db.execute("PRAGMA max_page_count = 1000000")
    keep(store, made(replace(TASK, key="later")))
    assert store.done(["later"]) == {"later"}


def test_an_interruption_leaves_nothing_half_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simlab.study.store.store.pack_histogram", interrupted)
    with pytest.raises(KeyboardInterrupt):
        keep(store, made())
    assert set(rows(store.directory).values()) == {0}
    monkeypatch.undo()
    keep(store, made())
    assert rows(store.directory)["runs"] == 1


def test_a_measure_that_is_no_number_is_our_mistake_not_a_row(store: Store) -> None:
    one = made()
    one.measures.total["cost"] = float("nan")
    with pytest.raises(ValueError, match="JSON"):
        keep(store, one)
    assert rows(store.directory)["runs"] == 0


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def a_database(path: Path, *statements: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


def test_a_path_that_is_a_file_is_told(tmp_path: Path) -> None:
    put(tmp_path / "results", b"hello")
    with pytest.raises(UserError, match=r"results/runs\.sqlite: .*(exists|directory)"):
        Store.open(tmp_path / "results")
    with pytest.raises(UserError, match=r"results/shop/runs.sqlite: .*directory"):
        Store.open(tmp_path / "results" / "shop")


def test_a_place_where_nothing_can_be_written_is_told() -> None:
    with pytest.raises(UserError, match=r"/proc/simlab/runs\.sqlite: results cannot be kept"):
        Store.open("/proc/simlab")


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = put(tmp_path / FILE, b"these are my holiday pictures" * 40)
    with pytest.raises(UserError, match="not a database"):
        Store.open(tmp_path)
    with pytest.raises(UserError, match="not a database"):
        Store.read(tmp_path)
    assert path.read_bytes().startswith(b"these are my")


def test_somebody_else_s_database_is_told_and_left_alone(tmp_path: Path) -> None:
    a_database(tmp_path / FILE, "CREATE TABLE friends (name TEXT)")
    with pytest.raises(UserError, match="is a database of something else"):
        Store.open(tmp_path)
    db = sqlite3.connect(tmp_path / FILE)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("friends",)]
    db.close()


def test_a_database_from_the_future_is_told(tmp_path: Path) -> None:
    a_database(tmp_path / FILE, f"PRAGMA user_version = {VERSION + 1}")
    for opened in (Store.open, Store.read):
        with pytest.raises(UserError, match=f"newer simlab .version {VERSION + 1}, known"):
            opened(tmp_path)


def test_there_is_nothing_to_read_where_nothing_was_kept(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there are no results"):
        Store.read(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_opening_again_keeps_what_is_there(store: Store) -> None:
    keep(store, made())
    with Store.open(store.directory) as again:
        assert again.done(["k3"]) == {"k3"}


def test_an_old_database_is_brought_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path) as first:
        keep(first, made())
    newer = (*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN mood TEXT",))
    monkeypatch.setattr("simlab.study.store.schema.MIGRATIONS", newer)
    monkeypatch.setattr("simlab.study.store.schema.VERSION", VERSION + 1)
    with Store.open(tmp_path) as second:
        assert second.done(["k3"]) == {"k3"}
        assert second._rows("SELECT mood FROM runs") == [(None,)]
        assert second._rows("PRAGMA user_version") == [(VERSION + 1,)]


def test_a_migration_that_breaks_leaves_the_old_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(tmp_path).close()
    broken = (*MIGRATIONS, ("CREATE TABLE moods (mood TEXT)", "CREATE NONSENSE"))
    monkeypatch.setattr("simlab.study.store.schema.MIGRATIONS", broken)
    monkeypatch.setattr("simlab.study.store.schema.VERSION", VERSION + 1)
    with pytest.raises(UserError, match="syntax error"):
        Store.open(tmp_path)
    monkeypatch.undo()
    with Store.open(tmp_path) as again:
        assert again._rows("PRAGMA user_version") == [(VERSION,)]
        assert again._rows("SELECT name FROM sqlite_master WHERE name = 'moods'") == []


KEY = {
    "seed": 1, "replication": 0, "model_version": 1, "analysis": "terminating", "warmup": 0.0
}  # fmt: skip


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("seed", 2),
        ("replication", 1),
        ("model_version", 2),
        ("analysis", "steady_state"),
        ("warmup", 10.0),
    ],
)
def test_a_key_is_of_every_part(part: str, other: object) -> None:
    assert run_key("w", **{**KEY, part: other}) != run_key("w", **KEY)  # type: ignore[arg-type]
    assert run_key("v", **KEY) != run_key("w", **KEY)  # type: ignore[arg-type]


def test_a_key_does_not_depend_on_how_a_number_is_written() -> None:
    assert run_key("w", **{**KEY, "warmup": 0}) == run_key("w", **KEY)  # type: ignore[arg-type]
    assert len(run_key("w", **KEY)) == 64  # type: ignore[arg-type]
