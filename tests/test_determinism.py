"""The same inputs give the same bytes: whatever the process, the jobs, or what was interrupted."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from hashlib import sha256
from inspect import getsource
from pathlib import Path
from typing import Final

import pytest

import simlab
from simlab.scenario import parse

# Of all that draws, something: arrivals, work, loss, errors, picks, jitter, faults, boots.
LUCKY: Final = """\
schema: simlab/scenario/v1
name: lucky
duration: 60s
slo: {within: 200ms}
cost: {core_hour: 1, bad_request: 0.01}
services:
  web:
    replicas: 2
    boot: {dist: lognormal, mean: 2s, cv: 0.5}
    operations:
      get:
        errors: 1%
        steps: [{cpu: {dist: gamma, mean: 20ms, cv: 1}}, {call: db.read, chance: 80%, optional: true}]
  db: {replicas: 3, operations: {read: {dist: exponential, mean: 10ms}}}
links:
  all->all: {latency: {dist: gamma, mean: 1ms, cv: 1}, timeout: 1s, balancer: {kind: p2c}}
  web->db: {loss: 2%, timeout: 100ms, retry: {kind: backoff, jitter: full}}
load:
  crowd: {to: web.get, shape: {kind: mmpp, states: [{rate: 30/s, mean: 9s}, {rate: 70/s, mean: 5s}]}}
  users: {to: web.get, shape: {kind: users, count: 5, think: {dist: exponential, mean: 1s}}}
faults:
  limps: {kind: slow, target: db, replicas: 1, random: {mean: 20s}, lasts: 5s, speed: 20%}
  dies: {kind: crash, target: web, replicas: 1, at: 30s}
telemetry: {scrape: 1s, window: 5s, traces: 10%}
strategies:
  still: {}
  hpa: {loops: {web: {kind: hpa, target: web, maxReplicas: 6, syncPeriod: 5s}}}
  pid: {loops: {web: {kind: pid, target: web, maxReplicas: 6, period: 5s, kp: 4}}}
