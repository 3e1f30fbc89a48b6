"""A sweep in a process of its own, to be killed: ``sweep_shop.py DIR JOBS KILLED``.

200 runs: 5 replications of 2 strategies at 20 points. Each finished run is told on stdout. With a
number for KILLED the process kills itself, as the kernel would, at the time that the number is the
address of: after some runs, and some milliseconds later.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from simlab.core import root, uniform
from simlab.scenario import Scenario, grid_of, made_factors, parse
from simlab.study.sweeps import Plan, make_sweep

TEXT = """\
schema: simlab/scenario/v1
name: tiny
duration: 4s
slo: {within: 60ms, objective: 99%}
cost: {core_hour: 20, bad_request: 0.001}
services: {web: {replicas: 1, operations: {get: {dist: exponential, mean: 20ms}}}}
links: {users->web: {timeout: 1s}}
load: {users: {to: web.get, shape: {kind: constant, rate: 20/s}}}
strategies:
  one: {}
  two: {services: {web: {replicas: 2}}}
"""
FACTORS = {
    "load.users.scale": {"linspace": [0.5, 5, 10]},
    "slo.within": ["40ms", "80ms"],
}
RUNS = 200


def tiny() -> Scenario:
    return parse(TEXT, name="tiny.yaml")


def plan(replications: int = 5) -> Plan:
    scenario = tiny()
    return Plan(
        name="tiny", scenarios=(scenario,), grid=grid_of(made_factors(FACTORS), scenario),
        strategies=("one", "two"), replications=replications, seed=1,
        measures=("cost", "bad_share"),
    )  # fmt: skip


class Told:
    """Tells each run that ended; after some, the process is killed.

    Args:
        killed: The address of the time; None: never.
    """

    def __init__(self, killed: int | None) -> None:
        key = root(7, 0, "kill")
        self.left = None if killed is None else 1 + int(40 * uniform(key, killed, 0))
        self.later = 0.0 if killed is None else 0.02 * uniform(key, killed, 1)

    def start(self, total: int, done_before: int) -> None:
        say(f"{done_before} of {total}")

    def advance(self) -> None:
        say("run")
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                threading.Timer(self.later, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()

    def finish(self) -> None:
        say("end")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Sweep."""
    directory, jobs, killed = sys.argv[1:]
    told = Told(None if killed == "never" else int(killed))
    begun = time.monotonic()
    make_sweep(plan(), jobs=int(jobs), store=directory, progress=told)
    say(f"took {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
