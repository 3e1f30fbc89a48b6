"""A comparison in a process of its own, to be killed: ``crashing.py DIR LOG JOBS``.

Each finished run is told on stdout, so that the test knows when to kill.
"""

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from study_fakes import LOG, FakeScenario, simulate

from simlab.study.comparing import compare


class Told:
    """Tells each run that ended."""

    def start(self, total: int, done_before: int) -> None:
        say(f"{done_before} of {total}")

    def advance(self) -> None:
        say("run")

    def finish(self) -> None:
        say("end")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Compare two strategies over ten replications."""
    directory, log, jobs = sys.argv[1:]
    os.environ[LOG] = log
    scenario: Any = FakeScenario()
    compare(
        scenario, ["two", "four"], seed=1, replications=10, jobs=int(jobs), store=directory,
        progress=Told(), simulate=simulate,
    )  # fmt: skip


if __name__ == "__main__":
    main()
