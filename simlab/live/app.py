"""A small service to be run as replicas, in demonstrations and tests.

    python -m simlab.live.app --port 8081 --work 20ms --slots 4

    GET /healthz    200 while it is well
    GET /metrics    counts, and the cpu used, in Prometheus' text format
    any other       work: at most `slots` at once, the others wait in line

Work sleeps, or (--cpu) computes. A slot is free at the time at which its work was to be over, not
when the sleep returned (start = max(arrival, slot free), end = start + work: Lindley): else timers
that fire late, as they do where cores are shared, would add work that nobody asked for.

SIGTERM: no new connections, what is inside is finished, exit. Nothing heavy is imported here.

Longer than most: it is a whole program.
"""

import argparse
import asyncio
import contextlib
import os
import re
import signal
import time
from dataclasses import dataclass, field
from heapq import heapreplace
from math import inf

from simlab.live.messages import (
    MessageError,
    Request,
    Response,
    read_request,
    read_response,
    text,
)

BODY = 1 << 20
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "": 1.0}


def seconds(words: str) -> float:
    """Return a duration such as ``20ms`` in seconds; a ``ValueError`` for anything else.

    >>> seconds("20ms"), seconds("1.5")
    (0.02, 1.5)
    """
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(us|ms|s|)", words)
    if found is None:
        raise ValueError(f"{words!r} is no duration such as 20ms")
    return float(found[1]) * UNITS[found[2]]


@dataclass
class App:
    """The service.

    Args:
        work: Seconds of each request.
        slots: How many are worked on at once.
        cpu: Whether work computes instead of sleeping.
        calls: What it asks of others while it works: (URL's host, port, path).
        boot: Seconds until it answers at all.
    """

    work: float = 0.0
    slots: int = 4
    cpu: bool = False
    calls: tuple[tuple[str, int, str], ...] = ()
    served: int = 0
    inside: int = 0
    _free: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._free = [-inf] * self.slots
        self._turn = asyncio.Semaphore(self.slots)

    async def answer(self, request: Request) -> Response:
        """Return what `request` gets."""
        if request.operation == "healthz":
            return text(200, "well\n")
        if request.operation == "metrics":
            return text(200, self._metrics())
        self.inside += 1
        try:
            failed = await self._serve()
        finally:
            self.inside -= 1
        self.served += 1
        return text(502, "a dependency failed\n") if failed else text(200, "done\n")

    async def _serve(self) -> bool:
        """Do the work of one request; say whether a call of it failed."""
        if self.cpu or self.calls:
            async with self._turn:
                if self.cpu:
                    _compute(self.work)
                else:
                    await asyncio.sleep(self.work)
                return any([not await _well(*call) for call in self.calls])
        end = max(time.monotonic(), self._free[0]) + self.work
        heapreplace(self._free, end)
        await asyncio.sleep(max(0.0, end - time.monotonic()))
        return False

    def _metrics(self) -> str:
        used = os.times()
        return (
            f"process_cpu_seconds_total {used.user + used.system}\n"
            f"app_requests_total {self.served}\n"
            f"app_requests_inside {self.inside}\n"
        )

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        with contextlib.suppress(ConnectionError):
            await self._talk(reader, writer)
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await read_request(reader, BODY):
                answer = await self.answer(request)
                head = request.method == "HEAD"
                writer.write(answer.bytes(keep=request.keeps, head=head))
                await writer.drain()
                if not request.keeps:
                    return
        except MessageError as error:
            writer.write(text(error.status, f"{error}\n").bytes(keep=False))
            await writer.drain()


def _compute(work: float) -> None:
    """Use a core for `work` seconds of its time."""
    due = time.thread_time() + work
    while time.thread_time() < due:
        pass


async def _well(host: str, port: int, path: str) -> bool:
    """Ask another service; say whether it answered well."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(Request("GET", path).bytes(host))
        return (await read_response(reader, BODY, "GET")).status < 400
    except (OSError, MessageError):
        return False
    finally:
        writer.close()


async def serve(app: App, host: str, port: int, boot: float = 0.0) -> None:
    """Serve until SIGTERM, then finish what is inside."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), boot or 0.001)
    if stop.is_set():
        return
    server = await asyncio.start_server(app.handle, host, port, backlog=1024)
    await stop.wait()
    server.close()
    while app.inside:  # noqa: ASYNC110 (seldom, and once)
        await asyncio.sleep(0.01)


def called(words: str) -> tuple[str, int, str]:
    """Return what ``SERVICE.OPERATION`` means: the door of SERVICE, told by the environment.

    The variable is ``SIMLAB_DOOR_`` and the name in capitals, ``-`` as ``_``: ``HOST:PORT``.
    """
    service, _, operation = words.partition(".")
    door = os.environ["SIMLAB_DOOR_" + service.upper().replace("-", "_")]
    host, _, port = door.rpartition(":")
    return host, int(port), f"/{operation}"


def main() -> None:
    """Run the app as a program."""
    parser = argparse.ArgumentParser(prog="python -m simlab.live.app", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--work", type=seconds, default=0.0, help="of each request, such as 20ms")
    parser.add_argument("--slots", type=int, default=4, help="requests worked on at once")
    parser.add_argument("--cpu", action="store_true", help="compute instead of sleeping")
    parser.add_argument("--boot", type=seconds, default=0.0, help="until it answers at all")
    parser.add_argument("--call", action="append", default=[], metavar="SERVICE.OPERATION")
    words = parser.parse_args()
    calls = tuple(called(one) for one in words.call)

    async def run() -> None:
        app = App(work=words.work, slots=words.slots, cpu=words.cpu, calls=calls)
        await serve(app, words.host, words.port, words.boot)

    asyncio.run(run())


if __name__ == "__main__":
    main()
