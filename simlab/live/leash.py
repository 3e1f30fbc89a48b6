"""The leash: a process that ends others when whoever started it is gone, however that went.

Run as a program, it reads lines from its standard input, a pipe that the driver holds:

    +PID    this process group is on the leash
    -PID    it is not any more
    (end)   the driver is gone: SIGTERM to all that are, then SIGKILL

So not even `kill -9` of the driver leaves orphans. It imports nothing of simlab.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE = 2.0  # Seconds from SIGTERM to SIGKILL.


def hold(lines: Iterable[str]) -> set[int]:
    """Return the process groups that are on the leash when `lines` end."""
    held: set[int] = set()
    for line in lines:
        sign, pid = line[:1], line[1:].strip()
        if pid.isdigit() and int(pid) > 1:
            (held.add if sign == "+" else held.discard)(int(pid))
    return held


def end(groups: Iterable[int], patience: float = PATIENCE) -> None:
    """End these process groups."""
    groups = sorted(groups)
    _signal(groups, signal.SIGTERM)
    due = time.monotonic() + patience
    while any(_lives(one) for one in groups) and time.monotonic() < due:
        time.sleep(0.02)
    _signal(groups, signal.SIGKILL)


def _signal(groups: Iterable[int], what: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, what)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # Only the driver's end is the end.
    end(hold(sys.stdin))
