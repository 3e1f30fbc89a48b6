"""A live run: processes, doors, loops, load and faults, from their start to their end.

    begin     doors open, processes start; when all are ready the time is 0
    run       scrapes, loops, load, faults, a timeline; until `duration`, or an interruption
    end       answers are waited for a while; then, however it went, processes end, rows are written

Longer than most: `_begin` and `_wire` are lists of who gets what, a line for each.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from simlab.core import Loop, Seconds
from simlab.live.clock import RealClock
from simlab.live.control import Control
from simlab.live.exchange import Exchange
from simlab.live.faults import Crashes, crashes_of
from simlab.live.keeping import Keeper
from simlab.live.load import Source, books_of, drain_of
from simlab.live.local import LocalProcesses
from simlab.live.system import ManagedSystem, Shadow
from simlab.live.waiting import stopped
from simlab.model.journal import Journal
from simlab.model.settings import WorldSettings
from simlab.scenario.systems import SystemFile
from simlab.telemetry import Record, ServiceRecord, Timeline

FOREVER: Seconds = 86400.0  # Of the timeline of a run without an end: steps as for a day.


@dataclass(frozen=True, kw_only=True)
class LiveSettings:
    """What is asked for.

    Args:
        world: Resolved, with its strategy.
        system: How its services run.
        seed, replication: Address all luck.
        shadow: Decide and record, but do not act.
        load: Send the scenario's load.
        faults: Have the scenario's crashes.
        duration: When to stop; None: when interrupted.
        out: Where to write; a directory that is there. None: nowhere.
    """

    world: WorldSettings
    system: SystemFile
    seed: int = 1
    replication: int = 0
    shadow: bool = False
    load: bool = False
    faults: bool = False
    duration: Seconds | None = None
    out: Path | None = None


@dataclass
class LiveRun:
    """A live run; its record grows while it runs.

    Args:
        asked: What was asked for.
    """

    asked: LiveSettings
    clock: RealClock = field(default_factory=RealClock)
    interrupted: bool = False
    lost: int = 0  # Requests of ours that had no answer when all was over.
    begun: Callable[[], None] | None = None  # Called when all is ready and the time is 0.
    load_average: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        asked = self.asked
        world = asked.world
        self.until = inf if asked.duration is None else asked.duration
        self._length = FOREVER if asked.duration is None else asked.duration
        self.books = books_of(world, self._length) if asked.load else {}
        self.faults = crashes_of(world.faults) if asked.faults else {}
        self.journal = Journal(keep_spans=False)
        self.loops: dict[str, Loop] = {name: one.build() for name, one in world.loops.items()}

    async def run(self) -> Record:
        """Run from start to end; return what is left behind.

        An interruption (SIGINT, SIGTERM, a cancelled task) ends it early; what is told then is
        `interrupted`.

        Raises:
            UserError: It cannot begin.
        """
        self._wire()
        try:
            await self._begin_run_and_drain()
        except asyncio.CancelledError:
            self.interrupted = True
        finally:
            await self._end()
        return self.record()

    # Wiring.

    def _wire(self) -> None:
        asked = self.asked
        who = {"seed": asked.seed, "replication": asked.replication}
        logs = None
        if asked.out is not None:
            logs = asked.out / "logs"
            logs.mkdir(exist_ok=True)
        self.system = LocalProcesses(
            asked.world, asked.system, clock=self.clock, journal=self.journal,
            books=self.books, logs=logs, **who,
        )  # fmt: skip
        acted_on: ManagedSystem = self.system
        if asked.shadow:
            acted_on = Shadow(self.system, self.clock.now)
        self.control = Control(
            self.loops, clock=self.clock, journal=self.journal, system=acted_on,
            telemetry=asked.world.telemetry, **who,
        )  # fmt: skip
        exchange = Exchange(asked.system.host, asked.system.sizes, self.clock)
        self.sources = [
            Source(
                name, asked.world.load[name], book, clock=self.clock, exchange=exchange,
                doors={
                    link.partition("->")[2]: door
                    for link, door in self.system.doors.items()
                    if link.partition("->")[0] == name
                }, **who,
            )
            for name, book in self.books.items()
        ]  # fmt: skip
        self._crashes = Crashes(
            self.faults, clock=self.clock, journal=self.journal, services=self.system.lives, **who
        )
        self.journal.noticed = self._crashes.noticed
        self._keeper = Keeper(self.journal, asked.out)

    # Running.

    async def _begin_run_and_drain(self) -> None:
        self._listen()
        await self.system.begin(self.loops)
        self.clock.begin()
        self.journal.events.clear()  # What was logged of the beginning had no time yet.
        self._timeline = Timeline(self._length, self.system.probes)
        if self.begun is not None:
            self.begun()
        background = [
            asyncio.create_task(_for_ever(one))
            for one in (self.system.run(), self.control.run(), self._keeper.run(self.clock),
                        self._sampling())
        ]  # fmt: skip
        foreground = asyncio.create_task(self._foreground())
        try:
            await asyncio.wait((*background, foreground), return_when=asyncio.FIRST_COMPLETED)
            for one in (*background, foreground):
                if one.done():
                    one.result()  # It is our mistake if one has raised.
        finally:
            await stopped(foreground, *background)

    def _listen(self) -> None:
        """Have SIGTERM end the run as Ctrl-C does."""
        task = asyncio.current_task()
        assert task is not None, "it is run by a task"
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)

    async def _foreground(self) -> None:
        async with asyncio.TaskGroup() as group:
            for source in self.sources:
                group.create_task(source.run(self.until))
            group.create_task(self._crashes.run(self.until))
            group.create_task(self._sleep())
        self.load_average = os.getloadavg()
        limit = self.clock.now() + drain_of(self.asked.world)
        for source in self.sources:
            self.lost += await source.drain(limit)

    async def _sleep(self) -> None:
        while self.until == inf:
            await self.clock.sleep_until(self.clock.now() + 3600.0)
        await self.clock.sleep_until(self.until)

    async def _sampling(self) -> None:
        step = self._timeline.step
        count = 1
        while step * count <= self._length:
            await self.clock.sleep_until(step * count)
            self._timeline.sample(self.clock.now())
            count = max(count + 1, int(self.clock.now() // step) + 1)

    async def _end(self) -> None:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        ending = asyncio.ensure_future(self.system.end())
        while not ending.done():
            try:
                await asyncio.shield(ending)
            except asyncio.CancelledError:
                self.interrupted = True  # Again: processes are ended all the same.
        self._keeper.close()
        ending.result()

    # What is left.

    @property
    def failed(self) -> int:
        """Return how many steps of loops have raised."""
        return sum(drive.failed for drive in self.control.drives)

    def record(self) -> Record:
        """Return what there is to tell, as of a simulated run."""
        now = self.clock.now()
        timeline = getattr(self, "_timeline", None)
        return Record(
            duration=min(self._length, now),
            warmup=0.0,
            ended=now,
            sources={name: book.close() for name, book in self.books.items()},
            services=self._services(),
            faults=self._crashes.records,
            events=list(self.journal.events),
            cycles=list(self.journal.cycles),
            timeline={} if timeline is None else timeline.columns(),
        )

    def _services(self) -> dict[str, ServiceRecord]:
        return {
            name: ServiceRecord(restarts=lives.restarts, outcomes=list(lives.counters.ended),
                                unit_cores=lives.settings.cores)
            for name, lives in self.system.lives.items()
        }  # fmt: skip


async def _for_ever(work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, and then nothing: only what it raises is to end a run."""
    await work
    await asyncio.Event().wait()
