"""Killed in the middle, several times: no finished run is lost or made again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from study_fakes import FakeScenario, simulate

from simlab.study.comparing import compare
from simlab.study.results import comparison_of
from simlab.study.store import Store

SCRIPT = Path(__file__).parent.parent / "crashing.py"


class Experiment:
    """A comparison of 20 runs in a process of its own."""

    def __init__(self, directory: Path, jobs: int) -> None:
        self.results, self.log, self.jobs = directory / "results", directory / "log", jobs
        self.log.touch()

    def go(self, *, until: int | None, how: signal.Signals = signal.SIGKILL) -> tuple[str, int]:
        """Run until so many runs have ended, then kill; return what it said first, and its code."""
        words = [sys.executable, str(SCRIPT), str(self.results), str(self.log), str(self.jobs)]
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as it:
            assert it.stdout is not None
            first = it.stdout.readline().strip()
            ended = 0
            while until is None or ended < until:
                line = it.stdout.readline()
                if not line:
                    break
                ended += line == "run\n"
            if until is not None:
                os.kill(it.pid, how)
            code = it.wait(timeout=60)
        return first, code

    def made(self) -> list[str]:
        """Return the runs that were begun, in order, over all processes."""
        return self.log.read_text().split("\n")[:-1]

    def kept(self) -> set[str]:
        """Return the runs that are in the database, which is sound."""
        db = sqlite3.connect(self.results / "runs.sqlite")
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = db.execute("SELECT strategy, replication FROM runs WHERE status = 'ok'").fetchall()
        whole = db.execute(
            "SELECT count(*) FROM runs WHERE (SELECT count(*) FROM hist WHERE key = runs.key) = 2"
            " AND (SELECT count(*) FROM series WHERE key = runs.key) = 3"
        ).fetchone()[0]
        db.close()
        assert whole == len(rows)
        replicas = {"two": 2, "four": 4}
        return {f"{replicas[strategy]} {replication}" for strategy, replication in rows}


def answer_of(experiment: Experiment) -> str:
    with Store.read(experiment.results) as store:
        return json.dumps(comparison_of(store).to_json())


def undisturbed() -> str:
    scenario: Any = FakeScenario()
    found = compare(scenario, ["two", "four"], seed=1, replications=10, simulate=simulate)
    return json.dumps(found.to_json())


@pytest.mark.parametrize(("jobs", "kills"), [(1, (1, 4, 2)), (2, (4,))])
def test_kill_minus_9(tmp_path: Path, jobs: int, kills: tuple[int, ...]) -> None:
    experiment = Experiment(tmp_path, jobs)
    kept: set[str] = set()
    for ended in kills:
        before = len(experiment.made())
        first, code = experiment.go(until=ended)
        assert (first, code) == (f"{len(kept)} of 20", -signal.SIGKILL)
        begun = experiment.made()[before:]
        assert not kept & set(begun), "made again, though it was kept"
        now = experiment.kept()
        assert now >= kept
        assert len(now) >= len(kept) + ended
        kept = now
    first, code = experiment.go(until=None)
    assert (first, code) == (f"{len(kept)} of 20", 0)
    assert len(experiment.kept()) == 20
    assert answer_of(experiment) == undisturbed()
    before = len(experiment.made())
    assert experiment.go(until=None) == ("20 of 20", 0)
    assert len(experiment.made()) == before


@pytest.mark.parametrize(("how", "jobs"), [(signal.SIGINT, 2), (signal.SIGTERM, 1)])
def test_asked_to_stop(tmp_path: Path, how: signal.Signals, jobs: int) -> None:
    experiment = Experiment(tmp_path, jobs)
    _, code = experiment.go(until=3, how=how)
    assert code in (-signal.SIGINT, 130, 1)  # KeyboardInterrupt, however the shell is told of it.
    kept = experiment.kept()
    assert 3 <= len(kept) < 20
    before = len(experiment.made())
    assert experiment.go(until=None) == (f"{len(kept)} of 20", 0)
    assert not kept & set(experiment.made()[before:])
    assert answer_of(experiment) == undisturbed()
