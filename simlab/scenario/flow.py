"""Flow: how often operations are asked, how much work they are, how fast they can be at best.

All in the mean and without failures, retries and waiting: what is offered, not what will happen.

Longer than most: every kind of step is looked at for its calls, its work and its least time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum

from simlab.controllers.healing import PROBE_KINDS
from simlab.core import Seconds
from simlab.load import Arrivals, SourceSettings
from simlab.model.settings.steps import (
    Amount,
    CallStep,
    CpuStep,
    DoStep,
    ParallelStep,
    StepSettings,
    WaitStep,
)
from simlab.model.settings.world import WorldSettings

Means = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """A call in an operation: of what, and how often for one execution in the mean."""

    operation: str
    times: float


class Flow:
    """The calls of a world in which no calls go in a circle."""

    def __init__(self, world: WorldSettings) -> None:
        self._world = world
        self._fastest: dict[str, Seconds] = {}

    def steps(self, operation: str) -> tuple[StepSettings, ...]:
        """Return the steps of ``service.operation``."""
        service, _, name = operation.partition(".")
        return self._world.services[service].operations[name].steps

    def calls(self, operation: str) -> list[str]:
        """Return what `operation` may call, each once, in order."""
        found = _asked(self.steps(operation), {}, 1.0)
        return list(dict.fromkeys(one.operation for one in found))

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield every (link, operation) that is called."""
        for source, settings in self._world.load.items():
            for operation in settings.to:
                yield f"{source}->{operation.partition('.')[0]}", operation
        for name, service in self._world.services.items():
            for one in service.operations:
                for operation in self.calls(f"{name}.{one}"):
                    yield f"{name}->{operation.partition('.')[0]}", operation

    def reachable(self) -> set[str]:
        """Return the operations that the load and probes come to."""
        todo = [to for source in self._world.load.values() for to in source.to]
        todo += self._probed()
        seen: set[str] = set()
        while todo:
            operation = todo.pop()
            if operation not in seen:
                seen.add(operation)
                todo += self.calls(operation)
        return seen

    def _probed(self) -> Iterator[str]:
        """Yield the operations that the platform and healers ask for."""
        for name, service in self._world.services.items():
            for kind in PROBE_KINDS:
                probe = service.probes.of(kind)
                if probe is not None and probe.operation is not None:
                    yield f"{name}.{probe.operation}"
        for loop in self._world.loops.values():
            for name, wish in getattr(loop, "probes", {}).items():
                if wish.operation is not None:
                    yield f"{name}.{wish.operation}"

    def demand(self) -> dict[str, float]:
        """Return the cores that each service needs for its work, in the mean over the run."""
        cores = dict.fromkeys(self._world.services, 0.0)
        for operation, rate, means in self._offered():
            cores[operation.partition(".")[0]] += rate * _work(self.steps(operation), means)
        return cores

    def rates(self) -> dict[str, float]:
        """Return how many operations of each service are asked for a second, in the mean."""
        rates = dict.fromkeys(self._world.services, 0.0)
        for operation, rate, _ in self._offered():
            rates[operation.partition(".")[0]] += rate
        return rates

    def _offered(self) -> Iterator[tuple[str, float, Means]]:
        """Yield operations with the rate at which a source comes to ask for them."""
        for name, source in self._world.load.items():
            means = {key: law.expectation() for key, law in self._world.carries.items()}
            means |= {key: law.expectation() for key, law in source.carries.items()}
            rate = self._rate(name, source)
            for operation, share in source.to.items():
                for one, asked in self._spread(operation, rate * share, means).items():
                    yield one, asked, means

    def visits(self, service: str) -> dict[str, float]:
        """Return, by source, the share of its requests that ask `service`, if there are any."""
        found = {}
        for name, source in self._world.load.items():
            shares = [share for to, share in source.to.items() if to.partition(".")[0] == service]
            if shares:
                found[name] = fsum(shares)
        return found

    def rate_to(self, service: str) -> float:
        """Return how often sources ask `service` in a second, in the mean over the run."""
        return fsum(
            self._rate(name, self._world.load[name]) * share
            for name, share in self.visits(service).items()
        )

    def elsewhere(self, operation: str) -> Seconds:
        """Return the mean time that `operation` spends in waits and calls."""
        total = 0.0
        for step, taken in _parts(self.steps(operation), {}, 1.0):
            if isinstance(step, WaitStep):
                total += taken * _mean_amount(step.wait, {})
            elif isinstance(step, CallStep):
                caller, callee = operation.partition(".")[0], step.call.partition(".")[0]
                latency = self._world.links[f"{caller}->{callee}"].latency
                travel = 0.0 if latency is None else 2 * latency.expectation()
                work = _work(self.steps(step.call), {})
                total += taken * (travel + work + self.elsewhere(step.call))
        return total

    def _rate(self, name: str, source: SourceSettings) -> float:
        """Return the mean rate of a source; 0 for users, who wait when it takes long."""
        if source.users is not None:
            return 0.0
        arrivals = Arrivals(source, seed=0, replication=0, name=name)
        return arrivals.volume(0.0, self._world.duration) / self._world.duration

    def _spread(self, operation: str, rate: float, means: Means) -> dict[str, float]:
        """Return the rates of `operation`, asked for at `rate`, and of all below it."""
        rates: dict[str, float] = {operation: rate}
        for one in self._below(operation):
            for call in _asked(self.steps(one), means, 1.0):
                rates[call.operation] = rates.get(call.operation, 0.0) + rates[one] * call.times
        return rates

    def _below(self, operation: str) -> list[str]:
        """Return `operation` and what it calls, callers before callees."""
        order: list[str] = []
        done: set[str] = set()

        def visit(one: str) -> None:
            if one not in done:
                done.add(one)
                for callee in self.calls(one):
                    visit(callee)
                order.append(one)

        visit(operation)
        return order[::-1]

    def answer(self, link: str, operation: str) -> Seconds:
        """Return the least time from a first attempt over `link` to a good answer."""
        latency = self._world.links[link].latency
        travel = 0.0 if latency is None else 2 * latency.infimum()
        return travel + self.fastest(operation)

    def fastest(self, operation: str) -> Seconds:
        """Return the least time in which `operation` can be done well."""
        if operation not in self._fastest:
            self._fastest[operation] = self._least(operation, self.steps(operation))
        return self._fastest[operation]

    def _least(self, operation: str, steps: tuple[StepSettings, ...]) -> Seconds:
        total = 0.0
        for step in steps:
            least = self._least_of(operation, step)
            if step.chance < 1 or step.optional or step.else_:
                least = min(least, self._least(operation, step.else_))
            total += least
        return total

    def _least_of(self, operation: str, step: StepSettings) -> Seconds:
        service = operation.partition(".")[0]
        match step:
            case CpuStep(cpu=amount):
                return _least_amount(amount) / min(1.0, self._world.services[service].cores)
            case WaitStep(wait=amount):
                return _least_amount(amount)
            case CallStep(call=callee):
                return self.answer(f"{service}->{callee.partition('.')[0]}", callee)
            case ParallelStep(parallel=branches):
                return max(self._least(operation, branch) for branch in branches)
            case DoStep(do=inner, times=times):
                rounds = times if isinstance(times, int) else 0
                return rounds * self._least(operation, inner)


