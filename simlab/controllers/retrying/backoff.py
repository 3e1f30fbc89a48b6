"""Retries with exponential backoff and jitter, within a budget.

Each attempt counts, the first too. A refusal to retry is final for the call. The budget is only
drawn on by `after` and `take`, when the retry is really to happen: who has more to check first
(a deadline, `within`) asks `wait`, checks, then takes.
"""

from dataclasses import dataclass
from math import isfinite
from typing import ClassVar, Literal, TypeAlias, get_args

from simlab.controllers.changing import changed
from simlab.controllers.retrying import budget as bucket
from simlab.controllers.retrying.budget import TokenBucketSettings
from simlab.controllers.retrying.waits import (
    DECORRELATED,
    EQUAL,
    FULL,
    NEVER,
    NONE,
    SHARE,
    BackoffRow,
    wait,
)
from simlab.core import (
    OUTCOMES,
    Limit,
    Number,
    Outcome,
    Ratio,
    Seconds,
    Settings,
    require,
    require_not_negative,
    require_positive,
    require_share,
)

Failure: TypeAlias = Literal[
    "error",
    "dependency",
    "timeout",
    "overloaded",
    "refused",
    "crashed",
    "open",
    "limited",
    "unavailable",
]
JITTERS = {"none": NONE, "full": FULL, "equal": EQUAL, "decorrelated": DECORRELATED}
CAP = 10.0  # Times the base, where no cap is given (as Envoy does).


@dataclass(frozen=True, kw_only=True)
class BackoffSettings(Settings):
    """When to try a failed call again.

    Args:
        attempts: How many a call may make, the first included; or unlimited.
        base: The wait before the second attempt, before jitter.
        factor: By which the wait grows from attempt to attempt, from 1 on.
        cap: The longest wait, before jitter; None: ten times the base.
        jitter: ``full``, ``none``, ``equal``, ``decorrelated``, or a share of the wait by which it
            varies to either side.
        within: No attempt starts at or after this long since the call began; None: no such end.
        on: The failures that are tried again. (The client's own fault, invalid, never is.)
        budget: What retries of all calls together are drawn from; None: no bound.
    """

    kind: Literal["backoff"] = "backoff"
    attempts: Limit = 3
    base: Seconds = 0.025
    factor: Number = 2.0
    cap: Seconds | None = None
    jitter: Literal["full", "none", "equal", "decorrelated"] | Ratio = "full"
    within: Seconds | None = None
    on: tuple[Failure, ...] = get_args(Failure)
    budget: TokenBucketSettings | None = None

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        "attempts",
        "base",
        "factor",
        "cap",
        "jitter",
        "within",
        "budget.per_call",
        "budget.per_success",
        "budget.room",
    )

    def __post_init__(self) -> None:
        whole = not isfinite(self.attempts) or self.attempts == int(self.attempts)
        require(
            whole and self.attempts >= 1,
            f"attempts must be a whole number from 1 on, or unlimited, got {self.attempts:g}",
        )
        require_not_negative(base=self.base)
        require(
            isfinite(self.factor) and self.factor >= 1,
            f"factor must be a number from 1 on, got {self.factor:g}",
        )
        if self.cap is not None:
            require(
                isfinite(self.cap) and self.cap >= self.base,
                f"cap must not be below the base, {self.base:g} s, got {self.cap:g} s",
            )
        if isinstance(self.jitter, str):
            kinds = ", ".join(JITTERS)
            require(self.jitter in JITTERS, f"jitter must be {kinds} or a share, got {self.jitter}")
        else:
            require_share(jitter=self.jitter)
        if self.within is not None:
            require_positive(within=self.within)
        for name in self.on:
            known = name in get_args(Failure)
            require(known, f"on must name failures ({', '.join(get_args(Failure))}), got {name}")

    def row(self) -> BackoffRow:
        return BackoffRow(
            attempts=float(self.attempts),
            base=self.base,
            factor=self.factor,
            cap=CAP * self.base if self.cap is None else self.cap,
            jitter=JITTERS[self.jitter] if isinstance(self.jitter, str) else SHARE,
            share=0.0 if isinstance(self.jitter, str) else self.jitter,
            on=[1 if outcome in self.on else 0 for outcome in OUTCOMES],
        )

    def build(self) -> "Backoff":
        return Backoff(self)


class Backoff:
    """A `Retry` for the calls of one client over a link.

    >>> retry = BackoffSettings(jitter="none").build()
    >>> retry.begin(0.0)
    >>> [retry.after(made, Outcome.ERROR, 0.0, 0.5, 0.0) for made in (1, 2, 3)]
    [0.025, 0.05, None]
    """

    def __init__(self, settings: BackoffSettings) -> None:
        self.settings = settings
        self.row = settings.row()
        self.bucket = None if settings.budget is None else settings.budget.row()

    @property
    def within(self) -> Seconds | None:
        """Return how long after the call's start no attempt may start any more: the caller's."""
        return self.settings.within

    def begin(self, now: Seconds) -> None:
        if self.bucket is not None:
            bucket.begin(self.bucket)

    def end(self, outcome: Outcome, now: Seconds) -> None:
        if self.bucket is not None:
            bucket.end(self.bucket, outcome)

    def wait(self, attempt: int, outcome: Outcome, luck: Ratio, waited: Seconds) -> Seconds | None:
        """Return what `after` would, but for the budget, which is left alone."""
        seconds = wait(self.row, attempt, outcome, luck, waited)
        return None if seconds == NEVER else seconds

    def take(self) -> bool:
        """Take a retry out of the budget; say whether there was one. Without a budget there is."""
        return self.bucket is None or bucket.withdraw(self.bucket)

    def after(
        self, attempt: int, outcome: Outcome, now: Seconds, luck: Ratio, waited: Seconds
    ) -> Seconds | None:
        """Return how long to wait before the next attempt, paid for, or None."""
        seconds = self.wait(attempt, outcome, luck, waited)
        return seconds if seconds is not None and self.take() else None

    def hedge_in(self, attempt: int, now: Seconds) -> Seconds | None:
        """Return None: this rule never hedges."""
        return None

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`; a jitter set so is a share."""
        self.settings = changed(self.settings, name, value)
        self.row = self.settings.row()
        if self.bucket is not None and self.settings.budget is not None:
            bucket.renew(self.bucket, self.settings.budget)
