"""Plans: what is to be done about an issue, what should come of it, and the way back.

`replicas` of ScaleUp and ScaleDown is an increment; the executor reads what is wanted and sends
absolute counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from simlab.controllers.mapek.symptoms import Goal
from simlab.core import Seconds

Value: TypeAlias = float | str | None


@dataclass(frozen=True, slots=True)
class RestartService:
    """Restart replicas of `service`: all, one at a time, or those numbered `replicas`."""

    service: str
    replicas: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ScaleUp:
    """Add `replicas` to what is wanted of `service`, up to `most`."""

    service: str
    replicas: int
    most: int


@dataclass(frozen=True, slots=True)
class ScaleDown:
    """Take `replicas` from what is wanted of `service`; one always stays."""

    service: str
    replicas: int


@dataclass(frozen=True, slots=True)
class ChangeConfig:
    """Set each path to its value; `before` is what stands there, for the way back."""

    service: str
    config: Mapping[str, Value]
    before: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MoveTraffic:
    """Send `percentage` of the calls meant for `service` to service `to`; 0 gives all back."""

    service: str
    to: str
    percentage: float


@dataclass(frozen=True, slots=True)
class CleanupResources:
    """Free storage and caches of `service`."""

    service: str


@dataclass(frozen=True, slots=True)
class CustomAction:
    """Anything else, about `service`."""

    service: str
    name: str
    params: Mapping[str, Value] = field(default_factory=dict)


RecoveryAction: TypeAlias = (
    RestartService
    | ScaleUp
    | ScaleDown
    | ChangeConfig
    | MoveTraffic
    | CleanupResources
    | CustomAction
)
NAMES = {
    RestartService: "RestartService",
    ScaleUp: "ScaleUp",
    ScaleDown: "ScaleDown",
    ChangeConfig: "UpdateConfig",
    MoveTraffic: "SwitchTraffic",
    CleanupResources: "CleanupResources",
    CustomAction: "Custom",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedOutcome:
    """What a plan should bring about: all of `goals`, seen from `settle` after its last action on.

    Args:
        deadline: From the plan's start until it has failed, in seconds.
    """

    goals: tuple[Goal, ...]
    settle: Seconds
    deadline: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPlan:
    """A plan.

    Args:
        id: The loop's count of plans.
        issue: The type of the issue, or ``Calm``.
        target: The root cause.
        strategy: What it is called, and what history knows it by.
        trust: How often, as far as is known, this strategy has worked here.
        rollback_plan: What undoes its actions, in order; empty where nothing can or need be.
    """

    id: int
    issue: str
    target: str
    service: str
    strategy: str
    trust: float
    actions: tuple[RecoveryAction, ...]
    expected_outcome: ExpectedOutcome
    rollback_plan: tuple[RecoveryAction, ...] = ()
    at: Seconds = 0.0

    def data(self) -> dict[str, Any]:
        """Return its details, as a finding has them."""
        return {
            "plan": self.id,
            "issue": self.issue,
            "service": self.service,
            "trust": round(self.trust, 4),
            "actions": [told(one) for one in self.actions],
            "rollback": [told(one) for one in self.rollback_plan],
            "expected": [
                f"{one.measure} {one.relation} {one.value:g}" for one in self.expected_outcome.goals
            ],
            "settle": self.expected_outcome.settle,
            "deadline": self.expected_outcome.deadline,
        }


def told(action: RecoveryAction) -> dict[str, Any]:
    """Return an action as plain data."""
    row: dict[str, Any] = {"action": NAMES[type(action)]}
    for name in type(action).__dataclass_fields__:
        value = getattr(action, name)
        if isinstance(value, Mapping):
            value = dict(value)
        row[name] = list(value) if isinstance(value, tuple) else value
    return row
