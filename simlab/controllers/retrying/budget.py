"""A retry budget: what may be retried is a share of what is called, so retries cannot pile up.

    each call pays in `per_call`, each good one `per_success`, up to `room`; a retry takes out 1

Tokens are counted in whole millionths: ten times a tenth is one, which floats do not grant.

Reference: Finagle's `RetryBudget` (a share per call); gRPC proposal A6 (a share per success).
"""

from dataclasses import dataclass
from typing import Literal

from simlab.core import Number, Outcome, Ratio, Settings, compilable, require, require_share

WHOLE = 1000000  # Of these make a token.

_DEGRADED = int(Outcome.DEGRADED)


@dataclass(frozen=True, kw_only=True)
class TokenBucketSettings(Settings):
    """A budget of retries, for all calls of one client over a link. It starts full.

    Args:
        per_call: What each call pays in, as a share of a retry.
        per_success: What each call that ends ok or degraded pays in.
        room: Retries that can be saved up, from 1 on.
    """

    kind: Literal["token_bucket"] = "token_bucket"
    per_call: Ratio | None = None
    per_success: Ratio | None = None
    room: Number = 10.0

    def __post_init__(self) -> None:
        require(
            self.per_call is not None or self.per_success is not None,
            "a token_bucket needs per_call or per_success: else it never fills again",
        )
        require_share(per_call=self.per_call or 0.0, per_success=self.per_success or 0.0)
        require(1 <= self.room <= WHOLE, f"room must be 1 to {WHOLE} retries, got {self.room:g}")

    def row(self) -> "TokenBucketRow":
        """Return a fresh row: full."""
        return TokenBucketRow(
            per_call=round((self.per_call or 0.0) * WHOLE),
            per_success=round((self.per_success or 0.0) * WHOLE),
            room=round(self.room * WHOLE),
            tokens=round(self.room * WHOLE),
        )


@dataclass(slots=True)
class TokenBucketRow:
    """A budget, in millionths of a retry."""

    per_call: int
    per_success: int
    room: int
    tokens: int


@compilable
def begin(row: TokenBucketRow) -> None:
    """Pay in for a call that begins."""
    row.tokens = min(row.room, row.tokens + row.per_call)


@compilable
def end(row: TokenBucketRow, outcome: int) -> None:
    """Pay in for a call that ended, if it ended well."""
    if outcome <= _DEGRADED:
        row.tokens = min(row.room, row.tokens + row.per_success)


@compilable
def withdraw(row: TokenBucketRow) -> bool:
    """Take one retry out; say whether there was one."""
    if row.tokens < WHOLE:
        return False
    row.tokens -= WHOLE
    return True


def renew(row: TokenBucketRow, settings: TokenBucketSettings) -> None:
    """Put changed settings into `row`; tokens that have no room any more are lost."""
    fresh = settings.row()
    row.per_call, row.per_success, row.room = fresh.per_call, fresh.per_success, fresh.room
    row.tokens = min(row.tokens, row.room)
