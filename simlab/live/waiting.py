"""Waiting for what may come, but not longer than to a time on a clock."""

import asyncio
from collections.abc import Awaitable, Coroutine
from math import inf
from typing import Any, TypeVar

from simlab.core import Seconds
from simlab.live.clock import Clock

T = TypeVar("T")


class LateError(Exception):
    """It did not come in time."""


async def within(clock: Clock, due: Seconds, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` does; where it has not by `due`, cancel it and raise `LateError`."""
    if due == inf:
        return await work
    if due <= clock.now():
        work.close()
        raise LateError
    task, timer = asyncio.create_task(work), asyncio.ensure_future(clock.sleep_until(due))
    try:
        await asyncio.wait((task, timer), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise LateError
    finally:
        await stopped(task, timer)


async def stopped(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel what is not done of `tasks`, and wait until they are; what they raise is dropped."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def first(clock: Clock, due: Seconds, event: Awaitable[Any]) -> None:
    """Return when `event` is there, or at `due`."""
    watch = asyncio.ensure_future(event)
    timer = asyncio.ensure_future(clock.sleep_until(due))
    try:
        await asyncio.wait((watch, timer), return_when=asyncio.FIRST_COMPLETED)
    finally:
        await stopped(watch, timer)
