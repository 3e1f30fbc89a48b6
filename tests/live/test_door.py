"""Doors on real sockets: every request gets an answer, with its outcome; limits are kept."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from simlab.core import Outcome, Site, root
from simlab.live.client import LinkClient
from simlab.live.clock import RealClock
from simlab.live.door import Door
from simlab.live.exchange import Exchange
from simlab.live.messages import Request, Response, text
from simlab.model.settings import LinkSettings
from simlab.scenario.systems import Sizes

HOST = "127.0.0.1"
Asks = Callable[[Door], Awaitable[Any]]


def behind(reply: Response | Outcome, asks: Asks, *, endpoints: int = 1) -> Any:
    """Return what `asks` finds at a door whose replicas all answer with `reply`."""

    async def send(endpoint: int, request: Request) -> tuple[Outcome, Response | None]:
        if isinstance(reply, Outcome):
            return reply, None
        return Outcome.OK, Response(reply.status, reply.headers, request.body or reply.body)

    async def main() -> Any:
        clock = RealClock()
        client = LinkClient[Response](
            "a->b", LinkSettings(), clock=clock, site=Site(root(1, 0, "x")), moved=lambda *_: None
        )
        for endpoint in range(endpoints):
            client.add(endpoint)
        door = Door(client, send, Sizes(header=512, body=100))
        await door.open(HOST, 0)
        try:
            return await asks(door)
        finally:
            await door.close()

    return asyncio.run(main())


def raw(words: bytes) -> Asks:
    async def asks(door: Door) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, door.port)
        writer.write(words)
        found = await reader.read()
        writer.close()
        await writer.wait_closed()
        return found

    return asks


CLOSE = b"GET /get HTTP/1.1\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("reply", "endpoints", "status", "outcome"),
    [
        pytest.param(text(200, "hi"), 1, b"200 OK", b"ok", id="an answer"),
        pytest.param(text(200, "hi"), 0, b"503 Service", b"unavailable", id="nobody is there"),
        pytest.param(Outcome.REFUSED, 1, b"502 Bad", b"refused", id="nobody listens"),
        pytest.param(Outcome.CRASHED, 1, b"502 Bad", b"crashed", id="it broke off"),
    ],
)
def test_every_request_is_answered_with_its_outcome(
    reply: Response | Outcome, endpoints: int, status: bytes, outcome: bytes
) -> None:
    found = behind(reply, raw(CLOSE), endpoints=endpoints)
    assert found.startswith(b"HTTP/1.1 " + status)
    assert b"\r\nx-simlab-outcome: " + outcome + b"\r\n" in found


def test_a_connection_serves_one_request_after_another() -> None:
    get = b"POST /get HTTP/1.1\r\nContent-Length: 3\r\n\r\n"
    found = behind(text(200, "hi"), raw(get + b"one" + get + b"two" + CLOSE))
    assert found.count(b"HTTP/1.1 200 OK") == 3
    assert found.index(b"one") < found.index(b"two") < found.index(b"hi")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nA: " + b"x" * 600 + b"\r\n\r\n", b"431", id="head"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", b"413", id="body"),
        pytest.param(b"nonsense\r\n\r\n", b"400", id="no HTTP"),
    ],
)
def test_what_is_too_large_or_no_request_is_refused_and_the_connection_closed(
    words: bytes, status: bytes
) -> None:
    found = behind(text(200, "hi"), raw(words + CLOSE))
    assert found.startswith(b"HTTP/1.1 " + status)
    assert found.count(b"HTTP/1.1") == 1


def test_a_reply_to_head_has_no_body() -> None:
    found = behind(text(200, "hi"), raw(b"HEAD /get HTTP/1.1\r\nConnection: close\r\n\r\n"))
    assert found.endswith(b"Content-Length: 2\r\n\r\n")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(204, Outcome.OK), (302, Outcome.OK), (404, Outcome.INVALID), (429, Outcome.OVERLOADED),
     (503, Outcome.OVERLOADED), (504, Outcome.DEPENDENCY), (500, Outcome.ERROR)],
)  # fmt: skip
def test_a_status_is_an_outcome(status: int, outcome: Outcome) -> None:
    async def asks(door: Door) -> Outcome:
        exchange = Exchange(HOST, Sizes(), RealClock())
        return (await exchange.send(door.port, Request("GET", "/get")))[0]

    assert behind(text(status, ""), asks) == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(b"", Outcome.CRASHED), (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", Outcome.CRASHED),
     (b"SSH-2.0\r\n\r\n", Outcome.ERROR), (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 101, Outcome.ERROR)],
    ids=["nothing", "half an answer", "no HTTP", "too much"],
)  # fmt: skip
def test_a_broken_answer_is_an_outcome(answer: bytes, outcome: Outcome) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def main() -> Outcome:
        server = await asyncio.start_server(handle, HOST, 0)
        port = server.sockets[0].getsockname()[1]
        found, _ = await Exchange(HOST, Sizes(body=100), RealClock()).send(
            port, Request("GET", "/")
        )
        server.close()
        await server.wait_closed()
        return found

    assert asyncio.run(main()) == outcome


def test_nobody_listens_is_refused_and_silence_a_time_out() -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # Until the other end has given up.
        writer.close()

    async def main() -> tuple[str, str]:
        silent = await asyncio.start_server(silence, HOST, 0)
        port = silent.sockets[0].getsockname()[1]
        exchange = Exchange(HOST, Sizes(), RealClock())
        late = await exchange.asked(port, "/", 0.05)
        silent.close()
        await silent.wait_closed()
        return late, await exchange.asked(port, "/", 5.0)

    assert asyncio.run(main()) == ("timeout", "refused")
