"""The same inputs give the same bytes: whatever the process, the jobs, or what was interrupted."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import simlab
from simlab.scenario import parse
from tests.cli.conftest import SMALL

LONGER = SMALL.replace("duration: 30s", "duration: 120s").replace(
    "  copy: {}",
    "  hpa: {loops: {web: {kind: hpa, target: web, maxReplicas: 6}}}\n",
)


def command(path: Path, out: Path, *, jobs: int, replications: int) -> list[str]:
    words = [sys.executable, "-m", "simlab.cli", "compare", str(path), "--out", str(out)]
    return [*words, "--json", "--no-plot", "--jobs", str(jobs), "--replications", str(replications)]


def environment(hash_seed: str) -> dict[str, str]:
    top = str(Path(simlab.__file__).parent.parent)
    return {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": top}


def answer(words: list[str], hash_seed: str = "0") -> bytes:
    done = subprocess.run(words, capture_output=True, check=True, env=environment(hash_seed))
    return done.stdout


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(LONGER)
    return path


def runs(out: Path) -> dict[str, str]:
    """Return when each run that is kept was kept, by key."""
    database = f"file:{out / 'small' / 'runs.sqlite'}?mode=ro"
    with sqlite3.connect(database, uri=True) as store:
        return dict(store.execute("select key, rowid from runs").fetchall())


def test_jobs_and_hash_seeds_change_no_byte(scenario: Path, tmp_path: Path) -> None:
    one = answer(command(scenario, tmp_path / "one", jobs=1, replications=2), "1")
    two = answer(command(scenario, tmp_path / "two", jobs=2, replications=2), "77")
    assert one == two
    assert len(json.loads(one)["strategies"]) == 3


def test_killed_halfway_and_run_again(scenario: Path, tmp_path: Path) -> None:
    words = command(scenario, tmp_path / "out", jobs=1, replications=6)
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment("3")
    ) as process:
        while process.poll() is None:
            try:
                if len(runs(tmp_path / "out")) >= 3:
                    break
            except sqlite3.OperationalError:
                pass
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    kept = runs(tmp_path / "out")
    assert 3 <= len(kept) < 18
    again = answer(words)
    assert runs(tmp_path / "out").items() >= kept.items()
    assert again == answer(command(scenario, tmp_path / "fresh", jobs=1, replications=6))


def test_a_strategy_and_its_copy_run_afresh_are_identical() -> None:
    scenario = parse(
        LONGER + "  again: {loops: {web: {kind: hpa, target: web, maxReplicas: 6}}}\n",
        name="small.yaml",
    )
    result = simlab.compare(scenario, ["hpa", "again"], replications=3, seed=5)
    assert {one.verdict for one in result.found} == {"identical"}
    assert {one.estimate.mean for one in result.found} == {0.0}
    assert result.estimates["hpa"]["requests"].mean


def test_another_seed_is_other_luck() -> None:
    scenario = parse(SMALL, name="small.yaml")
    one, two = (simlab.run(scenario, "two", seed=seed).summary for seed in (1, 2))
    assert one["latency_mean"] != two["latency_mean"]
