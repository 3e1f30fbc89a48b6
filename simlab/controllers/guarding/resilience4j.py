"""resilience4j's circuit breaker: stop calling what fails or drags, and probe for its recovery.

It follows the library to the letter (`resilience4j_row` has the states and the reference), late
answers and all, with windows that count calls. What is a failure: every outcome that is one, but
open, limited and cancelled, which say nothing about the callee.
"""

# ruff: noqa: N815 (the product's field names)

from dataclasses import dataclass
from typing import ClassVar, Literal

from simlab.controllers.changing import changed
from simlab.controllers.checks import require_counts, require_percents
from simlab.controllers.guarding.resilience4j_row import (
    Resilience4jRow,
    admit,
    record,
    release,
)
from simlab.core import (
    Count,
    Outcome,
    Percent,
    Ratio,
    Seconds,
    Settings,
    Ticket,
    require,
    require_positive,
)

LONGEST = 1024  # Calls that a window can hold; a compiled engine's records have one length.


@dataclass(frozen=True, kw_only=True)
class Resilience4jSettings(Settings):
    """resilience4j's circuit breaker, with its count-based sliding window.

    Args:
        failureRateThreshold: Percentage of failed calls that opens the breaker.
        slidingWindowSize: Latest calls that are judged while it is closed, at most 1024.
        minimumNumberOfCalls: Calls before the first judgement; never more than the window holds.
        permittedNumberOfCallsInHalfOpenState: Calls let through to test recovery, at most 1024;
            they are judged together.
        waitDurationInOpenState: From opening until a call may test recovery.
        slowCallRateThreshold: Percentage of slow calls that opens the breaker.
        slowCallDurationThreshold: A call that took longer than this is slow.
    """

    kind: Literal["resilience4j"] = "resilience4j"
    failureRateThreshold: Percent = 50.0
    slidingWindowSize: Count = 100
    minimumNumberOfCalls: Count = 100
    permittedNumberOfCallsInHalfOpenState: Count = 10
    waitDurationInOpenState: Seconds = 60.0
    slowCallRateThreshold: Percent = 100.0
    slowCallDurationThreshold: Seconds = 60.0

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        "failureRateThreshold",
        "slowCallRateThreshold",
        "slowCallDurationThreshold",
        "waitDurationInOpenState",
    )

    def __post_init__(self) -> None:
        windows = {
            "slidingWindowSize": self.slidingWindowSize,
            "permittedNumberOfCallsInHalfOpenState": self.permittedNumberOfCallsInHalfOpenState,
        }
        require_counts(1, minimumNumberOfCalls=self.minimumNumberOfCalls, **windows)
        for name, size in windows.items():
            require(size <= LONGEST, f"{name} must be at most {LONGEST} calls, got {size}")
        require_percents(
            failureRateThreshold=self.failureRateThreshold,
            slowCallRateThreshold=self.slowCallRateThreshold,
        )
        require_positive(
            waitDurationInOpenState=self.waitDurationInOpenState,
            slowCallDurationThreshold=self.slowCallDurationThreshold,
        )

    def row(self) -> Resilience4jRow:
        """Return a fresh row: closed, with nothing in its window."""
        longer = max(self.slidingWindowSize, self.permittedNumberOfCallsInHalfOpenState)
        return Resilience4jRow(
            size=self.slidingWindowSize,
            minimum=self.minimumNumberOfCalls,
            probes=self.permittedNumberOfCallsInHalfOpenState,
            failure_threshold=self.failureRateThreshold,
            slow_threshold=self.slowCallRateThreshold,
            slow_after=self.slowCallDurationThreshold,
            wait=self.waitDurationInOpenState,
            length=self.slidingWindowSize,
            window=[0] * longer,
        )

    def build(self) -> "Resilience4jBreaker":
        return Resilience4jBreaker(self)


class Resilience4jBreaker:
    """A `Gate` for one dependency: the row above, with methods.

    >>> from simlab.core import REFUSED
    >>> breaker = Resilience4jSettings(slidingWindowSize=1).build()
    >>> breaker.record(breaker.admit(0.0, 0.5), 0.2, Outcome.ERROR, 0.2)
    >>> breaker.admit(0.3, 0.5) == REFUSED, breaker.state
    (True, 1)
    """

    def __init__(self, settings: Resilience4jSettings) -> None:
        self.settings = settings
        self.row = settings.row()

    @property
    def state(self) -> int:
        """Return CLOSED, OPEN or HALF_OPEN. (OPEN lasts until a call asks after the wait.)"""
        return self.row.state

    def admit(self, now: Seconds, luck: Ratio) -> Ticket:
        return admit(self.row, now)

    def record(self, ticket: Ticket, now: Seconds, outcome: Outcome, took: Seconds) -> None:
        record(self.row, now, outcome, took)

    def release(self, ticket: Ticket, now: Seconds) -> None:
        release(self.row)

    def next(self, now: Seconds) -> Seconds | None:
        """Return None: whoever is not admitted is refused, nobody waits."""
        return None

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`; a wait already begun keeps its end."""
        self.settings = changed(self.settings, name, value)
        self.row.failure_threshold = self.settings.failureRateThreshold
        self.row.slow_threshold = self.settings.slowCallRateThreshold
        self.row.slow_after = self.settings.slowCallDurationThreshold
        self.row.wait = self.settings.waitDurationInOpenState
