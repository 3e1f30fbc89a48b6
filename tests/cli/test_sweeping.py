"""`simlab sweep`: answers, what is kept, what is asked by whom, and what is wrong."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import simlab
from tests.cli.conftest import EXPERIMENT, STRATEGY, Said, everything

Say = Callable[..., Said]
SWEPT = """\
schema: simlab/experiment/v1
name: swept
kind: sweep
scenarios: [small.yaml]
strategies: [two, three]
replications: 2
seed: 9
measures: [bad_share, cost]
factors: {load.users.scale: [0.5, 1], services.web.boot: [1s, 2s]}
"""
ONE = ("--factor", "load.users.scale=[0.5, 1]", "--strategies", "two", "--replications", 1)


@pytest.fixture
def swept(scenario: Path) -> Path:
    Path("swept.yaml").write_text(SWEPT)
    return Path("swept.yaml")


def lasting() -> dict[str, bytes]:
    """Return everything but what a database has beside it while it is read."""
    return {name: data for name, data in everything().items() if "sqlite-" not in name}


def test_it_prints_a_table_and_keeps_rows_figure_and_page(simlab_says: Say, swept: Path) -> None:
    said = simlab_says("sweep", swept, "--csv", "mine.csv")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "swept: mean [95 % interval] of 2 replications at each point"
    assert lines[2].split() == [
        "users.scale",
        "web.boot",
        "strategy",
        "bad_share",
        "(%)",
        "cost",
        "(money)",
    ]
    assert len([line for line in lines if " two " in line or " three " in line]) >= 8
    assert lines[-1] == "kept in results/swept"
    kept = {Path(name).name for name in everything() if name.startswith("results")}
    assert {"sweep.csv", "sweep.png", "sweep.html", "manifest.json", "runs.sqlite"} <= kept
    csv = Path("results/swept/sweep.csv").read_text().splitlines()
    assert csv[0] == "load.users.scale,services.web.boot,strategy,replication,bad_share,cost"
    assert len(csv) == 1 + 4 * 2 * 2
    assert Path("mine.csv").read_text().splitlines() == csv
    page = Path("results/swept/sweep.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "data:image/png" in page


def test_json_is_one_document_the_same_each_time(simlab_says: Say, swept: Path) -> None:
    first = simlab_says("sweep", swept, "--json")
    again = simlab_says("sweep", swept, "--json", "--no-plot")
    other = simlab_says("sweep", swept, "--json", "--out", "elsewhere", "--no-plot", "--jobs", 2)
    assert first.out == again.out == other.out
    found = json.loads(first.out)
    assert (found["sweep"], found["seed"], found["replications"]) == ("swept", 9, 2)
    assert [point["factors"]["services.web.boot"] for point in found["points"]] == [1, 2, 1, 2]
    assert "kept in results/swept" in first.err
    assert not Path("elsewhere/swept/sweep.png").exists()
    assert "data:image" not in Path("elsewhere/swept/sweep.html").read_text()


def test_what_was_run_before_is_not_run_again(simlab_says: Say, swept: Path) -> None:
    told = ("--no-plot", "--progress")
    assert "16 of 16 runs" in simlab_says("sweep", swept, *told).err
    assert " runs" not in simlab_says("sweep", swept, *told).err
    more = simlab_says("sweep", swept, "--replications", 3, *told).err
    assert "24 of 24 runs" in more
    assert "9 of 24" not in more


def test_where_there_is_no_terminal_it_is_quiet(simlab_says: Say, swept: Path) -> None:
    assert "runs" not in simlab_says("sweep", swept, "--no-plot").err
    said = simlab_says("sweep", swept, "--no-plot", "--quiet")
    assert (said.code, said.err) == (0, "")


def test_a_scenario_is_swept_by_factors_of_the_command_line(
    simlab_says: Say, scenario: Path
) -> None:
    values = "strategies.three.services.web.replicas={range: [3, 5, 1]}"
    words = ("--factor", values, "--replications", 1, "--measures", "replica_hours", "--json",
             "--strategies", "three", "--set", "duration=36s")  # fmt: skip
    found = json.loads(simlab_says("sweep", scenario, *words, "--no-plot").out)
    hours = [point["strategies"]["three"]["replica_hours"]["mean"] for point in found["points"]]
    assert hours == pytest.approx([0.03, 0.04, 0.05])
    assert Path("results/small/sweep.csv").exists()


def test_the_command_line_goes_before_the_experiment(simlab_says: Say, swept: Path) -> None:
    Path("five.yaml").write_text(STRATEGY)
    words = ("--strategies", "two,five.yaml", "--measures", "replica_hours", "--seed", 5,
             "--replications", 1, "--factor", "services.web.boot=[3s]")  # fmt: skip
    found = json.loads(simlab_says("sweep", swept, "--json", "--no-plot", *words).out)
    assert (found["seed"], found["replications"]) == (5, 1)
    [point] = found["points"]
    assert point["factors"] == {"services.web.boot": 3}
    assert list(point["strategies"]) == ["two", "five"]
    assert list(point["strategies"]["two"]) == ["replica_hours"]


def test_a_comparison_may_be_swept_by_factors(simlab_says: Say, experiment: Path) -> None:
    said = simlab_says("sweep", experiment, "--factor", "load.users.scale=[1, 2]", "--no-plot")
    assert said.code == 0
    assert "asked: mean" in said.out


def test_a_dry_run_tells_and_keeps_nothing(simlab_says: Say, swept: Path) -> None:
    before = everything()
    said = simlab_says("sweep", swept, "--dry-run", "--jobs", 2)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "swept: 4 points x 2 strategies x 2 replications = 16 runs"
    assert lines[1] == "0 are in results/swept already; 16 are to be made"
    assert " with --jobs 2 (" in lines[2]
    assert "measured on" in lines[2]
    assert lines[3].endswith("of disk more")
    assert everything() == before
    simlab_says("sweep", swept, "--no-plot", "--quiet")
    kept = lasting()
    found = json.loads(simlab_says("sweep", swept, "--dry-run", "--json", "--replications", 3).out)
    assert (found["runs"], found["there"], found["missing"], found["measured"]) == (24, 16, 8, 0)
    assert found["seconds"] > 0
    assert lasting() == kept


def test_a_dry_run_says_what_is_alike_and_what_is_surely_unmeant(
    simlab_says: Say, scenario: Path
) -> None:
    words = ("--factor", "strategies.three.services.web.replicas=[3]", "--factor",
             "strategies.three.services.web.replicas=[3, 4]")  # fmt: skip
    assert "is given twice" in simlab_says("sweep", scenario, *words).err
    said = simlab_says("sweep", scenario, *words[2:], "--dry-run", "--replications", 1)
    assert "3 of them are of the same world as others, and made once" in said.out
    said = simlab_says("sweep", scenario, "--factor", "services.web.replicas=[1, 2]", "--strategies",
                       "three", "--dry-run", "--replications", 1)  # fmt: skip
    assert "warning: services.web.replicas: changes nothing in any world" in said.out


def test_ctrl_c_keeps_what_is_finished(swept: Path) -> None:
    words = [sys.executable, "-m", "simlab.cli", "sweep", str(swept), "--replications", "40",
             "--no-plot", "--progress"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(Path(simlab.__file__).parents[1])}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as it:
        assert it.stderr is not None
        assert "of 320 runs" in it.stderr.readline()
        it.send_signal(signal.SIGINT)
        _, err = it.communicate(timeout=60)
    assert it.returncode == 130
    last = err.splitlines()[-1]
    assert last.startswith("simlab: stopped; ")
    assert " of 320 runs are kept in results/swept" in last
    assert int(last.split()[2]) >= 32


def test_results_lists_a_sweep_by_its_points(simlab_says: Say, swept: Path) -> None:
    simlab_says("sweep", swept, "--no-plot", "--quiet")
    listed = simlab_says("results", "list").out.splitlines()[1]
    assert listed.split() == [
        "swept",
        "small",
        "(4",
        "points)",
        "two,",
        "three",
        "16",
        "of",
        "16",
        "0",
    ]
    name = "small[load.users.scale=1, services.web.boot=2s]"
    shown = simlab_says("results", "show", "results/swept", "--scenario", name)
    assert f"{name}: mean [95 % interval] of 2 replications" in shown.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("small.yaml",), "small: nothing is varied", id="no factors"),
        pytest.param(("small.yaml", "--factor", "load"), "--factor load: must be PATH=VALUES", id="no values"),
        pytest.param(("small.yaml", "--factor", "links.users-"), "put quotes around it", id="a shell took it"),
        pytest.param(("small.yaml", "--factor", "services.wob.replicas=[1]"), "did you mean 'web'?", id="path"),
        pytest.param(("small.yaml", "--factor", "services.web.replicas=[x]"), "'x'", id="value"),
        pytest.param(("small.yaml", "--factor", "services.web.replicas=[1"), "is not YAML", id="no YAML"),
        pytest.param(("small.yaml", *ONE, "--strategies", "four"), "no strategy 'four'", id="strategy"),
        pytest.param(("small.yaml", *ONE, "--measures", "costs"), "unknown measure 'costs'", id="measure"),
        pytest.param(("small.yaml", *ONE, "--margin", "goodput=1/s"), "not asked for", id="margin"),
        pytest.param(("small.yaml", *ONE, "--jobs", "0"), "0 is not in the range", id="jobs"),
        pytest.param(("small.yaml", *ONE, "--out", "small.yaml"), "small.yaml is not a dir", id="directory"),
        pytest.param(("small.yaml", *ONE, "--engine", "compiled"), "not yet", id="engine"),
        pytest.param(("asked.yaml",), "asked.yaml:3:7: kind: compare came, sweep is asked for", id="kind"),
        pytest.param(("none.yaml",), "cannot be read", id="no file"),
    ],
)  # fmt: skip
def test_wrong_words(simlab_says: Say, swept: Path, words: tuple[str, ...], complaint: str) -> None:
    Path("asked.yaml").write_text(EXPERIMENT)
    before = everything()
    said = simlab_says("sweep", *words)
    assert (said.code, said.out) == (2, "")
    assert complaint in said.err
    assert "Traceback" not in said.err
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(("[bad_share, cost]", "[bad_shore]"), "swept.yaml:8:12: measures[0]", id="measure"),
        pytest.param(("[0.5, 1]", "[0.5, x]"), "swept.yaml:9:35: factors[load.users.scale][1]: 'x'", id="value"),
        pytest.param(("services.web.boot", "services.web.boat"), "swept.yaml:9:39: services.web has no", id="path"),
        pytest.param(("[0.5, 1]", "[]"), "has no values", id="no values"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["sweep", "check"])
def test_sweeps_that_are_wrong(
    simlab_says: Say, swept: Path, command: str, change: tuple[str, str], complaint: str
) -> None:
    swept.write_text(SWEPT.replace(*change))
    before = everything()
    said = simlab_says(command, swept)
    assert (said.code, said.out) == (2, "")
    assert complaint in said.err
    assert everything() == before


def test_a_sweep_is_not_compared(simlab_says: Say, swept: Path) -> None:
    said = simlab_says("compare", swept)
    assert said.code == 2
    assert "swept.yaml:3:7: kind: sweep came, compare is asked for; try `simlab sweep`" in said.err
