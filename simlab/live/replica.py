"""A replica on this machine: one process after another under one number; what scrapes see of it.

Counters and cpu go on through restarts, as telemetry asks. Of the requests that are out to it, as
many as it has slots count as in flight, the rest as its line: the balancer cannot see inside.
"""

import asyncio
from enum import IntEnum
from math import inf

from simlab.core import Bytes, Cores, Limit, Seconds
from simlab.live.process import Process
from simlab.telemetry import ReplicaCounters


class State(IntEnum):
    """Where a replica is in its life."""

    STARTING = 0
    READY = 1
    UNREADY = 2
    DRAINING = 3
    CRASHED = 4
    GONE = 5


class Replica:
    """One replica.

    Args:
        number: Never used again within its service.
        now: When it was asked for; -inf for those of the start.
        slots: Requests that it works on at once.
        cpu_request: Cores that utilization divides by.
    """

    def __init__(
        self, number: int, now: Seconds, *, slots: Limit = inf, cpu_request: Cores = 1.0
    ) -> None:
        self.number, self.slots, self.cpu_request = number, slots, cpu_request
        self.state = State.STARTING
        self.started_at = self.ready_since = now
        self.running_since: Seconds = now
        self.counters = ReplicaCounters()
        self.out = 0  # Requests sent to it and not yet answered.
        self.port = 0
        self.process: Process | None = None
        self.restarts = self.crashes = 0
        self.restarting = self.leaving = False
        self.failed = False  # A platform probe of its process has: it is being replaced.
        self.may_restart = True
        self.grace: Seconds | None = None  # To drain with, once it has been told to stop.
        self.told = asyncio.Event()  # To stop, or (crashed) to start again.
        self._cpu_before = 0.0

    @property
    def alive(self) -> bool:
        """Return whether it has a process that runs."""
        return self.process is not None and self.process.runs

    @property
    def in_flight(self) -> int:
        """Return how many of its slots are in use, as far as one can see from outside."""
        return int(min(self.out, self.slots))

    @property
    def waiting(self) -> int:
        """Return the length of its line, likewise."""
        return self.out - self.in_flight

    def cpu_seconds(self, now: Seconds) -> float:
        """Return the core-seconds that its processes have used."""
        return self._cpu_before + (self.process.cpu_seconds() if self.process else 0.0)

    def memory(self, now: Seconds) -> Bytes:
        """Return the bytes that its process has resident."""
        return self.process.memory() if self.process else 0.0

    def storage(self, now: Seconds) -> Bytes:
        """Return 0: what a process writes to disks is not followed."""
        return 0.0

    def let_go(self) -> None:
        """Its process has ended: keep what it has used."""
        if self.process is not None:
            self._cpu_before += self.process.cpu_seconds()
            self.process = None

    def tell(self, grace: Seconds) -> None:
        """Have it stop, with so long to finish what is inside; or, if it has crashed, go on."""
        self.grace = grace
        self.told.set()
