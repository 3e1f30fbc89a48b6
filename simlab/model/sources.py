"""The sources of a world, made from its load: each a client of the services that it calls."""

from collections.abc import Mapping

from simlab.load import Arrivals, Carries, Mix, SourceSettings, Users
from simlab.model.agenda import Agenda
from simlab.model.plan import Operation
from simlab.model.reference.callers import Callers
from simlab.model.reference.client import Client, Edge
from simlab.model.reference.source import AnySource, OpenSource, UserSource
from simlab.model.settings.world import WorldSettings
from simlab.telemetry import RequestLog, SourceBook


def sources(
    world: WorldSettings,
    operations: Mapping[str, Mapping[str, Operation]],
    agenda: Agenda,
    callers: Callers,
    links: Mapping[str, Edge],
    *,
    seed: int,
    replication: int,
    log: RequestLog | None,
) -> dict[str, AnySource]:
    """Return the sources of `world` by name, each with its first arrival on the agenda."""
    made: dict[str, AnySource] = {}
    for name, settings in world.load.items():
        carries = {**world.carries, **settings.carries}
        who = {"seed": seed, "replication": replication}
        kind = OpenSource if settings.users is None else UserSource
        source = made[name] = kind(
            agenda,
            callers,
            settings,
            name,
            **who,
            until=world.duration,
            targets=_targets(name, settings, links, operations),
            carries=Carries(carries, **who, source=name) if carries else None,
            mix=Mix(settings.to, **who, source=name),
            traces=world.telemetry.traces,
            book=_book(world, name, settings),
            log=log,
        )
        if isinstance(source, OpenSource):
            source.begin(Arrivals(settings, **who, name=name))
        else:
            source.begin(Users(settings, **who, name=name))
    return made


def _targets(
    name: str,
    settings: SourceSettings,
    links: Mapping[str, Edge],
    operations: Mapping[str, Mapping[str, Operation]],
) -> dict[str, tuple[Client, Operation]]:
    clients: dict[str, Client] = {}
    targets = {}
    for path in settings.to:
        callee, _, operation = path.partition(".")
        if callee not in clients:
            clients[callee] = links[f"{name}->{callee}"].connect(name)
        targets[path] = (clients[callee], operations[callee][operation])
    return targets


def _book(world: WorldSettings, name: str, settings: SourceSettings) -> SourceBook:
    slo = settings.slo or world.slo
    return SourceBook(
        name,
        duration=world.duration,
        warmup=world.warmup or 0.0,
        within=slo.within if slo else None,
        objective=slo.objective if slo else None,
    )
