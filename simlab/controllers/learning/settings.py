"""Settings of the Q-learning agent (`agent`), with what it learns by and what it plays from.

Longer than most: an agent has many settings, and `__post_init__` checks each of them.
"""

# ruff: noqa: N815 (autoscalers' field names)

from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from simlab.controllers.checks import require_counts
from simlab.controllers.learning.agent import QLearning
from simlab.controllers.learning.features import BucketSettings, Scales
from simlab.controllers.learning.moves import Guard, Moves, moves_of
from simlab.controllers.learning.policy import Policy, read_policy
from simlab.controllers.learning.watching import Watcher
from simlab.core import (
    Count,
    File,
    Number,
    PerSecond,
    Ratio,
    Seconds,
    Selector,
    Settings,
    TelemetrySettings,
    require,
    require_not_negative,
    require_positive,
    require_share,
)

BUCKETS: Final = (
    BucketSettings(feature="trend", edges=(-0.4, -0.15, -0.05, 0.05, 0.15, 0.4)),
    BucketSettings(feature="backlog", edges=(0.1, 0.3, 1.0)),
)
FOUNDING: Final = (
    BucketSettings(feature="utilization", edges=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)),
    BucketSettings(feature="memory", edges=(0.25, 0.5, 0.75, 0.9)),
    BucketSettings(feature="errors", edges=(0.001, 0.01, 0.05, 0.2)),
)


@dataclass(frozen=True, kw_only=True)
class Schedule(Settings):
    """A share that falls (or rises) along a line.

    Args:
        first: At the first step.
        last: From step `over` on.
        over: Steps from the one to the other.
    """

    first: Ratio
    last: Ratio
    over: Count

    def __post_init__(self) -> None:
        require_share(first=self.first, last=self.last)
        require_counts(1, over=self.over)

    def at(self, step: int) -> Ratio:
        """Return the share at a step, from 0 on."""
        along = min(step / self.over, 1.0)
        return self.first + (self.last - self.first) * along


@dataclass(frozen=True, kw_only=True)
class Prices(Settings):
    """What an agent's reward is made of: money, with the sign turned.

    Args:
        replica_hour: Of a replica that exists, for an hour.
        bad_request: Of a request that failed or was late.
        scaling: Of a decision that changes how many replicas are wanted.
    """

    replica_hour: Number = 0.05
    bad_request: Number = 0.00005
    scaling: Number = 0.0005

    def __post_init__(self) -> None:
        require_not_negative(
            replica_hour=self.replica_hour, bad_request=self.bad_request, scaling=self.scaling
        )


