"""The request level: `Simlab/AutoscaleDES-v0`, and `Simlab/SelfHeal-v0` with leaks and crashes.

A world runs from one control instant to the next. What is observed there is what a loop of that
period would see, through the scenario's telemetry; an action is asked for at that very instant, as
such a loop would, and takes effect through the actuator. So a policy decides here as it will as a
strategy of the scenario. What is unknown reads as the low end, and is named in `info`. Costs are
the world's own books, not telemetry.

Longer than most: an environment has many small methods, and two of them share this one.
"""

from dataclasses import replace
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from simlab.controllers.learning import Watcher
from simlab.controllers.learning.features import FEATURES, HOUR, LOW, Sight
from simlab.controllers.learning.moves import ONE
from simlab.core import Decision, Observation, Restart, ScaleTo, Seconds, UserError
from simlab.load import SourceSettings, StepsSettings
from simlab.model import World
from simlab.model.ledger import Spent as Books
from simlab.model.settings.world import WorldSettings
from simlab.rl.autoscale import Observed, checked, chosen, churn, going_on, legal, space, told
from simlab.rl.default import DEFAULT, HEALING
from simlab.rl.fluid import Spent, Traces
from simlab.rl.seeds import check_seed, drawn
from simlab.rl.setup import Scenario, Setup

NAME = "agent"


class Eyes:
    """A `Loop` that looks, and leaves the deciding to whoever steps the environment."""

    def __init__(self, service: str, period: Seconds, watcher: Watcher) -> None:
        self.target, self.period, self._watcher = service, period, watcher
        self.sight: Sight | None = None
        self.found: dict[str, float | None] = {}

    def step(self, seen: Observation) -> Decision:
        self.sight, self.found = self._watcher.look(seen.services[self.target], seen.now)
        return Decision()


