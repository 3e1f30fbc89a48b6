"""A world: services, links, load, faults, telemetry and loops, on one agenda. It can be forked.

`World` wires the parts together and decides nothing itself. A run is a function of its settings,
its seed and its replication.

Longer than most: everything is introduced to everything here, once; `__init__`, `_wire_life` and
`_wire_control` are lists of who gets what, a line for each.
"""

from collections.abc import Mapping
from copy import deepcopy
from sys import getrecursionlimit, setrecursionlimit
from typing import Any

from simlab.controllers.targets import scaled
from simlab.core import FAILURES, Action, Loop, Outcome, Purpose, Seconds, Site, UserError, root
from simlab.model.actuator import Actuator
from simlab.model.agenda import Agenda, Turn
from simlab.model.bends import Bends
from simlab.model.books import Limits, check
from simlab.model.changes import Changes
from simlab.model.drive import Drive
from simlab.model.handlers import Handler, checked
from simlab.model.hits import Targets
from simlab.model.injector import Injector
from simlab.model.journal import Inbox, Journal, Value
from simlab.model.kubelet import Kubelet
from simlab.model.ledger import Ledger, Spent
from simlab.model.life import Lives
from simlab.model.loop_probes import LoopProbes
from simlab.model.loops import Loops
from simlab.model.observe import Watch
from simlab.model.plan import plan
from simlab.model.prober import Prober, ProbeRequest
from simlab.model.quota import Quota
from simlab.model.reference.callers import Callers
from simlab.model.reference.client import Client, Edge
from simlab.model.reference.replica import Replica
from simlab.model.reference.requests import Request
from simlab.model.reference.server import Server
from simlab.model.reference.service import Service
from simlab.model.sampling import Sampling
from simlab.model.settings.world import WorldSettings
from simlab.model.sources import sources
from simlab.model.switches import Switches
from simlab.telemetry import (
    Probes,
    Record,
    RequestLog,
    Timeline,
)

DRAIN: Seconds = 60.0  # How long a run without an slo drains at most.
DRAIN_SLOS = 10.0  # Of a run with one, in multiples of its bound.
BREAKER_STATES = ("closed", "open", "half_open")
DEEP = 1_000_000  # Copying a world follows long chains of plain references.


