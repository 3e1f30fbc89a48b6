"""Rules: what a fault pushes onto the thing it bends. Frozen values; `key` tells them apart.

Those of the control path are in `control_rules`.
"""

from dataclasses import dataclass
from typing import TypeAlias

from simlab.core import (
    Bytes,
    BytesPerSecond,
    Cores,
    DistributionSettings,
    Number,
    Ratio,
    Seconds,
)

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
class FailFast:
    """Operations that start at a replica fail with this added share, without their steps.

    Args:
        after: How long after they started.
    """

    key: Key
    share: Ratio
    after: Seconds


@dataclass(frozen=True, slots=True)
class CrashLoop:
    """A replica crashes at the end of each of its boots."""

    key: Key


@dataclass(frozen=True, slots=True)
class Vanish:
    """Messages to and from a replica vanish."""

    key: Key


@dataclass(frozen=True, slots=True)
class Hog:
    """Something else runs on a replica's cores and takes up to so many of them."""

    key: Key
    cores: Cores


@dataclass(frozen=True, slots=True)
class Skew:
    """A replica's clock is ahead by so much (behind, where negative)."""

    key: Key
    by: Seconds


@dataclass(frozen=True, slots=True)
class BootFails:
    """Each boot of a service's replicas ends in a crash with this chance."""

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
class Lose:
    """Each message over a link, out and back, is lost with this chance."""

    key: Key
    share: Ratio


@dataclass(frozen=True, slots=True)
class Cut:
    """Messages over a link vanish, out and back."""

    key: Key


@dataclass(frozen=True, slots=True)
class Surge:
    """A source's load is multiplied by `factor`."""

    key: Key
    factor: Number


ReplicaRule: TypeAlias = (
    Slow | Pause | Fail | FailFast | Leak | Fill | CrashLoop | Vanish | Hog | Skew
)
LinkRule: TypeAlias = Delay | Lose | Cut
