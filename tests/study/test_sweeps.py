"""Sweeps: a comparison at every point, judged as one; the same however it came about."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import pytest
import sweep_shop
from sweep_shop import RUNS, plan, tiny

import simlab
from simlab.core import UserError
from simlab.scenario import grid_of, made_factors
from simlab.study import estimate_of, list_experiments, make_sweep, manifest
from simlab.study.exporting import export_rows
from simlab.study.rounds import RunFailedError
from simlab.study.statistics import PILOTS, holm
from simlab.study.store import Store
from simlab.study.sweeps.labels import short_names
from simlab.study.sweeps.plan import MANY
from simlab.study.sweeps.sweep import Sweep

SCRIPT = Path(sweep_shop.__file__)
SCALE, WITHIN, REPLICAS = "load.users.scale", "slo.within", "services.web.replicas"


def swept(factors: dict[str, Any], *strategies: str, **words: Any) -> Sweep:
    usual: dict[str, Any] = {"replications": 3, "measures": ["cost", "bad_share"]}
    return simlab.sweep(tiny(), factors, strategies or None, **(usual | words))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return make_sweep(plan(), store=tmp_path_factory.mktemp("undisturbed"))


def document(found: Sweep) -> str:
    return json.dumps(found.to_json(), allow_nan=False)


def lines(found: Sweep, path: Path) -> bytes:
    export_rows(found.rows(), path)
    return path.read_bytes()


# However it came about.


def go(directory: Path, jobs: int, killed: int | str) -> tuple[str, int]:
    """Run the sweep; return what it said first, and its exit code."""
    words = [sys.executable, str(SCRIPT), str(directory), str(jobs), str(killed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout.partition("\n")[0], done.returncode


def kept(directory: Path) -> dict[str, int]:
    """Return which runs are in the database, which is sound, and when each was kept."""
    with sqlite3.connect(directory / "runs.sqlite") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = dict(db.execute("SELECT key, rowid FROM runs WHERE status = 'ok'").fetchall())
    db.close()
    return found


@pytest.mark.parametrize("jobs", [1, 2])
def test_200_runs_killed_five_times_end_as_the_undisturbed(
    tmp_path: Path, undisturbed: Sweep, jobs: int
) -> None:
    before: dict[str, int] = {}
    for killed in range(5):
        first, code = go(tmp_path, jobs, 10 * jobs + killed)
        assert (first, code) == (f"{len(before)} of {RUNS}", -signal.SIGKILL)
        now = kept(tmp_path)
        assert now.items() > before.items(), "what was kept stays, and there is more"
        before = now
    assert len(before) < RUNS, "else nothing was interrupted"
    assert go(tmp_path, jobs, "never") == (f"{len(before)} of {RUNS}", 0)
    assert kept(tmp_path).items() > before.items()
    with Store.open(tmp_path) as store:
        again = make_sweep(plan(), store=store, simulate=explodes)  # All is there.
    assert document(again) == document(undisturbed)
    assert again.table().equals(undisturbed.table())
    assert lines(again, tmp_path / "a.csv") == lines(undisturbed, tmp_path / "b.csv")


def explodes(*_: object, **__: object) -> Any:
    raise ZeroDivisionError("in a controller")


def test_jobs_and_hash_seeds_change_no_byte(tmp_path: Path, undisturbed: Sweep) -> None:
    code = (
        f"import sys, json; sys.path.insert(0, {str(SCRIPT.parent)!r})\n"
        "from sweep_shop import plan; from simlab.study import make_sweep\n"
        "if __name__ == '__main__': print(json.dumps(make_sweep(plan(2), jobs=JOBS).to_json()))\n"
    )
    found = set()
    for jobs, seed in ((1, "1"), (2, "77")):
        path = tmp_path / f"sweep{jobs}.py"
        path.write_text(code.replace("JOBS", str(jobs)))
        environment = {**os.environ, "PYTHONHASHSEED": seed,
                       "PYTHONPATH": str(Path(simlab.__file__).parents[1])}  # fmt: skip
        done = subprocess.run([sys.executable, str(path)], capture_output=True, check=True,
                              env=environment)  # fmt: skip
        found.add(done.stdout)
    assert len(found) == 1
    assert json.loads(found.pop())["points"][0]["factors"] == {SCALE: 0.5, WITHIN: 0.04}
    assert undisturbed.question.replications == 5


def test_a_full_disk_is_told_and_the_sweep_goes_on_later(
    tmp_path: Path, undisturbed: Sweep
) -> None:
    with Store.open(tmp_path) as store:
        store._db.execute("PRAGMA max_page_count = 100")
        with pytest.raises(UserError, match=r"runs.sqlite: .*full"):
            make_sweep(plan(), store=store)
        some = len(kept(tmp_path))
        store._db.execute("PRAGMA max_page_count = 1000000")
        found = make_sweep(plan(), store=store)
    assert 0 < some < RUNS
    assert document(found) == document(undisturbed)


def test_runs_that_raise_are_told_with_their_point_and_the_others_are_kept(tmp_path: Path) -> None:
    with pytest.raises(
        RunFailedError, match=r"20 of 40 runs failed; the first is two at tiny\[load"
    ):
        make_sweep(plan(1), store=tmp_path, simulate=fails_with_two)
    assert len(kept(tmp_path)) == 20


def fails_with_two(settings: Any, **words: Any) -> Any:
    from simlab.model import simulate

    if settings.services["web"].replicas == 2:
        raise ZeroDivisionError("a controller divided by nothing")
    return simulate(settings, **words)


# What it is made of.


def test_a_point_is_what_a_comparison_there_is(undisturbed: Sweep) -> None:
    spot = undisturbed.spots[7]
    there = tiny().with_sets({SCALE: 2, WITHIN: "80ms"})
    alone = simlab.compare(there, ["one", "two"], replications=5, measures=["cost", "bad_share"])
    assert spot.comparison.estimates == alone.estimates
    assert spot.comparison.values == alone.values
    mine, theirs = spot.comparison.found[0], alone.found[0]
    assert (mine.estimate, mine.p) == (theirs.estimate, theirs.p)


def test_either_finds_the_runs_of_the_other(tmp_path: Path) -> None:
    there = tiny().with_sets({SCALE: 2})
    simlab.compare(there, ["one", "two"], replications=2, store=tmp_path)
    before = kept(tmp_path)
    swept({SCALE: [1, 2]}, replications=3, store=tmp_path)
    now = kept(tmp_path)
    assert now.items() > before.items()
    assert len(now) == 2 * 2 * 3
    simlab.compare(there, ["one", "two"], replications=3, store=tmp_path)
    assert kept(tmp_path) == now


def test_what_a_factor_does_not_touch_is_run_once(tmp_path: Path) -> None:
    path = "strategies.two.services.web.replicas"
    found = swept({path: [2, 3, 4]}, store=tmp_path)
    assert len(kept(tmp_path)) == 3 + 3 * 3
    table = found.table()
    assert len(set(table.loc[table["strategy"] == "one", "cost"])) == 1
    assert len(set(table.loc[table["strategy"] == "two", "cost"])) == 3


def test_p_values_are_adjusted_over_all_points(undisturbed: Sweep) -> None:
    rows = undisturbed.differences()
    known = rows[rows["p"].notna()]
    assert len(rows) == 20 * 2
    assert list(known["p_adjusted"]) == pytest.approx(holm(list(known["p"])))
    for verdict, p in zip(known["verdict"], known["p_adjusted"], strict=True):
        assert (verdict in ("better", "worse")) == (p <= 0.05 and verdict != "identical")


def test_the_frame_is_tidy(undisturbed: Sweep) -> None:
    frame = undisturbed.frame()
    assert list(frame) == [SCALE, WITHIN, "strategy", "replication", "cost", "bad_share"]
    assert len(frame) == RUNS
    assert frame[SCALE].dtype.kind == "f"
    assert sorted(set(frame[WITHIN])) == [0.04, 0.08]
    means = frame.groupby([SCALE, WITHIN, "strategy"])["cost"].mean()
    table = undisturbed.table().set_index([SCALE, WITHIN, "strategy"])["cost"]
    assert means.sort_index().to_dict() == pytest.approx(table.sort_index().to_dict())


def test_more_load_turns_the_ranking(undisturbed: Sweep) -> None:
    best = undisturbed.best()
    assert best.loc[0, "best"] == "one"
    assert best.iloc[-1]["best"] == "two"
    flips = [one for one in undisturbed.flips if one.axis == (SCALE,)]
    assert [(one.a, one.b) for one in flips] == [("one", "two")] * 2
    for flip in flips:
        scales = [spot.point.by_path[SCALE].number or inf for spot in (flip.before, flip.after)]
        assert scales[0] < scales[1]
        assert flip.before.point.by_path[WITHIN] == flip.after.point.by_path[WITHIN]
    told = undisturbed.to_json()["flips"]
    assert [one["along"] for one in told[:2]] == [[SCALE]] * 2
    assert told[0]["better_at"][SCALE] < told[0]["worse_at"][SCALE]
    [first, *_] = undisturbed.sentences()
    assert first.startswith("one beats two on cost at users.scale=")
    assert first.endswith("(slo.within=40ms)")


def test_a_ranking_turns_along_the_numbers_in_whatever_order_they_are_given() -> None:
    words: dict[str, Any] = {"replications": 5, "measures": ["cost"]}
    found = swept({SCALE: [3, 1, 5, 0.5]}, "one", "two", **words)
    [flip] = found.flips
    assert (flip.a, flip.b) == ("one", "two")
    other = swept({SCALE: [0.5, 1, 3, 5]}, "one", "two", **words)
    assert found.sentences() == other.sentences()


def test_the_table_says_who_is_best(undisturbed: Sweep) -> None:
    table = undisturbed.table()
    assert list(table.loc[:1, "best"]) == [True, False]
    assert list(table["best"][-2:]) == [False, True]


def test_a_replication_is_made_everywhere_before_the_next(tmp_path: Path) -> None:
    make_sweep(plan(2), store=tmp_path)
    with sqlite3.connect(tmp_path / "runs.sqlite") as db:
        sql = "SELECT replication, scenario, strategy FROM runs ORDER BY rowid"
        rows = db.execute(sql).fetchall()
    db.close()
    assert [row[0] for row in rows] == [0] * 40 + [1] * 40
    assert rows[0][1:] == (f"tiny[{SCALE}=0.5, {WITHIN}=40ms]", "one")
    assert len({row[1] for row in rows}) == 20


def test_the_document_says_all_of_it(undisturbed: Sweep) -> None:
    found = undisturbed.to_json()
    assert list(found) == ["sweep", "seed", "replications", "engine", "population", "factors",
                           "measures", "points", "flips", "warnings"]  # fmt: skip
    assert found["factors"] == [[SCALE], [WITHIN]]
    assert len(found["points"]) == 20
    point = found["points"][0]
    assert list(point) == ["scenario", "factors", "warmup", "strategies", "differences", "best"]
    assert set(point["strategies"]["one"]) == {"cost", "bad_share"}
    json.dumps(found, allow_nan=False)


def test_values_that_are_no_numbers_are_told_as_text(tmp_path: Path) -> None:
    found = swept({"links.users->web.breaker": [None, {"kind": "resilience4j"}]}, "one")
    column = found.frame()["links.users->web.breaker"]
    assert list(dict.fromkeys(column)) == ["none", "{kind: resilience4j}"]
    written = list(csv.DictReader(lines(found, tmp_path / "x.csv").decode().splitlines()))
    assert written[0]["links.users->web.breaker"] == "none"


def test_several_scenarios_meet_every_point() -> None:
    one = tiny()
    other = replace(one.with_sets({"duration": "3s"}), name="short")
    asked = replace(
        plan(1), scenarios=(one, other), grid=grid_of(made_factors({SCALE: [1, 2]}), one)
    )
    found = make_sweep(asked)
    assert list(found.frame()["scenario"].unique()) == ["tiny", "short"]
    assert len(found.spots) == 4
    hours = make_sweep(replace(asked, measures=("replica_hours",))).table()
    assert list(hours["replica_hours"][::4] * 3600) == pytest.approx([4, 3])


def test_a_warm_up_is_found_at_each_point_and_once(tmp_path: Path) -> None:
    sets = {"duration": "60s", "analysis": "steady_state", "warmup": "auto"}
    scenario = tiny().with_sets(sets)
    found = simlab.sweep(scenario, {SCALE: [0.5, 1]}, ["two"], replications=2, store=tmp_path)
    for spot, scale in zip(found.spots, (0.5, 1), strict=True):
        alone = simlab.compare(scenario.with_sets({SCALE: scale}), ["two"], replications=2)
        assert spot.comparison.question.warmup == alone.question.warmup
        assert spot.comparison.estimates == alone.estimates
    before = kept(tmp_path)
    assert len(before) >= 2 * PILOTS
    simlab.sweep(scenario, {SCALE: [0.5, 1]}, ["two"], replications=2, store=tmp_path)
    assert kept(tmp_path) == before


@pytest.mark.parametrize(
    ("path", "warned"),
    [
        pytest.param(REPLICAS, True, id="a value that every strategy puts another in the place of"),
        pytest.param(SCALE, False, id="a value that matters"),
        pytest.param("strategies.three.services.web.replicas", False, id="a strategy's own"),
    ],
)
def test_a_factor_that_changes_nothing_is_warned_of(path: str, *, warned: bool) -> None:
    text = sweep_shop.TEXT.replace("one: {}", "three: {services: {web: {replicas: 3}}}")
    scenario = simlab.scenario.parse(text, name="tiny.yaml")
    found = simlab.sweep(scenario, {path: [1, 2]}, replications=1)
    assert [one.partition(":")[0] for one in found.warnings] == [path] * warned
    assert [path in note for note in found.notes()].count(True) == warned


def test_very_many_runs_are_warned_of() -> None:
    asked = replace(plan(), replications=MANY // 40 + 1)
    assert "runs are more than" in estimate_of(asked).warnings[0]
    assert estimate_of(replace(plan(), replications=2)).warnings == ()


# Before it is run.


def test_an_estimate_makes_a_few_runs_and_keeps_none(tmp_path: Path) -> None:
    found = estimate_of(plan(), jobs=2, store=tmp_path / "r")
    assert (found.points, found.strategies, found.replications) == (20, 2, 5)
    assert (found.runs, found.missing, found.there, found.alike) == (RUNS, RUNS, 0, 0)
    assert 1 <= found.measured <= 5
    assert found.seconds == pytest.approx(RUNS * found.per_run / 2)
    assert found.disk > 0
    assert list(tmp_path.iterdir()) == []


def test_an_estimate_knows_what_the_store_has(tmp_path: Path) -> None:
    made = make_sweep(plan(2), store=tmp_path)
    before = kept(tmp_path)
    found = estimate_of(plan(), store=tmp_path, simulate=explodes)
    assert (found.runs, found.there, found.missing, found.measured) == (RUNS, 80, 120, 0)
    assert 0 < found.per_run < 10
    size = (tmp_path / "runs.sqlite").stat().st_size
    assert found.disk == pytest.approx(120 * size / 80, rel=0.5)
    assert kept(tmp_path) == before
    assert estimate_of(plan(2), store=tmp_path, simulate=explodes).seconds == 0
    assert len(made.spots) == 20


def test_an_estimate_counts_pilots_and_what_is_alike() -> None:
    sets = {"duration": "60s", "analysis": "steady_state", "warmup": "auto"}
    scenario = tiny().with_sets(sets)
    grid = grid_of(made_factors({"strategies.two.services.web.replicas": [2, 3]}), scenario)
    found = estimate_of(replace(plan(3), scenarios=(scenario,), grid=grid))
    assert (found.runs, found.pilots) == (12, 2 * 2 * PILOTS)
    # Pilots are runs without a warm-up: so are the runs, as long as none is known.
    assert found.alike == 12 + PILOTS
    assert found.missing == 3 * PILOTS


# Words.


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param({"strategies": ["three"]}, "no strategy 'three'", id="strategy"),
        pytest.param({"measures": ["costs"]}, "unknown measure 'costs'", id="measure"),
        pytest.param({"replications": 0}, "replications must be from 1 on", id="replications"),
        pytest.param({"factors": {}}, "nothing is varied", id="no factors"),
        pytest.param({"factors": {SCALE: [-1]}}, "must not be negative", id="value"),
        pytest.param({"jobs": 0}, "jobs must be from 1 on", id="jobs"),
        pytest.param({"engine": "warp"}, "engine must be", id="engine"),
        pytest.param({"margin": {"goodput": 1.0}}, "margin of goodput", id="margin"),
    ],
)
def test_wrong_words_are_told_before_anything_is_kept(
    tmp_path: Path, words: dict[str, Any], said: str
) -> None:
    usual: dict[str, Any] = {"factors": {SCALE: [1, 2]}, "store": tmp_path / "r"}
    with pytest.raises(UserError, match=said):
        simlab.sweep(tiny(), **(usual | words))
    assert not kept(tmp_path / "r") if (tmp_path / "r" / "runs.sqlite").exists() else True


def test_what_only_two_values_do_together_is_told_before_anything_runs(tmp_path: Path) -> None:
    scenario = tiny().with_sets({"duration": "10s"})
    values = {"duration": ["10s", "20s"], "warmup": ["1s", "15s"]}
    with pytest.raises(UserError, match="warmup"):
        simlab.sweep(scenario, values, store=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_an_experiment_may_be_given_and_overruled(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(sweep_shop.TEXT)
    path = tmp_path / "asked.yaml"
    path.write_text(
        "schema: simlab/experiment/v1\nkind: sweep\nscenarios: [tiny.yaml]\nreplications: 2\n"
        "measures: [bad_share]\nmargin: {bad_share: 0.5}\nfactors: {load.users.scale: [1, 2, 3]}\n"
    )
    found = simlab.sweep(simlab.load_experiment(path), replications=1)
    assert (len(found.frame()), found.measures, found.name) == (6, ("bad_share",), "asked")
    assert found.question.margin == {"bad_share": 0.5}
    other = simlab.sweep(path, {SCALE: [1]}, ["two"], measures=["cost"])
    assert other.question.margin == {}  # Of a measure that is not told.
    assert (len(other.frame()), other.measures, other.strategies) == (2, ("cost",), ("two",))


def test_the_manifest_has_each_point(tmp_path: Path, undisturbed: Sweep) -> None:
    found = make_sweep(plan(1), store=tmp_path)
    written = manifest.read(tmp_path)
    assert (written["sweep"], written["replications"]) == ("tiny", 1)
    points = written["scenarios"]["tiny"]["points"]
    assert len(points) == len(found.spots) == len(undisturbed.spots)
    first = next(iter(points.values()))
    assert first["values"] == {SCALE: "0.5", WITHIN: "40ms"}
    assert set(first["sha256"]) == {"one", "two"}
    assert written["ended"] is not None
    [listed] = list_experiments(tmp_path)
    assert (listed.runs, listed.done, len(listed.scenarios)) == (40, 40, 20)


def test_short_names_tell_paths_apart() -> None:
    paths = ["services.a.boot.mean", "services.b.boot.mean", "duration", "links.a->b.timeout"]
    assert list(short_names(paths).values()) == [
        "a.boot.mean", "b.boot.mean", "duration", "a->b.timeout"
    ]  # fmt: skip
