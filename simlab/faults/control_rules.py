"""Rules of the control path: what bends readings, loops, actions and settings. Frozen values."""

from dataclasses import dataclass
from typing import TypeAlias

from simlab.core import Number, Ratio, Seconds
from simlab.faults.rules import Key


@dataclass(frozen=True, slots=True)
class Stale:
    """Scrapes of a target are not renewed: what was there before stays, with its old time."""

    key: Key


@dataclass(frozen=True, slots=True)
class Missing:
    """Scrapes of a target are holes."""

    key: Key


@dataclass(frozen=True, slots=True)
class Noisy:
    """Readings of a target are multiplied by a lognormal number of mean 1."""

    key: Key
    cv: Number


@dataclass(frozen=True, slots=True)
class Biased:
    """Readings of a target are multiplied by `factor`."""

    key: Key
    factor: Number


@dataclass(frozen=True, slots=True)
class Late:
    """Scrapes of a target are seen so much later."""

    key: Key
    by: Seconds


@dataclass(frozen=True, slots=True)
class ScrapeFails:
    """Each scrape of a target is a hole with this chance."""

    key: Key
    share: Ratio


@dataclass(frozen=True, slots=True)
class Halt:
    """A loop makes no steps.

    Args:
        loop: Its name; one that became a controller for each of several services is meant whole.
        forgets: Whether its state is lost, so that it is built anew in the end.
    """

    key: Key
    loop: str
    forgets: bool


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


@dataclass(frozen=True, slots=True)
class Misset:
    """A setting has been given another value, until somebody gives it one again."""

    key: Key
    path: str
    to: float | str | None


MetricsRule: TypeAlias = Stale | Missing | Noisy | Biased | Late | ScrapeFails
