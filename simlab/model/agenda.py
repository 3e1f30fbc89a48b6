"""The agenda: what will happen, as plain records on SimPy's queue.

No generator is ever suspended here, so a world can be copied at any instant. At one instant: the
control side first, by its turns, then requests; among equals, by order of scheduling. What an
event causes at its instant is put on a list (`soon`) that is emptied, first in first out, before
the next event: no recursion, one order.
"""

from collections import deque
from collections.abc import Callable
from enum import IntEnum
from heapq import heappop, heappush
from typing import Any

import simpy
from simpy.events import NORMAL, URGENT, Event

from simlab.core import Seconds


class Turn(IntEnum):
    """Who goes first when several things happen at once."""

    LIFE = 0
    FAULT = 1
    LOAD = 2
    SCRAPE = 3
    CONTROL = 4
    REQUEST = 5


REQUESTS = NORMAL + Turn.REQUEST


class Count:
    """Counts up. (Unlike `itertools.count` it can be copied, on every Python.)"""

    def __init__(self) -> None:
        self.last = 0

    def __next__(self) -> int:
        self.last += 1
        return self.last


class Due(Event):
    """Something that will happen, unless it is called off: `what(*who)`, or `what(who)`."""

    __slots__ = ("what", "who")

    control = False
    _ok, _value, _defused = True, None, True  # An event that has been triggered.
    callbacks = ()  # type: ignore[assignment]  # The agenda knows what to do with it.

    def __init__(self, what: Callable[..., object], who: Any) -> None:
        self.what, self.who = what, who

    def call_off(self) -> None:
        """Have nothing happen. (The empty event stays in the queue until its time.)"""
        self.what = self.who = None  # type: ignore[assignment]


class Agenda(simpy.Environment):
    """SimPy's environment with records instead of processes."""

    def __init__(self) -> None:
        super().__init__()
        self._eid = Count()  # type: ignore[assignment]
        self.soon: deque[tuple[Callable[..., object], Any]] = deque()

    def at(self, time: Seconds, turn: Turn, act: Callable[..., object], *words: Any) -> Due:
        """Have `act(*words)` called at `time`; `act` is a method of something in this world."""
        due = Due(act, words)
        due.control = True
        heappush(self._queue, (time, NORMAL + turn, next(self._eid), due))  # type: ignore[misc]
        return due

    def after(self, delay: Seconds, what: Callable[..., object], who: Any) -> Due:
        """Have `what(who)` called `delay` from now, on the requests' side."""
        due = Due(what, who)
        self._eid.last = order = self._eid.last + 1  # type: ignore[attr-defined]
        heappush(self._queue, (self._now + delay, REQUESTS, order, due))  # type: ignore[misc]
        return due

    def request_at(self, time: Seconds, what: Callable[..., object], who: Any) -> Due:
        """Have `what(who)` called at `time`, on the requests' side."""
        due = Due(what, who)
        heappush(self._queue, (time, REQUESTS, next(self._eid), due))  # type: ignore[misc]
        return due

    def settle(self) -> None:
        """Do what was caused at this instant (`soon`: pairs of what and who), in order."""
        soon = self.soon
        while soon:
            what, who = soon.popleft()
            what(who)

    def step(self) -> None:
        """Do the next event, and all that it causes at its instant."""
        self._now, _, _, event = heappop(self._queue)
        if type(event) is not Due:  # Somebody's own SimPy process.
            heappush(self._queue, (self._now, URGENT, 0, event))
            super().step()
        elif event.what is not None:
            if event.control:
                event.what(*event.who)
            else:
                event.what(event.who)
        soon = self.soon
        while soon:
            what, who = soon.popleft()
            what(who)

    def advance(self, until: Seconds) -> None:
        """Do all before `until`, and the control side's events of `until`; then it is `until`."""
        queue, step = self._queue, self.step
        while queue:
            first = queue[0]
            if first[0] >= until and (first[0] > until or first[1] >= REQUESTS):
                break
            step()
        self._now = max(self._now, until)

    def step_before(self, until: Seconds) -> bool:
        """Do the next event, if it is before `until` or the control side's at it; say whether."""
        queue = self._queue
        if not queue or queue[0][0] > until:
            return False
        if queue[0][0] == until and queue[0][1] >= REQUESTS:
            return False
        self.step()
        return True
