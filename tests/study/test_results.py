"""Results: listed, answered again, exported."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from study_fakes import FakeScenario, broken, simulate

from simlab.core import UserError
from simlab.study.comparing import compare
from simlab.study.exporting import export_csv, export_json, export_parquet, frame, rows
from simlab.study.results import comparison_of, list_experiments, question_of, trace_of
from simlab.study.rounds import RunFailedError
from simlab.study.store import Store

SHOP: Any = FakeScenario()
BANK: Any = FakeScenario(name="bank")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Return a directory with an experiment that is done."""
    top = tmp_path / "results"
    compare(SHOP, ["two", "four"], seed=1, replications=2, store=top / "shop", simulate=simulate)
    return top


def test_lists_what_is_there(results: Path) -> None:
    with pytest.raises(RunFailedError):
        compare(
            BANK, ["two", "again"], seed=1, replications=3, store=results / "deep" / "bank",
            simulate=broken,
        )  # fmt: skip
    (results / "notes").mkdir()
    (results / "odd").mkdir()
    (results / "odd" / "runs.sqlite").write_text("what is this" * 99)
    bank, odd, shop = list_experiments(results)
    assert (shop.name, shop.scenarios, shop.strategies) == ("shop", ("shop",), ("two", "four"))
    assert (shop.runs, shop.done, shop.failed, shop.trouble) == (4, 4, 0, "")
    assert shop.path == results / "shop"
    assert (bank.name, bank.runs, bank.done, bank.failed) == ("deep/bank", 3, 2, 1)
    assert odd.name == "odd"
    assert "not a database" in odd.trouble


def test_one_experiment_is_listed_by_its_own_name(results: Path) -> None:
    [shop] = list_experiments(results / "shop")
    assert shop.name == "shop"


def test_there_is_nothing_to_list_where_nothing_is(tmp_path: Path) -> None:
    assert list_experiments(tmp_path) == []
    with pytest.raises(UserError, match="nowhere: is not a directory"):
        list_experiments(tmp_path / "nowhere")


def test_a_scenario_must_be_named_where_there_are_several(results: Path) -> None:
    compare(BANK, ["two"], seed=1, replications=2, store=results / "shop", simulate=simulate)
    with Store.read(results / "shop") as store:
        with pytest.raises(UserError, match="name one of its scenarios: shop, bank"):
            comparison_of(store)
        with pytest.raises(UserError, match="name one of its scenarios: shop, bank"):
            comparison_of(store, "pub")
        assert comparison_of(store, "bank").strategies == ("two",)


def test_nothing_was_asked_of_an_empty_store(tmp_path: Path) -> None:
    with (
        Store.open(tmp_path / "r") as store,
        pytest.raises(UserError, match="name one of its scenarios: none"),
    ):
        question_of(store)


def test_no_answer_before_a_replication_is_whole(results: Path) -> None:
    with Store.open(results / "shop") as store:
        store._db.execute("DELETE FROM runs WHERE strategy = 'four'")
        with pytest.raises(UserError, match="no replication is complete yet"):
            comparison_of(store)


def test_only_whole_replications_answer(results: Path) -> None:
    with Store.open(results / "shop") as store:
        store._db.execute("DELETE FROM runs WHERE strategy = 'four' AND replication = 0")
        found = comparison_of(store)
    assert found.question.replications == 1
    assert [len(column["cost"]) for column in found.values.values()] == [1, 1]


def test_what_happened_in_a_run_can_be_looked_at(results: Path) -> None:
    with Store.read(results / "shop") as store:
        trace = trace_of(store, "four", 1)
        assert trace.timeline["services.web.ready"].tolist() == [4.0] * 8
        assert [one.who for one in trace.events] == ["mine"]
        for strategy, replication in (("four", 2), ("eight", 0)):
            with pytest.raises(UserError, match=f"no run of {strategy}, replication {replication}"):
                trace_of(store, strategy, replication)


def test_rows_are_runs(results: Path) -> None:
    with Store.read(results / "shop") as store:
        found = list(rows(store))
        table = frame(store)
    assert [(row["strategy"], row["replication"]) for row in found] == [
        ("two", 0), ("four", 0), ("two", 1), ("four", 1)
    ]  # fmt: skip
    assert {row["scenario"] for row in found} == {"shop"}
    assert {row["seed"] for row in found} == {1}
    assert found[0]["services.web.replica_hours"] == found[0]["replica_hours"]
    assert found[0]["faults.dies.time_to_detect"] == 1.5
    assert table["requests"].tolist() == [120] * 4


def test_csv(results: Path, tmp_path: Path) -> None:
    with Store.read(results / "shop") as store:
        export_csv(store, tmp_path / "runs.csv")
        expected = list(rows(store))
    with (tmp_path / "runs.csv").open(newline="") as stream:
        found = list(csv.DictReader(stream))
    assert len(found) == 4
    assert float(found[2]["cost"]) == expected[2]["cost"]
    assert found[0]["faults.dies.time_to_act"] == ""
    assert list(found[0]) == list(expected[0])


def test_json(results: Path, tmp_path: Path) -> None:
    with Store.read(results / "shop") as store:
        export_json(store, tmp_path / "runs.json")
        assert json.loads((tmp_path / "runs.json").read_text()) == list(rows(store))


def test_parquet_without_pyarrow_says_what_to_install(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simlab.study.exporting.find_spec", lambda _: None)
    with (
        Store.read(results / "shop") as store,
        pytest.raises(UserError, match=r"pip install 'simlab\[parquet\]'"),
    ):
        export_parquet(store, tmp_path / "runs.parquet")
    assert not (tmp_path / "runs.parquet").exists()


def test_parquet(results: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pandas as pd

    with Store.read(results / "shop") as store:
        export_parquet(store, tmp_path / "runs.parquet")
        assert pd.read_parquet(tmp_path / "runs.parquet").equals(frame(store))


@pytest.mark.parametrize("export", [export_csv, export_json])
def test_a_file_that_cannot_be_written_is_told(export: Any, results: Path, tmp_path: Path) -> None:
    with (
        Store.read(results / "shop") as store,
        pytest.raises(UserError, match=r"nowhere/runs.x: cannot be written: No such file"),
    ):
        export(store, tmp_path / "nowhere" / "runs.x")
    assert list(tmp_path.glob("**/runs.x*")) == []


def test_an_export_that_breaks_leaves_what_was_there(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "runs.json"
    target.write_text("before")

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simlab.study.exporting.json.dump", fails)
    with Store.read(results / "shop") as store, pytest.raises(UserError, match="No space left"):
        export_json(store, target)
    assert target.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["runs.json"]
