"""Workers: any number of them gives the same runs; a dead one is told; an interruption is clean."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import study_fakes
from study_fakes import broken, dying, misused, simulate, world

from simlab.core import UserError
from simlab.study.trials import Bench, Failure, Task, Trial, curve
from simlab.study.work import Worker, WorkerDiedError, run_all, stoppable
from simlab.telemetry import Record, SourceRecord

WORLDS = {"two": world(2), "four": world(4)}


def tasks(replications: int) -> list[Task]:
    return [
        Task(strategy=name, replication=replication, key=f"{name}{replication}")
        for replication in range(replications)
        for name in WORLDS
    ]


def bench(engine: object = simulate) -> Bench:
    return Bench(worlds=WORLDS, seed=1, simulate=engine)  # type: ignore[arg-type]


def results(jobs: int, engine: object = simulate, replications: int = 3) -> dict[str, object]:
    return {one.task.key: one for one in run_all(bench(engine), tasks(replications), jobs)}


def test_two_workers_make_what_one_process_makes() -> None:
    alone, together = results(1), results(2)
    assert set(alone) == set(together) == {task.key for task in tasks(3)}
    for key, one in alone.items():
        other = together[key]
        assert isinstance(one, Trial)
        assert isinstance(other, Trial)
        assert other.measures == one.measures
        assert other.curve.tobytes() == one.curve.tobytes()
        assert other.trace is not None
        assert one.trace is not None
        assert other.trace.events == one.trace.events
    assert multiprocessing.active_children() == []


def test_one_process_keeps_the_order_and_makes_nothing_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(study_fakes.LOG, str(tmp_path / "log"))
    runs = run_all(bench(), tasks(3), 1)
    assert [next(runs).task for _ in range(2)] == tasks(3)[:2]
    assert (tmp_path / "log").read_text() == "2 0\n4 0\n"


def test_a_run_that_raises_does_not_stop_the_others() -> None:
    found = results(1, broken)
    failed = [one for one in found.values() if isinstance(one, Failure)]
    assert [one.task.key for one in failed] == ["two1"]
    assert "ZeroDivisionError: a controller divided by nothing" in failed[0].error
    assert "study_fakes.py" in failed[0].error
    assert not failed[0].by_user


def test_what_the_user_must_mend_is_told_in_his_words() -> None:
    found = results(1, misused)["two0"]
    assert isinstance(found, Failure)
    assert (found.error, found.by_user) == ("trace.csv: has no row for replication 0", True)


def test_a_dead_worker_is_an_error_that_says_which_run() -> None:
    with pytest.raises(WorkerDiedError, match=r"SIGKILL.*replication 2; finished runs are kept"):
        results(2, dying, replications=4)
    assert multiprocessing.active_children() == []


def test_a_worker_that_cannot_start_is_an_error_too() -> None:
    with pytest.raises(WorkerDiedError, match=r"exit code 1.*__main__"):
        results(2, Vanishing())


class Vanishing:
    """An engine that no other process can make."""

    def __reduce__(self) -> tuple[object, ...]:
        return (_refuse, ())


def _refuse() -> None:
    raise SystemExit(1)


def test_ctrl_c_is_the_parent_s_to_answer() -> None:
    # Also before the worker has begun: it shares the terminal.
    worker = Worker(bench())
    try:
        assert worker.process.pid is not None
        os.kill(worker.process.pid, signal.SIGINT)
        worker.give(tasks(1)[0])
        assert isinstance(worker.take(), Trial)
        os.kill(worker.process.pid, signal.SIGINT)
        worker.give(tasks(1)[1])
        assert isinstance(worker.take(), Trial)
    finally:
        worker.stop()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("jobs", [0, -1])
def test_there_is_at_least_one_job(jobs: int) -> None:
    with pytest.raises(UserError, match=f"jobs must be from 1 on, got {jobs}"):
        next(run_all(bench(), tasks(1), jobs))


def test_leaving_early_ends_the_workers() -> None:
    runs = run_all(bench(), tasks(20), 2)
    next(runs)
    assert len(multiprocessing.active_children()) == 2
    runs.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_there_are_no_more_workers_than_runs() -> None:
    runs = run_all(bench(), tasks(1), 8)
    next(runs)
    assert len(multiprocessing.active_children()) == 2
    assert len(list(runs)) == 1


def test_sigterm_interrupts_as_ctrl_c_does() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_who_answers_sigterm_already_goes_on_doing_so() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]


def test_only_the_main_thread_can_answer_signals() -> None:
    went: list[str] = []

    def elsewhere() -> None:
        with stoppable():
            went.append("well")

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert went == ["well"]


def test_a_worker_needs_neither_pandas_nor_an_editor_of_files() -> None:
    code = (
        "import sys, simlab.study.trials\n"
        "heavy = ('pandas', 'matplotlib', 'scipy', 'simpy', 'ruamel', 'click', 'rich')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_curve_is_the_mean_over_sources_by_second() -> None:
    record = Record(
        duration=4.0,
        warmup=0.0,
        sources={
            "a": SourceRecord(latency_seconds=[1.0, 0.0, 3.0], answered_seconds=[2, 0, 1]),
            "b": SourceRecord(
                latency_seconds=[2.0, 0.0, 3.0, 0.0, 9.0], answered_seconds=[1, 0, 2, 0, 9]
            ),
        },
    )
    found = curve(record).tolist()
    assert (found[0], found[2]) == (1.0, 2.0)
    assert found[1] != found[1]
    assert found[3] != found[3]
    assert len(found) == 4
