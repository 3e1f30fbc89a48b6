"""A replica: its slots, line, cores and memory, and where it is in its life.

    starting -> ready (warming at first) -> draining -> gone;    crashed -> starting

Its life is the control side's business (`simlab.model.life`); what is inside, the server's.

Longer than most: `__init__` lists what it is made of.
"""

from collections import deque
from enum import IntEnum
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from simlab.core import RESOURCES, Bytes, Cores, Ratio, Resource, Seconds
from simlab.faults import (
    CrashLoop,
    Fail,
    FailFast,
    Fill,
    Hog,
    Leak,
    Pause,
    ReplicaRule,
    Skew,
    Slow,
    Vanish,
)
from simlab.model.reference.disk import Disk
from simlab.model.reference.queued_cores import QueuedCores
from simlab.model.reference.requests import Attempt
from simlab.model.reference.shared_cores import SharedCores
from simlab.telemetry import ReplicaCounters

if TYPE_CHECKING:
    from simlab.model.reference.service import Service

AnyCores: TypeAlias = SharedCores | QueuedCores


class State(IntEnum):
    """Where a replica is in its life."""

    STARTING = 0
    READY = 1
    DRAINING = 2
    CRASHED = 3
    GONE = 4


class Replica:
    """One running copy of a service. `number` is never used again within it."""

    def __init__(self, service: "Service", number: int, cores: AnyCores) -> None:
        self.service, self.settings = service, service.settings
        self.number, self.cores = number, cores
        self.state = State.STARTING
        self.inside: dict[Attempt, None] = {}  # In slots, in order of entry.
        self.line: deque[Attempt] = deque()
        self.outside: deque[Attempt] = deque()  # Held up while it is paused.
        self.unheard: dict[Attempt, None] = {}  # Left, with branches that go on.
        self.counters = ReplicaCounters()
        self.rules: list[ReplicaRule] = []
        self.warmth: Ratio = 1.0
        self.failing: Ratio = 0.0  # The share that faults add to an operation's own errors.
        self.fast: tuple[FailFast, ...] = ()  # And those that fail without their steps.
        self.paused = False
        self.unreachable = False  # Messages to and from it vanish.
        self.crash_loops = False
        self.skew: Seconds = 0.0  # How far its clock is ahead.
        self.memory_limit: Bytes = service.memory_limit
        self.disk = Disk(service.settings.storage, service.storage_limit)
        self.leaked: Bytes = 0.0
        self._leaking = self._leak_since = 0.0
        self.started_at = self.ready_since = -inf
        self.starts = self.restarts = self.crashes = 0
        self.may_restart = True
        self.restarting = False
        self.replaced = False  # Whether its liveness has failed, and it drains for that.
        self.passing = True  # Its readiness probe, if there is one.
        self.unproven = False  # Started, and not once ready since.
        self.begun_at = self.running_since = -inf  # Its container; its process.
        self.lingers_until: Seconds = inf
        self.looked_at = -1  # The start whose leaks are being looked at.
        self.known = False  # Whether clients know it as an endpoint.

    # What probes ask.

    @property
    def alive(self) -> bool:
        """Return whether it has a running container."""
        return self.state in (State.STARTING, State.READY, State.DRAINING)

    @property
    def ready(self) -> bool:
        """Return whether it runs, and passes its readiness probe."""
        return self.state == State.READY and self.passing

    @property
    def in_flight(self) -> int:
        """Return the slots in use."""
        return len(self.inside)

    @property
    def waiting(self) -> int:
        """Return the length of the line."""
        return len(self.line)

    def cpu_seconds(self, now: Seconds) -> Seconds:
        """Return the core-seconds used up to `now`."""
        return self.cores.cpu_seconds(now)

    def memory(self, now: Seconds) -> Bytes:
        """Return the bytes in use at `now`."""
        memory = self.settings.memory
        held = len(self.inside) + len(self.line)
        return memory.base + memory.per_request * held + self.leaked_at(now)

    def storage(self, now: Seconds) -> Bytes:
        """Return the bytes of storage in use at `now`."""
        return self.disk.used(now)

    @property
    def cpu_request(self) -> Cores:
        """Return the cores that autoscalers divide its usage by."""
        request = self.settings.request.cores
        return self.cores.cores if request is None else request

    @property
    def billed_memory(self) -> Bytes:
        """Return the bytes that it is billed for: its limit, else its request, else 0."""
        return self.service.settings.billed(self.memory_limit)

    def leaked_at(self, now: Seconds) -> Bytes:
        """Return what has leaked up to `now`. (Computed; nothing is stored.)"""
        return self.leaked + self._leaking * (now - self._leak_since)

    @property
    def leaking(self) -> bool:
        """Return whether a leak is on."""
        return self._leaking > 0.0

    @property
    def empty(self) -> bool:
        """Return whether nothing is inside, in line or going on unheard."""
        return not (self.inside or self.line or self.outside or self.unheard)

    # What bends it.

    def apply_rules(self, now: Seconds) -> None:
        """Make its speed, failures, leak and storage what its rules and its warmth say."""
        speed, well, leaking, paused = self.warmth, 1.0, 0.0, False
        skew = hog = 0.0
        for rule in self.rules:
            if isinstance(rule, Slow):
                speed = speed * rule.speed
            elif isinstance(rule, Fail):
                well = well * (1.0 - rule.share)
            elif isinstance(rule, Leak):
                leaking = leaking + rule.rate
            elif isinstance(rule, Pause):
                paused = True
            elif isinstance(rule, Skew):
                skew = skew + rule.by
            elif isinstance(rule, Hog) and self.alive:
                hog = hog + rule.cores
        self.failing, self.paused, self.skew = 1.0 - well, paused, skew
        self.fast = tuple(rule for rule in self.rules if isinstance(rule, FailFast))
        self.unreachable = self._has(Vanish)
        self.crash_loops = self._has(CrashLoop)
        self.leaked, self._leak_since, self._leaking = self.leaked_at(now), now, leaking
        self.bend_disk(now)
        if speed != self.cores.speed or paused != self.cores.standing:
            self.cores.set_speed(speed, standing=paused)
        if hog != self.cores.hog:
            self.cores.set_hog(hog)

    @property
    def hogged(self) -> bool:
        """Return whether something else takes cores of its container, while it runs."""
        return self._has(Hog)

    def _has(self, kind: type[ReplicaRule]) -> bool:
        return any(isinstance(rule, kind) for rule in self.rules)

    def bend_disk(self, now: Seconds) -> None:
        """Have it log while it runs, and its storage hold what faults put there."""
        filled = 0.0
        for rule in self.rules:
            if isinstance(rule, Fill):
                filled = filled + rule.size
        logs = self.alive and not self.paused
        self.disk.bend(now, self.settings.storage.log_rate if logs else 0.0, filled)

    def has(self, resource: Resource) -> float:
        """Return how much of a resource it may use: cores or bytes."""
        if resource == "cores":
            return self.cores.cores
        return self.memory_limit if resource == "memory" else self.disk.limit

    def take_limits(self, now: Seconds) -> None:
        """Have the cores, memory and storage that its service gives each replica now."""
        for resource in RESOURCES:
            if resource != "cores" or self.cores.cores != self.service.cores:
                self.take_limit(resource, now)

    def take_limit(self, resource: Resource, now: Seconds) -> None:
        """Have as much of a resource as its service gives each replica now."""
        service = self.service
        if resource == "memory":
            self.memory_limit = service.memory_limit
        elif resource == "storage":
            self.disk.resize(now, service.storage_limit)
        else:
            self.cores.set_cores(service.cores)

    def start_anew(self, now: Seconds) -> None:
        """A new process: what has leaked is gone, and what hung was the one before.

        A leak that is on begins from nothing; a pause does not begin again.
        """
        self.leaked, self._leak_since = 0.0, now
        if self.paused:
            self.rules = [rule for rule in self.rules if not isinstance(rule, Pause)]
            self.apply_rules(now)
