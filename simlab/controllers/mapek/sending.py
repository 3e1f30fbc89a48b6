"""Sending: what a plan wishes for becomes an action; nothing, where it is in effect already.

A scaling is relative to what is wanted now, and is sent as an absolute count. What is scaled or
switched is remembered, to be given back; what is set is remembered, not to be suspected later.
Longer than most: `_action` has a few lines for each kind of wish.
"""

from simlab.controllers.mapek.knowledge import Given, KnowledgeBase
from simlab.controllers.mapek.planner_settings import PlannerSettings
from simlab.controllers.mapek.plans import (
    ChangeConfig,
    CleanupResources,
    CustomAction,
    MoveTraffic,
    RecoveryAction,
    RecoveryPlan,
    RestartService,
    ScaleDown,
    ScaleUp,
)
from simlab.core import (
    Action,
    ActionOutcome,
    CleanUp,
    Custom,
    Expected,
    Observation,
    Restart,
    ScaleTo,
    Seconds,
    SwitchTraffic,
    UpdateConfig,
)


class Sender:
    """Makes actions, and numbers them."""

    def __init__(self, settings: PlannerSettings) -> None:
        self.settings = settings
        self.ids = 0
        self._switched: dict[str, tuple[str, float]] = {}  # By service: to whom, how much.
        self._under_way: dict[int, RecoveryAction] = {}  # By the id of the action.

    def heard(self, outcome: ActionOutcome) -> None:
        """Take in what became of an action."""
        if outcome.status != "accepted":
            self._under_way.pop(outcome.action.id, None)

    def action(
        self, seen: Observation, wish: RecoveryAction, plan: RecoveryPlan, known: KnowledgeBase
    ) -> Action | None:
        """Return the action that `wish` comes to now; None where it is in effect or under way."""
        if wish in self._under_way.values():
            return None
        action = self._action(seen, wish, plan, known)
        if action is not None:
            self._under_way[action.id] = wish
        return action

    def may_restart(self, seen: Observation, wish: RestartService, known: KnowledgeBase) -> bool:
        """Return whether a restart is within its budget; one that is, is counted."""
        window = self.settings.restart_window
        if known.restarted(wish.service, seen.now, window) >= self.settings.restarts:
            return False
        times = known.restarts.get(wish.service, [])
        recent = [at for at in times if seen.now - at < window]
        known.restarts[wish.service] = [*recent, seen.now]
        return True

    def _action(
        self, seen: Observation, wish: RecoveryAction, plan: RecoveryPlan, known: KnowledgeBase
    ) -> Action | None:
        expected = expected_of(plan)
        service = seen.services.get(wish.service)
        wanted = 0 if service is None else service.wanted
        match wish:
            case ScaleUp():
                count = max(wanted, min(wanted + wish.replicas, wish.most))
                return self._scale(seen.now, wish.service, wanted, count, plan, known)
            case ScaleDown():
                count = max(1, wanted - wish.replicas)
                return self._scale(seen.now, wish.service, wanted, count, plan, known)
            case RestartService():
                self.ids += 1
                return Restart(wish.service, wish.replicas, self.ids, expected)
            case ChangeConfig():
                self.ids += 1
                known.own += list(wish.config.items())
                return UpdateConfig(wish.config, self.ids, expected)
            case MoveTraffic():
                if self._switched.get(wish.service, (wish.to, 0.0)) == (wish.to, wish.percentage):
                    return None
                self.ids += 1
                self._switched[wish.service] = (wish.to, wish.percentage)
                to = wish.to if wish.percentage > 0.0 else None
                known.given[wish.service] = Given(to=to, since=seen.now)
                return SwitchTraffic(
                    wish.service, wish.to, wish.percentage, id=self.ids, expected=expected
                )
            case CleanupResources():
                self.ids += 1
                return CleanUp(wish.service, self.ids, expected)
            case CustomAction():
                self.ids += 1
                return Custom(wish.name, wish.params, self.ids, expected)

    def _scale(
        self,
        now: Seconds,
        service: str,
        wanted: int,
        count: int,
        plan: RecoveryPlan,
        known: KnowledgeBase,
    ) -> Action | None:
        if count == wanted:
            return None
        before = known.given.get(service, Given())
        added = max(0, before.replicas + count - wanted)
        known.given[service] = Given(added, count, before.to, now)
        self.ids += 1
        return ScaleTo(service, count, self.ids, expected_of(plan))


def expected_of(plan: RecoveryPlan) -> Expected | None:
    """Return the first of a plan's goals, as an action bears it."""
    for goal in plan.expected_outcome.goals:
        deadline = plan.at + plan.expected_outcome.deadline
        return Expected(
            measure=goal.measure, relation=goal.relation, value=goal.value, deadline=deadline
        )
    return None
