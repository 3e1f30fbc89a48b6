"""Commands: what they print, where it goes, what they leave behind, how they exit."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simlab.cli.app import COMMANDS, NOT_YET
from tests.cli.conftest import SMALL, Said

Say = Callable[..., Said]


def test_help_names_every_command(simlab_says: Say) -> None:
    said = simlab_says("--help")
    assert said.code == 0
    assert all(f"  {name} " in said.out for name in (*COMMANDS, *NOT_YET))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(simlab_says: Say, name: str) -> None:
    said = simlab_says(name, "--help")
    assert said.code == 0
    assert f"simlab {name}" in said.out


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from simlab.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted({n.split('.')[0] for n in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "pandas", "scipy", "matplotlib", "simpy", "rich", "ruamel"}
    assert [name for name in heavy if f"'{name}'" in done.stderr] == []


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_not_there_yet_says_so(simlab_says: Say, name: str) -> None:
    said = simlab_says(name, "anything", "--jobs", "2")
    assert (said.code, said.out) == (2, "")
    assert f"not yet: `simlab {name} anything --jobs 2`" in said.err


def test_an_unknown_command_is_told_the_nearest(simlab_says: Say) -> None:
    said = simlab_says("compere")
    assert said.code == 2
    assert "Did you mean compare?" in said.err


def test_run_prints_a_summary_and_saves_a_timeline(simlab_says: Say, scenario: Path) -> None:
    said = simlab_says("run", scenario, "--strategy", "three", "--seed", 4)
    assert said.code == 0
    assert "small, three, seed 4, engine reference" in said.out
    picture = Path("results/small/run-three-4-0.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [one.name for one in picture.parent.iterdir()] == [picture.name]


def test_run_prints_one_document(simlab_says: Say, scenario: Path) -> None:
    said = simlab_says("run", scenario, "--json", "--no-plot")
    found = json.loads(said.out)
    assert list(found) == [
        "scenario", "strategy", "seed", "engine", "measures", "sources", "services", "links",
        "queues", "faults",
    ]  # fmt: skip
    users = found["sources"]["users"]
    assert sum(users["outcomes"].values()) + users["in_flight"] == users["requests"] > 500
    assert not Path("results").exists()


def test_set_reaches_the_run(simlab_says: Say, scenario: Path) -> None:
    words = ("run", scenario, "--json", "--no-plot")
    as_filed = json.loads(simlab_says(*words).out)
    changed = json.loads(simlab_says(*words, "--set", "services.web.replicas=5").out)
    hours = [one["measures"]["replica_hours"] for one in (as_filed, changed)]
    assert hours[1] == pytest.approx(hours[0] * 5 / 2)


@pytest.mark.parametrize(
    ("limit", "code"),
    [("bad_share>0%", 1), ("bad_share>100%", 0), ("goodput<1000", 1), ("goodput<0", 0)],
)
def test_a_limit_that_is_broken_exits_with_1(
    simlab_says: Say, scenario: Path, limit: str, code: int
) -> None:
    said = simlab_says("run", scenario, "--no-plot", "--fail-on", limit)
    assert said.code == code
    assert ("failed: " in said.err) == (code == 1)


def test_compare_prints_verdicts_and_keeps_what_it_ran(simlab_says: Say, scenario: Path) -> None:
    said = simlab_says("compare", scenario, "--replications", 3)
    assert said.code == 0
    assert "best in cost: " in said.out
    assert "two and copy are identical on cost" in said.out
    assert Path("results/small/comparison.png").exists()
    assert Path("results/small/runs.sqlite").exists()
    listed = simlab_says("results", "list")
    assert "6 of 6" in listed.out  # Two and copy are one world.
    shown = simlab_says("results", "show", "results/small")
    assert shown.out.strip() in said.out


def test_compare_says_the_same_document_again(simlab_says: Say, scenario: Path) -> None:
    words = ("compare", scenario, "--replications", 3, "--json", "--strategies", "two,three")
    first, second = simlab_says(*words), simlab_says(*words)
    assert first.out == second.out
    found = json.loads(first.out)
    assert list(found["strategies"]) == ["two", "three"]
    assert {one["measure"] for one in found["differences"]} == {
        "cost", "bad_share", "latency_p99", "replica_hours",
    }  # fmt: skip
    other = simlab_says("results", "show", "results/small", "--json")
    assert other.out == first.out


def test_compare_follows_an_experiment(simlab_says: Say, scenario: Path) -> None:
    Path("asked.yaml").write_text(
        "schema: simlab/experiment/v1\nname: asked\nkind: compare\nscenarios: [small.yaml]\n"
        "strategies: [two, three]\nreplications: 2\nseed: 9\nmeasures: [bad_share]\n"
    )
    found = json.loads(simlab_says("compare", "asked.yaml", "--json", "--no-plot").out)
    assert (found["replications"], found["seed"]) == (2, 9)
    assert [one["measure"] for one in found["differences"]] == ["bad_share"]


def test_a_margin_makes_equivalence_possible(simlab_says: Say, scenario: Path) -> None:
    words = ("compare", scenario, "--strategies", "two,three", "--replications", 3, "--no-plot")
    said = simlab_says(*words, "--measures", "latency_p50", "--margin", "latency_p50=10")
    assert "equivalent" in said.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("--strategies", "four"), "no strategy 'four'", id="unknown strategy"),
        pytest.param(("--measures", "costs"), "did you mean cost?", id="unknown measure"),
        pytest.param(("--set", "services.web.replica=4"), "did you mean", id="unknown path"),
        pytest.param(("--set", "links.users-"), "quotes around it", id="a shell took the rest"),
        pytest.param(("--out", "small.yaml"), "cannot be a directory", id="results path is a file"),
        pytest.param(("--engine", "compiled"), "not yet", id="engine"),
        pytest.param(("--margin", "cost"), "MEASURE=VALUE", id="margin without a value"),
        pytest.param(("--fail-on", "cost"), "MEASURE>VALUE", id="limit without a relation"),
        pytest.param(("--fail-on", "cots>1"), "did you mean cost?", id="limit of nothing"),
        pytest.param(("--fail-on", "cost>much"), "'much'", id="limit that is no number"),
        pytest.param(("--jobs", "0"), "0 is not in the range", id="no jobs"),
        pytest.param(("--replications", "none"), "none", id="replications that are no number"),
    ],
)
def test_wrong_words_are_one_error(
    simlab_says: Say, scenario: Path, words: tuple[str, ...], complaint: str
) -> None:
    said = simlab_says("compare", scenario, *words)
    assert (said.code, said.out) == (2, "")
    assert complaint in said.err
    assert "Traceback" not in said.err
    assert scenario.read_text() == SMALL


def test_check_tells_errors_and_warnings_apart(simlab_says: Say, scenario: Path) -> None:
    assert simlab_says("check", scenario).code == 0
    Path("wrong.yaml").write_text(SMALL.replace("replicas: 2", "replica: 2"))
    said = simlab_says("check", scenario, "wrong.yaml")
    assert said.code == 2
    assert "wrong.yaml:7:" in said.err
    Path("odd.yaml").write_text(SMALL.replace("rate: 30/s", "rate: 3000/s"))
    odd = simlab_says("check", "odd.yaml")
    assert (odd.code, "(warning)" in odd.out) == (0, True)
    assert simlab_says("check", "--strict", "odd.yaml").code == 1


@pytest.mark.parametrize("kind", ["scenario", "strategy", "experiment"])
def test_schema_prints_a_schema(simlab_says: Say, kind: str) -> None:
    assert "$schema" in json.loads(simlab_says("schema", kind).out)


@pytest.mark.parametrize(
    ("what", "known"),
    [
        ("controllers", "hpa"),
        ("controllers", "resilience4j"),
        ("faults", "stale_metrics"),
        ("loads", "flash_crowd"),
        ("distributions", "hyperexponential"),
        ("measures", "bad_share"),
    ],
)
def test_list_knows(simlab_says: Say, what: str, known: str) -> None:
    lines = simlab_says("list", what).out.splitlines()
    assert [line for line in lines if line.split()[0] == known]


def test_new_writes_what_runs_and_overwrites_nothing(simlab_says: Say, scenario: Path) -> None:
    assert simlab_says("new", "mine").code == 0
    assert simlab_says("check", "--strict", "mine/shop.yaml").code == 0
    short = ("--set", "duration=90s", "--replications", 2, "--no-plot")
    assert simlab_says("compare", "mine/shop.yaml", *short).code == 0
    before = Path("mine/shop.yaml").read_text()
    again = simlab_says("new", "mine")
    assert again.code == 2
    assert "is there already" in again.err
    assert Path("mine/shop.yaml").read_text() == before


def test_results_are_exported(simlab_says: Say, scenario: Path) -> None:
    simlab_says("compare", scenario, "--replications", 2, "--no-plot")
    assert simlab_says("results", "export", "results/small", "--csv", "runs.csv").code == 0
    lines = Path("runs.csv").read_text().splitlines()
    assert len(lines) == 1 + 3 * 2
    assert "bad_share" in lines[0]
    assert simlab_says("results", "export", "results/small").code == 2
    assert simlab_says("results", "show", "results/none").code == 2
    assert simlab_says("results", "list", "nowhere").code == 2
