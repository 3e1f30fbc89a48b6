"""Comparing: from a scenario to an answer, with and without a store, however it is interrupted."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import study_fakes
from study_fakes import FakeScenario, broken, misused, simulate, unsettled, world

from simlab.core import UserError
from simlab.study import manifest
from simlab.study.comparing import compare
from simlab.study.comparison import Comparison
from simlab.study.measures import DEFAULT, MEASURES
from simlab.study.results import comparison_of
from simlab.study.rounds import RunFailedError
from simlab.study.statistics import PILOTS
from simlab.study.store import Store
from simlab.study.work import WorkerDiedError

SHOP: Any = FakeScenario()
STEADY: Any = FakeScenario(changes={"analysis": "steady_state", "warmup": None})


def ask(*strategies: str, scenario: Any = SHOP, **words: Any) -> Comparison:
    plain: dict[str, Any] = {"seed": 1, "replications": 3, "simulate": simulate}
    return compare(scenario, strategies or None, **(plain | words))


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file in which each run notes that it is made."""
    path = tmp_path / "log"
    path.touch()
    monkeypatch.setenv(study_fakes.LOG, str(path))
    return path


def lines(log: Path) -> list[str]:
    return log.read_text().split("\n")[:-1]


def test_the_document_is_that_of_the_specification() -> None:
    found = ask("two", "four").to_json()
    assert list(found) == [
        "scenario", "seed", "replications", "engine", "population", "strategies", "differences",
        "best",
    ]  # fmt: skip
    assert (found["scenario"], found["seed"], found["replications"]) == ("shop", 1, 3)
    assert (found["engine"], found["population"]) == ("reference", "on this load, over luck")
    totals = {name for name, row in MEASURES.items() if "total" in row.of}
    assert set(found["strategies"]["two"]) == totals
    assert all(set(one) == {"mean", "low", "high"} for one in found["strategies"]["two"].values())
    assert [one["measure"] for one in found["differences"]] == list(DEFAULT)
    assert all(
        list(one) == [
            "measure", "a", "b", "mean", "low", "high", "relative", "p", "p_adjusted", "verdict"
        ]
        for one in found["differences"]
    )  # fmt: skip
    assert found["best"] == ["four"]
    json.dumps(found, allow_nan=False)


def test_more_replicas_are_quicker_and_cost_more() -> None:
    found = {
        one.measure: one.verdict
        for one in ask("two", "eight", replications=5, measures=["latency_p99", "core_hours"]).found
    }
    assert found == {"latency_p99": "worse", "core_hours": "better"}


def test_all_strategies_of_the_scenario_are_compared_unless_some_are_named() -> None:
    assert ask().strategies == ("two", "four", "again", "eight")
    assert ask("four").strategies == ("four",)
    assert ask("four").found == ()


def test_a_strategy_run_afresh_beside_its_copy_is_identical(log: Path) -> None:
    found = ask("two", "again", measures=[*DEFAULT, "requests", "services.web.replica_hours"])
    assert {one.verdict for one in found.found} == {"identical"}
    assert lines(log) == ["2 0", "2 0", "2 1", "2 1", "2 2", "2 2"]


def test_paths_can_be_asked_for() -> None:
    path = "services.web.replica_hours"
    found = ask("two", "four", measures=[path, "outcomes.ok", path])
    assert [one.measure for one in found.found] == [path, "outcomes.ok"]
    assert found.to_json()["strategies"]["two"][path]["mean"] > 0
    assert len(found.values["two"][path]) == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param({"measures": ["costs"]}, "unknown measure 'costs'", id="measure"),
        pytest.param({"margin": {"goodput": 1.0}}, "margin of goodput", id="margin"),
        pytest.param(
            {"engine": "warp"}, "engine must be auto or reference, got 'warp'", id="engine"
        ),
        pytest.param({"replications": 0}, "replications must be", id="replications"),
        pytest.param({"seed": -3}, "seed must be", id="seed"),
        pytest.param({"jobs": 0}, "jobs must be", id="jobs"),
    ],
)
def test_wrong_words_are_told_before_anything_runs(
    words: dict[str, Any], message: str, log: Path
) -> None:
    with pytest.raises(UserError, match=message):
        ask("two", "four", **words)
    assert lines(log) == []


