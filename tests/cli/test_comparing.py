"""`simlab compare`: answers, where they are kept, and what is asked by whom."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import EXPERIMENT, SMALL, STRATEGY, Said, everything

Say = Callable[..., Said]
PAIR = ("--strategies", "two,three", "--replications", 3)


def test_it_prints_verdicts_and_keeps_what_it_ran(simlab_says: Say, scenario: Path) -> None:
    said = simlab_says("compare", scenario, "--replications", 3)
    assert said.code == 0
    assert "small: mean [95 % interval] of 3 replications" in said.out
    assert "two and copy are identical on cost" in said.out
    assert "\nbest in cost: " in said.out
    assert said.out.endswith("plot: results/small/comparison.png\nkept in results/small\n")
    kept = {Path(name).name for name in everything() if name.startswith("results")}
    assert {"comparison.png", "manifest.json", "runs.sqlite"} <= kept
    shown = simlab_says("results", "show", "results/small")
    assert shown.out.strip() in said.out


def test_json_is_one_document_the_same_each_time(simlab_says: Say, scenario: Path) -> None:
    first, again = (simlab_says("compare", scenario, *PAIR, "--json") for _ in range(2))
    other = simlab_says("compare", scenario, *PAIR, "--json", "--out", "elsewhere", "--no-plot")
    assert first.out == again.out == other.out
    found = json.loads(first.out)
    assert list(found) == [
        "scenario", "seed", "replications", "engine", "population", "strategies", "differences",
        "best",
    ]  # fmt: skip
    assert list(found["strategies"]) == ["two", "three"]
    assert {one["measure"] for one in found["differences"]} == {
        "cost", "bad_share", "latency_p99", "replica_hours",
    }  # fmt: skip
    assert "kept in results/small" in first.err
    assert not Path("elsewhere/small/comparison.png").exists()
    assert simlab_says("results", "show", "results/small", "--json").out == first.out


def test_what_was_run_before_is_not_run_again(simlab_says: Say, scenario: Path) -> None:
    told = ("--no-plot", "--progress")
    assert "6 of 6 runs" in simlab_says("compare", scenario, *PAIR, *told).err
    assert " runs" not in simlab_says("compare", scenario, *PAIR, *told).err
    more = simlab_says("compare", scenario, *PAIR[:2], "--replications", 4, *told).err
    assert "8 of 8 runs" in more
    assert "5 of 8" not in more


def test_quiet_is_the_answer_alone(simlab_says: Say, scenario: Path) -> None:
    said = simlab_says("compare", scenario, *PAIR, "--no-plot", "--quiet")
    assert (said.code, said.err) == (0, "")


def test_an_experiment_says_what_is_asked(simlab_says: Say, experiment: Path) -> None:
    said = simlab_says("compare", experiment, "--json", "--no-plot")
    found = json.loads(said.out)
    assert (found["scenario"], found["replications"], found["seed"]) == ("small", 2, 9)
    assert [(one["measure"], one["verdict"]) for one in found["differences"]] == [
        ("bad_share", "equivalent")
    ]
    assert "kept in results/asked" in said.err


def test_the_command_line_goes_before_the_experiment(simlab_says: Say, experiment: Path) -> None:
    words = ("--replications", 3, "--seed", 5, "--measures", "replica_hours", "--strategies",
             "three,copy", "--set", "duration=10s")  # fmt: skip
    found = json.loads(simlab_says("compare", experiment, "--json", "--no-plot", *words).out)
    assert (found["replications"], found["seed"]) == (3, 5)
    [difference] = found["differences"]
    assert (difference["measure"], difference["a"], difference["b"]) == (
        "replica_hours", "three", "copy"
    )  # fmt: skip
    assert difference["mean"] == pytest.approx(10 / 3600)


def test_an_experiment_may_ask_of_several_scenarios(simlab_says: Say, experiment: Path) -> None:
    Path("other.yaml").write_text(SMALL.replace("name: small", "name: other"))
    experiment.write_text(EXPERIMENT.replace("[small.yaml]", "[small.yaml, other.yaml]"))
    said = simlab_says("compare", experiment, "--json")
    assert [one["scenario"] for one in json.loads(said.out)] == ["small", "other"]
    pictures = {path.name for path in Path("results/asked").glob("*.png")}
    assert pictures == {"comparison-small.png", "comparison-other.png"}


def test_a_strategy_may_come_from_a_file(simlab_says: Say, scenario: Path) -> None:
    Path("five.yaml").write_text(STRATEGY)
    words = ("--strategies", "two,five.yaml", "--replications", 2, "--measures", "replica_hours")
    said = simlab_says("compare", scenario, *words, "--no-plot")
    assert "two beats five on replica_hours by 60 %" in said.out


def test_a_margin_makes_equivalence_possible(simlab_says: Say, scenario: Path) -> None:
    words = (*PAIR, "--no-plot", "--measures", "latency_p50")
    assert "equivalent" not in simlab_says("compare", scenario, *words).out
    said = simlab_says("compare", scenario, *words, "--margin", "latency_p50=500ms")
    assert "two and three are equivalent on latency_p50" in said.out


def test_jobs_change_nothing_but_the_time(simlab_says: Say, scenario: Path) -> None:
    words = (*PAIR, "--json", "--no-plot", "--quiet")
    alone = simlab_says("compare", scenario, *words)
    several = simlab_says("compare", scenario, *words, "--jobs", 2, "--out", "elsewhere")
    assert several.out == alone.out


@pytest.mark.parametrize(
    ("bounds", "failures"),
    [
        pytest.param(["replica_hours>0.012"], ["three"], id="one of them fails"),
        pytest.param(["replica_hours>1s", "cost<0"], None, id="an hour is no second"),
        pytest.param(["replica_hours>0.001"], ["two", "three"], id="both fail"),
        pytest.param(["replica_hours>1"], [], id="none fails"),
    ],
)
def test_a_bound_holds_for_every_strategy(
    simlab_says: Say, scenario: Path, bounds: list[str], failures: list[str] | None
) -> None:
    words = [word for bound in bounds for word in ("--fail-on", bound)]
    said = simlab_says("compare", scenario, *PAIR, "--no-plot", "--quiet", *words)
    if failures is None:
        assert (said.code, said.out) == (2, "")
        return
    assert said.code == (1 if failures else 0)
    assert [line.split(" of ")[1].split(" on ")[0] for line in said.err.splitlines()] == failures


def test_a_run_that_raises_is_told_with_its_traceback(
    simlab_says: Say, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explodes(*_: object, **__: object) -> None:
        raise ZeroDivisionError("in a controller")

    monkeypatch.setattr("simlab.model.simulate", explodes)
    said = simlab_says("compare", scenario, *PAIR, "--no-plot", "--quiet")
    assert (said.code, said.out) == (1, "")
    assert "simlab: 6 of 6 runs failed; the first is two, replication 0:" in said.err
    assert said.err.count("Traceback") == 1
    assert "ZeroDivisionError: in a controller" in said.err
