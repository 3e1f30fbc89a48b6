"""Metric faults as rules: what they bend is what pipelines hear, never what happens.

    missing   scrapes while it is on are holes
    stale     scrapes while it is on hear again what the last one before it heard
    failing   each scrape while it is on is a hole with some chance
    late      scrapes while it is on are seen later than the lag says
    noisy,    readings of what is scraped while it is on are multiplied: by a lognormal number of
    biased    mean 1 for each scrape and reading, by a factor

A fault pushes its rule when it starts and pops that rule when it stops; both take effect at the
next scrape. So overlaps compose and leave no trace: a hole hides what is stale; of several stale
rules the one pushed first says what is heard (the others began while nothing new came in); one
that begins in a hole keeps the hole. Late ones add up; factors multiply. A further kind is one more
class here and in `MetricRule`, and what it does in `history`.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from simlab.core import (
    Lognormal,
    Number,
    Purpose,
    Ratio,
    Seconds,
    Site,
    Stream,
    root,
)

EVERYTHING = "all"


@dataclass(frozen=True, kw_only=True)
class MissingRule:
    """Scrapes of `target` fail.

    Args:
        id: The fault and its occurrence, such as ``blind/0``: what tells this rule from others.
        target: The name of a service (its replicas are meant too), link or source; ``all``: each.
    """

    id: str
    target: str = EVERYTHING


@dataclass(frozen=True, kw_only=True)
class StaleRule:
    """Scrapes of `target` bring nothing new: what the last one heard stays, with its old time.

    Args:
        id: The fault and its occurrence, such as ``blind/0``: what tells this rule from others.
        target: The name of a service (its replicas are meant too), link or source; ``all``: each.
    """

    id: str
    target: str = EVERYTHING


@dataclass(frozen=True, kw_only=True)
class FailingRule:
    """Scrapes of `target` fail by chance, by the luck of the rule, the target and the time.

    Args:
        id, target: As of the others.
        share: Of scrapes.
        place: Where the fault's chance starts from.
    """

    id: str
    target: str = EVERYTHING
    share: Ratio
    place: int

    def fails(self, name: str, now: Seconds) -> bool:
        """Return whether the scrape of `name` at `now` fails."""
        return stream_of(self.place, f"{self.id}.{name}").uniform(tick(now)) < self.share


@dataclass(frozen=True, kw_only=True)
class LateRule:
    """Scrapes of `target` are seen `by` later than the pipeline's lag says.

    Args:
        id, target: As of the others.
    """

    id: str
    target: str = EVERYTHING
    by: Seconds


@dataclass(frozen=True, kw_only=True)
class NoisyRule:
    """Readings of `target` are multiplied by a lognormal number of mean 1, of their own each.

    Args:
        id, target: As of the others.
        cv: Of that number.
        place: Where the fault's chance starts from.
    """

    id: str
    target: str = EVERYTHING
    cv: Number
    place: int

    def factor_of(self, name: str, reading: str, at: Seconds) -> float:
        """Return the number for one reading of `name`, from the scrape of time `at`."""
        stream = stream_of(self.place, f"{self.id}.{name}.{reading}")
        return Lognormal(mean=1.0, cv=self.cv).sampler().draw(stream, tick(at))


@dataclass(frozen=True, kw_only=True)
class BiasedRule:
    """Readings of `target` are multiplied by `factor`.

    Args:
        id, target: As of the others.
    """

    id: str
    target: str = EVERYTHING
    factor: Number

    def factor_of(self, name: str, reading: str, at: Seconds) -> float:
        """Return the factor, which is the same for every reading."""
        return self.factor


MetricRule: TypeAlias = MissingRule | StaleRule | FailingRule | LateRule | NoisyRule | BiasedRule


class Warp(NamedTuple):
    """What multiplies the readings of one thing.

    Args:
        rules: Those that were on when it was scraped, oldest first.
        name: Of the thing; replica 3 of web is `web/3`.
        at: When it was scraped.
    """

    rules: tuple[NoisyRule | BiasedRule, ...]
    name: str
    at: Seconds

    def bend(self, reading: str, value: float) -> float:
        """Return what `value` is read as."""
        for rule in self.rules:
            value = value * rule.factor_of(self.name, reading, self.at)
        return value


def stream_of(place: int, name: str) -> Stream:
    """Return the numbers that are drawn for `name` at a fault's place."""
    return Site(root(place, 0, name)).stream(Purpose.CHANCE)


def tick(time: Seconds) -> int:
    """Return the number of a scrape: that of its microsecond, alike in every pipeline."""
    return round(time * 1e6)


class MetricRules:
    """The rules that are on, in the order in which they were pushed; one for all pipelines."""

    def __init__(self) -> None:
        self._on: list[MetricRule] = []

    @property
    def on(self) -> tuple[MetricRule, ...]:
        """Return the rules that are on, oldest first."""
        return tuple(self._on)

    def push(self, rule: MetricRule) -> None:
        """Put `rule` on. Pop it once."""
        assert rule not in self._on, f"{rule} is on already"
        self._on.append(rule)

    def pop(self, rule: MetricRule) -> None:
        """Take `rule` off, wherever it is among the others."""
        assert rule in self._on, f"{rule} is not on"
        self._on.remove(rule)

    def hitting(self, name: str) -> list[MetricRule]:
        """Return the rules that hit the service, link or source of this name, oldest first."""
        return [rule for rule in self._on if rule.target in (name, EVERYTHING)]
