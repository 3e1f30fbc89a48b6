"""What a source is: whom it asks, how often, how requests come, what is good enough for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from simlab.core import (
    DistributionSettings,
    Name,
    Number,
    OperationPath,
    Ratio,
    Seconds,
    Settings,
    require,
    require_not_negative,
    require_positive,
    require_share,
)
from simlab.load.shapes import ShapeSettings, UsersSettings

CLOSE = 1e-9  # How near to 1 the shares of a mix must come.


@dataclass(frozen=True, kw_only=True)
class Slo(Settings):
    """What is good enough: ok or degraded, and within a time.

    Args:
        within: The longest good latency.
        objective: The share that is to be good.
        period: Over which the error budget is counted.
        headroom: The utilization that a well-sized service runs at (for the demand curve).
    """

    within: Seconds
    objective: Ratio = 0.99
    period: Seconds = 2592000.0
    headroom: Ratio = 0.8

    def __post_init__(self) -> None:
        require_positive(within=self.within, period=self.period)
        require(
            0 < self.objective < 1, f"objective must be between 0 and 1, got {self.objective:g}"
        )
        require(
            0 < self.headroom <= 1,
            f"headroom must be a share above 0, at most 1, got {self.headroom:g}",
        )


@dataclass(frozen=True, kw_only=True)
class ArrivalSettings(Settings):
    """How single arrivals lie under the rate. Files say `poisson`, `even` or `{cv: 3}`.

    Args:
        process: ``poisson``; ``even``: one each unit of the integrated rate; ``gamma``: a renewal
            process with gamma gaps.
        cv: The coefficient of variation of the gaps of ``gamma``: more than 1 comes in clumps,
            less than 1 is more regular than Poisson.
    """

    process: Literal["poisson", "gamma", "even"] = "gamma"
    cv: Number | None = None

    def __post_init__(self) -> None:
        if self.process == "gamma":
            require(self.cv is not None, "arrivals must be poisson, even or {cv: NUMBER}")
        if self.cv is not None:
            require(self.process == "gamma", f"cv is of gamma arrivals, not of {self.process} ones")
            require_positive(cv=self.cv)

    @classmethod
    def from_text(cls, text: str) -> "ArrivalSettings":
        """Return what a file's single word means: `poisson` or `even`, else a ``ValueError``."""
        if text == "poisson":
            return POISSON
        require(text == "even", f"arrivals must be poisson, even or {{cv: NUMBER}}, got {text!r}")
        return cls(process="even")


POISSON = ArrivalSettings(process="poisson")


@dataclass(frozen=True, kw_only=True)
class SourceSettings(Settings):
    """A source of load.

    Args:
        to: The operations that are asked, each with its share; the shares sum to 1.
        shape: Rates over time that are added up, or, alone, users or a file of single arrivals.
        scale: Multiplies the rate (or the number of users), and keeps the luck.
        carries: Numbers that each request brings, drawn at the source.
        arrivals: How single arrivals lie under the rate. Must be left out for users, and for a file
            with one arrival a line, which have times of their own.
        slo: What is good enough here; None: the scenario's.
    """

    to: Mapping[OperationPath, Ratio]
    shape: tuple[ShapeSettings, ...]
    scale: Number = 1.0
    carries: Mapping[Name, DistributionSettings] = field(default_factory=dict)
    arrivals: ArrivalSettings = POISSON
    slo: Slo | None = None

    def __post_init__(self) -> None:
        require(len(self.to) > 0, "to must name at least one operation")
        total = 0.0
        for operation, share in self.to.items():
            require_share(**{f"to {operation}": share})
            total += share
        require(abs(total - 1.0) <= CLOSE, f"to must sum to 100 %, got {100 * total:.9g} %")
        require(len(self.shape) > 0, "shape must name at least one shape")
        require_not_negative(scale=self.scale)
        if any(isinstance(one, UsersSettings) for one in self.shape):
            require(len(self.shape) == 1, "users must stand alone, not beside other shapes")
            require(
                self.arrivals == POISSON,
                f"arrivals must be left out for users, got {self.arrivals.process}",
            )

    @property
    def users(self) -> UsersSettings | None:
        """Return the users, if this source is a closed loop."""
        first = self.shape[0]
        return first if isinstance(first, UsersSettings) else None


__all__ = ["POISSON", "ArrivalSettings", "Slo", "SourceSettings"]
