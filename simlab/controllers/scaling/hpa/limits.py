"""How far one step may go: by what was recommended lately, and by how much was changed lately.

    without behavior   raised to the greatest recommendation of the window; at most
                       max(2 x current, 4)
    with behavior      raised to the least recommendation of the up window, lowered to the greatest
                       of the down window; then as far as the policies of the direction allow

Always within min and max. A limit never forces a change. Each result comes with the platform's
reason for it.

Reference: Kubernetes, `horizontal.go`, normalization of the desired replicas.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal, NamedTuple

from simlab.core import Seconds

SCALE_UP_FACTOR = 2.0  # The platform's own test binary sets 8.
SCALE_UP_LEAST = 4.0

Select = Literal["Max", "Min", "Disabled"]


@dataclass(frozen=True, slots=True)
class Policy:
    """A change of `value` pods, or percent of the pods at the period's start, in a period."""

    pods: bool
    value: int
    period: Seconds


@dataclass(frozen=True, slots=True)
class Direction:
    """The effective rules of scaling up or down."""

    window: Seconds
    select: Select
    policies: tuple[Policy, ...]


@dataclass(slots=True)
class Mark:
    """Something in a log: a recommendation, or the size of a change."""

    value: int
    at: Seconds


class Bounds(NamedTuple):
    """How few and how many replicas there may be."""

    least: int
    most: int


class Limited(NamedTuple):
    """A count, and why it is not another."""

    replicas: int
    reason: str


def stabilize(log: list[Mark], desired: int, now: Seconds, window: Seconds) -> int:
    """Return the greatest recommendation of the window, `desired` included; log `desired`."""
    cutoff = now - window
    recent = [mark.value for mark in log if mark.at >= cutoff]
    _log(log, Mark(desired, now), [mark.at < cutoff for mark in log])
    return max([*recent, desired])


def stabilize_both(
    log: list[Mark], current: int, desired: int, now: Seconds, *, up: Seconds, down: Seconds
) -> Limited:
    """Return `current`, moved no further than all recommendations of the windows agree on.

    `up` and `down` are the windows; `desired` is logged. The reason is for a result that is not
    `desired`.
    """
    least = min([mark.value for mark in log if mark.at > now - up] + [desired])
    most = max([mark.value for mark in log if mark.at > now - down] + [desired])
    _log(log, Mark(desired, now), [mark.at < now - up and mark.at < now - down for mark in log])
    reason = "ScaleUpStabilized" if desired >= current else "ScaleDownStabilized"
    return Limited(min(max(current, least), most), reason)


def convert_with_rules(current: int, desired: int, bounds: Bounds) -> Limited:
    """Return `desired` within the bounds and the default limit of scaling up."""
    limit = int(max(SCALE_UP_FACTOR * current, SCALE_UP_LEAST))
    most, reason = (limit, "ScaleUpLimit") if bounds.most > limit else (bounds.most, TOO_MANY)
    if desired < bounds.least:
        return Limited(bounds.least, TOO_FEW)
    if desired > most:
        return Limited(most, reason)
    return Limited(desired, IN_RANGE)


@dataclass(slots=True)
class Events:
    """The changes of the past: how much was added, how much removed, and when."""

    up: list[Mark]
    down: list[Mark]


def convert_with_behavior(
    current: int,
    desired: int,
    bounds: Bounds,
    events: Events,
    now: Seconds,
    *,
    up: Direction,
    down: Direction,
) -> Limited:
    """Return `desired` within the bounds and what the policies of its direction allow."""
    if desired > current:
        limit = max(up_limit(current, events, up, now), current)
        most, reason = (limit, "ScaleUpLimit") if bounds.most > limit else (bounds.most, TOO_MANY)
        if desired > most:
            return Limited(most, reason)
    elif desired < current:
        limit = min(down_limit(current, events, down, now), current)
        least, reason = (
            (limit, "ScaleDownLimit") if bounds.least < limit else (bounds.least, TOO_FEW)
        )
        if desired < least:
            return Limited(least, reason)
    return Limited(desired, IN_RANGE)


def up_limit(current: int, events: Events, rules: Direction, now: Seconds) -> int:
    """Return the count that scaling up may reach now."""
    if rules.select == "Disabled":
        return current
    reached = []
    for policy in rules.policies:
        start = _start(current, events, policy.period, now)
        more = start + policy.value if policy.pods else ceil(start * (1 + policy.value / 100))
        reached.append(more)
    return min(reached) if rules.select == "Min" else max(reached)


def down_limit(current: int, events: Events, rules: Direction, now: Seconds) -> int:
    """Return the count that scaling down may reach now."""
    if rules.select == "Disabled":
        return current
    reached = []
    for policy in rules.policies:
        start = _start(current, events, policy.period, now)
        less = start - policy.value if policy.pods else int(start * (1 - policy.value / 100))
        reached.append(less)
    return max(reached) if rules.select == "Min" else min(reached)


def changed_within(log: Sequence[Mark], period: Seconds, now: Seconds) -> int:
    """Return the sum of the changes younger than `period`."""
    return sum(mark.value for mark in log if mark.at > now - period)


def store_change(log: list[Mark], change: int, rules: Direction, now: Seconds) -> None:
    """Log a change; the place of one that no policy looks back to any more is used again."""
    longest = max(policy.period for policy in rules.policies)
    _log(log, Mark(change, now), [mark.at < now - longest for mark in log])


TOO_MANY, TOO_FEW, IN_RANGE = "TooManyReplicas", "TooFewReplicas", "DesiredWithinRange"


def _start(current: int, events: Events, period: Seconds, now: Seconds) -> int:
    added = changed_within(events.up, period, now)
    return current - added + changed_within(events.down, period, now)


def _log(log: list[Mark], mark: Mark, old: Sequence[bool]) -> None:
    """Put `mark` in the last old place, else at the end: so a log stays short."""
    places = [place for place, is_old in enumerate(old) if is_old]
    if places:
        log[places[-1]] = mark
    else:
        log.append(mark)