@dataclass(frozen=True, kw_only=True)
class QLearningSettings(Settings):
    """A tabular Q-learning agent that scales one service; and may restart it.

    With a `file` it plays what was trained; without one it learns while it runs, from nothing. The
    defaults of alpha, gamma and epsilon are those of the founding agent. A table counts for one
    service, one period, one greatest count: where a setting differs from what its file was trained
    with, the file is refused.

    Args:
        target: The service to scale.
        minReplicas: The least count it may decide.
        maxReplicas: The greatest count.
        file: A policy that was trained; None: a table of zeros.
        learn: Whether it explores and learns while it runs; None: only where there is no file.
        actions: ``headroom``: eight target utilizations; ``delta``: so many more or less;
            ``absolute``: each count; ``founding``: do nothing, one more, one less, restart.
        restart: Whether a restart of the service is one more action.
        buckets: What makes the state; empty: the file's, else trend and backlog, or for
            ``founding`` utilization, memory and errors.
        period: From one decision to the next.
        capacity: Requests a second that one replica can serve; None: as the file says, else it is
            told by load and utilization.
        patience: What a backlog is compared with; None: as the file says, else 10 s.
        within: A latency above it is bad; None: as the file says, else only failures are bad.
        alpha: How far an update moves what is known; a share, or {first, last, over: STEPS}.
        gamma: What a cost one step later counts.
        epsilon: How often it explores; a share, or {first, last, over: STEPS}.
        prices: What its reward is made of.
        maxStep: The most replicas that one decision adds or removes; None: no bound.
        stabilization: After an addition, nothing is removed for so long.
        fallback: The target utilization where it has not learned enough to decide; None: it holds.
        leastVisits: How often an action must have been tried to be played.
        stale: What was measured longer ago is not known.
        telemetry: A pipeline of its own; None: the scenario's.
    """

    kind: Literal["qlearning"] = "qlearning"
    target: Selector
    minReplicas: Count = 1
    maxReplicas: Count = 10
    file: File | None = None
    learn: bool | None = None
    actions: Literal["headroom", "delta", "absolute", "founding"] = "headroom"
    restart: bool = False
    buckets: tuple[BucketSettings, ...] = ()
    period: Seconds = 15.0
    capacity: PerSecond | None = None
    patience: Seconds | None = None
    within: Seconds | None = None
    alpha: Ratio | Schedule = 0.1
    gamma: Ratio = 0.9
    epsilon: Ratio | Schedule = 0.1
    prices: Prices = field(default_factory=Prices)
    maxStep: Count | None = None
    stabilization: Seconds = 60.0
    fallback: Ratio | None = 0.62
    leastVisits: Count = 10
    stale: Seconds = 120.0
    telemetry: TelemetrySettings | None = None

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        "minReplicas",
        "alpha",
        "gamma",
        "epsilon",
        "maxStep",
        "stabilization",
        "fallback",
        "leastVisits",
    )

    def __post_init__(self) -> None:
        require_counts(0, minReplicas=self.minReplicas, leastVisits=self.leastVisits)
        require_counts(1, maxReplicas=self.maxReplicas)
        require(
            self.minReplicas <= self.maxReplicas,
            f"minReplicas must not be above maxReplicas, got {self.minReplicas:g} and "
            f"{self.maxReplicas:g}",
        )
        require(self.learn is not False or self.file is not None, "learn must be true without file")
        require_positive(period=self.period, stale=self.stale)
        for name in ("capacity", "patience", "within", "maxStep", "fallback"):
            value = getattr(self, name)
            require_positive(**{} if value is None else {name: value})
        require_share(gamma=self.gamma)
        for name in ("alpha", "epsilon"):
            value = getattr(self, name)
            require_share(**{} if isinstance(value, Schedule) else {name: value})
        require_share(fallback=self.fallback or 0.0)
        require_not_negative(stabilization=self.stabilization)
        if self.maxStep is not None:
            require_counts(1, maxStep=self.maxStep)
        if self.file is not None:
            self._check_against(read_policy(self.file))

    def _check_against(self, policy: Policy) -> None:
        """Raise ``ValueError`` where `policy` was trained for something else."""
        trained = {
            "period": policy.period,
            "maxReplicas": policy.scales.most,
            "actions": policy.moves.mode,
            "restart": policy.moves.restart is not None or None,
            "capacity": policy.capacity,
            "patience": policy.scales.patience,
            "within": policy.within,
            "buckets": policy.buckets,
        }
        for name, value in trained.items():
            mine = getattr(self, name)
            if mine in (None, ()) or (name == "restart" and self.actions == "founding"):
                continue
            same = bool(mine) == bool(value) if name == "restart" else mine == value
            require(same, f"{name} must be as {self.file} was trained with: {_said(value)}")

    @property
    def policy(self) -> Policy | None:
        """Return what the file holds."""
        return None if self.file is None else read_policy(self.file)

    @property
    def learns(self) -> bool:
        """Whether it learns while it runs."""
        return self.file is None if self.learn is None else self.learn

    @property
    def states(self) -> tuple[BucketSettings, ...]:
        """Return what makes the state."""
        if self.policy is not None:
            return self.policy.buckets
        return self.buckets or (FOUNDING if self.actions == "founding" else BUCKETS)

    @property
    def moves(self) -> Moves:
        """Return the actions."""
        if self.policy is not None:
            return self.policy.moves
        return moves_of(self.actions, self.minReplicas, self.maxReplicas, restart=self.restart)

    @property
    def scales(self) -> Scales:
        """Return what makes numbers dimensionless."""
        if self.policy is not None:
            return self.policy.scales
        return Scales(self.maxReplicas, 10.0 if self.patience is None else self.patience)

    def watcher(self) -> Watcher:
        """Return what looks at the service."""
        policy, capacity, within = self.policy, self.capacity, self.within
        if policy is not None:
            capacity = policy.capacity if capacity is None else capacity
            within = policy.within if within is None else within
        return Watcher(scales=self.scales, capacity=capacity, within=within, stale=self.stale)

    @property
    def guard(self) -> Guard:
        """Return the rails."""
        return Guard(self.minReplicas, self.maxReplicas, self.maxStep, self.stabilization)

    def build(self) -> QLearning:
        return QLearning(self)


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{one.feature} at {list(one.edges)}" for one in value) or "none"
    return "none" if value in (None, False) else f"{value}"
