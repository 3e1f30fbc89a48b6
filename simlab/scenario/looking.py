"""Looking: what is legal in a world but surely unmeant. Each look is a rule of its own.

A look returns paths with what is odd about what stands there. Those at faults: `fault_looks`.
"""

from collections.abc import Iterator
from math import inf
from typing import Final

from simlab.controllers import ScriptSettings
from simlab.controllers.healing import ProbeKind
from simlab.controllers.targets import targeted
from simlab.model.settings.world import WorldSettings
from simlab.scenario.fault_looks import FAULT_LOOKS, Odd, lost_controllers
from simlab.scenario.flow import Flow
from simlab.scenario.rivals import COUNT, MOVES, rivals
from simlab.scenario.units import spell

LEVELS = 3  # Of retries on one way: from here on they multiply beyond what anyone wants.


def offered_load(world: WorldSettings) -> Iterator[Odd]:
    """Find services that are asked for more work than all their cores can do.

    Where a loop scales a service, all the replicas count that it may have.
    """
    for name, cores in Flow(world).demand().items():
        service = world.services[name]
        replicas = _most_replicas(world, name)
        if cores > replicas * service.cores:
            there = f"{replicas:g} x {service.cores:g}"
            yield (
                f"services.{name}.replicas",
                f"the load needs {cores:.3g} cores in the mean; there are at most {there}",
            )


def filling_storage(world: WorldSettings) -> Iterator[Odd]:
    """Find services whose requests write more than there is room for, before the run ends.

    What is logged does not count: cleaning up frees it. Nor do services that something scales.
    """
    rates = Flow(world).rates()
    for name, service in world.services.items():
        storage = service.storage
        scaled = _most_replicas(world, name) > service.replicas
        if storage.limit is None or service.replicas == 0 or scaled:
            continue
        growth = storage.per_request * rates[name] / service.replicas
        if storage.base + growth * world.duration > storage.limit:
            full = spell(round((storage.limit - storage.base) / growth))
            yield f"services.{name}.storage.limit", f"what requests write fills it after {full}"


def _most_replicas(world: WorldSettings, service: str) -> float:
    most = float(world.services[service].replicas)
    for loop in world.loops.values():
        if isinstance(loop, ScriptSettings):
            most = max([most, *(float(step.scale.get(service, 0)) for step in loop.steps)])
        elif COUNT in MOVES[loop.kind] and service in targeted(loop.target, world.services):
            most = max(most, float(getattr(loop, "maxReplicas", inf)))
    return most


def short_timeouts(world: WorldSettings) -> Iterator[Odd]:
    """Find time-outs and deadlines that even the fastest answer misses."""
    flow = Flow(world)
    for link, operation in flow.links():
        callee, _, name = operation.partition(".")
        rules = world.links[link].call(name)
        fastest = flow.answer(link, operation)
        where = f"operations.{name}." if name in world.links[link].operations else ""
        for field in ("timeout", "deadline"):
            value = getattr(rules, field)
            if value is not None and value < fastest:
                answer = f"the fastest answer of {callee}.{name} takes {spell(fastest)}"
                yield f"links.{link}.{where}{field}", f"is {spell(value)}; {answer}"


def stacked_retries(world: WorldSettings) -> Iterator[Odd]:
    """Find ways of calls on which three links or more retry."""
    flow = Flow(world)
    known: dict[str, list[str]] = {}

    def most(caller: str, operation: str) -> list[str]:
        """Return the links that retry, on the way from `caller` on that has most of them."""
        callee, _, name = operation.partition(".")
        link = f"{caller}->{callee}"
        if operation not in known:
            ways = [most(callee, one) for one in flow.calls(operation)]
            known[operation] = max(ways, key=len, default=[])
        retry = world.links[link].call(name).retry
        return [link, *known[operation]] if retry and retry.attempts > 1 else known[operation]

    for source, settings in world.load.items():
        for operation in settings.to:
            links = most(source, operation)
            if len(links) >= LEVELS:
                ways = ", ".join(links)
                yield f"links.{links[0]}.retry", f"retries at {len(links)} levels multiply: {ways}"


def narrow_windows(world: WorldSettings) -> Iterator[Odd]:
    """Find windows in which no two scrapes fit, so that nothing is ever seen."""
    pipelines = {"telemetry": world.telemetry} | {
        f"loops.{name}.telemetry": loop.telemetry
        for name, loop in world.loops.items()
        if loop.telemetry is not None
    }
    for path, one in pipelines.items():
        if one.window < one.scrape:
            scrape = spell(one.scrape)
            yield f"{path}.window", f"is {spell(one.window)}, shorter than a scrape ({scrape})"


def hasty_liveness(world: WorldSettings) -> Iterator[Odd]:
    """Find liveness and startup probes that end containers before they have booted, as a rule."""
    for name, service in world.services.items():
        probes, boot = service.probes, service.boot.expectation()
        kind: ProbeKind = "liveness" if probes.startup is None else "startup"
        probe = probes.of(kind)
        if probe is None:
            continue
        patience = probe.initialDelaySeconds + probe.periodSeconds * (probe.failureThreshold - 1)
        if boot > patience:
            given = (
                f"gives up after {spell(float(patience))} of a boot of {spell(boot)} in the mean"
            )
            yield f"services.{name}.probes.{kind}", given


def idle_operations(world: WorldSettings) -> Iterator[Odd]:
    """Find operations that nobody asks for."""
    reached = Flow(world).reachable()
    for name, service in world.services.items():
        for operation in service.operations:
            if f"{name}.{operation}" not in reached:
                yield f"services.{name}.operations.{operation}", "is never called"


LOOKS: Final = (
    offered_load,
    filling_storage,
    short_timeouts,
    stacked_retries,
    narrow_windows,
    hasty_liveness,
    idle_operations,
    rivals,
    *FAULT_LOOKS,
)
# Looks that find something only where they find it with every strategy.
IN_ALL: Final = (lost_controllers,)
