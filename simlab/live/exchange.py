"""Exchanges: one request to a replica and its response, and which outcome that is.

    connection refused          refused       it broke before the response was whole    crashed
    2xx, 3xx    ok              429, 503      overloaded        502, 504    dependency
    other 4xx   invalid         other 5xx, or no HTTP at all    error

Each has a connection of its own: what is in flight to a process that ends is seen to end with it.
"""

import asyncio
import contextlib

from simlab.core import Outcome, Seconds
from simlab.live.clock import Clock
from simlab.live.messages import MessageError, Request, Response, read_response
from simlab.live.waiting import LateError, within
from simlab.scenario.systems import Sizes


class Exchange:
    """Sends requests to ports of one host.

    Args:
        host: Where replicas and doors listen.
        sizes: How large messages may be.
        clock: For time-outs.
    """

    def __init__(self, host: str, sizes: Sizes, clock: Clock) -> None:
        self.host, self._sizes, self._clock = host, sizes, clock

    async def send(self, port: int, request: Request) -> tuple[Outcome, Response | None]:
        """Return how `request` ended, and the response if there was one."""
        header = int(self._sizes.header)
        try:
            reader, writer = await asyncio.open_connection(self.host, port, limit=header)
        except OSError:
            return Outcome.REFUSED, None
        try:
            writer.write(request.bytes(f"{self.host}:{port}"))
            await writer.drain()
            response = await read_response(reader, self._sizes.body, request.method)
        except MessageError:
            return Outcome.ERROR, None
        except OSError:
            return Outcome.CRASHED, None
        finally:
            writer.transport.abort()  # What is left unread is of no use, and nobody waits for it.
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        return outcome_of(response.status), response

    async def asked(self, port: int, path: str, seconds: Seconds) -> str:
        """Ask for `path`; return why that did not go well within `seconds`, empty if it did."""
        try:
            due = self._clock.now() + seconds
            outcome, _ = await within(self._clock, due, self.send(port, Request("GET", path)))
        except LateError:
            return "timeout"
        return "" if outcome == Outcome.OK else outcome.name.lower()

    async def is_well(self, port: int, path: str, seconds: Seconds) -> bool:
        """Say whether `path` was answered well within `seconds`."""
        return not await self.asked(port, path, seconds)


def outcome_of(status: int) -> Outcome:
    """Return what a response of this status says.

    >>> [outcome_of(status).name for status in (200, 404, 429, 500, 502)]
    ['OK', 'INVALID', 'OVERLOADED', 'ERROR', 'DEPENDENCY']
    """
    if status < 400:
        return Outcome.OK
    if status in (429, 503):
        return Outcome.OVERLOADED
    if status in (502, 504):
        return Outcome.DEPENDENCY
    return Outcome.INVALID if status < 500 else Outcome.ERROR
