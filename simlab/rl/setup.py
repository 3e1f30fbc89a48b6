"""What an environment is made of, from the JSON words that `gymnasium.make` is given.

Rule 1: every word is plain JSON, so that a spec can be written down. Rule 2: what a scenario says
(work, boots, prices, goal, telemetry) is taken from it; a word beside it goes before it.
"""

import json
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, TypeAlias

from simlab.controllers.learning import FEATURES, Guard, Moves, Prices, Scales, moves_of
from simlab.controllers.learning.moves import Mode
from simlab.core import Seconds, UserError, require_positive
from simlab.model.settings.world import WorldSettings
from simlab.rl.seeds import check_split
from simlab.rl.service import ServiceModel, service_model
from simlab.rl.workloads import check_workload
from simlab.scenario import load, parse

Scenario: TypeAlias = str | dict[str, Any] | WorldSettings
MODES = ("headroom", "delta", "absolute", "founding")


@dataclass(frozen=True, kw_only=True)
class Setup:
    """An environment's words.

    Args:
        scenario: A file, or a scenario as a mapping; or (from Python alone) a resolved world.
        service: The service that is scaled; None: the one that sources ask.
        workload: ``scenario``, or a synthetic kind.
        mean_rate: Of a synthetic kind; None: a third of what `max_replicas` serve.
        period_s: From one action to the next.
        tick_s: Of the fluid tier.
        episode_s: None: the scenario's duration, or for a synthetic kind a day.
        action_mode: See `controllers.learning.moves`.
        restart: Whether a restart is one more action.
        startup_s, slo_s, price_replica_hour, price_bad_per_1k, price_scale_op: None: the
            scenario's.
        max_step, stabilization_s: The rails.
        patience_s: What a backlog is compared with, in observations.
        split: Which trace seeds: ``train``, ``validation`` or ``test``.
        randomize: ``{"scale": [low, high]}``: what each episode's load is multiplied by.
    """

    scenario: Scenario
    service: str | None = None
    workload: str = "scenario"
    mean_rate: float | None = None
    period_s: Seconds = 15.0
    tick_s: Seconds = 15.0
    episode_s: Seconds | None = None
    action_mode: Mode = "headroom"
    restart: bool = False
    min_replicas: int = 1
    max_replicas: int = 16
    startup_s: Seconds | None = None
    slo_s: Seconds | None = None
    price_replica_hour: float | None = None
    price_bad_per_1k: float | None = None
    price_scale_op: float | None = None
    max_step: int | None = None
    stabilization_s: Seconds = 60.0
    patience_s: Seconds = 10.0
    split: str = "train"
    randomize: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            require_positive(
                period_s=self.period_s, tick_s=self.tick_s, patience_s=self.patience_s,
                max_replicas=self.max_replicas,
            )  # fmt: skip
        except ValueError as error:
            raise UserError(str(error)) from None
        check_split(self.split)
        check_workload(self.workload)
        if self.action_mode not in MODES:
            raise UserError(f"action_mode must be one of {', '.join(MODES)}")
        if not 0 <= self.min_replicas <= self.max_replicas:
            raise UserError("min_replicas must be from 0 to max_replicas")
        if (self.period_s / self.tick_s) % 1 != 0:
            raise UserError("period_s must be a multiple of tick_s")
        if set(self.randomize) - {"scale"}:
            raise UserError(f"randomize may hold scale, got {', '.join(self.randomize)}")

    def world(self) -> WorldSettings:
        """Return the scenario's world, with nothing deciding in it."""
        match self.scenario:
            case WorldSettings():
                world = self.scenario
            case str():
                world = load(self.scenario).resolve(None)
            case _:
                world = parse(json.dumps(self.scenario)).resolve(None)
        return replace(world, warmup=0.0)

    def model(self, world: WorldSettings) -> ServiceModel:
        """Return the service in the fluid tier's numbers."""
        model = service_model(world, self.service)
        own, bad = model.prices, self.price_bad_per_1k
        prices = Prices(
            replica_hour=_or(self.price_replica_hour, own.replica_hour),
            bad_request=own.bad_request if bad is None else bad / 1000.0,
            scaling=_or(self.price_scale_op, own.scaling),
        )
        return replace(
            model,
            prices=prices,
            startup=_or(self.startup_s, model.startup),
            within=_or(self.slo_s, model.within),
        )

    def steps(self, world: WorldSettings) -> int:
        """Return how many actions an episode has; the last may go on beyond its end."""
        length = world.duration if self.workload == "scenario" else 86400.0
        if self.episode_s is not None:
            length = self.episode_s
        return max(1, ceil(length / self.period_s - 1e-9))

    @property
    def moves(self) -> Moves:
        """Return the actions."""
        return moves_of(
            self.action_mode, self.min_replicas, self.max_replicas, restart=self.restart
        )

    @property
    def guard(self) -> Guard:
        """Return the rails."""
        return Guard(self.min_replicas, self.max_replicas, self.max_step, self.stabilization_s)

    @property
    def scales(self) -> Scales:
        """Return what makes observations dimensionless."""
        return Scales(self.max_replicas, self.patience_s)


@dataclass(frozen=True)
class Views:
    """How telemetry looks at a tank: windows of ticks.

    Args:
        width: Of a window.
        delay: From now back to a window's end.
        period: From one action to the next.
        first: Control instants from the beginning of the load to the first action: one when a
            rate is known (two scrapes are seen), and two more, so that trends are.
    """

    width: int
    delay: int
    period: int
    first: int

    @property
    def kept(self) -> int:
        return self.width + self.delay

    @property
    def lead(self) -> int:
        """Return the ticks before the first action: even the windows of trends are whole."""
        return self.kept + 2 * self.period


def views(setup: Setup, model: ServiceModel) -> Views:
    """Return how `model`'s telemetry looks, in ticks."""
    tick = setup.tick_s
    width = max(1, int(model.window / tick + 0.5))
    known = ceil((model.scrape + model.lag) / setup.period_s - 1e-9)
    delay = ceil(model.lag / tick - 1e-9)
    return Views(width, delay, int(setup.period_s / tick), known + 2)


def _or(given: float | None, else_: float) -> float:
    return else_ if given is None else given


FEATURE_NAMES = FEATURES
