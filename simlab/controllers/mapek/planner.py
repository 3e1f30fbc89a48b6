"""Planner: which plan for which issue, by rules, by severity, and by what has worked before.

Of the rules for an issue's type, severity, symptoms and resources those are left whose strategy is
not cooling down and can be carried out here; the most trusted wins (`knowledge`), at equal trust
the earlier rule. What was not seen in this window is not acted upon. While a plan for a service is
under way, there is no other. A plan is expected to end the symptoms that the issue explains; what
can be undone of it has its way back.

When a service has long been calm, what plans took for it is given back: replicas that were added
(ScaleDown, if the rest would stay below the utilization threshold), traffic that was switched away.

Longer than most: `_action` has a few lines for each strategy, `_given_back` builds a whole plan.
"""

from collections.abc import Iterator, Mapping, Sequence

from simlab.controllers.mapek.goals import applies, goals_of, undone
from simlab.controllers.mapek.issues import CALM, Issue
from simlab.controllers.mapek.knowledge import ANY, Given, KnowledgeBase
from simlab.controllers.mapek.numbers import reading_at
from simlab.controllers.mapek.planner_settings import PlannerSettings
from simlab.controllers.mapek.plans import (
    ChangeConfig,
    CleanupResources,
    CustomAction,
    ExpectedOutcome,
    MoveTraffic,
    RecoveryAction,
    RecoveryPlan,
    RestartService,
    ScaleDown,
    ScaleUp,
)
from simlab.controllers.mapek.rules import ON_LINKS, Rule
from simlab.controllers.mapek.symptoms import Goal
from simlab.controllers.mapek.thresholds import Thresholds
from simlab.core import (
    Observation,
    Seconds,
)

SETTLE: Seconds = 120.0  # Of what is given back.
DEADLINE: Seconds = 300.0