def test_an_unknown_strategy_is_told() -> None:
    with pytest.raises(UserError, match="no strategy 'nine'"):
        ask("two", "nine")


@pytest.mark.parametrize("with_store", [False, True], ids=["without a store", "with one"])
def test_two_jobs_give_the_same_bytes(tmp_path: Path, *, with_store: bool) -> None:
    stores = [tmp_path / name if with_store else None for name in ("one", "two")]
    one = ask("two", "four", jobs=1, store=stores[0])
    two = ask("two", "four", jobs=2, store=stores[1])
    assert json.dumps(two.to_json()) == json.dumps(one.to_json())
    assert json.dumps(one.to_json()) == json.dumps(ask("two", "four").to_json())


def test_what_is_done_is_not_done_again(tmp_path: Path, log: Path) -> None:
    first = ask("two", "four", store=tmp_path / "r")
    assert len(lines(log)) == 6
    again = ask("two", "four", store=tmp_path / "r")
    assert len(lines(log)) == 6
    assert again.to_json() == first.to_json()
    ask("two", "eight", "four", store=tmp_path / "r", replications=4)
    assert lines(log)[6:] == ["8 0", "8 1", "8 2", "2 3", "8 3", "4 3"]


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        pytest.param({"seed": 2}, 6, id="another seed"),
        pytest.param(
            {"scenario": FakeScenario(changes={"duration": 110.0})}, 6, id="another world"
        ),
        pytest.param({"scenario": FakeScenario(name="bank")}, 0, id="another name of the scenario"),
        pytest.param({"measures": ["goodput"]}, 0, id="other measures"),
        pytest.param({"engine": "reference"}, 0, id="the engine by name"),
        pytest.param({"replications": 2}, 0, id="fewer replications"),
    ],
)
def test_a_run_is_known_by_what_makes_its_numbers(
    words: dict[str, Any], runs: int, tmp_path: Path, log: Path
) -> None:
    ask("two", "four", store=tmp_path / "r")
    ask("two", "four", store=tmp_path / "r", **words)
    assert len(lines(log)) == 6 + runs


def test_in_a_store_strategies_that_are_alike_share_their_runs(tmp_path: Path, log: Path) -> None:
    found = ask("two", "again", store=tmp_path / "r")
    assert lines(log) == ["2 0", "2 1", "2 2"]
    assert {one.verdict for one in found.found} == {"identical"}


