"""A world: everything that the simulated system is made of, resolved and checked.

What a scenario file says, with its defaults, selectors and a strategy's settings filled in: the
input of both engines. Plain frozen values; nothing here knows a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from simlab.controllers import LoopSettings
from simlab.core import (
    Bytes,
    Cores,
    Count,
    DistributionSettings,
    Name,
    Number,
    Seconds,
    Settings,
    TelemetrySettings,
    require,
    require_not_negative,
    require_positive,
)
from simlab.faults import FaultSettings
from simlab.load import Slo, SourceSettings
from simlab.model.settings.link import LinkSettings
from simlab.model.settings.service import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class Cost(Settings):
    """Prices, in one currency.

    Args:
        core_hour: Of a core for an hour.
        gib_hour: Of a GiB of memory for an hour.
        bad_request: Of a request that is not good.
        scaling: Of a scaling operation.
    """

    core_hour: Number = 0.0
    gib_hour: Number = 0.0
    bad_request: Number = 0.0
    scaling: Number = 0.0

    def __post_init__(self) -> None:
        require_not_negative(
            core_hour=self.core_hour,
            gib_hour=self.gib_hour,
            bad_request=self.bad_request,
            scaling=self.scaling,
        )


def told(resource: str, amount: float) -> str:
    """Return an amount of a resource in words.

    >>> told("cores", 2.5), told("memory", 3145728.0)
    ('2.5 cores', '3 MiB of memory')
    """
    if resource in ("memory", "storage"):
        return f"{amount / 1048576.0:g} MiB of {resource}"
    return f"{amount:g} {resource}"


@dataclass(frozen=True, kw_only=True)
class QuotaSettings(Settings):
    """What all services may have in sum: replicas asked for, times what each has.

    Args:
        replicas: Of all services.
        cores: Of all their replicas.
        memory: Limits of all replicas, requests where there is no limit.
        storage: Limits of all replicas, requests where there is no limit.
    """

    replicas: Count | None = None
    cores: Cores | None = None
    memory: Bytes | None = None
    storage: Bytes | None = None

    def __post_init__(self) -> None:
        require_positive(**self.bounds())

    def bounds(self) -> dict[str, float]:
        """Return the bounds that are given, by resource."""
        names = ("replicas", "cores", "memory", "storage")
        given = {name: getattr(self, name) for name in names}
        return {name: float(most) for name, most in given.items() if most is not None}


@dataclass(frozen=True, kw_only=True)
class Platform(Settings):
    """What runs the replicas.

    Args:
        discovery: From a change of a replica's readiness until clients know it.
        actuation: From an action until it takes effect.
        quota: What all services may have in sum; actions beyond it are refused.
    """

    discovery: Seconds = 0.0
    actuation: Seconds = 0.0
    quota: QuotaSettings = field(default_factory=QuotaSettings)

    def __post_init__(self) -> None:
        require_not_negative(discovery=self.discovery, actuation=self.actuation)


@dataclass(frozen=True, kw_only=True)
class WorldSettings(Settings):
    """A resolved world.

    Args:
        duration: Arrivals stop here; the run then drains.
        warmup: Requests before it are not counted; None: to be found (`auto`).
        carries: Numbers that requests bring, with what they are unless their source says.
        links: By ``caller->callee``, one for each pair that a call or a source needs, in order of
            first mention.
        loops: What decides, by name; empty for a system left alone.
    """

    duration: Seconds
    warmup: Seconds | None = 0.0
    analysis: Literal["terminating", "steady_state"] = "terminating"
    slo: Slo | None = None
    cost: Cost = field(default_factory=Cost)
    carries: Mapping[Name, DistributionSettings] = field(default_factory=dict)
    services: Mapping[Name, ServiceSettings] = field(default_factory=dict)
    links: Mapping[str, LinkSettings] = field(default_factory=dict)
    load: Mapping[Name, SourceSettings] = field(default_factory=dict)
    faults: Mapping[Name, FaultSettings] = field(default_factory=dict)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    platform: Platform = field(default_factory=Platform)
    loops: Mapping[Name, LoopSettings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_positive(duration=self.duration)
        if self.warmup is not None:
            require(
                0 <= self.warmup < self.duration,
                f"warmup must be shorter than the duration, got {self.warmup:g} s",
            )
