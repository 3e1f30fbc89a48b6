"""The lives of a service's replicas on this machine: the twin of `model.life` and `model.restarts`.

starting -> ready -> draining -> gone;    crashed -> starting

ready       its process has answered well on its port, and its readiness probe, if it has one
drain       leaves the endpoints; when nothing is out to it and `linger` has passed, or after
            `grace`: SIGTERM, a while, SIGKILL
crash       its process has ended by itself; the platform restarts it by CrashLoopBackOff, if the
            service says `restart`
restart     drain for at most RESTART_GRACE, then start; one at a time

Each replica has one task, which alone starts and ends its processes.

Longer than most: each move is a few lines, and they are best read in one place.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from math import inf
from pathlib import Path
from signal import SIGKILL

from simlab.core import Cores, ProbeSeen, Seconds
from simlab.live.client import LinkClient
from simlab.live.clock import Clock
from simlab.live.exchange import Exchange
from simlab.live.kubelet import Kubelet
from simlab.live.messages import Response
from simlab.live.process import Leash, Process, free_port
from simlab.live.replica import Replica, State
from simlab.live.waiting import first, stopped
from simlab.model.settings import ServiceSettings
from simlab.scenario.processes import ProcessSettings
from simlab.telemetry import Counters

RESTART_GRACE: Seconds = 10.0
RUNS_WELL: Seconds = 600.0
FIRST_BACKOFF: Seconds = 10.0
LONGEST_BACKOFF: Seconds = 300.0
LOOK: Seconds = 0.05  # How often a draining replica is looked at.
TERM: Seconds = 5.0  # From SIGTERM to SIGKILL, at least, where the grace is over.


class Lives:
    """The replicas of one service; a `ServiceProbe`, so it can be scraped.

    Args:
        name: Of the service.
        settings: Of the service, as the scenario has it.
        process: How its processes run.
        clock: The run's.
        exchange: Sends messages.
        rope: The leash that processes go on.
        logs: Where what processes write is kept; None: nowhere.
        log: Told of each move: the kind, the service, the replica's number, details.
    """

    def __init__(
        self,
        name: str,
        settings: ServiceSettings,
        process: ProcessSettings,
        *,
        clock: Clock,
        exchange: Exchange,
        rope: Leash,
        logs: Path | None,
        log: Callable[[str, str, int, str], None],
    ) -> None:
        self.name, self.settings, self.process = name, settings, process
        self._clock, self._exchange, self._rope = clock, exchange, rope
        self._logs, self._log = logs, log
        self.env: dict[str, str] = {}  # What every process is told.
        self.replicas: list[Replica] = []
        self.clients: list[LinkClient[Response]] = []
        self.counters = Counters()
        self.wanted, self.restarts, self._numbers = settings.replicas, 0, 0
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._ended = False

    # What is seen of it.

    @property
    def cpu_request(self) -> Cores:
        return self.settings.request.cores or self.settings.cores

    @property
    def stores(self) -> bool:
        return False  # Storage is not followed here.

    @property
    def ready(self) -> int:
        return sum(1 for one in self.replicas if one.state == State.READY)

    def replica(self, number: int) -> Replica | None:
        """Return the replica of this number, None if it is gone."""
        return next((one for one in self.replicas if one.number == number), None)

    # Beginning, scaling, ending.

    async def begin(self) -> bool:
        """Start the replicas of the start; say whether all were ready in time."""
        begun = [self._new(-inf) for _ in range(self.wanted)]
        due = self._clock.now() + self.process.ready.boot + self._probing() + LOOK
        while any(one.state == State.STARTING for one in begun) and self._clock.now() < due:
            await self._clock.sleep_until(self._clock.now() + LOOK)
        return all(one.state == State.READY for one in begun)

    def _probing(self) -> Seconds:
        """Return how long the platform's probes take to let a replica in that is well."""
        total = 0.0
        for one in (self.settings.probes.startup, self.settings.probes.readiness):
            if one is not None:
                rounds = one.periodSeconds * one.successThreshold + one.timeoutSeconds
                total += one.initialDelaySeconds + rounds
        return total

    def _new(self, now: Seconds) -> Replica:
        slots, request = self.settings.slots, self.cpu_request
        replica = Replica(self._numbers, now, slots=slots, cpu_request=request)
        self._numbers += 1
        self.replicas.append(replica)
        name = f"{self.name}/{replica.number}"
        self._tasks[replica.number] = asyncio.create_task(self._live(replica), name=name)
        return replica

    def scale(self, wanted: int) -> None:
        """Want this many replicas: start what is missing, drain what is too many."""
        self.wanted = wanted
        kept = [one for one in self.replicas if not one.leaving]
        for _ in range(wanted - len(kept)):
            self._new(self._clock.now())
        early = (State.STARTING, State.CRASHED)
        young = [one for one in reversed(kept) if one.state in early]
        old = [one for one in reversed(kept) if one.state not in early]
        for replica in (*young, *old)[: max(0, len(kept) - wanted)]:
            replica.leaving, replica.restarting = True, False
            replica.tell(self.settings.grace)

    async def end(self) -> None:
        """End all processes: SIGTERM, a while, SIGKILL."""
        self._ended = True
        processes = [one.process for one in self.replicas if one.process is not None]
        await stopped(*self._tasks.values())
        await asyncio.gather(*(one.stop(self._clock, TERM) for one in processes if one.runs))

    # Restarts and faults.

    async def restart(self, numbers: Iterable[int]) -> str:
        """Restart these replicas (all, if none is named), one at a time; return what went wrong."""
        named = list(numbers) or [one.number for one in self.replicas]
        async with self._one_at_a_time:
            for number in named:
                replica = self.replica(number)
                if replica is None or replica.leaving:
                    continue
                if not await self._restarted(replica):
                    return f"{self.name}/{number} was not ready again in time"
        return ""

    async def _restarted(self, replica: Replica) -> bool:
        """Restart one; say whether it was ready again in time."""
        grace = min(self.settings.grace, RESTART_GRACE)
        needed = replica.restarts + (replica.state != State.STARTING)
        if replica.state != State.STARTING and not replica.failed:
            replica.restarting, replica.may_restart = replica.state != State.CRASHED, True
            replica.tell(grace)
        due = self._clock.now() + grace + TERM + self.process.ready.boot
        while self._clock.now() < due and not replica.leaving:
            if replica.state == State.READY and replica.restarts >= needed:
                return True
            await self._clock.sleep_until(self._clock.now() + LOOK)
        return replica.leaving

    def crash(self, number: int, *, restart: bool) -> None:
        """Kill the process of a replica, as `kill -9` does."""
        replica = self.replica(number)
        if replica is not None and replica.process is not None:
            replica.may_restart = restart
            replica.process.signal(SIGKILL)

    # One replica's life.

    async def _live(self, replica: Replica) -> None:
        """Start it, and again whenever it is to be, until it leaves."""
        while True:
            await self._run(replica)
            replica.let_go()
            replica.failed = False
            if replica.leaving:
                break
            if not replica.restarting:
                await self._crashed(replica)
                if replica.leaving:
                    break
            replica.restarting, replica.may_restart = False, True
            replica.restarts += 1
            self.restarts += 1
            self._log("restart", self.name, replica.number, "")
        replica.state = State.GONE
        self.replicas.remove(replica)
        self._tasks.pop(replica.number, None)
        self._log("gone", self.name, replica.number, "")

    async def _run(self, replica: Replica) -> None:
        """Have one process of it run to its end, whoever ends it."""
        replica.state = State.STARTING
        replica.told.clear()
        if replica.leaving:
            return
        try:
            replica.process = process = await self._started(replica)
        except OSError as error:
            self._log("crash", self.name, replica.number, f"cannot be started: {error}")
            return
        ended = asyncio.create_task(process.ended())
        tended = asyncio.create_task(self._tend(replica, process))
        try:
            await asyncio.wait((ended, tended), return_when=asyncio.FIRST_COMPLETED)
            if tended.done():
                tended.result()
        finally:
            self._forget(replica)
            await stopped(ended, tended)
        if process.runs:
            await process.stop(self._clock, self._patience(replica))

    async def _started(self, replica: Replica) -> Process:
        taken = [one.port for one in self.replicas if one is not replica]
        host = self._exchange.host
        replica.port = free_port(host, self.process.port_range, taken)
        words = [_filled(word, replica) for word in self.process.command]
        env = {**self.env, **self.process.env, "PORT": str(replica.port)}
        name = f"{self.name}-{replica.number}.log"
        with contextlib.ExitStack() as stack:
            log = stack.enter_context((self._logs / name).open("ab")) if self._logs else None
            return await Process.start(words, env, self._rope, log)

    async def _tend(self, replica: Replica, process: Process) -> None:
        """Wait until it answers, then until it is told to stop, then drain it."""
        if not await self._booted(replica):
            if replica.told.is_set():
                return
            self._log("crash", self.name, replica.number, "was not ready in time")
            process.signal(SIGKILL)
            await process.ended()
            return
        probing = asyncio.create_task(self._kubelet(replica).run())
        try:
            if self.settings.probes.readiness is None:
                self._pass(replica, True)
            await replica.told.wait()
        finally:
            await stopped(probing)
        await self._drained(replica)

    def _kubelet(self, replica: Replica) -> Kubelet:
        """Return the platform's probes of the process that it has now."""

        async def ask(operation: str | None, seconds: Seconds) -> bool:
            path = self.process.ready.path if operation is None else f"/{operation}"
            return await self._exchange.is_well(replica.port, path, seconds)

        def ready(well: bool) -> None:
            self._pass(replica, well)

        def replace(kind: str, grace: Seconds | None) -> None:
            self._log("unhealthy", self.name, replica.number, f"{kind} probe failed")
            replica.failed = True
            replica.tell(self.settings.grace if grace is None else grace)

        return Kubelet(
            self.settings.probes, clock=self._clock, ask=ask, ready=ready, replace=replace
        )

    async def _booted(self, replica: Replica) -> bool:
        """Ask until it answers well; return False where it has not in time."""
        ready = self.process.ready
        due = self._clock.now() + ready.boot
        while self._clock.now() < due and not replica.told.is_set():
            if await self._exchange.is_well(replica.port, ready.path, ready.within):
                return True
            await self._clock.sleep_until(self._clock.now() + ready.every)
        return False

    def _pass(self, replica: Replica, well: bool) -> None:
        """Make it an endpoint, or none, unless it is so already."""
        if well == (replica.state == State.READY) or replica.told.is_set():
            return
        if not well:
            if replica.state == State.UNREADY:
                return
            was, replica.state = replica.state, State.UNREADY
            self._forget(replica)
            if was == State.READY:
                replica.ready_since = self._clock.now()
                self._log("unready", self.name, replica.number, "readiness probe failed")
            return
        replica.state = State.READY
        if replica.started_at > -inf or replica.restarts:  # Else it was so from the start.
            replica.ready_since = replica.running_since = self._clock.now()
        self._log("ready", self.name, replica.number, "")
        for client in self.clients:
            client.add(replica.number)

    def _forget(self, replica: Replica) -> None:
        for client in self.clients:
            client.remove(replica.number)

    async def _drained(self, replica: Replica) -> None:
        """Let it finish what is out to it, for at most its grace."""
        now, grace = self._clock.now(), replica.grace or 0.0
        replica.state, replica.ready_since = State.DRAINING, now
        self._forget(replica)
        self._log("drain", self.name, replica.number, "")
        lingers = now + min(self.settings.linger, grace)
        while (now := self._clock.now()) < replica.ready_since + grace:
            if now >= lingers and not replica.out:
                return
            await self._clock.sleep_until(now + LOOK)

    def _patience(self, replica: Replica) -> Seconds:
        """Return how long after SIGTERM it may still take."""
        left = replica.ready_since + (replica.grace or 0.0) - self._clock.now()
        return max(left, TERM)

    async def _crashed(self, replica: Replica) -> None:
        """Return when it is to start again: by the platform, or told to."""
        now = self._clock.now()
        ran = now - replica.running_since
        replica.state, replica.ready_since = State.CRASHED, now
        self._log("crash", self.name, replica.number, "")
        replica.crashes = 1 if ran >= RUNS_WELL else replica.crashes + 1
        restarts = replica.may_restart and self.settings.restart
        replica.told.clear()
        due = now + backoff(replica.crashes) if restarts else inf
        if due < inf:
            await first(self._clock, due, replica.told.wait())
        else:
            await replica.told.wait()

    # Probes.

    async def probe(self, path: str, seconds: Seconds) -> Sequence[ProbeSeen]:
        """Ask each replica that does not drain for `path`; return after `seconds` at most."""
        asked = [one for one in self.replicas if not one.leaving and not one.restarting]
        return await asyncio.gather(*(self._asked(one, path, seconds) for one in asked))

    async def _asked(self, replica: Replica, path: str, seconds: Seconds) -> ProbeSeen:
        at = self._clock.now()
        reason = "refused"
        if replica.process is not None:
            reason = await self._exchange.asked(replica.port, path, seconds)
        return ProbeSeen(
            service=self.name, replica=replica.number, at=at, took=self._clock.now() - at,
            passed=not reason, reason=reason,
        )  # fmt: skip


def _filled(word: str, replica: Replica) -> str:
    import sys

    values = {"{port}": replica.port, "{replica}": replica.number, "{python}": sys.executable}
    for name, value in values.items():
        word = word.replace(name, str(value))
    return word


def backoff(crashes: int) -> Seconds:
    """Return how long the platform waits before the restart after this many crashes in a row.

    Reference: Kubernetes documentation, "Pod Lifecycle", CrashLoopBackOff.

    >>> [backoff(n) for n in (1, 2, 3, 6, 7)]
    [0.0, 10.0, 20.0, 160.0, 300.0]
    """
    if crashes <= 1:
        return 0.0
    wait = FIRST_BACKOFF
    for _ in range(crashes - 2):
        wait = wait * 2.0
    return min(wait, LONGEST_BACKOFF)
