"""The search for the least static count: which rule decides, and that nothing is run twice."""

import subprocess
import sys
from pathlib import Path

import pytest

import simlab

TOP = Path(__file__).parents[2]
SCRIPT = TOP / "experiments" / "find_static.py"
SHOP = """\
schema: simlab/scenario/v1
name: shop
duration: 20s
slo: {within: 200ms, objective: OBJECTIVE}
services: {web: {slots: 1, line: 4, operations: {get: {dist: exponential, mean: 50ms}}}}
load: {users: {to: web.get, shape: {kind: constant, rate: 30/s}}}
strategies: {static: {services: {web: {line: 2}}}}
"""


def shop(folder: Path, objective: str) -> Path:
    path = folder / "shop.yaml"
    path.write_text(SHOP.replace("OBJECTIVE", objective), encoding="utf-8")
    return path


def search(folder: Path, *words: str, objective: str = "80%") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(shop(folder, objective)), "--jobs", "1", *words]
    few = ["--replications", "3", "--out", str(folder / "kept")]
    return subprocess.run(
        [*command, *few], capture_output=True, text=True, check=False, cwd=TOP, timeout=60
    )


def rows(told: str) -> list[int]:
    """Return the counts that the table has a row for."""
    return [int(line.split()[0]) for line in told.splitlines() if "[" in line and "%," in line]


def test_the_least_count_that_meets_the_objective_ends_the_search(tmp_path: Path) -> None:
    found = search(tmp_path, "--from", "1", "--to", "6")
    tried = rows(found.stdout)
    assert tried == list(range(1, tried[-1] + 1))
    assert 1 < tried[-1] < 6
    assert f"\n{tried[-1]}: rule 1, the least count" in found.stdout


def test_without_such_a_count_it_is_the_least_that_is_not_worse_than_one_more(
    tmp_path: Path,
) -> None:
    found = search(tmp_path, "--from", "1", "--to", "9", objective="99.999%")
    assert rows(found.stdout) == list(range(1, 10))
    verdicts = [line for line in found.stdout.splitlines() if " against " in line]
    assert [" worse " in line for line in verdicts] == [True] * (len(verdicts) - 1) + [False]
    assert f"\n{len(verdicts)}: rule 2, no count up to 9" in found.stdout


def test_where_each_is_worse_than_one_more_there_is_none(tmp_path: Path) -> None:
    found = search(tmp_path, "--from", "1", "--to", "2", objective="99.999%")
    assert found.stdout.endswith("none: rule 2 finds each count up to 2 worse than one more\n")


def test_all_but_the_count_is_as_the_static_strategy_has_it(tmp_path: Path) -> None:
    """With its longer line the world would do less well: what waits longer is too late."""
    found = search(tmp_path, "--from", "1", "--to", "1")
    filed = simlab.load(tmp_path / "shop.yaml")
    answer = simlab.compare(filed, ["static"], replications=3, seed=2).estimates["static"]
    assert f"{answer['bad_share'].mean:.4%} [" in found.stdout


def test_a_mean_that_meets_the_objective_is_not_enough_if_its_upper_bound_does_not(
    tmp_path: Path,
) -> None:
    sets = {"strategies.static.services.web.replicas": "3"}
    filed = simlab.load(shop(tmp_path, "80%"), sets=sets)
    three = simlab.compare(filed, ["static"], replications=3, seed=2).estimates["static"]
    mean, high = three["bad_share"].mean, three["bad_share"].high
    assert mean is not None
    assert high is not None
    assert mean < high
    found = search(tmp_path, "--from", "3", "--to", "4", objective=f"{1 - (mean + high) / 2:.6f}")
    assert rows(found.stdout) == [3, 4]


def test_what_was_run_is_not_run_again(tmp_path: Path) -> None:
    first = search(tmp_path, "--from", "1", "--to", "2")
    database = tmp_path / "kept" / "runs.sqlite"
    runs = database.stat().st_size
    assert search(tmp_path, "--from", "1", "--to", "2").stdout == first.stdout
    assert database.stat().st_size == runs


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "3", "--to", "2"], "--from 3 is above --to 2"),
        (["--service", "wbe"], "there is no service 'wbe'"),
        (["--set", "services.web"], "must be PATH=VALUE"),
        (["--set", "slo=none"], "has no slo"),
    ],
    ids=["no count to try", "a service that is not there", "half a set", "no objective"],
)
def test_what_makes_no_sense_is_told_in_a_line(tmp_path: Path, words: list[str], told: str) -> None:
    found = search(tmp_path, *words)
    assert found.returncode != 0
    assert told in found.stderr
    assert "Traceback" not in found.stderr