"""
COPY: Final = (
    LUCKY + "  again: {loops: {web: {kind: hpa, target: web, maxReplicas: 6, syncPeriod: 5s}}}\n"
)
ALL: Final = 3  # Strategies that are compared.


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "lucky.yaml"
    path.write_text(LUCKY, encoding="utf-8")
    return path


def command(path: Path, out: Path, *, jobs: int, replications: int) -> list[str]:
    words = [sys.executable, "-m", "simlab.cli", "compare", str(path), "--out", str(out)]
    return [*words, "--json", "--no-plot", "--jobs", str(jobs), "--replications", str(replications)]


def environment(hash_seed: str) -> dict[str, str]:
    top = str(Path(simlab.__file__).parent.parent)
    return {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": top}


def answer(words: list[str], hash_seed: str = "0") -> bytes:
    done = subprocess.run(words, capture_output=True, check=True, env=environment(hash_seed))
    return done.stdout


def fingerprint(text: str) -> str:
    """Return a hash of all that a run leaves: measures, events, columns, requests, spans."""
    run = simlab.run(parse(text, name="lucky.yaml"), "hpa", seed=7, replication=2)
    record, mark = run.record, sha256(repr(run.to_json()).encode())
    for part in (record.events, record.faults, record.spans, record.ended):
        mark.update(repr(part).encode())
    for columns in (record.timeline, record.requests):
        for name, column in columns.items():
            mark.update(name.encode() + column.tobytes())
    return mark.hexdigest()


def test_a_fresh_process_makes_the_very_same_run() -> None:
    heading = "import simlab\nfrom hashlib import sha256\nfrom simlab.scenario import parse\n"
    code = f"{heading}{getsource(fingerprint)}\nprint(fingerprint({LUCKY!r}))"
    fresh = [
        answer([sys.executable, "-c", code], hash_seed).decode().strip() for hash_seed in ("1", "9")
    ]
    assert fresh == [fingerprint(LUCKY)] * 2


def test_what_ran_before_leaves_no_trace() -> None:
    before = fingerprint(LUCKY)
    assert fingerprint(LUCKY.replace("count: 5", "count: 6")) != before
    assert fingerprint(LUCKY) == before


def test_jobs_and_hash_seeds_change_no_byte(scenario: Path, tmp_path: Path) -> None:
    one = answer(command(scenario, tmp_path / "one", jobs=1, replications=2), "1")
    two = answer(command(scenario, tmp_path / "two", jobs=2, replications=2), "77")
    assert one == two
    assert len(json.loads(one)["strategies"]) == ALL


def runs(out: Path) -> dict[str, int]:
    """Return in which order each run that is kept was kept, by key."""
    database = f"file:{out / 'lucky' / 'runs.sqlite'}?mode=ro"
    with sqlite3.connect(database, uri=True) as store:
        return dict(store.execute("select key, rowid from runs").fetchall())


def test_killed_halfway_and_run_again(scenario: Path, tmp_path: Path) -> None:
    """What was done is not done again, and the answer is that of a run that nobody disturbed."""
    words = command(scenario, tmp_path / "out", jobs=1, replications=4)
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment("3")
    ) as process:
        while process.poll() is None:
            try:
                if len(runs(tmp_path / "out")) >= ALL:
                    break
            except sqlite3.OperationalError:
                pass  # There is none yet.
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    kept = runs(tmp_path / "out")
    assert ALL <= len(kept) < 4 * ALL
    again = answer(words)
    assert runs(tmp_path / "out").items() > kept.items()
    assert len(runs(tmp_path / "out")) == 4 * ALL
    assert again == answer(command(scenario, tmp_path / "fresh", jobs=1, replications=4))


class Counted:
    """A `Progress` that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []
        self.advanced = 0

    def start(self, total: int, done_before: int) -> None:
        self.told.append((total, done_before))

    def advance(self) -> None:
        self.advanced += 1

    def finish(self) -> None:
        """There is nothing left to tell."""


def test_more_replications_add_to_those_that_are_there(tmp_path: Path) -> None:
    scenario, progress = parse(LUCKY, name="lucky.yaml"), Counted()
    for replications in (1, 2, 2):
        result = simlab.compare(
            scenario, replications=replications, store=tmp_path / "kept", progress=progress
        )
    assert progress.told == [(ALL, 0), (2 * ALL, ALL), (2 * ALL, 2 * ALL)]
    assert progress.advanced == 2 * ALL
    assert result.to_json() == simlab.compare(scenario, replications=2).to_json()


def test_a_strategy_and_its_copy_run_afresh_are_identical() -> None:
    result = simlab.compare(
        parse(COPY, name="lucky.yaml"), ["hpa", "again"], replications=3, seed=5
    )
    assert {one.verdict for one in result.found} == {"identical"}
    assert {one.estimate.mean for one in result.found} == {0.0}
    assert result.values["hpa"] == result.values["again"]
    assert len(set(result.values["hpa"]["latency_p99"])) == 3


def test_company_changes_no_strategy() -> None:
    scenario = parse(LUCKY, name="lucky.yaml")
    alone = simlab.compare(scenario, ["pid"], replications=2)
    among = simlab.compare(scenario, ["pid", "hpa", "still"], replications=2)
    other = simlab.compare(scenario, ["still", "hpa", "pid"], replications=2)
    assert alone.estimates["pid"] == among.estimates["pid"] == other.estimates["pid"]


def test_another_seed_and_another_replication_are_other_luck() -> None:
    scenario = parse(LUCKY, name="lucky.yaml")
    means = {
        simlab.run(scenario, "still", seed=seed, replication=replication).summary["latency_mean"]
        for seed, replication in ((1, 0), (1, 1), (2, 0), (2, 1))
    }
    assert len(means) == 4
