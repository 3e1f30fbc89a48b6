"""Goals: what a plan is expected to bring about, what undoes it, and which rules are about what."""

from collections.abc import Mapping, Sequence

from simlab.controllers.mapek.issues import Issue
from simlab.controllers.mapek.knowledge import Given
from simlab.controllers.mapek.plans import (
    ChangeConfig,
    MoveTraffic,
    RecoveryAction,
    ScaleDown,
    ScaleUp,
)
from simlab.controllers.mapek.rules import Rule
from simlab.controllers.mapek.symptoms import SEVERITIES, Goal
from simlab.controllers.mapek.thresholds import Thresholds


def applies(rule: Rule, issue: Issue) -> bool:
    """Return whether a rule is about issues like this one."""
    kinds = [one.type for one in issue.symptoms if one.subject == issue.root_cause]
    return (
        rule.issue in ("any", issue.type)
        and issue.rank >= SEVERITIES.index(rule.least) + 1
        and (rule.symptom is None or rule.symptom in kinds)
        and (rule.resource is None or rule.resource in issue.resources)
    )


def goals_of(
    issue: Issue, actions: Sequence[RecoveryAction], bounds: Mapping[str, Thresholds]
) -> tuple[Goal, ...]:
    """Return what is to hold when the actions have worked: every symptom explained is over.

    Of a service that calls no longer reach nothing is expected, but of whoever gets them.
    """
    moved = [one for one in actions if isinstance(one, MoveTraffic)]
    away = [one.service for one in moved]
    goals = [goal for one in issue.symptoms if one.service not in away for goal in one.goals]
    for one in moved:
        limits = bounds.get(one.to, Thresholds())
        path = f"services.{one.to}"
        goals += [
            Goal(measure=f"{path}.error_rate", relation="<", value=limits.error_rate),
            Goal(measure=f"{path}.latency_p99", relation="<", value=limits.latency_p99),
        ]
    return tuple(dict.fromkeys(goals))


def undone(
    actions: Sequence[RecoveryAction], given: Given | None = None
) -> tuple[RecoveryAction, ...]:
    """Return what undoes `actions`, the last one first; a restart cannot be undone."""
    back: list[RecoveryAction] = []
    for one in reversed(actions):
        match one:
            case ScaleUp():
                back.append(ScaleDown(one.service, one.replicas))
            case ScaleDown():
                back.append(ScaleUp(one.service, one.replicas, 1_000_000))
            case ChangeConfig():
                back.append(ChangeConfig(one.service, one.before, one.config))
            case MoveTraffic():
                share = 1.0 if one.percentage == 0.0 and given is not None else 0.0
                back.append(MoveTraffic(one.service, one.to, share))
    return tuple(back)
