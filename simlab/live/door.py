"""Doors: a link's reverse proxy; whoever calls over the link connects here.

A request is read whole, sent through the link's client to a replica, and its response given back.
Nothing is lost silently: what cannot be served is answered with a status, and the header
`X-Simlab-Outcome` says why. Headers and bodies have limits. Reference: RFC 9110, sections 7 and 15.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from simlab.core import OUTCOMES, Outcome
from simlab.live.client import Answer, LinkClient
from simlab.live.messages import MessageError, Request, Response, read_request, text
from simlab.scenario.systems import Sizes

OUTCOME = "x-simlab-outcome"
STATUS = {
    Outcome.OPEN: 503, Outcome.UNAVAILABLE: 503, Outcome.LIMITED: 429, Outcome.TIMEOUT: 504,
    Outcome.OVERLOADED: 503, Outcome.CANCELLED: 503,
}  # fmt: skip
OTHER = 502  # Refused, crashed, or no HTTP.

Send = Callable[[int, Request], Awaitable[tuple[Outcome, Response | None]]]


class Door:
    """One link's proxy.

    Args:
        client: The link's.
        send: Sends a request to a replica of the callee.
        sizes: How large messages may be.
    """

    def __init__(self, client: LinkClient[Response], send: Send, sizes: Sizes) -> None:
        self.client, self._send, self._sizes = client, send, sizes
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> None:
        """Listen on `port` of `host`; 0: on any that is free."""
        header = int(self._sizes.header)
        self._server = await asyncio.start_server(
            self._connected, host, port, limit=header, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more; what is under way is cut off, and counted as cancelled."""
        if self._server is not None:
            self._server.close()
            for task in tuple(self._open):
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._handle(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                await self._talk(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await read_request(reader, self._sizes.body):
                response = await self.answer(request)
                head = request.method == "HEAD"
                writer.write(response.bytes(keep=request.keeps, head=head))
                await writer.drain()
                if not request.keeps:
                    return
        except MessageError as error:
            writer.write(text(error.status, f"{error}\n").bytes(keep=False))
            await writer.drain()

    async def answer(self, request: Request) -> Response:
        """Return what `request` gets, from a replica or in its stead."""

        async def send(endpoint: int) -> tuple[Outcome, Response | None]:
            return await self._send(endpoint, request)

        return answered(await self.client.call(request.operation, send))


def answered(answer: Answer[Response]) -> Response:
    """Return the response for what a call came to."""
    word = OUTCOMES[answer.outcome]
    reply = answer.reply
    if reply is None:
        status = STATUS.get(answer.outcome, OTHER)
        return text(status, f"{word}\n", ((OUTCOME, word),))
    kept = tuple(one for one in reply.headers if one[0].lower() != OUTCOME)
    headers = (*kept, (OUTCOME, word), ("x-simlab-replica", str(answer.endpoint)))
    return Response(reply.status, headers, reply.body)
