"""Work: many runs, in this process or spread over several; each is told as soon as it ends.

    parent ── task ──▶ worker        one pipe each, one task at a time
    parent ◀── trial ── worker

Which worker makes a run, and when, changes nothing in it: a run is a function of its task. Workers
are spawned on every system alike. A worker whose parent is gone reads the end of its pipe and
leaves; a worker that dies is an error that says so, not a silence.
"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import cast

from simlab.core import UserError
from simlab.study.trials import Failure, Maker, Task, Trial


class WorkerDiedError(UserError):
    """A worker process ended in the middle of a run; runs that had ended are kept."""


def run_all(bench: Maker, tasks: Sequence[Task], jobs: int) -> Iterator[Trial | Failure]:
    """Yield what becomes of each task, as it ends; with one job in order, in this process."""
    if jobs < 1:
        raise UserError(f"jobs must be from 1 on, got {jobs}")
    if jobs == 1 or len(tasks) == 1:
        for task in tasks:
            yield bench.run(task)
        return
    workers: list[Worker] = []
    try:
        while len(workers) < min(jobs, len(tasks)):
            workers.append(Worker(bench))
        yield from _share(workers, tasks)
    finally:
        for worker in workers:
            worker.stop()


def _share(workers: Sequence["Worker"], tasks: Sequence[Task]) -> Iterator[Trial | Failure]:
    waiting = list(reversed(tasks))
    for worker in workers:
        worker.give(waiting.pop())
    while busy := {worker.pipe: worker for worker in workers if worker.task is not None}:
        for pipe in wait(list(busy)):
            worker = busy[cast("Connection", pipe)]
            done = worker.take()
            if waiting:
                worker.give(waiting.pop())
            yield done


class Worker:
    """A process that makes runs, one after another."""

    def __init__(self, bench: Maker) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.task: Task | None = None
        self.process = context.Process(target=_serve, args=(bench, theirs), daemon=True)
        with _deaf():
            self.process.start()
        theirs.close()  # Else the end of the worker would never be read here.

    def give(self, task: Task) -> None:
        """Have `task` run."""
        self.task = task
        try:
            self.pipe.send(task)
        except OSError:
            raise self._died() from None

    def take(self) -> Trial | Failure:
        """Return what became of the task that was given."""
        try:
            done: Trial | Failure = self.pipe.recv()
        except (EOFError, OSError):
            raise self._died() from None
        self.task = None
        return done

    def stop(self) -> None:
        """End the process, whatever it does; nothing of an unfinished run is wanted."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()

    def _died(self) -> WorkerDiedError:
        self.process.join()
        code = self.process.exitcode or 0
        run = str(self.task or "?")
        if code < 0:
            why = f"killed by {signal.Signals(-code).name}; out of memory? fewer jobs need less"
        else:
            why = f"exit code {code}; a script must call this under `if __name__ == '__main__':`"
        return WorkerDiedError(f"a worker process died ({why}) on {run}; finished runs are kept")


def _serve(bench: Maker, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer.
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        done = bench.run(task)
        try:
            pipe.send(done)
        except OSError:
            return  # The parent is gone.


@contextmanager
def _deaf() -> Iterator[None]:
    """Have processes that are started inside ignore Ctrl-C from their first instruction on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Inherited, handlers are not.
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def stoppable() -> Iterator[None]:
    """Answer SIGTERM as Ctrl-C is answered: finished runs are kept, workers ended.

    Only in the main thread of a process that does not answer it otherwise.
    """
    mine = threading.current_thread() is threading.main_thread()
    if not mine or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
