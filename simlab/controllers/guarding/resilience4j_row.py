"""The state of a resilience4j breaker, and the functions that decide by it.

    CLOSED ────── failure or slow share >= its threshold, from the minimum on ──▶ OPEN
    OPEN ──────── more than the wait over, and a call asks ─────────────────────▶ HALF_OPEN
    HALF_OPEN ─── enough answers, a share >= its threshold ─────────────────────▶ OPEN
    HALF_OPEN ─── enough answers, both shares below ────────────────────────────▶ CLOSED

A call counts in the window of the state that it ends in, whichever it began in; in OPEN it is
remembered but nothing is judged. What says nothing about the callee gives its permission back.
The state is a row, and the functions that decide take it first: one text for every engine.

Reference: resilience4j, `CircuitBreakerStateMachine` and `core/metrics`, COUNT_BASED windows.
"""

from dataclasses import dataclass

from simlab.core import REFUSED, Outcome, Percent, Seconds, Ticket, compilable

CLOSED, OPEN, HALF_OPEN = range(3)
ADMITTED: Ticket = 0  # Every ticket is alike: late answers count in the state they meet.
UNKNOWN: Percent = -1.0
FAILED, SLOW = 1, 2  # What is remembered of a call: a sum of these.

_INVALID = int(Outcome.INVALID)
_OPEN = int(Outcome.OPEN)
_LIMITED = int(Outcome.LIMITED)
_CANCELLED = int(Outcome.CANCELLED)


@dataclass(slots=True)
class Resilience4jRow:
    """One breaker: its settings as numbers, its state, and the window of its state's calls.

    Args:
        length: How many calls the window of the present state holds; OPEN keeps the one before.
        window: What is remembered of each call, in a ring that begins anew at `at`.
    """

    size: int
    minimum: int
    probes: int
    failure_threshold: float
    slow_threshold: float
    slow_after: float
    wait: float
    length: int
    window: list[int]
    state: int = CLOSED
    open_until: float = 0.0
    permits: int = 0
    refusals: int = 0
    calls: int = 0
    failures: int = 0
    slow: int = 0
    at: int = 0


@compilable
def admit(row: Resilience4jRow, now: Seconds) -> Ticket:
    """Return `ADMITTED` if a call may go ahead at `now`, else `REFUSED`. Settle it once."""
    if row.state == CLOSED:
        return ADMITTED
    if row.state == OPEN and now > row.open_until:
        enter(row, HALF_OPEN)
    if row.state == HALF_OPEN and row.permits > 0:
        row.permits -= 1
        return ADMITTED
    row.refusals += 1
    return REFUSED


@compilable
def record(row: Resilience4jRow, now: Seconds, outcome: int, took: Seconds) -> None:
    """Settle a call that was admitted, ended with `outcome` and took `took`."""
    if outcome in (_OPEN, _LIMITED, _CANCELLED):
        release(row)
        return
    remember(row, (FAILED if outcome > _INVALID else 0) + (SLOW if took > row.slow_after else 0))
    failing, dragging = rate(row, row.failures), rate(row, row.slow)
    if row.state == OPEN or failing == UNKNOWN:
        return
    if failing >= row.failure_threshold or dragging >= row.slow_threshold:
        row.state = OPEN
        row.open_until = now + row.wait
    elif row.state == HALF_OPEN:
        enter(row, CLOSED)


@compilable
def rate(row: Resilience4jRow, count: int) -> Percent:
    """Return the percentage that `count` is of the calls at hand; `UNKNOWN` below the minimum."""
    if row.calls < min(row.minimum, row.length):
        return UNKNOWN
    return count * 100.0 / row.calls


@compilable
def release(row: Resilience4jRow) -> None:
    """Give an admission back: the call said nothing."""
    if row.state == HALF_OPEN:
        row.permits += 1


@compilable
def remember(row: Resilience4jRow, call: int) -> None:
    """Put the latest call into the window, and the oldest out once it is full."""
    if row.calls == row.length:
        row.failures -= row.window[row.at] & FAILED
        row.slow -= row.window[row.at] >> 1
    else:
        row.calls += 1
    row.window[row.at] = call
    row.failures += call & FAILED
    row.slow += call >> 1
    row.at = 0 if row.at + 1 == row.length else row.at + 1


@compilable
def enter(row: Resilience4jRow, state: int) -> None:
    """Begin `state`, CLOSED or HALF_OPEN, with an empty window of its own."""
    row.state = state
    row.length = row.size if state == CLOSED else row.probes
    row.permits = row.probes
    row.refusals = row.calls = row.failures = row.slow = row.at = 0
