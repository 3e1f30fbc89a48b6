"""How long to wait before the next attempt, by number of attempts made and one uniform u.

    x = min(cap, base x factor ^ (attempts - 1))
    none x      full u x      equal x / 2 + u x / 2      a share s: x (1 - s + 2 s u)
    decorrelated  min(cap, base + u (3 w - base)), w the wait before (at first: base)

A share spreads the wait evenly around x, by s of it to either side (so it may pass the cap).

Reference: M. Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015.
"""

from dataclasses import dataclass

from simlab.core import Ratio, Seconds, compilable

NONE, FULL, EQUAL, DECORRELATED, SHARE = range(5)
NEVER: Seconds = -1.0


@dataclass(slots=True)
class BackoffRow:
    """A retry rule as numbers; it has no state.

    Args:
        jitter: NONE to SHARE.
        share: Of the wait, to either side; for SHARE.
        on: 1 for each outcome that is tried again, by its number.
    """

    attempts: float
    base: float
    factor: float
    cap: float
    jitter: int
    share: float
    on: list[int]


@compilable
def wait(row: BackoffRow, attempt: int, outcome: int, luck: Ratio, waited: Seconds) -> Seconds:
    """Return how long to wait after attempt `attempt` ended with `outcome`, or `NEVER`.

    `waited` is what was waited before that attempt; 0 before the first.
    """
    if row.on[outcome] == 0 or attempt >= row.attempts:
        return NEVER
    if row.jitter == DECORRELATED:
        before = waited if waited > 0.0 else row.base
        return min(row.cap, row.base + luck * (3.0 * before - row.base))
    x = grown(row, attempt)
    if row.jitter == FULL:
        return luck * x
    if row.jitter == EQUAL:
        return x / 2.0 + luck * x / 2.0
    if row.jitter == SHARE:
        return x * (1.0 - row.share + 2.0 * row.share * luck)
    return x


@compilable
def grown(row: BackoffRow, attempt: int) -> Seconds:
    """Return the wait after attempt `attempt`, before jitter. Multiplied out: no power is exact."""
    x = row.base
    if row.factor > 1.0:
        for _ in range(attempt - 1):
            if x >= row.cap or x == 0.0:
                break
            x = x * row.factor
    return min(row.cap, x)
