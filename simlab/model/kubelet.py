"""The kubelet: the platform's own probes of replicas, and what it does when they fail.

readiness   while it fails a replica is not ready and no endpoint
liveness    when it fails the container is replaced, by CrashLoopBackOff
startup     the others wait for it; when it fails the container is replaced

A worker ticks every period from the start of its replica on, through restarts; those of t = 0 have
passed, and tick from a random part of their period on, as if the kubelet had just started. What it
decides are `controllers.healing.kubelet`'s rules; here they meet containers.
"""

from simlab.controllers.healing import PROBE_KINDS, KubeletProbe, ProbeKind, ProbeWorker, Result
from simlab.core import Purpose, Seconds, Site, root
from simlab.model.agenda import Agenda, Turn
from simlab.model.life import Lives
from simlab.model.prober import Probe, Prober
from simlab.model.reference.replica import Replica, State
from simlab.model.reference.service import Service


class Watched:
    """A replica and the worker of one of its probes."""

    def __init__(
        self, replica: Replica, settings: KubeletProbe, kind: ProbeKind, since: Seconds
    ) -> None:
        self.replica, self.settings, self.kind, self.since = replica, settings, kind, since
        self.worker = ProbeWorker(settings, kind)
        self.container = replica.starts  # The start that the worker's result is about.
        self.out: Probe | None = None
        self.late = False  # Whether a tick came while a probe was out.
        self.ticks = 0

    @property
    def grace(self) -> Seconds:
        """Return how long a container that failed may take to finish what is inside."""
        own = self.settings.terminationGracePeriodSeconds
        return self.replica.service.grace if own is None else float(own)


class Kubelet:
    """Runs the probes of all replicas whose services declare some."""

    def __init__(
        self, agenda: Agenda, prober: Prober, lives: Lives, *, seed: int, replication: int
    ) -> None:
        self._agenda, self._prober, self._lives = agenda, prober, lives
        self._seed, self._replication = seed, replication
        self._startups: dict[tuple[str, int], Watched] = {}

    def watch(self, service: Service, replica: Replica, *, from_start: bool) -> None:
        """Probe `replica` from now on; `from_start`: it is one of t = 0."""
        now = self._agenda.now
        for kind in PROBE_KINDS:
            settings = service.settings.probes.of(kind)
            if settings is None:
                continue
            since = now
            if from_start:
                site = Site(root(self._seed, self._replication, f"services.{service.name}.{kind}"))
                luck = site.stream(Purpose.JITTER).uniform(replica.number)
                since = luck * settings.periodSeconds
            watched = Watched(replica, settings, kind, since)
            if from_start:
                watched.worker.result = Result.SUCCESS
            if kind == "startup":
                self._startups[service.name, replica.number] = watched
            self._agenda.at(since, Turn.LIFE, self._tick, watched)

    def _started(self, replica: Replica) -> bool:
        startup = self._startups.get((replica.service.name, replica.number))
        return startup is None or (
            startup.container == replica.starts and startup.worker.result == Result.SUCCESS
        )

    def _tick(self, watched: Watched) -> None:
        replica = watched.replica
        if replica.state == State.GONE:
            self._startups.pop((replica.service.name, replica.number), None)
            return
        watched.ticks += 1
        due = watched.since + watched.settings.periodSeconds * watched.ticks
        self._agenda.at(due, Turn.LIFE, self._tick, watched)
        if watched.out is None:
            self._look(watched)
        else:
            watched.late = True

    def _look(self, watched: Watched) -> None:
        """Probe, if the rules of its worker say so."""
        replica, worker = watched.replica, watched.worker
        if replica.alive and watched.container != replica.starts:
            watched.container = replica.starts
            worker.new_container()
        if worker.asks(
            running=replica.alive,
            running_for=self._agenda.now - replica.begun_at,
            started=self._started(replica),
            deleting=replica.state == State.DRAINING,
        ):
            self._probe(watched)

    def _probe(self, watched: Watched) -> None:
        settings = watched.settings
        watched.out = probe = self._prober.send(
            f"kubelet.{watched.kind}",
            watched.replica,
            watched.ticks,
            settings.operation,
            told=self._answered,
            about=watched,
        )
        if probe.outcome is None:
            due = self._agenda.now + settings.timeoutSeconds
            self._agenda.at(due, Turn.LIFE, self._prober.give_up, probe)

    def _answered(self, watched: Watched, probe: Probe) -> None:
        self._agenda.at(self._agenda.now, Turn.LIFE, self._take, watched, probe)

    def _take(self, watched: Watched, probe: Probe) -> None:
        """Take in an answer, unless its container is gone; if a tick came meanwhile, go on."""
        replica = watched.replica
        watched.out = None
        if replica.alive and replica.starts == probe.start:
            watched.worker.record(probe.passed)
            self._obey(watched)
        if watched.late:
            watched.late = False
            self._look(watched)

    def _obey(self, watched: Watched) -> None:
        """Do what the worker's result asks for."""
        replica, worker = watched.replica, watched.worker
        service = replica.service
        if worker.on_hold:
            self._lives.replace(service, replica, watched.grace)
        elif watched.kind == "readiness" and worker.result == Result.SUCCESS:
            self._lives.passed(service, replica)
        elif watched.kind == "readiness":
            self._lives.failed(service, replica)