def test_a_model_of_another_version_makes_its_own_runs(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("two", store=tmp_path / "r")
    monkeypatch.setattr("simlab.study.comparing.MODEL_VERSION", 999)
    ask("two", store=tmp_path / "r")
    assert len(lines(log)) == 6


def test_the_answer_can_be_made_again_from_the_store_alone(tmp_path: Path) -> None:
    first = ask("two", "four", store=tmp_path / "r", margin={"cost": 0.5})
    with Store.read(tmp_path / "r") as store:
        assert comparison_of(store).to_json() == first.to_json()


def test_a_run_that_raises_is_kept_with_its_traceback_and_tried_again(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(
        RunFailedError, match=r"1 of 6 runs failed; the first is two, replication 1"
    ):
        ask("two", "four", store=tmp_path / "r", simulate=broken)
    assert len(lines(log)) == 5
    with Store.read(tmp_path / "r") as store:
        [(strategy, replication, error)] = store.errors()
        assert (strategy, replication) == ("two", 1)
        assert error.endswith("ZeroDivisionError: a controller divided by nothing\n")
        assert comparison_of(store).question.replications == 2
    monkeypatch.setenv("MENDED", "yes")
    found = ask("two", "four", store=tmp_path / "r", simulate=broken)
    assert lines(log)[5:] == ["2 1"]
    assert found.to_json() == ask("two", "four").to_json()


def test_a_run_that_raises_is_told_without_a_store_too() -> None:
    with pytest.raises(RunFailedError, match="a controller divided by nothing"):
        ask("two", "four", simulate=broken)


def test_what_the_user_must_mend_is_told_at_once() -> None:
    with pytest.raises(UserError, match=r"^trace.csv: has no row for replication 0$"):
        ask("two", "four", simulate=misused)


class Heard:
    """A `Progress` that remembers; it interrupts after `most` runs."""

    def __init__(self, most: int = 1000) -> None:
        self.words: list[str] = []
        self.most = most

    def start(self, total: int, done_before: int) -> None:
        self.words.append(f"{done_before} of {total}")

    def advance(self) -> None:
        self.words.append("+")
        if self.words.count("+") == self.most:
            raise KeyboardInterrupt

    def finish(self) -> None:
        self.words.append("end")


def test_progress_is_told(tmp_path: Path) -> None:
    heard = Heard()
    ask("two", store=tmp_path / "r", progress=heard)
    ask("two", "four", store=tmp_path / "r", progress=heard)
    assert heard.words == ["0 of 3", *"+++", "end", "3 of 6", *"+++", "end"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interruption_keeps_finished_runs(tmp_path: Path, jobs: int) -> None:
    heard = Heard(most=3)
    with pytest.raises(KeyboardInterrupt):
        ask("two", "four", store=tmp_path / "r", progress=heard, jobs=jobs)
    assert heard.words[-1] == "end"
    with Store.read(tmp_path / "r") as store:
        assert comparison_of(store).question.replications >= 1
    heard = Heard()
    found = ask("two", "four", store=tmp_path / "r", progress=heard)
    assert heard.words == ["3 of 6", *"+++", "end"]
    assert found.to_json() == ask("two", "four").to_json()


def test_runs_before_a_worker_died_are_kept(tmp_path: Path) -> None:
    with pytest.raises(WorkerDiedError):
        ask("two", "four", store=tmp_path / "r", jobs=2, simulate=study_fakes.dying)
    with Store.read(tmp_path / "r") as store:
        assert comparison_of(store).question.replications >= 1


# The warm-up.


def test_a_warm_up_of_auto_is_found_from_pilots() -> None:
    found = ask("two", "four", scenario=STEADY)
    # Cold for 20 s: cut there, and 100 of 120 requests are counted.
    assert found.question.warmup == 20.0
    assert found.to_json()["strategies"]["two"]["requests"]["mean"] == 100
    assert "warm-up 20 s" in found.notes()[0]


def test_pilots_do_not_depend_on_how_many_replications_are_asked_for(
    tmp_path: Path, log: Path
) -> None:
    ask("two", scenario=STEADY, replications=2, store=tmp_path / "r")
    assert len(lines(log)) == PILOTS + 2
    ask("two", scenario=STEADY, replications=4, store=tmp_path / "r")
    assert len(lines(log)) == PILOTS + 4


def test_one_warm_up_for_all_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([20.0, 40.0])
    monkeypatch.setattr("simlab.study.warming.settle", lambda *_: next(found))
    assert ask("two", "four", scenario=STEADY).question.warmup == 40.0


def test_a_run_that_never_settles_is_too_short() -> None:
    with pytest.raises(UserError, match=r"run too short: the latency of two has not settled"):
        ask("two", scenario=STEADY, simulate=unsettled)


def test_a_warm_up_that_is_named_is_taken() -> None:
    scenario: Any = FakeScenario(changes={"warmup": 30.0})
    found = ask("two", scenario=scenario)
    assert found.question.warmup == 30.0
    assert found.to_json()["strategies"]["two"]["requests"]["mean"] == 90


# The manifest.


def test_the_manifest_tells_what_results_came_of(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text("name: shop  # as people wrote it\n")
    scenario: Any = replace(SHOP, path=str(path))
    found = ask("two", "four", scenario=scenario, store=tmp_path / "r", margin={"cost": 0.5})
    told = json.loads((tmp_path / "r" / "manifest.json").read_text())
    assert told["schema"] == "simlab/manifest/v1"
    assert told["started"] <= told["ended"]
    assert (told["seed"], told["replications"], told["engine"]) == (1, 3, "reference")
    assert told["measures"] == list(DEFAULT)
    assert told["margin"] == {"cost": 0.5}
    assert set(told["versions"]) == {"python", "simlab", "numpy", "scipy", "simpy"}
    assert {"system", "libc", "cpus"} < set(told["machine"])
    assert told["command"]
    assert isinstance(told["model_version"], int)
    part = told["scenarios"]["shop"]
    assert part["text"] == "name: shop  # as people wrote it\n"
    assert (part["path"], part["analysis"]) == (str(path), "terminating")
    assert part["warmup"] == {"seconds": 0.0, "rule": "given"}
    assert part["strategies"]["four"]["world"]["services"][0][1]["replicas"] == 4
    assert part["strategies"]["two"]["sha256"] == found.question.digests["two"]
    assert sorted(one.name for one in (tmp_path / "r").iterdir()) == [
        "manifest.json",
        "runs.sqlite",
    ]


def test_a_manifest_says_how_the_warm_up_was_found(tmp_path: Path) -> None:
    ask("two", scenario=STEADY, store=tmp_path / "r")
    [part] = manifest.read(tmp_path / "r")["scenarios"].values()
    assert part["warmup"]["seconds"] == 20.0
    assert part["warmup"]["rule"].startswith("MSER-5")
    assert part["text"] is None


def test_an_interrupted_experiment_has_no_end(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask("two", store=tmp_path / "r", progress=Heard(most=1))
    assert manifest.read(tmp_path / "r")["ended"] is None
    ask("two", store=tmp_path / "r")
    assert manifest.read(tmp_path / "r")["ended"] is not None


def test_an_experiment_may_be_asked_about_several_scenarios(tmp_path: Path) -> None:
    with Store.open(tmp_path / "r") as store:
        first = ask("two", "four", store=store)
        second = ask("two", "four", store=store, scenario=FakeScenario(name="bank"))
    assert list(manifest.read(tmp_path / "r")["scenarios"]) == ["shop", "bank"]
    with Store.read(tmp_path / "r") as store:
        assert comparison_of(store, "shop").to_json() == first.to_json()
        assert comparison_of(store, "bank").to_json() == second.to_json()


def test_a_manifest_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "r" / "manifest.json").mkdir(parents=True)
    with pytest.raises(UserError, match=r"manifest.json: cannot be written"):
        ask("two", store=tmp_path / "r")
    left = {one.name for one in (tmp_path / "r").iterdir()}
    assert not [name for name in left if name.startswith("manifest.json.")]


# How people look at it.


def test_tables() -> None:
    found = ask("two", "four")
    table = found.table()
    assert list(table.index) == ["two", "four"]
    assert list(table.columns.get_level_values(0).unique()) == list(DEFAULT)
    assert table.loc["two", ("cost", "mean")] == found.estimates["two"]["cost"].mean
    assert list(found.table("goodput").columns) == [
        ("goodput", "mean"), ("goodput", "low"), ("goodput", "high")
    ]  # fmt: skip
    differences = found.differences()
    assert list(differences["measure"]) == list(DEFAULT)
    assert differences.loc[0, "mean"] == found.found[0].estimate.mean
    assert differences.loc[0, "relative"] == found.found[0].relative.mean
    assert differences.loc[0, "relative_low"] == found.found[0].relative.low


def test_a_single_replication_has_tables_too() -> None:
    table = ask("two", "four", replications=1).table()
    assert table["cost"]["low"].isna().all()
    assert table["cost"]["mean"].notna().all()


def test_sentences_and_notes() -> None:
    found = ask("two", "eight", replications=5, measures=["latency_p99"])
    [line] = found.verdicts()
    assert line.startswith("two loses to eight on latency_p99 by")
    assert "; ".join(found.notes()) == (
        "5 replications on this load, over luck; terminating, warm-up 0 s; each interval is at"
        " 95 % by itself, p is adjusted by Holm"
    )


def test_html_is_safe_and_marks_the_best() -> None:
    scenario: Any = replace(SHOP, name="<shop>")
    html = ask("two", "eight", scenario=scenario, measures=["latency_p99"])._repr_html_()
    assert "&lt;shop&gt;" in html
    assert "<shop>" not in html
    assert "<b>eight</b>" in html
    assert "<b>two</b>" not in html
    assert "two loses to eight" in html
    assert "latency_p99 (s)" in html


def test_html_marks_nobody_where_nobody_leads() -> None:
    html = ask("two", "again", replications=1)._repr_html_()
    assert "<b>" not in html
    assert "cannot be compared" not in html
    assert "identical" in html


def test_the_world_of_the_fakes_is_the_one_that_is_stored(tmp_path: Path) -> None:
    ask("two", store=tmp_path / "r")
    db = sqlite3.connect(tmp_path / "r" / "runs.sqlite")
    found = db.execute("SELECT strategy, replication, seed, status, scenario FROM runs").fetchall()
    db.close()
    assert found == [("two", run, 1, "ok", "shop") for run in range(3)]
    assert world(2).services["web"].replicas == 2
