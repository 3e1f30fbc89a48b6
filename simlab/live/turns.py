"""Turns: what one client allows itself, and who waits for a turn (or for a first endpoint).

Those who wait go in order of asking: when an attempt ends, when an endpoint comes, when there is a
token. Their time-out runs meanwhile. The rules are those of `model.reference.limiter`.
"""

import asyncio
from collections import deque
from math import inf

from simlab.core import Outcome, Picker, Ratio, Seconds
from simlab.live.clock import Clock
from simlab.live.waiting import first
from simlab.model.settings import Limits

NOBODY = -1
ALMOST = 1.0 - 1e-9  # A token that rounding has kept from being whole.


class Turns:
    """Who may be sent, and where to.

    Args:
        clock: For those who wait.
        limits: Of the link.
        picker: Chooses the endpoint; it knows the cap for each.
    """

    def __init__(self, clock: Clock, limits: Limits, picker: Picker) -> None:
        self._clock, self.limits, self.picker = clock, limits, picker
        self.in_flight = self.endpoints = 0
        self._tokens = inf if limits.rate is None else max(1.0, limits.rate)
        self._filled_at = clock.now()
        self._waiting: deque[object] = deque()
        self._moved = asyncio.Event()

    def renew(self, limits: Limits) -> None:
        """Have other limits from now on; those who wait ask again."""
        self._has_token()  # What came so far came at the rate of then.
        self.limits = limits
        self.picker.cap = limits.per_endpoint  # type: ignore[attr-defined]
        if limits.rate is None:
            self._tokens = inf
        self.move()

    def move(self) -> None:
        """Let those who wait ask again."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def take(self, luck: Ratio, due: Seconds) -> int | Outcome:
        """Return the endpoint to send to, which is counted as in flight; or why there is none."""
        if not self._waiting:
            endpoint = self._ask(luck)
            if endpoint != NOBODY:
                return endpoint
        if self.limits.wait is None:
            return self._refusal()
        me = object()
        self._waiting.append(me)
        try:
            return await self._wait(me, luck, self._clock.now() + self.limits.wait, due)
        finally:
            self._waiting.remove(me)
            self.move()

    async def _wait(
        self, me: object, luck: Ratio, patience: Seconds, due: Seconds
    ) -> int | Outcome:
        while True:
            if self._waiting[0] is me:
                endpoint = self._ask(luck)
                if endpoint != NOBODY:
                    return endpoint
            now = self._clock.now()
            if now >= due:
                return Outcome.TIMEOUT
            if now >= patience:
                return self._refusal()
            await first(self._clock, min(patience, due, self._token_at(now)), self._moved.wait())

    def give_back(self) -> None:
        """An attempt that was sent is over."""
        self.in_flight -= 1
        self.move()

    def _refusal(self) -> Outcome:
        return Outcome.LIMITED if self.endpoints else Outcome.UNAVAILABLE

    def _ask(self, luck: Ratio) -> int:
        if self.in_flight >= self.limits.in_flight or not self._has_token():
            return NOBODY
        endpoint = self.picker.pick(self._clock.now(), luck)
        if endpoint != NOBODY:
            self.in_flight += 1
            self._tokens -= 1.0
        return endpoint

    def _has_token(self) -> bool:
        """Fill the bucket (one second's worth, at least a token); say whether it holds a token."""
        rate, now = self.limits.rate, self._clock.now()
        if rate is not None:
            full = max(1.0, rate)
            self._tokens = min(full, self._tokens + max(0.0, now - self._filled_at) * rate)
        self._filled_at = now
        return self._tokens >= ALMOST

    def _token_at(self, now: Seconds) -> Seconds:
        rate = self.limits.rate
        if rate is None or self._tokens >= ALMOST:
            return inf
        return now + (1.0 - self._tokens) / rate
