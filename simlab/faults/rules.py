"""Rules: what a fault pushes onto the thing it bends. Frozen values; `key` tells them apart."""

from dataclasses import dataclass
from typing import TypeAlias

from simlab.core import Bytes, BytesPerSecond, DistributionSettings, Ratio, Seconds

Key: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Slow:
    """A replica's speed is multiplied by `speed`."""

    key: Key
    speed: Ratio


@dataclass(frozen=True, slots=True)
class Pause:
    """A replica's cores stand still and arrivals wait outside."""

    key: Key


@dataclass(frozen=True, slots=True)
class Fail:
    """Operations that start at a replica fail by themselves with this added share."""

    key: Key
    share: Ratio


@dataclass(frozen=True, slots=True)
class Leak:
    """A replica's memory grows; it stays grown until the replica starts anew."""

    key: Key
    rate: BytesPerSecond


@dataclass(frozen=True, slots=True)
class Fill:
    """Something else takes `size` of a replica's storage while this is on."""

    key: Key
    size: Bytes


@dataclass(frozen=True, slots=True)
class Delay:
    """Each attempt's outward message over a link takes this much longer."""

    key: Key
    add: DistributionSettings


@dataclass(frozen=True, slots=True)
class Stale:
    """Scrapes of a target are not renewed: what was there before stays, with its old time."""

    key: Key


@dataclass(frozen=True, slots=True)
class Missing:
    """Scrapes of a target are holes."""

    key: Key


@dataclass(frozen=True, slots=True)
class Actuator:
    """Actions are refused, late, or applied in part.

    Args:
        refuse: The share of actions that is refused, by the luck of (fault, issuer, action).
        slow: Added to the actuation delay.
        partial: The share of a scaling step that is applied, rounded towards no change.
    """

    key: Key
    refuse: Ratio
    slow: Seconds
    partial: Ratio


@dataclass(frozen=True, slots=True)
class Override:
    """A setting has another value; the last one pushed holds."""

    key: Key
    path: str
    to: float | str | None


Rule: TypeAlias = Slow | Pause | Fail | Leak | Fill | Delay | Stale | Missing | Actuator | Override
