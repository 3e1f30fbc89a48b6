"""A link: the client side of caller -> callee.

Layers from outside in: retry ( breaker ( limits ( balancer ( send )))).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Literal

from simlab.controllers import (
    BalancerSettings,
    BreakerSettings,
    RetrySettings,
    RoundRobinSettings,
)
from simlab.core import (
    DistributionSettings,
    Limit,
    Name,
    PerSecond,
    Ratio,
    Seconds,
    Settings,
    require,
    require_not_negative,
    require_positive,
    require_share,
)

Cancel = Literal["none", "queued", "all"]


@dataclass(frozen=True, kw_only=True)
class Limits(Settings):
    """What one client allows itself.

    Args:
        in_flight: Attempts at once over the link.
        per_endpoint: Attempts at once to one endpoint.
        rate: Attempts per second (a token bucket of one second's worth, at least one token).
        wait: How long an attempt may wait for its turn, or for a first endpoint; None: not at all.
    """

    in_flight: Limit = inf
    per_endpoint: Limit = inf
    rate: PerSecond | None = None
    wait: Seconds | None = None

    def __post_init__(self) -> None:
        require(self.in_flight >= 1, f"in_flight must be from 1 on, got {self.in_flight:g}")
        require(
            self.per_endpoint >= 1, f"per_endpoint must be from 1 on, got {self.per_endpoint:g}"
        )
        if self.rate is not None:
            require_positive(rate=self.rate)
        if self.wait is not None:
            require_not_negative(wait=self.wait)


@dataclass(frozen=True, kw_only=True)
class CallSettings(Settings):
    """What may differ from operation to operation of one link.

    Args:
        timeout: How long an attempt may take; None: for ever.
        deadline: How long a call may take, all its attempts included; None: for ever.
        cancel: What the callee does once the caller stops listening: ``none`` works on in vain,
            ``queued`` throws it away where it would enter a slot, ``all`` stops it at once.
        retry: When to try again; None: never.
    """

    timeout: Seconds | None = None
    deadline: Seconds | None = None
    cancel: Cancel = "none"
    retry: RetrySettings | None = None

    def __post_init__(self) -> None:
        for name in ("timeout", "deadline"):
            value = getattr(self, name)
            if value is not None:
                require(isfinite(value) and value > 0, f"{name} must be positive, got {value:g} s")


@dataclass(frozen=True, kw_only=True)
class LinkSettings(CallSettings):
    """A link.

    Args:
        latency: Of a message, drawn for each direction; None: it arrives in the event that sends.
        loss: The share of messages that vanish, drawn for each direction.
        per: Whether each caller replica has its own state, or the calling service one.
        operations: What differs, by the callee's operation; already merged over this link's own.
    """

    latency: DistributionSettings | None = None
    loss: Ratio = 0.0
    per: Literal["replica", "service"] = "replica"
    breaker: BreakerSettings | None = None
    limits: Limits | None = None
    balancer: BalancerSettings = field(default_factory=RoundRobinSettings)
    operations: Mapping[Name, CallSettings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(loss=self.loss)
        timeouts = [self.timeout, *(one.timeout for one in self.operations.values())]
        require(
            self.loss == 0 or None not in timeouts,
            "loss needs a timeout: a lost message would be waited for without end",
        )

    def call(self, operation: str) -> CallSettings:
        """Return what holds for calls of `operation`."""
        return self.operations.get(operation, self)


__all__ = ["CallSettings", "Cancel", "Limits", "LinkSettings"]
