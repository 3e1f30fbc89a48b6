"""A service: the template of its replicas, and its operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Literal

from simlab.controllers.healing import PROBE_KINDS, KubeletProbes
from simlab.core import (
    Bytes,
    BytesPerSecond,
    Constant,
    Cores,
    Count,
    DistributionSettings,
    Limit,
    Name,
    Ratio,
    Seconds,
    Settings,
    require,
    require_not_negative,
    require_positive,
)
from simlab.model.settings.steps import OperationSettings


@dataclass(frozen=True, kw_only=True)
class Memory(Settings):
    """What a replica's memory holds; above `limit` it is killed.

    Args:
        base: Always there.
        per_request: For each request in a slot or in the line.
        limit: More than this kills the replica; None: no limit.
    """

    base: Bytes = 0.0
    per_request: Bytes = 0.0
    limit: Bytes | None = None

    def __post_init__(self) -> None:
        require_not_negative(base=self.base, per_request=self.per_request)
        if self.limit is not None:
            require(
                self.limit > self.base,
                f"limit must be more than base ({self.base:g} B), got {self.limit:g} B",
            )


@dataclass(frozen=True, kw_only=True)
class Storage(Settings):
    """What a replica's storage holds; where it is full, requests that write fail with `error`.

    It outlives restarts of the replica, and is gone with it.

    Args:
        base: Always there.
        per_request: Written by each request when it takes its slot; it stays.
        log_rate: Logged while the replica runs; `clean up` frees it.
        limit: More than this cannot be written; None: no limit.
    """

    base: Bytes = 0.0
    per_request: Bytes = 0.0
    log_rate: BytesPerSecond = 0.0
    limit: Bytes | None = None

    def __post_init__(self) -> None:
        require_not_negative(base=self.base, per_request=self.per_request, log_rate=self.log_rate)
        if self.limit is not None:
            require(
                self.limit > self.base,
                f"limit must be more than base ({self.base:g} B), got {self.limit:g} B",
            )


@dataclass(frozen=True, kw_only=True)
class Requests(Settings):
    """What autoscalers divide usage by. Usage may exceed it.

    Args:
        cores: None: as many as there are.
        memory: None: no request is declared.
        storage: What counts for the quota where storage has no limit; None: nothing.
    """

    cores: Cores | None = None
    memory: Bytes | None = None
    storage: Bytes | None = None

    def __post_init__(self) -> None:
        if self.cores is not None:
            require_positive(cores=self.cores)
        if self.memory is not None:
            require_positive(memory=self.memory)
        if self.storage is not None:
            require_positive(storage=self.storage)


@dataclass(frozen=True, kw_only=True)
class Warmup(Settings):
    """A new replica's speed, in ten steps up to 1.

    Args:
        time: From ready until it works at full speed.
        from_: The share of its speed that it begins with.
    """

    time: Seconds = 0.0
    from_: Ratio = 1.0

    def __post_init__(self) -> None:
        require_not_negative(time=self.time)
        require(0 < self.from_ <= 1, f"from must be a share above 0, at most 1, got {self.from_:g}")


@dataclass(frozen=True, kw_only=True)
class ServiceSettings(Settings):
    """A service.

    Args:
        replicas: How many there are at first.
        tags: Names that selectors can use.
        cores: Of each replica; may be a fraction.
        discipline: How pieces of work share the cores: ``ps`` (all at once, each at its share) or
            ``fifo`` (at most ceil(cores) run, the rest wait).
        slots: Requests that a replica works on at once.
        line: Requests that may wait for a slot.
        resize: How an action changes what each replica has of cores, memory or storage:
            ``in_place`` at once, ``restart`` by restarting them one at a time.
        boot: From the start of a replica until it is ready (with a readiness probe: until it can
            pass that).
        probes: Those of the platform; each beside what it decides, work of its operation.
        restart: Whether the platform restarts a crashed replica (CrashLoopBackOff).
        linger: How long a draining replica stays at least.
        grace: How long a draining replica may take to finish what is inside.
    """

    replicas: Count = 1
    tags: tuple[Name, ...] = ()
    cores: Cores = 1.0
    request: Requests = field(default_factory=Requests)
    discipline: Literal["ps", "fifo"] = "ps"
    slots: Limit = inf
    line: Limit = inf
    memory: Memory = field(default_factory=Memory)
    storage: Storage = field(default_factory=Storage)
    resize: Literal["restart", "in_place"] = "restart"
    boot: DistributionSettings = field(default_factory=lambda: Constant(value=0.0))
    warmup: Warmup = field(default_factory=Warmup)
    probes: KubeletProbes = field(default_factory=KubeletProbes)
    restart: bool = True
    linger: Seconds = 5.0
    grace: Seconds = 30.0
    operations: Mapping[Name, OperationSettings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(self.replicas >= 0, f"replicas must not be negative, got {self.replicas}")
        require_positive(cores=self.cores)
        require(
            self.slots >= 1 and (self.slots == inf or self.slots == int(self.slots)),
            f"slots must be a whole number from 1 on, or unlimited, got {self.slots:g}",
        )
        require(
            self.line >= 0 and (self.line == inf or self.line == int(self.line)),
            f"line must be a whole number, or unlimited, got {self.line:g}",
        )
        require_not_negative(linger=self.linger, grace=self.grace)
        for kind in PROBE_KINDS:
            probe = self.probes.of(kind)
            require(
                probe is None or probe.operation in (None, *self.operations),
                f"probes.{kind}.operation must be an operation of this service"
                f" ({', '.join(self.operations)})",
            )

    @property
    def cpu_request(self) -> float:
        """Return the cores that autoscalers divide usage by."""
        return self.cores if self.request.cores is None else self.request.cores

    @property
    def billed_memory(self) -> float:
        """Return the bytes that a replica is billed for: its limit, else its request, else 0."""
        return self.billed(inf if self.memory.limit is None else self.memory.limit)

    def billed(self, limit: Bytes) -> Bytes:
        """Return the bytes of memory that a replica with this limit is billed for."""
        return limit if isfinite(limit) else self.request.memory or 0.0