class World:
    """One replication of a scenario, from its start to its end.

    Args:
        settings: Resolved; its `warmup` must be a number.
        seed, replication: Address all chance.
        loops: Controllers given from Python, by name, beside those of the settings.
        handlers: What custom actions do, by name: functions that are told the world and the
            action's parameters.
        keep_requests: Whether the record is to have a row for each request, and sampled spans.
        check_books: Whether the books are checked at every step of the agenda (slow).
    """

    def __init__(
        self,
        settings: WorldSettings,
        *,
        seed: int,
        replication: int = 0,
        loops: Mapping[str, Loop] | None = None,
        handlers: Mapping[str, Handler] | None = None,
        keep_requests: bool = False,
        check_books: bool = False,
    ) -> None:
        assert settings.warmup is not None, "warmup: auto is to be resolved before a run"
        self.settings, self.seed, self.replication = settings, seed, replication
        self.agenda, self.journal = Agenda(), Journal(keep_spans=keep_requests)
        self._check = Limits() if check_books else None
        self._log = RequestLog(list(settings.load)) if keep_requests else None
        self._callers = Callers(self.agenda, self._breaker_moved)
        self.links = {name: Edge(self.agenda, name, one) for name, one in settings.links.items()}
        self.services = {
            name: Service(name, one, self.links) for name, one in settings.services.items()
        }
        self._operations = plan(settings)
        self._handlers, self._handling = checked(handlers or {}), False
        self._wire_life()
        self._loops = Loops(settings, loops or {})
        self.loops = self._loops.by_name
        self.sources = sources(
            settings,
            self._operations,
            self.agenda,
            self._callers,
            self.links,
            seed=seed,
            replication=replication,
            log=self._log,
        )
        self._wire_control()
        self._sampling = Sampling(
            self.agenda,
            settings,
            ledger=self._ledger,
            timeline=self._timeline,
            journal=self.journal,
            server=self._server,
        )

    # Building.

    def _wire_life(self) -> None:
        settings = self.settings
        self._lives = Lives(
            self.agenda,
            self._callers,
            seed=self.seed,
            replication=self.replication,
            discovery=settings.platform.discovery,
            changed=self._changed,
            log=self._logged,
            left=self._left,
        )
        self._server = Server(
            self.agenda,
            self._callers,
            self._request_ended,
            self._emptied,
            self._lives.overfull,
            self._lives.see_storage,
        )
        self._callers.server = self._lives.server = self._server
        self._wire_probes()
        warmup = settings.warmup or 0.0
        self._ledger = Ledger(self.services, self.links, warmup=warmup, duration=settings.duration)
        for edge in self.links.values():
            service = self.services[edge.callee]
            edge.endpoints, edge.replicas = service.endpoints, service.by_number
            service.callers.append(edge)
        for service in self.services.values():
            self._lives.begin(service)

    def _wire_probes(self) -> None:
        who = {"seed": self.seed, "replication": self.replication}
        self._prober = Prober(
            self.agenda,
            self._callers,
            self.services,
            self._operations,
            self.settings.carries,
            **who,
        )
        self._lives.kubelet = Kubelet(self.agenda, self._prober, self._lives, **who)

    def _wire_control(self) -> None:
        settings, agenda, journal = self.settings, self.agenda, self.journal
        who = {"seed": self.seed, "replication": self.replication}
        self._changes = Changes(
            settings,
            lives=self._lives,
            server=self._server,
            limiter=self._callers.limiter,
            services=self.services,
            edges=self.links,
            sources=self.sources,
            loops=self.loops,
        )
        self._changes.check_faults(settings.faults)
        self._quota = Quota(settings.platform.quota, self.services)
        asked = [path for source in settings.load.values() for path in source.to]
        switches = Switches(agenda, self._callers.limiter, self.services, self._operations, asked)
        self._actuator = Actuator(
            agenda,
            journal,
            **who,
            delay=settings.platform.actuation,
            lives=self._lives,
            changes=self._changes,
            quota=self._quota,
            switches=switches,
            services=self.services,
            custom=self._custom,
            scaled=self._scaled,
            acted=self._acted,
        )
        probes = Probes(
            services=tuple(self.services.values()),
            links=tuple(self.links.values()),
            sources=tuple(source.book for source in self.sources.values()),
        )
        self._watch = Watch(agenda, journal, probes, self.services)
        self._timeline = Timeline(settings.duration, probes)
        self._drives: dict[str, Drive] = {}
        bends = Bends(
            agenda,
            **who,
            lives=self._lives,
            server=self._server,
            services=self.services,
            links=self.links,
            sources=self.sources,
            metrics=self._watch.rules,
            actuator=self._actuator,
            changes=self._changes,
            drives=self._drives,
            configured=self._configured,
        )
        targets = Targets(
            **who,
            services=self.services,
            links=self.links,
            sources=self.sources,
            loops=self.loops,
        )
        self._injector = Injector(
            agenda, journal, bends, settings.faults, targets, duration=settings.duration
        )
        journal.noticed = self._injector.noticed
        for name, loop in self.loops.items():
            mine = settings.loops.get(name, loop)  # One from Python may have `telemetry`, too.
            own = getattr(mine, "telemetry", None) or settings.telemetry
            self.journal.inboxes[name] = Inbox(own.lag)
            self._watch.look_through(name, own)
            luck = Site(root(self.seed, self.replication, f"loops.{name}")).stream(Purpose.CHANCE)
            self._drives[name] = Drive(
                agenda,
                journal,
                name,
                loop,
                observe=self._watch.observe,
                act=self._act,
                luck=luck,
                probes=LoopProbes(self._prober, name, loop if hasattr(loop, "probes") else mine),
                anew=self._anew,
            )
            for service in scaled(mine, self.services):
                self._ledger.records[service].scaled = True

    # What happens by itself.

    def _request_ended(self, request: Request, outcome: Outcome) -> None:
        if type(request) is ProbeRequest:
            self._prober.ended(request, outcome)
            return
        self.sources[request.source].ended(request, outcome)

    def _emptied(self, service: Service, replica: Replica) -> None:
        self.agenda.at(self.agenda.now, Turn.LIFE, self._lives.emptied, service, replica)

    def _changed(self, service: Service) -> None:
        self._ledger.changed(service, self.agenda.now)

    def _left(self, service: Service, replica: Replica) -> None:
        self._ledger.left(service, replica.cpu_seconds(self.agenda.now))

    def _logged(self, kind: str, service: str, replica: int) -> None:
        self.journal.log(self.agenda.now, kind, service, replica)
        if kind == "restart":
            self._injector.acted(service)
        elif kind in ("unready", "unhealthy"):
            self._injector.probed(service)

    def _breaker_moved(self, client: Client, state: int) -> None:
        now, link = self.agenda.now, client.edge.name
        word = BREAKER_STATES[state]
        self.journal.row(now, "breaker", link, {"client": client.name, "state": word})
        if word == "open":
            self._injector.detected(link)

    def _anew(self, name: str) -> Loop:
        """Build a loop anew: with the settings that hold now, and nothing heard."""
        loop = self._loops.anew(name)
        self._changes.hold(f"loops.{name}.")
        self.journal.inboxes[name] = Inbox(self.journal.inboxes[name].lag)
        return loop

    def _configured(self, path: str, before: Value, after: Value) -> None:
        self.journal.config(self.agenda.now, path, before, after)

    def _scaled(self, service: Service, before: int, after: int) -> None:
        self._ledger.scaled(service, self.agenda.now, before, after)

    def _acted(self, name: str) -> None:
        self._injector.acted(name)

    def _act(self, issuer: str, action: Action) -> None:
        self._actuator.perform(issuer, action)

    def _custom(self, name: str, params: Mapping[str, Value]) -> str | None:
        if name not in self._handlers:
            raise ValueError(f"this run was given no handler {name!r}")
        self._handling = True
        try:
            return self._handlers[name](self, params)
        finally:
            self._handling = False

    # What people do with it.

    @property
    def now(self) -> Seconds:
        """Return the time, in seconds since the start."""
        return self.agenda.now

    def _must_rest(self, what: str) -> None:
        """Refuse what would go on, or copy the world, in the middle of an event."""
        if self._handling:
            raise UserError(f"a handler cannot {what} the world: it is in the middle of an event")

    def advance(self, until: Seconds) -> None:
        """Let all happen before `until`, and the control side's events of `until`."""
        self._must_rest("advance")
        if self._check is None:
            self.agenda.advance(until)
            return
        while self.agenda.step_before(until):
            check(self.services, self.links, self.sources)
            self._check.check(self.services, self.links)
        self.agenda.advance(until)

    def fork(self) -> "World":
        """Return a world that is in the same state and will go on alike."""
        self._must_rest("fork")
        limit = getrecursionlimit()
        setrecursionlimit(max(limit, DEEP))
        try:
            return deepcopy(self)
        finally:
            setrecursionlimit(limit)

    def set(self, path: str, value: float | str | None) -> None:
        """Set what can change while the system runs: see `settings.changes`.

        Raises:
            UserError: where `path` is not on the list, or `value` may not be there.
        """
        try:
            self._changes.check(path, value)
            self._quota.check_values({path: value})
            before = self._changes.value(path)
            self._changes.set(path, value)
        except ValueError as error:
            raise UserError(str(error)) from None
        self.agenda.settle()
        self.journal.config(self.agenda.now, path, before, value)

    def act(self, issuer: str, action: Action) -> None:
        """Have `action` asked for now, as if `issuer`, one of the loops, had decided so."""
        assert issuer in self.loops, f"{issuer} is none of the loops"
        self._act(issuer, action)

    def spent(self, service: str) -> Spent:
        """Return what `service` and all requests have come to until now, warm-up left out."""
        books = [source.book for source in self.sources.values()]
        failed = sum(one.counters.ended[outcome] for one in books for outcome in FAILURES)
        return Spent(
            exists=self._ledger.exists(service, self.agenda.now),
            scalings=len(self._ledger.records[service].scalings),
            requests=sum(one.valid_ended for one in books),
            bad=sum(one.valid_ended - one.good_ended for one in books),
            failed=failed,
        )

    def finish(self) -> Record:
        """Run to the end of arrivals, drain, and return the record."""
        duration = self.settings.duration
        self.advance(duration)
        slos = [one.slo or self.settings.slo for one in self.settings.load.values()]
        bounds = [slo.within for slo in slos if slo is not None]
        limit = duration + (DRAIN_SLOS * max(bounds) if bounds else DRAIN)
        self._drain(limit)
        return self._close()

    def _drain(self, limit: Seconds) -> None:
        while any(source.open for source in self.sources.values()):
            if not self.agenda.step_before(limit):
                self.agenda.advance(limit)
                return
            if self._check is not None:
                check(self.services, self.links, self.sources)

    def _close(self) -> Record:
        services, links = self._ledger.close()
        return Record(
            duration=self.settings.duration,
            warmup=self.settings.warmup or 0.0,
            ended=self.agenda.now,
            sources={name: one.book.close() for name, one in self.sources.items()},
            services=services,
            links=links,
            faults=self._injector.records,
            events=self.journal.events,
            cycles=self.journal.cycles,
            knowledge=_learned(self.loops),
            timeline=self._timeline.columns(),
            requests=self._log.columns() if self._log is not None else {},
            spans=[*(self.journal.kept or ()), *self._server.spans] if self._log else [],
        )


def _learned(loops: Mapping[str, Loop]) -> dict[str, dict[str, Any]]:
    """Return what loops have learned that is to outlast the run, by loop."""
    known = {name: getattr(loop, "knowledge", None) for name, loop in loops.items()}
    return {name: one for name, one in known.items() if isinstance(one, dict)}


def simulate(
    settings: WorldSettings,
    *,
    seed: int,
    replication: int = 0,
    loops: Mapping[str, Loop] | None = None,
    handlers: Mapping[str, Handler] | None = None,
    keep_requests: bool = False,
    check_books: bool = False,
) -> Record:
    """Run one replication and return its record."""
    return World(
        settings,
        seed=seed,
        replication=replication,
        loops=loops,
        handlers=handlers,
        keep_requests=keep_requests,
        check_books=check_books,
    ).finish()