class Planner:
    """Makes plans."""

    def __init__(self, settings: PlannerSettings) -> None:
        self.settings = settings
        self.plans = 0

    def plan(
        self,
        seen: Observation,
        issues: Sequence[Issue],
        known: KnowledgeBase,
        bounds: Mapping[str, Thresholds],
        busy: Sequence[str],
    ) -> list[RecoveryPlan]:
        """Return the plans to begin now, for the most severe issue first.

        Args:
            seen: This window.
            issues: Those that are there now.
            known: What has worked before, and what is to be given back.
            bounds: The thresholds of every target, by service.
            busy: Services that a plan is under way for.
        """
        plans: list[RecoveryPlan] = []
        taken = list(busy)
        for issue in sorted(issues, key=lambda one: (-one.rank, one.root_cause)):
            name = issue.service
            resting = known.cooling(name, ANY, seen.now, self.settings.cooldown)
            if name in taken or name not in bounds or resting or not issue.live:
                continue
            found = self._chosen(seen, issue, known, bounds)
            if found is not None:
                plans.append(found)
                taken.append(issue.service)
        for name, given in known.given.items():
            if _ill(name, given, issues):
                given.since = seen.now
            elif name not in taken and name in bounds:
                plans += self._given_back(seen, name, given, known, bounds[name])
        return plans

    def _chosen(
        self,
        seen: Observation,
        issue: Issue,
        known: KnowledgeBase,
        bounds: Mapping[str, Thresholds],
    ) -> RecoveryPlan | None:
        """Return the plan of the most trusted rule that can be followed, if there is one."""
        rules = [rule for rule in known.rules if applies(rule, issue)]
        best: tuple[float, Rule, tuple[RecoveryAction, ...]] | None = None
        for place, rule in enumerate(rules):
            if known.cooling(issue.service, rule.strategy, seen.now, self.settings.cooldown):
                continue
            actions = self._actions(seen, rule, issue, known)
            trust = known.trust(issue.type, issue.service, rule.strategy, place, len(rules))
            if actions and (best is None or trust > best[0]):
                best = (trust, rule, actions)
        if best is None:
            return None
        trust, rule, actions = best
        goals = goals_of(issue, actions, bounds)
        outcome = ExpectedOutcome(goals=goals, settle=rule.settle, deadline=rule.deadline)
        return self._plan(seen.now, issue, rule.strategy, trust, actions, outcome)

    def _plan(
        self,
        now: Seconds,
        issue: Issue,
        strategy: str,
        trust: float,
        actions: tuple[RecoveryAction, ...],
        outcome: ExpectedOutcome,
    ) -> RecoveryPlan:
        self.plans += 1
        return RecoveryPlan(
            id=self.plans,
            issue=issue.type,
            target=issue.root_cause,
            service=issue.service,
            strategy=strategy,
            trust=trust,
            actions=actions,
            expected_outcome=outcome,
            rollback_plan=undone(actions),
            at=now,
        )

    def _actions(
        self, seen: Observation, rule: Rule, issue: Issue, known: KnowledgeBase
    ) -> tuple[RecoveryAction, ...]:
        """Return what a rule does about an issue; nothing where some of it cannot be done here."""
        on_link = issue.root_cause.startswith("links.")
        actions: list[RecoveryAction] = []
        for strategy in rule.do:
            if on_link and strategy not in ON_LINKS:
                return ()
            action = self._action(strategy, seen, rule, issue, known)
            if action is None:
                return ()
            actions.append(action)
        return tuple(actions)

    def _action(
        self, strategy: str, seen: Observation, rule: Rule, issue: Issue, known: KnowledgeBase
    ) -> RecoveryAction | None:
        """Return one action, or None where its precondition does not hold."""
        name, settings = issue.service, self.settings
        service = seen.services[name]
        match strategy:
            case "Restart":
                spent = known.restarted(name, seen.now, settings.restart_window)
                there = [one.number for one in service.replicas if not one.deleting]
                odd = tuple(number for number in issue.replicas if number in there)
                allowed = spent < settings.restarts and bool(there)
                return RestartService(name, odd) if allowed else None
            case "ScaleUp":
                more = min(rule.replicas, settings.max_replicas - service.wanted)
                return ScaleUp(name, more, settings.max_replicas) if more > 0 else None
            case "ScaleDown":
                fewer = min(rule.replicas, service.wanted - 1)
                return ScaleDown(name, fewer) if fewer > 0 else None
            case "UpdateConfig":
                back = {one.path: one.before for one in reversed(issue.changes)}
                after = {one.path: one.after for one in issue.changes}
                known_before = all(one.before != one.after for one in issue.changes)
                return ChangeConfig(name, back, after) if back and known_before else None
            case "SwitchTraffic":
                standby = seen.services.get(rule.to or "")
                ready = standby is not None and standby.ready > 0 and rule.to != name
                return MoveTraffic(name, rule.to or "", rule.share) if ready else None
            case "CleanupResources":
                return CleanupResources(name)
        return CustomAction(name, rule.name or "", dict(rule.params))

    # Giving back.

    def _given_back(
        self, seen: Observation, name: str, given: Given, known: KnowledgeBase, bounds: Thresholds
    ) -> Iterator[RecoveryPlan]:
        """Yield the plan that gives back what was taken for service `name`, if it is time."""
        if seen.now - given.since < self.settings.calm or name not in seen.services:
            return
        action: RecoveryAction | None = None
        if given.to is not None:
            action, strategy = MoveTraffic(name, given.to, 0.0), "SwitchTraffic"
        elif given.replicas > 0 and seen.services[name].wanted == given.wanted:
            action, strategy = self._fewer(seen, name, given, bounds), "ScaleDown"
        if action is None or known.cooling(name, strategy, seen.now, self.settings.calm):
            return
        self.plans += 1
        path = f"services.{name}"
        goals = (
            Goal(measure=f"{path}.error_rate", relation="<", value=bounds.error_rate),
            Goal(measure=f"{path}.latency_p99", relation="<", value=bounds.latency_p99),
        )
        yield RecoveryPlan(
            id=self.plans,
            issue=CALM,
            target=path,
            service=name,
            strategy=strategy,
            trust=known.trust(CALM, name, strategy, 0, 1),
            actions=(action,),
            expected_outcome=ExpectedOutcome(goals=goals, settle=SETTLE, deadline=DEADLINE),
            rollback_plan=undone((action,), given),
            at=seen.now,
        )

    def _fewer(
        self, seen: Observation, name: str, given: Given, bounds: Thresholds
    ) -> ScaleDown | None:
        """Return what takes away the replicas that were added, if the others can do without."""
        used = reading_at(seen, f"services.{name}.utilization").value
        rest = given.wanted - given.replicas
        if used is None or rest < 1 or used * given.wanted / rest >= bounds.utilization:
            return None
        return ScaleDown(name, given.replicas)


def _ill(name: str, given: Given, issues: Sequence[Issue]) -> bool:
    """Return whether a service has a symptom; of one that gets no calls, only fresh ones count."""
    return any(name in one.affected_services and (one.live or given.to is None) for one in issues)
