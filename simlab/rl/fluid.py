"""Episodes of the fluid tier: actions go into a tank, features and money come out.

The same text for one episode and for many; `autoscale` and `vector` make environments of it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simlab.controllers.learning.features import DAY, HOUR, Amount, hours, ratios
from simlab.controllers.learning.moves import asked
from simlab.core import Seconds
from simlab.model.settings.world import WorldSettings
from simlab.rl.setup import Setup, views
from simlab.rl.tank import MANY, Tank, Whole
from simlab.rl.workloads import Floats, counted, of_scenario, synthetic, uniforms


@dataclass(frozen=True)
class Trace:
    """What comes in an episode.

    Args:
        rates: In each tick, per second; shape (ticks,) or (ticks, episodes).
        seen: What telemetry tells of it at the beginning of each tick.
    """

    rates: Any
    seen: Any


class Traces:
    """Makes the traces of an environment, from seeds."""

    def __init__(self, setup: Setup, world: WorldSettings) -> None:
        self._setup, self._world = setup, world
        self.model = setup.model(world)
        self.views = views(setup, self.model)
        self.ticks = setup.steps(world) * self.views.period
        third = self.model.capacity * setup.max_replicas / 3.0
        self._mean = third if setup.mean_rate is None else setup.mean_rate

    def rates(self, seed: int, start: Seconds = 0.0) -> Floats:
        """Return the expected rates of all ticks, those before the first action included.

        The first action is when a loop of that period, which begins with the load, can first tell
        its trends; what would lie before the load's beginning is as its beginning.
        """
        setup, views = self._setup, self.views
        first = int(start / setup.tick_s) + views.first * views.period - views.lead
        before, ticks = max(-first, 0), max(first, 0) + views.lead + self.ticks
        if setup.workload == "scenario":
            made = of_scenario(self._world, self.model.visits, seed, setup.tick_s, ticks)
        else:
            made = synthetic(setup.workload, seed, self._mean, setup.tick_s, ticks)
        padded = np.concatenate([np.full(before, made[0]), made])[max(first, 0) :]
        return padded[: views.lead + self.ticks] * self.scale(seed)

    def scale(self, seed: int) -> float:
        """Return what an episode's load is multiplied by."""
        low, high = self._setup.randomize.get("scale", (1.0, 1.0))
        return float(low + (high - low) * uniforms(seed, "scale", 1)[0])

    def trace(self, seed: int, start: Seconds = 0.0) -> Trace:
        """Return an episode's trace, with the noise of counting."""
        return self.seen(counted(self.rates(seed, start), seed, self._setup.tick_s))

    def seen(self, rates: Floats) -> Trace:
        """Return a trace of these rates, with what telemetry will tell of them."""
        width, delay = self.views.width, self.views.delay
        told = np.zeros(len(rates) + 1)
        for back in range(width):
            shift = delay + width - back  # The oldest first.
            told[shift:] += rates[: len(told) - shift]
        return Trace(rates, told / width)


@dataclass
class Spent:
    """What an interval came to; in USD where it is money."""

    replica: Amount
    slo: Amount
    churn: Amount
    replica_hours: Amount
    requests: Amount
    late: Amount
    dropped: Amount
    ops: Amount

    @property
    def total(self) -> Amount:
        return self.replica + self.slo + self.churn


class Episode:
    """One episode, or many side by side.

    Args:
        by: `ONE` or `MANY`.
        trace: For many, shape (ticks, episodes).
        start: Replicas at first; None: the scenario's.
    """

    def __init__(
        self, by: Whole, setup: Setup, traces: Traces, trace: Trace, *, zero: Amount,
        start: float | None = None,
    ) -> None:  # fmt: skip
        self._by, self._setup, self._views, self._trace = by, setup, traces.views, trace
        self.model, self._moves, self._guard = traces.model, setup.moves, setup.guard
        self._values: Any = [1.0 if one is None else one for one in map(
            self._moves.value, range(len(self._moves)))]  # fmt: skip
        if by is MANY:
            self._values = np.array(self._values)
        replicas = self.model.replicas if start is None else start
        self.tank = Tank(
            by, self.model, zero=zero, start=float(min(replicas, setup.max_replicas)),
            most=setup.max_replicas, tick=setup.tick_s, kept=self._views.kept,
        )  # fmt: skip
        self._since_up: Amount = zero + DAY
        self._scales = setup.scales
        self.ticks = traces.ticks
        for at in range(self._views.lead):
            self.tank.run(trace.rates[at])

    @property
    def time(self) -> Seconds:
        """Return the time since the first action could be taken."""
        return (self.tank.at - self._views.lead) * self._setup.tick_s

    @property
    def over(self) -> bool:
        """Whether the trace has ended."""
        return self.tank.at - self._views.lead >= self.ticks

    @property
    def load(self) -> Amount:
        """Return the arrivals a second that telemetry tells now."""
        return self._trace.seen[self.tank.at]

    def features(self) -> tuple[Amount, ...]:
        """Return all features, not yet cut, in their order."""
        by, tank, at, back = self._by, self.tank, self.tank.at, self._views.period
        first = at - self._views.kept
        served, can, arrivals, late, dropped = tank.window(first, first + self._views.width)
        seen, some = self._trace.seen, by.most(arrivals, 1e-9)
        values = ratios(
            utilization=served / by.most(can, 1e-9),
            ready=tank.ready,
            pending=by.most(tank.wanted - tank.ready, tank.zero),
            wanted=by.most(tank.wanted, 1.0),
            serving=by.most(tank.ready, 1.0),
            load=seen[at],
            before=seen[at - back],
            earlier=seen[at - 2 * back],
            backlog=tank.inside,
            capacity=self.model.capacity,
            scales=self._scales,
        )
        sine, cosine = hours(self.time)
        errors, zero = dropped / some, tank.zero
        age = tank.age * (self._setup.tick_s / HOUR)
        bad = (late + dropped) / some
        return (*values, bad, zero + sine, zero + cosine, zero, errors, age)

    def act(self, action: Any) -> Spent:
        """Take an action (of each episode), let a period pass, and return what it came to."""
        by, tank, wanted = self._by, self.tank, self.tank.wanted
        restarts = action == (-1 if self._moves.restart is None else self._moves.restart)
        count = asked(
            by, self._moves.mode, self._values[action], load=self.load, backlog=tank.inside,
            capacity=self.model.capacity, wanted=wanted,
        )  # fmt: skip
        count = by.where(restarts, wanted, count)
        count = self._guard.bound(by, count, wanted, self._since_up)
        self._since_up = by.where(count > wanted, 0.0, self._since_up) + self._setup.period_s
        ops = by.where(count == wanted, 0.0, 1.0)
        gone = tank.scale(count)
        tank.restart(restarts)
        return self._pass(gone * self.model.linger, ops)

    def _pass(self, held: Amount, ops: Amount) -> Spent:
        zero, tick, prices = self.tank.zero, self._setup.tick_s, self.model.prices
        requests, late, dropped = zero, zero, zero
        for _ in range(self._views.period):
            held = held + self.tank.exist * tick
            arrivals, slow, lost = self.tank.run(self._trace.rates[self.tank.at])
            requests, late, dropped = requests + arrivals, late + slow, dropped + lost
        replica_hours = held / HOUR
        return Spent(
            replica=replica_hours * prices.replica_hour,
            slo=(late + dropped) * prices.bad_request,
            churn=ops * prices.scaling,
            replica_hours=replica_hours,
            requests=requests,
            late=late,
            dropped=dropped,
            ops=ops,
        )
