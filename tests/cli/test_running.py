"""`simlab run`: what it prints, what it leaves behind, how it exits."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import STRATEGY, Said, everything

Say = Callable[..., Said]


def test_it_prints_a_summary_and_saves_a_timeline(simlab_says: Say, scenario: Path) -> None:
    said = simlab_says("run", scenario, "--strategy", "three", "--seed", 4, "--replication", 1)
    assert said.code == 0
    assert said.out.startswith("small, three, seed 4, engine reference\n\nrequests ")
    assert said.out.endswith("timeline: results/small/run-three-4-1.png\n")
    assert said.err == "engine: reference (auto: the compiled engine is not there yet)\n"
    new = set(everything()) - {"small.yaml"}
    assert new == {"results/small/run-three-4-1.png"}
    assert Path(*new).read_bytes().startswith(b"\x89PNG")


def test_json_is_one_document_and_all_else_is_on_stderr(simlab_says: Say, scenario: Path) -> None:
    said = simlab_says("run", scenario, "--json", "--strategy", "two")
    found = json.loads(said.out)
    assert list(found) == [
        "scenario", "strategy", "seed", "engine", "measures", "sources", "services", "links",
        "queues", "faults",
    ]  # fmt: skip
    users = found["sources"]["users"]
    assert sum(users["outcomes"].values()) + users["in_flight"] == users["requests"] > 400
    assert "timeline: results/small/run-two-1-0.png" in said.err
    assert simlab_says("run", scenario, "--json", "--strategy", "two").out == said.out


def test_without_a_strategy_it_says_that_nothing_decides(simlab_says: Say, scenario: Path) -> None:
    said = simlab_says("run", scenario, "--no-plot")
    assert said.out.startswith("small, no strategy, seed 1")
    assert "nothing decides; there are two, three, copy" in said.err
    assert set(everything()) == {"small.yaml"}
    assert simlab_says("run", scenario, "--no-plot", "--quiet").err == ""


def test_what_is_set_and_decides_and_is_drawn_reaches_the_run(
    simlab_says: Say, scenario: Path
) -> None:
    def hours(*words: object) -> float:
        said = simlab_says("run", scenario, "--json", "--no-plot", *words)
        return float(json.loads(said.out)["measures"]["replica_hours"])

    Path("five.yaml").write_text(STRATEGY)
    two = hours()
    assert hours("--set", "services.web.replicas=4") == pytest.approx(2 * two)
    assert hours("--strategy", "five.yaml") == pytest.approx(2.5 * two)
    requests = [
        json.loads(simlab_says("run", scenario, "--json", "--no-plot", *words).out)["measures"]
        for words in ((), ("--seed", 2), ("--replication", 1), ("--engine", "reference"))
    ]
    assert requests[0] == requests[3]
    assert requests[0] != requests[1] != requests[2] != requests[0]


def test_measures_that_are_named_are_told_alone(simlab_says: Say, scenario: Path) -> None:
    told = "bad_share,links.users->web.attempts_per_call"
    said = simlab_says("run", scenario, "--no-plot", "--quiet", "--measures", told)
    rows = said.out.splitlines()[2:]
    assert [row.split()[0] for row in rows] == told.split(",")


@pytest.mark.parametrize(
    ("bound", "failure"),
    [
        ("bad_share>0%", "failed: bad_share is"),
        ("bad_share>100%", ""),
        ("goodput<1000", "failed: goodput is"),
        ("goodput<0", ""),
        ("latency_p99>1ms", "and must not be > 1 ms"),
        ("latency_p99>1m", ""),
        ("services.web.replica_hours>0", "failed: services.web.replica_hours is"),
        ("links.users->web.attempts_per_call>2", ""),
        ("degraded_share>0%", ""),
    ],
)
def test_a_bound_that_is_broken_exits_with_1(
    simlab_says: Say, scenario: Path, bound: str, failure: str
) -> None:
    said = simlab_says("run", scenario, "--no-plot", "--quiet", "--fail-on", bound)
    assert said.code == (1 if failure else 0)
    assert failure in said.err
    assert bool(said.err) == bool(failure)


def test_what_is_not_there_breaks_any_bound(simlab_says: Say, scenario: Path) -> None:
    words = ("--set", "slo=none", "--set", "load.users.slo=none", "--fail-on", "apdex>0.5")
    said = simlab_says("run", scenario, "--no-plot", "--quiet", *words)
    assert (said.code, said.err) == (
        1, "failed: apdex is not available, and must not be > 50 %\n"
    )  # fmt: skip


def test_what_loops_did_and_learned_is_kept(simlab_says: Say, scenario: Path) -> None:
    thinks = "strategies.two.loops={brain: {kind: mape_k, period: 10s}}"
    said = simlab_says(
        "run", scenario, "--strategy", "two", "--out", "there", "--no-plot", "--set", thinks
    )
    assert said.code == 0
    stem = "there/small/run-two-1-0"
    assert said.out.endswith(
        f"traces: {stem}-traces.otlp.json\nknowledge of brain: {stem}-knowledge-brain.json\n"
    )
    new = set(everything()) - {"small.yaml"}
    assert new == {f"{stem}-traces.otlp.json", f"{stem}-knowledge-brain.json"}
    traces = json.loads(Path(f"{stem}-traces.otlp.json").read_text(encoding="utf-8"))
    spans = traces["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert {span["name"] for span in spans} == {"mape_k_cycle"}
    known = f"{stem}-knowledge-brain.json"
    assert json.loads(Path(known).read_text(encoding="utf-8"))["schema"] == "simlab/knowledge/v1"
    told = thinks.replace("10s", f"10s, knowledge: {known}")
    assert simlab_says("run", scenario, "--strategy", "two", "--set", told, "--no-plot").code == 0
