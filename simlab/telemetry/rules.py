"""Metric faults as rules: what they bend is what pipelines hear, never what happens.

    missing   scrapes while it is on are holes
    stale     scrapes while it is on hear again what the last one before it heard

A fault pushes its rule when it starts and pops that rule when it stops; both take effect at the
next scrape. So overlaps compose and leave no trace: a hole hides what is stale; of several stale
rules the one pushed first says what is heard (the others began while nothing new came in); one
that begins in a hole keeps the hole. A further kind is one more class here and in `MetricRule`,
and what it does in `history`.
"""

from dataclasses import dataclass
from typing import TypeAlias

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


MetricRule: TypeAlias = MissingRule | StaleRule


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
