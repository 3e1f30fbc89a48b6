"""Local processes as a managed system: replicas are processes, links are proxies on this machine.

`begin` opens a door for each link and starts the processes; `end` ends them all, however it went.

Longer than most: it introduces everything to everything, and hands on what drivers ask.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from simlab.core import (
    Action,
    Loop,
    Observation,
    Outcome,
    ProbeSeen,
    Seconds,
    Site,
    TelemetrySettings,
    UserError,
    root,
)
from simlab.live.actuator import Actuator
from simlab.live.changes import Changes
from simlab.live.client import LinkClient
from simlab.live.clock import Clock
from simlab.live.door import Door
from simlab.live.exchange import Exchange
from simlab.live.lives import Lives
from simlab.live.messages import Request, Response
from simlab.live.process import Leash
from simlab.live.system import Tell
from simlab.live.watch import Watch
from simlab.model.journal import Journal
from simlab.model.settings import WorldSettings
from simlab.scenario.systems import SystemFile
from simlab.telemetry import Probes, SourceBook


class LocalProcesses:
    """The services of a world as processes on this machine. `begin` it, and `end` it in any case.

    Args:
        world: Resolved, with its strategy.
        system: How its services run.
        clock, journal: The run's.
        seed, replication: Address the luck of links.
        books: Of sources that are to be seen, by name.
        logs: A directory for what processes write; None: it goes nowhere.
    """

    def __init__(
        self,
        world: WorldSettings,
        system: SystemFile,
        *,
        clock: Clock,
        journal: Journal,
        seed: int,
        replication: int = 0,
        books: Mapping[str, SourceBook] | None = None,
        logs: Path | None = None,
    ) -> None:
        self._world, self._system, self._clock, self._journal = world, system, clock, journal
        self._rope = Leash()
        self._exchange = Exchange(system.host, system.sizes, clock)
        self.links = {
            name: LinkClient[Response](
                name,
                one,
                clock=clock,
                site=Site(root(seed, replication, f"links.{name}")),
                moved=self._breaker_moved,
            )
            for name, one in world.links.items()
        }
        self.doors = {name: self._door(one) for name, one in self.links.items()}
        self.lives = {name: self._lives(name, logs) for name in world.services}
        self.probes = Probes(
            services=tuple(self.lives.values()),
            links=tuple(self.links.values()),
            sources=tuple((books or {}).values()),
        )
        self._watch = Watch(clock, self.probes, self.lives)
        self._actuate({})

    def _door(self, client: LinkClient[Response]) -> Door:
        async def send(endpoint: int, request: Request) -> tuple[Outcome, Response | None]:
            return await self._send(client.callee, endpoint, request)

        return Door(client, send, self._system.sizes)

    def _lives(self, name: str, logs: Path | None) -> Lives:
        lives = Lives(
            name,
            self._world.services[name],
            self._system.processes[name],
            clock=self._clock,
            exchange=self._exchange,
            rope=self._rope,
            logs=logs,
            log=self._logged,
        )
        lives.clients = [one for one in self.links.values() if one.callee == name]
        return lives

    def _actuate(self, loops: Mapping[str, Loop]) -> None:
        changes = Changes(self._world, services=self.lives, links=self.links, loops=loops)
        self._actuator = Actuator(self._clock, self._journal, self.lives, changes)

    # Beginning and ending.

    async def begin(self, loops: Mapping[str, Loop]) -> None:
        """Open the doors and start the processes; return when all are ready.

        Raises:
            UserError: A door cannot be opened, or a process does not get ready.
        """
        self._actuate(loops)
        await self._rope.begin()
        for name, door in self.doors.items():
            port = self._system.doors.get(name, 0)
            try:
                await door.open(self._system.host, port)
            except OSError as error:
                where = f"{self._system.host}:{port}"
                raise UserError(f"doors.{name}: cannot listen on {where}: {error}") from None
            caller = self.lives.get(name.partition("->")[0])
            if caller is not None:
                caller.env[door_variable(door.client.callee)] = f"{self._system.host}:{door.port}"
        begun = await asyncio.gather(*(one.begin() for one in self.lives.values()))
        for lives, well in zip(self.lives.values(), begun, strict=True):
            if not well:
                said = self._last_of(lives.name)
                raise UserError(f"processes.{lives.name}: did not get ready in time{said}")

    def _last_of(self, service: str) -> str:
        """Return the last that was logged of why a process of `service` did not start."""
        details = [
            str(row.data["detail"])
            for row in self._journal.events
            if row.who == service and row.data.get("detail")
        ]
        return f": {details[-1]}" if details else ""

    async def run(self) -> None:
        """Scrape until cancelled."""
        await self._watch.run()

    async def end(self) -> None:
        """Close the doors and end the processes."""
        await self._actuator.end()
        for door in self.doors.values():
            await door.close()
        await asyncio.gather(*(one.end() for one in self.lives.values()))
        await self._rope.end()

    # What drivers need.

    @property
    def services(self) -> Sequence[str]:
        return tuple(self.lives)

    def look_through(self, loop: str, telemetry: TelemetrySettings) -> None:
        self._watch.look_through(loop, telemetry)

    async def observe(self, loop: str) -> Observation:
        return self._watch.observe(loop)

    async def probe(
        self, service: str, operation: str | None, within: Seconds
    ) -> Sequence[ProbeSeen]:
        lives = self.lives[service]
        path = lives.process.ready.path if operation is None else f"/{operation}"
        return await lives.probe(path, within)

    def act(self, action: Action, tell: Tell) -> None:
        self._actuator.act(action, tell)

    # What happens by itself.

    async def _send(
        self, service: str, number: int, request: Request
    ) -> tuple[Outcome, Response | None]:
        """Send a request to a replica, and count it there, too."""
        lives = self.lives[service]
        replica = lives.replica(number)
        if replica is None:
            return Outcome.REFUSED, None
        begun, outcome = self._clock.now(), Outcome.CANCELLED
        lives.counters.started += 1
        replica.counters.started += 1
        replica.out += 1
        try:
            outcome, response = await self._exchange.send(replica.port, request)
            return outcome, response
        finally:
            took = self._clock.now() - begun
            replica.out -= 1
            lives.counters.end(outcome, took)
            replica.counters.end(outcome, took)

    def _logged(self, kind: str, service: str, replica: int, detail: str) -> None:
        self._journal.log(self._clock.now(), kind, service, replica, detail=detail)

    def _breaker_moved(self, link: str, state: str) -> None:
        data = {"client": link.partition("->")[0], "state": state}
        self._journal.row(self._clock.now(), "breaker", link, data)


def door_variable(service: str) -> str:
    """Return the name of the variable that tells processes where to call `service`.

    >>> door_variable("user-db")
    'SIMLAB_DOOR_USER_DB'
    """
    return "SIMLAB_DOOR_" + service.upper().replace("-", "_")
