"""The lives of replicas: starting, warming, draining, crashing, starting again. The control side.

starting -> ready (warming at first) -> draining -> gone;    crashed -> starting

ready         runs, and passes its readiness probe if its service has one
scale in      starting and crashed ones first (newest first), then ready ones (newest first)
drain         leaves the endpoints; gone when empty and `linger` has passed, or after `grace`
boot          fails where a fault says so: a crash at its end
evict         drains, and another is started at once
crash         all inside ends `crashed`; the platform restarts by CrashLoopBackOff: at once,
              then after 10 s doubling to 300 s, from anew after 10 minutes of running
restart       drain for at most RESTART_GRACE, then start; one at a time in a service
replace       a container whose liveness probe fails: drain, then as after a crash
leak          a replica that leaks is looked at every second; above its limit it is killed
storage       one that logs is looked at every second, so that it is told when it is full

Longer than most: each move is a few lines, and they are best read in one place.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simlab.core import Purpose, Seconds, Site, root
from simlab.model.agenda import Agenda, Turn
from simlab.model.discovery import Discovery
from simlab.model.reference.callers import Callers
from simlab.model.reference.queued_cores import QueuedCores
from simlab.model.reference.replica import AnyCores, Replica, State
from simlab.model.reference.server import Server
from simlab.model.reference.service import Service
from simlab.model.reference.shared_cores import SharedCores
from simlab.model.restarts import Restarts, backoff

if TYPE_CHECKING:
    from simlab.model.kubelet import Kubelet

RUNS_WELL: Seconds = 600.0
LOOK: Seconds = 1.0
WARM_STEPS = 10
CORES: dict[str, Callable[..., AnyCores]] = {"ps": SharedCores, "fifo": QueuedCores}
AGAIN = 1 << 20  # Draw numbers between a replica's starts.


class Lives:
    """Moves replicas through their lives. `changed(service)` is told of each move."""

    server: Server
    kubelet: "Kubelet"

    def __init__(
        self,
        agenda: Agenda,
        callers: Callers,
        *,
        seed: int,
        replication: int,
        discovery: Seconds,
        changed: Callable[[Service], None],
        log: Callable[[str, str, int], None],
        left: Callable[[Service, Replica], None],
    ) -> None:
        self._agenda, self._seed, self._replication = agenda, seed, replication
        self._changed, self._log, self._left = changed, log, left
        self.discovery = Discovery(agenda, callers, discovery)
        self.restarts = Restarts(self)

    def begin(self, service: Service) -> None:
        """Have the replicas of t = 0: ready, warm and known."""
        for _ in range(service.wanted):
            replica = self._new(service)
            replica.state, replica.known = State.READY, True
            replica.bend_disk(self._agenda.now)
            self.discovery.tell(service, replica.number, known=True)
            self.kubelet.watch(service, replica, from_start=True)
        self._changed(service)

    def _new(self, service: Service) -> Replica:
        settings = service.settings
        cores = CORES[settings.discipline](self._agenda, service.cores, self.server.steps.proceed)
        replica = Replica(service, service.numbers, cores)
        service.numbers += 1
        service.replicas.append(replica)
        service.by_number[replica.number] = replica
        if settings.storage.log_rate > 0.0:
            self._later(LOOK, self._look_at_storage, service, replica)
        return replica

    @property
    def now(self) -> Seconds:
        """Return the time."""
        return self._agenda.now

    def told(self, service: Service) -> None:
        """Have it known that something about `service` has changed."""
        self._changed(service)

    # Scaling.

    def scale(self, service: Service, wanted: int) -> None:
        """Want this many replicas: start what is missing, drain what is too many."""
        service.wanted = wanted
        kept = [one for one in service.replicas if one.state != State.DRAINING or one.restarting]
        for _ in range(wanted - len(kept)):
            replica = self._new(service)
            replica.started_at = replica.ready_since = self._agenda.now
            self._boot(service, replica)
            self.kubelet.watch(service, replica, from_start=False)
        surplus = len(kept) - wanted
        young = [one for one in reversed(kept) if one.state in (State.STARTING, State.CRASHED)]
        old = [one for one in reversed(kept) if one.state in (State.READY, State.DRAINING)]
        for replica in (*young, *old)[: max(0, surplus)]:
            replica.restarting = False
            if replica.state == State.READY:
                self.drain(service, replica, service.grace)
            elif replica.state != State.DRAINING:
                self._gone(service, replica)
        self._changed(service)

    def _boot(self, service: Service, replica: Replica) -> None:
        site = Site(root(self._seed, self._replication, f"services.{service.name}"))
        sampler = service.settings.boot.sampler()
        offset = replica.starts * AGAIN
        boot = sampler.draw(site.stream(Purpose.WAIT), replica.number, offset)
        replica.starts += 1
        replica.state, replica.begun_at, replica.unproven = State.STARTING, self._agenda.now, True
        replica.passing = service.settings.probes.readiness is None
        replica.start_anew(self._agenda.now)
        replica.take_limits(self._agenda.now)
        replica.bend_disk(self._agenda.now)
        self._hogged(replica)
        self._later(boot, self._ready, service, replica, replica.starts)

    def _later(self, delay: Seconds, act: Callable[..., None], *words: Any) -> None:
        self._agenda.at(self._agenda.now + delay, Turn.LIFE, act, *words)

    def _ready(self, service: Service, replica: Replica, start: int) -> None:
        if replica.state != State.STARTING or replica.starts != start:
            return
        if replica.crash_loops or self._boot_fails(service, replica):
            self.crash(service, replica, restart=True, why="crash")
            return
        replica.state, replica.running_since = State.READY, self._agenda.now
        replica.may_restart = True
        self._warm(service, replica, start, 0)
        if replica.passing:
            self._now_ready(service, replica)
            return
        if replica.leaking:
            self.look(service, replica)
        self._changed(service)

    def _now_ready(self, service: Service, replica: Replica) -> None:
        replica.ready_since, replica.unproven = self._agenda.now, False
        self._log("ready", service.name, replica.number)
        if replica.leaking:
            self.look(service, replica)
        self.discovery.found(service, replica)
        self._changed(service)
        self.restarts.next(service)

    def _boot_fails(self, service: Service, replica: Replica) -> bool:
        """Draw whether a fault lets this boot fail."""
        for rule in service.boot_fails:
            fault, occurrence = rule.key
            name = f"faults.{fault}.{service.name}.{occurrence}"
            site = Site(root(self._seed, self._replication, name))
            if site.stream(Purpose.CHANCE).uniform(replica.number, replica.starts) < rule.share:
                return True
        return False

    # What its probes say.

    def passed(self, service: Service, replica: Replica) -> None:
        """Its readiness probe succeeds: it is ready."""
        if replica.state == State.READY and not replica.passing:
            replica.passing = True
            self._now_ready(service, replica)

    def failed(self, service: Service, replica: Replica) -> None:
        """Its readiness probe fails: it is not ready, and no endpoint, until that succeeds."""
        if replica.ready:
            replica.passing, replica.ready_since = False, self._agenda.now
            self.discovery.forget(service, replica)
            self._log("unready", service.name, replica.number)
            self._changed(service)

    def replace(self, service: Service, replica: Replica, grace: Seconds) -> None:
        """Its liveness or startup has failed: have its container end, and start another one."""
        if replica.state == State.READY:
            replica.restarting = replica.replaced = True
            self.drain(service, replica, grace)
            self._changed(service)
        elif replica.state == State.STARTING:
            self.crash(service, replica, restart=True, why="unhealthy")

    def _warm(self, service: Service, replica: Replica, start: int, step: int) -> None:
        if replica.starts != start or replica.state in (State.CRASHED, State.GONE):
            return
        warmup = service.settings.warmup
        if warmup.time <= 0.0 or step >= WARM_STEPS:
            replica.warmth = 1.0
        else:
            replica.warmth = warmup.from_ + (1.0 - warmup.from_) * step / WARM_STEPS
            due = replica.running_since + warmup.time * (step + 1) / WARM_STEPS
            self._agenda.at(due, Turn.LIFE, self._warm, service, replica, start, step + 1)
        replica.apply_rules(self._agenda.now)

    # Leaving.

    def drain(self, service: Service, replica: Replica, grace: Seconds) -> None:
        """Let `replica` finish what is inside, and go."""
        now = self._agenda.now
        replica.state, replica.ready_since = State.DRAINING, now
        self.discovery.forget(service, replica)
        self._log("drain", service.name, replica.number)
        linger = service.linger if service.linger < grace else grace
        replica.lingers_until = now + linger
        self._later(linger, self.emptied, service, replica)
        self._later(grace, self._out_of_grace, service, replica, replica.starts)

    def evict(self, service: Service, replica: Replica) -> None:
        """The platform takes a ready replica away, and starts another in its place."""
        if replica.state == State.READY:
            self._log("evict", service.name, replica.number)
            self.drain(service, replica, service.grace)
            self.scale(service, service.wanted)

    def emptied(self, service: Service, replica: Replica) -> None:
        """A draining replica is empty, or has lingered: see whether it may go."""
        lingered = self._agenda.now >= replica.lingers_until
        if replica.state == State.DRAINING and replica.empty and lingered:
            self._end(service, replica)

    def _out_of_grace(self, service: Service, replica: Replica, start: int) -> None:
        if replica.state == State.DRAINING and replica.starts == start:
            self.server.crash(service, replica)
            self._end(service, replica)

    def _end(self, service: Service, replica: Replica) -> None:
        service.disconnect(replica)
        if not replica.restarting:
            self._gone(service, replica)
            return
        if replica.replaced:
            self.crash(service, replica, restart=True, why="unhealthy")
            return
        replica.restarting = False
        replica.restarts += 1
        service.restarts += 1
        self._log("restart", service.name, replica.number)
        self._boot(service, replica)
        self._changed(service)

    def _gone(self, service: Service, replica: Replica) -> None:
        self.discovery.forget(service, replica)
        replica.state = State.GONE
        self._left(service, replica)
        service.replicas.remove(replica)
        service.disconnect(replica)
        self.discovery.drop_gone(service, replica)
        self._log("gone", service.name, replica.number)
        self._changed(service)
        self.restarts.next(service)

    # Crashes.

    def crash(self, service: Service, replica: Replica, *, restart: bool, why: str) -> None:
        """Its process ends: all inside ends `crashed`, memory and line are lost."""
        if not replica.alive:
            return
        now = self._agenda.now
        ran = 0.0 if replica.state == State.STARTING else now - replica.running_since
        draining, replica.state = replica.state == State.DRAINING, State.CRASHED
        replica.ready_since, replica.replaced = now, False
        replica.bend_disk(now)
        self.server.crash(service, replica)
        self.discovery.forget(service, replica)
        service.disconnect(replica)
        self._hogged(replica)
        self._log(why, service.name, replica.number)
        replica.crashes = 1 if ran >= RUNS_WELL else replica.crashes + 1
        replica.starts += 1  # Whatever was booked for the old process is void.
        if draining and not replica.restarting:
            self._gone(service, replica)
            return
        replica.restarting = False
        replica.may_restart = restart and service.settings.restart
        if replica.may_restart:
            self._later(backoff(replica.crashes), self._restart, service, replica, replica.starts)
        else:
            self.restarts.next(service)  # Whoever waited for this one waits no longer.
        self._changed(service)

    def _hogged(self, replica: Replica) -> None:
        """See whether what hogs its cores is there: it is where its container is."""
        if replica.hogged:
            replica.apply_rules(self._agenda.now)

    def _restart(self, service: Service, replica: Replica, start: int) -> None:
        if replica.state != State.CRASHED or replica.starts != start:
            return
        self.start_again(service, replica)

    def start_again(self, service: Service, replica: Replica) -> None:
        """Start a crashed replica anew."""
        replica.may_restart = True
        replica.restarts += 1
        service.restarts += 1
        self._log("restart", service.name, replica.number)
        self._boot(service, replica)
        self._changed(service)

    def overfull(self, service: Service, replica: Replica) -> None:
        """A replica may hold more than its memory: kill it, before anything else happens."""
        self._agenda.at(self._agenda.now, Turn.LIFE, self._kill, service, replica)

    def _kill(self, service: Service, replica: Replica) -> None:
        if replica.alive and replica.memory(self._agenda.now) > replica.memory_limit:
            service.killed += 1
            self.crash(service, replica, restart=True, why="out_of_memory")

    def fits(self, service: Service, replica: Replica) -> None:
        """See whether what `replica` holds fits into its memory and storage as they are now."""
        self._kill(service, replica)
        self.see_storage(service, replica)

    def see_storage(self, service: Service, replica: Replica) -> None:
        """Have it logged, once, that the storage of `replica` is full."""
        full = replica.disk.full(self._agenda.now)
        if full and not replica.disk.told:
            self._log("storage_full", service.name, replica.number)
        replica.disk.told = full

    def _look_at_storage(self, service: Service, replica: Replica) -> None:
        if replica.state != State.GONE:
            self.see_storage(service, replica)
            self._later(LOOK, self._look_at_storage, service, replica)

    def look(self, service: Service, replica: Replica) -> None:
        """Look at a leaking replica's memory, now and every second; once more after the leak."""
        self._kill(service, replica)
        if replica.looked_at != replica.starts:
            replica.looked_at = replica.starts
            self._later(LOOK, self._look, service, replica, replica.starts)

    def _look(self, service: Service, replica: Replica, start: int) -> None:
        if replica.starts == start:
            replica.looked_at = -1
            if replica.leaking:
                self.look(service, replica)
            else:
                self._kill(service, replica)
