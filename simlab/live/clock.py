"""Clocks: what live things ask for the time, in seconds since the start of the run.

    RealClock   the machine's monotonic clock
    FakeClock   stands still while anybody works, and jumps to the next time that somebody waits for

Times to wait for are points in time, never spans: who is late once is not late ever after.
Reference: the clocks of trio (`MockClock` with `autojump_threshold=0`).
"""

import asyncio
import selectors
from collections.abc import Coroutine
from heapq import heappop, heappush
from time import monotonic
from typing import Any, Protocol, TypeVar

from simlab.core import Seconds

T = TypeVar("T")


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> Seconds:
        """Return the time, in seconds since the start; it never falls."""

    async def sleep_until(self, due: Seconds) -> None:
        """Return at `due` or soon after; others run meanwhile, even where `due` is over."""


class RealClock:
    """The machine's monotonic clock, from when it is made or from `begin` on."""

    def __init__(self) -> None:
        self._zero = monotonic()

    def begin(self) -> None:
        """Have the time be 0 now. Nobody may be waiting for a time."""
        self._zero = monotonic()

    def now(self) -> Seconds:
        return monotonic() - self._zero

    async def sleep_until(self, due: Seconds) -> None:
        await asyncio.sleep(max(0.0, due - self.now()))


class FakeClock:
    """A clock for tests and replays: `run` a coroutine on it, and no time is waited for.

    When everybody waits, it jumps to the earliest time waited for; those who wait for the same time
    go on in the order in which they began to wait.

    >>> async def hour(clock: FakeClock) -> float:
    ...     await clock.sleep_until(3600.0)
    ...     return clock.now()
    >>> clock = FakeClock()
    >>> clock.run(hour(clock))
    3600.0
    """

    def __init__(self) -> None:
        self._now: Seconds = 0.0
        self._count = 0
        self._sleepers: list[tuple[Seconds, int, asyncio.Future[None]]] = []

    def now(self) -> Seconds:
        return self._now

    def work(self, seconds: Seconds) -> None:
        """Have so much time pass while nobody waits: as if the caller were slow."""
        self._now += seconds

    async def sleep_until(self, due: Seconds) -> None:
        if due <= self._now:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heappush(self._sleepers, (due, self._count, woken))
        await woken

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Return what `main` does, run on an event loop whose idle moments are jumps."""
        with asyncio.Runner(loop_factory=self._loop) as runner:
            return runner.run(main)

    def _loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.SelectorEventLoop(_Jumping(self))

    def jump(self) -> bool:
        """Wake who waits for the earliest time; say whether there is anybody."""
        while self._sleepers and self._sleepers[0][2].done():
            heappop(self._sleepers)  # Cancelled meanwhile.
        if not self._sleepers:
            return False
        self._now = max(self._now, self._sleepers[0][0])
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, woken = heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
        return True


class _Jumping(selectors.DefaultSelector):
    """A selector that is asked to block only when nobody has anything to do: then time jumps."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0 or self._clock.jump():
            return ready
        return super().select(timeout)