def _least_amount(amount: Amount) -> float:
    """Return the least that `amount` can be; what requests carry may be nothing."""
    return amount.base.infimum()


def _mean_amount(amount: Amount, means: Means) -> float:
    total = amount.base.expectation()
    for name, law in amount.per.items():
        total += means.get(name, 1.0) * law.expectation()
    return total


def _parts(
    steps: tuple[StepSettings, ...], means: Means, times: float
) -> Iterator[tuple[StepSettings, float]]:
    """Yield all steps, inner ones too, with how often each is taken."""
    for step in steps:
        taken = times * step.chance
        yield step, taken
        yield from _parts(step.else_, means, times - taken)
        if isinstance(step, ParallelStep):
            for branch in step.parallel:
                yield from _parts(branch, means, taken)
        elif isinstance(step, DoStep):
            rounds = step.times if isinstance(step.times, int) else means.get(step.times, 1.0)
            yield from _parts(step.do, means, taken * rounds)


def _asked(steps: tuple[StepSettings, ...], means: Means, times: float) -> list[Asked]:
    return [
        Asked(step.call, taken)
        for step, taken in _parts(steps, means, times)
        if isinstance(step, CallStep)
    ]


def _work(steps: tuple[StepSettings, ...], means: Means) -> float:
    total = 0.0
    for step, taken in _parts(steps, means, 1.0):
        if isinstance(step, CpuStep):
            total += taken * _mean_amount(step.cpu, means)
    return total