class AutoscaleDES(gym.Env[Observed, np.int64]):
    """One service of a scenario at request level. `words` are those of `Setup`."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 (Gymnasium's)
    feature_names = FEATURES
    default = DEFAULT

    def __init__(self, scenario: Scenario | None = None, **words: Any) -> None:
        self.setup = Setup(scenario=self.default if scenario is None else scenario, **words)
        self._settings = self.setup.world()
        self.traces = Traces(self.setup, self._settings)
        self.model, self.moves, self._guard = self.traces.model, self.setup.moves, self.setup.guard
        self.observation_space = space()
        self.action_space = spaces.Discrete(len(self.moves))
        self.world: World | None = None
        self.trace_seed = -1

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observed, dict[str, Any]]:
        """Begin an episode: of the `trace_seed` in `options`, else of one of the split."""
        super().reset(seed=seed)
        words, split = checked(options, ("trace_seed", "n0")), self.setup.split
        given = words.get("trace_seed")
        self.trace_seed = (
            drawn(self.np_random, split) if given is None else check_seed(given, split)
        )
        settings = self._world(self.trace_seed, words.get("n0"))
        watcher = Watcher(
            scales=self.setup.scales, capacity=self.model.capacity,
            within=None if settings.slo is None else settings.slo.within, stale=120.0,
        )  # fmt: skip
        self._eyes = Eyes(self.model.name, self.setup.period_s, watcher)
        self.world = World(settings, seed=self.trace_seed, loops={NAME: self._eyes})
        self._at, self._ids, self._last_up = self.traces.views.first, 0, -1e9
        self.world.advance(self.traces.views.first * self.setup.period_s)
        self._books = self._first = self.world.spent(self.model.name)
        observed, state = self._observe()
        return observed, {"trace_seed": self.trace_seed, **state}

    def _world(self, seed: int, start: int | None) -> WorldSettings:
        """Return the world of an episode: as long as asked, with the load that is asked for."""
        world, setup, name = self._settings, self.setup, self.model.name
        steps = self.traces.views.first + setup.steps(world)
        services = dict(world.services)
        if start is not None:
            services[name] = replace(services[name], replicas=start)
        load = {source: self._load(source, seed, one) for source, one in world.load.items()}
        return replace(world, duration=steps * setup.period_s, services=services, load=load)

    def _load(self, name: str, seed: int, source: SourceSettings) -> SourceSettings:
        if self.setup.workload == "scenario":
            return replace(source, scale=source.scale * self.traces.scale(seed))
        if len(self.model.visits) > 1 or self.model.visits.get(name) != 1.0:
            raise UserError("workload: a synthetic one needs a single source of the service alone")
        return synthetic_source(source, self.traces, seed, self.setup.tick_s)

    def step(self, action: np.int64) -> tuple[Observed, float, bool, bool, dict[str, Any]]:
        """Take `action`, let a period pass; the reward is what it cost, negative."""
        world = self.world
        assert world is not None, "reset comes first"
        going_on(world.now < world.settings.duration)
        self._act(chosen(action, len(self.moves)))
        self._at += 1
        now = self._at * self.setup.period_s
        world.advance(now)
        before, self._books = self._books, world.spent(self.model.name)
        spent = self._spent(before, self._books)
        over = now >= world.settings.duration
        observed, state = self._observe()
        info = told(spent) | state
        if over:
            info["episode_kpi"] = self._sums()
        return observed, -float(spent.total), False, over, info

    def _act(self, action: int) -> None:
        """Ask for what `action` means now; nothing where it cannot be told."""
        world, sight, name = self.world, self._eyes.sight, self.model.name
        assert world is not None, "reset comes first"
        assert sight is not None, "it has looked"
        self._ids += 1
        if action == self.moves.restart:
            world.act(NAME, Restart(name, (), self._ids))
            return
        counts = self.moves.counts(sight.load, sight.backlog, self.model.capacity, sight.wanted)
        if counts is None:
            return
        since = world.now - self._last_up
        count = int(self._guard.bound(ONE, counts[action], sight.wanted, since))
        if count > sight.wanted:
            self._last_up = world.now
        if count != sight.wanted:
            world.act(NAME, ScaleTo(name, count, self._ids))

    def _spent(self, before: Books, after: Books) -> Spent:
        prices, hours = self.model.prices, (after.exists - before.exists) / HOUR
        bad, failed = after.bad - before.bad, after.failed - before.failed
        ops = after.scalings - before.scalings
        return Spent(
            replica=hours * prices.replica_hour, slo=bad * prices.bad_request,
            churn=ops * prices.scaling, replica_hours=hours,
            requests=after.requests - before.requests, late=bad - failed, dropped=failed, ops=ops,
        )  # fmt: skip

    def _sums(self) -> dict[str, float]:
        spent = self._spent(self._first, self._books)
        return {
            "cost_usd": spent.total, "replica_hours": spent.replica_hours,
            "requests": float(spent.requests), "bad": float(spent.late + spent.dropped),
            "ops": float(spent.ops),
        }  # fmt: skip

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions lead to a count within the bounds."""
        assert self._eyes.sight is not None, "reset comes first"
        return legal(self.moves, self.setup, self._eyes.sight.wanted)

    def churn(self) -> list[float]:
        """Return by how many replicas each action would change what is wanted."""
        sight = self._eyes.sight
        assert sight is not None, "reset comes first"
        return churn(self.moves, sight.load, sight.backlog, self.model.capacity, sight)

    def render(self) -> None:
        """Show nothing: there is no render mode."""

    def _observe(self) -> tuple[Observed, dict[str, Any]]:
        sight, found = self._eyes.sight, self._eyes.found
        assert sight is not None, "it has looked"
        values = [LOW if found[name] is None else found[name] for name in FEATURES]
        state = {
            "unknown": [name for name in FEATURES if found[name] is None],
            "lambda_rps": -1.0 if sight.load is None else sight.load,
            "ready": sight.ready,
            "pending": max(sight.wanted - sight.ready, 0),
            "wanted": sight.wanted,
            "time_s": (self._at - self.traces.views.first) * self.setup.period_s,
        }
        return np.array(values, np.float32), state


def synthetic_source(
    source: SourceSettings, traces: Traces, seed: int, tick: Seconds
) -> SourceSettings:
    """Return `source` with a synthetic kind's expected rates as its shape."""
    views = traces.views
    late = views.first * views.period - views.lead  # Of the trace's first tick.
    rates = enumerate(traces.rates(seed).tolist(), late)
    points = tuple((at * tick, rate) for at, rate in rates if at >= 0)
    return replace(source, shape=(StepsSettings(points=points),), scale=1.0)


class SelfHeal(AutoscaleDES):
    """The same with leaks and crashes; the last action restarts the service."""

    default = HEALING

    def __init__(self, scenario: Scenario | None = None, **words: Any) -> None:
        super().__init__(scenario, **{"restart": True, **words})
