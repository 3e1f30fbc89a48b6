"""One service of a scenario, in the numbers that the fluid tier works with.

    capacity    cores / mean work of a request: what a replica serves in a second
    startup     actuation + mean boot + discovery
    within      the slo's bound, less what a request spends outside of cores in the mean
    patience    the source's time-out
    prices      of a replica and hour: cores and memory; of a bad request; of a scaling

Sources must ask the service directly; what it calls is taken to answer in its mean time.

Longer than most: `service_model` names each number of the tier once.
"""

from dataclasses import dataclass
from math import inf
from typing import Final

from simlab.controllers.learning import Prices
from simlab.core import PerSecond, Seconds, UserError
from simlab.model.settings.world import WorldSettings
from simlab.scenario.flow import Flow

GIB: Final = 1073741824.0
UNLIMITED: Final = 30.0  # Seconds that somebody without a time-out waits.


@dataclass(frozen=True, kw_only=True)
class ServiceModel:
    """A service, for the fluid tier.

    Args:
        visits: By source, how many of its requests ask this service.
        servers: Requests that a replica works on without slowing down.
        replicas: At first.
    """

    name: str
    visits: dict[str, float]
    capacity: PerSecond
    servers: int
    replicas: int
    startup: Seconds
    linger: Seconds
    within: Seconds
    patience: Seconds
    prices: Prices
    scrape: Seconds
    window: Seconds
    lag: Seconds
    actuation: Seconds = 0.0


def service_model(world: WorldSettings, name: str | None = None) -> ServiceModel:
    """Return the service called `name` in `world`; None: the only one that sources ask.

    Raises:
        UserError: There is no such service, no source asks it, or it does no work.
    """
    name = name or _asked(world)
    if name not in world.services:
        raise UserError(f"there is no service {name!r}; there are {', '.join(world.services)}")
    flow, service = Flow(world), world.services[name]
    visits = flow.visits(name)
    rate = flow.rate_to(name)
    work = flow.demand()[name] / rate if rate > 0 else 0.0
    if not visits or work <= 0:
        raise UserError(f"{name} cannot be learned for: no source asks it for work")
    slo = world.slo
    timeouts = [world.links[f"{source}->{name}"].timeout for source in visits]
    patience = max(UNLIMITED if one is None else one for one in timeouts)
    return ServiceModel(
        name=name,
        visits=visits,
        capacity=service.cores / work,
        servers=max(1, int(service.cores + 0.5)),
        replicas=service.replicas,
        startup=world.platform.actuation + service.boot.expectation() + world.platform.discovery,
        linger=service.linger,
        within=max((inf if slo is None else slo.within) - _idle(world, flow, name), 1e-3),
        patience=patience,
        prices=prices_of(world, name),
        scrape=world.telemetry.scrape,
        window=world.telemetry.window,
        lag=world.telemetry.lag,
        actuation=world.platform.actuation,
    )


def prices_of(world: WorldSettings, name: str) -> Prices:
    """Return what a replica of a service, a bad request and a scaling cost in `world`."""
    service, cost = world.services[name], world.cost
    hour = service.cores * cost.core_hour + service.billed_memory / GIB * cost.gib_hour
    return Prices(replica_hour=hour, bad_request=cost.bad_request, scaling=cost.scaling)


def _asked(world: WorldSettings) -> str:
    names = dict.fromkeys(to.split(".")[0] for one in world.load.values() for to in one.to)
    if len(names) != 1:
        raise UserError(f"service must be one of those that sources ask: {', '.join(names)}")
    return next(iter(names))


def _idle(world: WorldSettings, flow: Flow, name: str) -> Seconds:
    """Return the mean time of a request outside of the service's cores."""
    total = count = 0.0
    for source, settings in world.load.items():
        for operation, share in settings.to.items():
            if operation.split(".")[0] == name:
                latency = world.links[f"{source}->{name}"].latency
                travel = 0.0 if latency is None else 2 * latency.expectation()
                total += share * (travel + flow.elsewhere(operation))
                count += share
    return total / count
