"""`simlab results`: what was found, listed, shown, exported."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import EXPERIMENT, SMALL, Said, everything

Say = Callable[..., Said]


@pytest.fixture
def kept(simlab_says: Say, scenario: Path) -> str:
    """Return the directory of an experiment that was run."""
    words = ("--strategies", "two,three", "--replications", 2, "--no-plot", "--quiet")
    simlab_says("compare", scenario, *words)
    return "results/small"


def test_experiments_are_listed(simlab_says: Say, kept: str) -> None:
    Path("results/broken").mkdir()
    Path("results/broken/runs.sqlite").write_bytes(b"no database" * 99)
    said = simlab_says("results", "list")
    assert said.code == 0
    head, row = (line.split("  ") for line in said.out.splitlines())
    assert [word.strip() for word in head if word] == [
        "experiment", "scenarios", "strategies", "runs done", "failed",
    ]  # fmt: skip
    assert [word.strip() for word in row if word] == ["small", "small", "two, three", "4 of 4", "0"]
    assert said.err.startswith("results/broken/runs.sqlite: ")
    assert simlab_says("results", "list", kept).out.splitlines()[1].startswith("small ")


def test_a_directory_without_experiments(simlab_says: Say, scenario: Path) -> None:
    assert simlab_says("results", "list", ".").out == ".: no experiments\n"
    said = simlab_says("results", "list")
    assert (said.code, said.out) == (2, "")
    assert "results: is not a directory" in said.err


def test_an_answer_is_shown_again(simlab_says: Say, kept: str) -> None:
    shown = simlab_says("results", "show", kept)
    assert shown.out.startswith("small: mean [95 % interval] of 2 replications")
    assert json.loads(simlab_says("results", "show", kept, "--json").out)["replications"] == 2


def test_of_several_scenarios_one_must_be_named(simlab_says: Say, experiment: Path) -> None:
    Path("other.yaml").write_text(SMALL.replace("name: small", "name: other"))
    experiment.write_text(EXPERIMENT.replace("[small.yaml]", "[small.yaml, other.yaml]"))
    simlab_says("compare", experiment, "--no-plot", "--quiet")
    said = simlab_says("results", "show", "results/asked")
    assert (said.code, said.out) == (2, "")
    assert "name one of its scenarios: small, other" in said.err
    named = simlab_says("results", "show", "results/asked", "--scenario", "other")
    assert named.out.startswith("other: ")


def test_runs_are_exported(simlab_says: Say, kept: str) -> None:
    said = simlab_says("results", "export", kept, "--csv", "runs.csv", "--json", "runs.json")
    assert said == Said(0, "runs.csv\nruns.json\n", "")
    with Path("runs.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["strategy"], row["replication"]) for row in rows] == [
        ("two", "0"), ("three", "0"), ("two", "1"), ("three", "1"),
    ]  # fmt: skip
    documents = json.loads(Path("runs.json").read_text())
    assert [float(row["bad_share"]) for row in rows] == [one["bad_share"] for one in documents]


def test_runs_are_exported_as_parquet(
    simlab_says: Say, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simlab.study.exporting.find_spec", lambda _: None)
    said = simlab_says("results", "export", kept, "--parquet", "runs.parquet")
    assert (said.code, said.out) == (2, "")
    assert "pip install 'simlab[parquet]'" in said.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("show", "results/none"), "there are no results", id="nothing there"),
        pytest.param(("export", "results/none", "--csv", "a.csv"), "no results", id="to export"),
        pytest.param(("export", "results/small"), "--csv, --json or --parquet", id="where to?"),
        pytest.param(
            ("export", "results/small", "--csv", "no/a.csv"), "no/a.csv: cannot be written", id="no"
        ),
        pytest.param(("show",), "Missing argument", id="of what?"),
        pytest.param(("diff", "a", "b"), "No such command 'diff'", id="what is not there"),
    ],
)
def test_what_is_wrong(simlab_says: Say, kept: str, words: tuple[str, ...], complaint: str) -> None:
    before = set(everything())
    said = simlab_says("results", *words)
    assert (said.code, said.out) == (2, "")
    assert complaint in said.err
    assert {name for name in everything() if "sqlite-" not in name} == before
