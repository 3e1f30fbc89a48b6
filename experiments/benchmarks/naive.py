"""The rival: the same system as one writes it in plain SimPy, a process a request and Resources.

Calls in sequence, first-come-first-served cores and slots, time-outs, retries, breaker, budget,
latency, loss, errors; the same picks, the same addressed draws. Only for the benchmark: no
telemetry, no control side, no forks, and not identical with the engine where events tie.
"""

from collections.abc import Generator
from math import inf
from typing import Any

import simpy

from simlab.core import REFUSED, Outcome, Purpose, Site, Tag, root
from simlab.load import Arrivals
from simlab.model.settings import CallStep, CpuStep, LinkSettings, ServiceSettings, WorldSettings

Events = Generator[simpy.Event, Any, Any]
IN_FULL = 1 << 30


class Replica:
    def __init__(self, env: simpy.Environment, settings: ServiceSettings) -> None:
        slots = settings.slots
        self.slots = simpy.Resource(env, capacity=IN_FULL if slots == inf else int(slots))
        self.cores = simpy.Resource(env, capacity=int(settings.cores))


class Client:
    def __init__(self, settings: LinkSettings, endpoints: int) -> None:
        self.settings = settings
        self.picker = settings.balancer.build()
        for endpoint in range(endpoints):
            self.picker.add(endpoint, 0.0)
        self.breaker = settings.breaker.build() if settings.breaker else None
        self.retry = settings.retry.build() if settings.retry else None
        self.latency = settings.latency.sampler() if settings.latency else None
        self.timeout = inf if settings.timeout is None else settings.timeout


class Naive:
    """One run of `world`, whose links are shared by all replicas of a service."""

    def __init__(self, world: WorldSettings, *, seed: int) -> None:
        self.env, self.world, self.seed = simpy.Environment(), world, seed
        self.replicas = {
            name: [Replica(self.env, one) for _ in range(one.replicas)]
            for name, one in world.services.items()
        }
        self.clients = {
            name: Client(one, world.services[name.split("->")[1]].replicas)
            for name, one in world.links.items()
        }
        self.works = {
            name: [
                (step.cpu.base.sampler() if isinstance(step, CpuStep) else step)
                for step in one.operations["get"].steps
            ]
            for name, one in world.services.items()
        }
        self.latencies: list[float] = []
        self.outcomes = [0] * len(Outcome)
        for name in world.load:
            self.env.process(self._arrivals(name))

    def run(self) -> None:
        """Run to the end of the arrivals, and of all that is under way then."""
        self.env.run()

    def _arrivals(self, name: str) -> Events:
        settings = self.world.load[name]
        callee = next(iter(settings.to)).split(".")[0]
        arrivals = Arrivals(settings, seed=self.seed, replication=0, name=name)
        site = Site(root(self.seed, 0, f"load.{name}"))
        time = arrivals.next()
        while time < self.world.duration:
            yield self.env.timeout(time - self.env.now)
            self.env.process(self._request(f"{name}->{callee}", site, arrivals.number))
            time = arrivals.next()

    def _request(self, link: str, site: Site, number: int) -> Events:
        began = self.env.now
        outcome = yield from self._call(link, site, number)
        self.outcomes[outcome] += 1
        self.latencies.append(self.env.now - began)

    def _call(self, link: str, site: Site, number: int) -> Events:
        client, env, tries, waited = self.clients[link], self.env, 0, 0.0
        retry = client.retry
        if retry is not None:
            retry.begin(env.now)
        while True:
            tries += 1
            breaker, ticket, began = client.breaker, 0, env.now
            if breaker is not None:
                ticket = breaker.admit(began, 0.5)
            if ticket == REFUSED:
                outcome = Outcome.OPEN
            else:
                here = site.child(Tag.TRY, tries)
                outcome = yield from self._attempt(link, client, here, number)
                if breaker is not None:
                    breaker.record(ticket, env.now, outcome, env.now - began)
            if outcome <= Outcome.DEGRADED or retry is None:
                break
            luck = site.stream(Purpose.JITTER).uniform(number, tries)
            wait = retry.after(tries, outcome, env.now, luck, waited)
            if wait is None:
                break
            waited = wait
            yield env.timeout(wait)
        if retry is not None:
            retry.end(outcome, env.now)
        return outcome

    def _attempt(self, link: str, client: Client, site: Site, number: int) -> Events:
        env, began = self.env, self.env.now
        endpoint = client.picker.pick(began, site.stream(Purpose.PICK).uniform(number))
        visit = env.process(self._visit(link, client, endpoint, site, number))
        if client.timeout < inf:
            yield visit | env.timeout(client.timeout)
            outcome = visit.value if visit.triggered else Outcome.TIMEOUT
        else:
            outcome = yield visit
        client.picker.record(endpoint, env.now, outcome, env.now - began)
        return outcome

    def _visit(self, link: str, client: Client, endpoint: int, site: Site, number: int) -> Events:
        env, callee, loss = self.env, link.split("->")[1], client.settings.loss
        replica, settings = self.replicas[callee][endpoint], self.world.services[callee]
        if loss > 0.0 and site.stream(Purpose.LOST_OUT).uniform(number) < loss:
            yield env.event()
        if client.latency is not None:
            yield env.timeout(client.latency.draw(site.stream(Purpose.OUT), number))
        outcome = Outcome.OVERLOADED
        if len(replica.slots.queue) < settings.line:
            with replica.slots.request() as slot:
                yield slot
                outcome = yield from self._steps(callee, replica, settings, site, number)
        if loss > 0.0 and site.stream(Purpose.LOST_BACK).uniform(number) < loss:
            yield env.event()
        if client.latency is not None:
            yield env.timeout(client.latency.draw(site.stream(Purpose.BACK), number))
        return outcome

    def _steps(
        self, name: str, replica: Replica, settings: ServiceSettings, site: Site, number: int
    ) -> Events:
        errors = settings.operations["get"].errors.share
        fails = errors > 0.0 and site.stream(Purpose.ERROR).uniform(number) < errors
        for at, work in enumerate(self.works[name]):
            here = site.child(Tag.STEP, at)
            if isinstance(work, CallStep):
                callee = work.call.split(".")[0]
                outcome = yield from self._call(f"{name}->{callee}", here, number)
                if outcome > Outcome.DEGRADED:
                    return Outcome.DEPENDENCY
            else:
                with replica.cores.request() as core:
                    yield core
                    yield self.env.timeout(work.draw(here.stream(Purpose.WORK), number))
        return Outcome.ERROR if fails else Outcome.OK
