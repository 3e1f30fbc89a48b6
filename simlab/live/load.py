"""Load on the wall clock: the scenario's own arrivals, sent to the doors whatever comes of them.

The n-th request of a source comes at the very time, and asks for the very operation, that it does
in a simulation of the same seed and replication. A latency runs from when a request was due, so
that a late sender hides nothing. Each request is a connection of its own.
"""

import asyncio
from collections.abc import Mapping

from simlab.core import OUTCOMES, Outcome, Seconds, UserError
from simlab.live.clock import Clock
from simlab.live.door import OUTCOME, Door
from simlab.live.exchange import Exchange
from simlab.live.messages import Request, Response
from simlab.live.waiting import LateError, stopped, within
from simlab.load import Arrivals, Mix, SourceSettings
from simlab.model.settings import WorldSettings
from simlab.telemetry import SourceBook

PATIENCE: Seconds = 60.0  # A request without an answer by then is a time-out.


class Source:
    """One source of load.

    Args:
        name, settings: Of the source.
        book: Where its requests are counted.
        doors: Of its links, by service.
        exchange: Sends requests.
    """

    def __init__(
        self,
        name: str,
        settings: SourceSettings,
        book: SourceBook,
        *,
        clock: Clock,
        exchange: Exchange,
        doors: Mapping[str, Door],
        seed: int,
        replication: int,
    ) -> None:
        self.name, self.book = name, book
        self._clock, self._exchange, self._doors = clock, exchange, doors
        self._arrivals = Arrivals(settings, seed=seed, replication=replication, name=name)
        self._mix = Mix(settings.to, seed=seed, replication=replication, source=name)
        self._open: set[asyncio.Task[None]] = set()
        self.latest: Seconds = 0.0  # The longest that a request was sent after it was due.

    async def run(self, until: Seconds) -> None:
        """Send what is due before `until`."""
        while (due := self._arrivals.next()) < until:
            await self._clock.sleep_until(due)
            self.latest = max(self.latest, self._clock.now() - due)
            task = asyncio.create_task(self._ask(due, self._mix.pick(self._arrivals.number)))
            self._open.add(task)
            task.add_done_callback(self._open.discard)

    async def _ask(self, due: Seconds, path: str) -> None:
        service, _, operation = path.partition(".")
        self.book.arrive(due)
        work = self._exchange.send(self._doors[service].port, Request("GET", f"/{operation}"))
        try:
            sent, response = await within(self._clock, due + PATIENCE, work)
        except LateError:
            sent, response = Outcome.TIMEOUT, None
        self.book.end(due, self._clock.now() - due, told(sent, response))

    async def drain(self, until: Seconds) -> int:
        """Wait for what is still open, until `until`; return how many never ended."""
        while self._open and self._clock.now() < until:
            await self._clock.sleep_until(self._clock.now() + 0.05)
        left = len(self._open)
        await stopped(*self._open)
        return left


def told(sent: Outcome, response: Response | None) -> Outcome:
    """Return how a request ended, as the door says it; else as its status does."""
    word = None if response is None else response.header(OUTCOME)
    return Outcome(OUTCOMES.index(word)) if word in OUTCOMES else sent


def books_of(world: WorldSettings, duration: Seconds) -> dict[str, SourceBook]:
    """Return a book for each source of `world`, for a run of `duration`.

    Raises:
        UserError: A source is of a kind that cannot be live yet.
    """
    books = {}
    for name, settings in world.load.items():
        if settings.users is not None:
            raise UserError(f"load.{name}: not yet: users on the wall clock; rates are there")
        slo = settings.slo or world.slo
        warmup = world.warmup or 0.0
        books[name] = SourceBook(
            name,
            duration=duration,
            warmup=warmup if warmup < duration else 0.0,
            within=slo.within if slo else None,
            objective=slo.objective if slo else None,
        )
    return books


def drain_of(world: WorldSettings) -> Seconds:
    """Return how long to wait for the last answers: ten times the longest good latency."""
    slos = [one.slo or world.slo for one in world.load.values()]
    bounds = [slo.within for slo in slos if slo is not None]
    return 10.0 * max(bounds) if bounds else PATIENCE
