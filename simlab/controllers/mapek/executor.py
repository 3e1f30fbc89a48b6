"""Executor: carries plans out, action by action, and sees to what becomes of them.

    acting      the next action is sent when the one before it is done; one that is in effect or
                under way already is not sent again
    settling    `settle` after the last one is done its goals are looked at, each cycle
    ended       succeeded: all goals seen to hold; refused: an action was refused or failed;
                failed: the deadline passed, a goal seen not to hold; unknown: not seen at all
    back        a plan that was refused or failed is undone: then it is `rolled back`

Restarts have a budget in the planner's settings; one that is beyond it is refused here too.
Longer than most: a plan's whole life, with its ways back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from simlab.controllers.checks import require_counts
from simlab.controllers.mapek.knowledge import SUCCEEDED, KnowledgeBase
from simlab.controllers.mapek.numbers import fresh, reading_at
from simlab.controllers.mapek.planner_settings import PlannerSettings
from simlab.controllers.mapek.plans import (
    RecoveryAction,
    RecoveryPlan,
    RestartService,
    ScaleDown,
    ScaleUp,
)
from simlab.controllers.mapek.sending import Sender
from simlab.core import Action, ActionOutcome, Count, Observation, Seconds, Settings

GONE_WRONG = ("refused", "failed")


@dataclass(frozen=True, kw_only=True)
class ExecutorSettings(Settings):
    """How plans are carried out.

    Args:
        plans: At most so many are under way at once.
    """

    plans: Count = 3

    def __post_init__(self) -> None:
        require_counts(1, plans=self.plans)


@dataclass(slots=True)
class Running:
    """A plan that is under way.

    Args:
        next: Which of its actions is to be sent next.
        waiting: The id of the one that was sent and is not done.
        settled_since: When its last action was done.
        back: Whether it is being undone.
    """

    plan: RecoveryPlan
    next: int = 0
    waiting: int | None = None
    settled_since: Seconds | None = None
    back: bool = False
    reason: str = ""

    @property
    def actions(self) -> Sequence[RecoveryAction]:
        """Return what there is to do: the plan's actions, or what undoes those that were sent."""
        return self.plan.rollback_plan if self.back else self.plan.actions


@dataclass(slots=True)
class Executed:
    """What one cycle sent, and which plans it saw the end of: (plan, result, reason)."""

    actions: list[Action] = field(default_factory=list)
    ended: list[tuple[RecoveryPlan, str, str]] = field(default_factory=list)


class Executor:
    """Follows plans from their start to their end."""

    def __init__(
        self, settings: ExecutorSettings, planner: PlannerSettings, stale: Seconds
    ) -> None:
        self.settings = settings
        self.running: list[Running] = []
        self._sender = Sender(planner)
        self._stale = stale

    @property
    def busy(self) -> list[str]:
        """Return the services that a plan is under way for."""
        return [one.plan.service for one in self.running]

    @property
    def restarting(self) -> list[str]:
        """Return the services that are being restarted on purpose."""
        found = []
        for one in self.running:
            place = one.next - 1
            if one.waiting is not None and isinstance(one.actions[place], RestartService):
                found.append(one.plan.service)
        return found

    @property
    def room(self) -> int:
        """Return how many more plans may begin."""
        return max(0, self.settings.plans - len(self.running))

    def follow(self, seen: Observation, known: KnowledgeBase, done: Executed) -> None:
        """Take in what has become of actions; go on with, end, or undo what is under way."""
        for outcome in seen.outcomes:
            self._heard(seen.now, outcome)
        for one in self.running:
            self._go_on(seen, one, known, done)
        self._drop(known, seen.now, done)

    def begin(
        self, seen: Observation, plans: Sequence[RecoveryPlan], known: KnowledgeBase, done: Executed
    ) -> None:
        """Begin `plans`, as far as there is room: send the first action of each."""
        for plan in plans[: self.room]:
            one = Running(plan)
            self.running.append(one)
            self._go_on(seen, one, known, done)
        self._drop(known, seen.now, done)

    # What became of what was sent.

    def _heard(self, now: Seconds, outcome: ActionOutcome) -> None:
        self._sender.heard(outcome)
        for one in self.running:
            if one.waiting != outcome.action.id or outcome.status == "accepted":
                continue
            one.waiting = None
            if outcome.status in GONE_WRONG:
                one.reason = outcome.reason or outcome.status
            elif one.next == len(one.actions):
                one.settled_since = now

    def _go_on(self, seen: Observation, one: Running, known: KnowledgeBase, done: Executed) -> None:
        while one.waiting is None and not one.reason and one.next < len(one.actions):
            self._send(seen, one, known, done)
        late = seen.now - one.plan.at >= one.plan.expected_outcome.deadline
        if one.back:
            if one.waiting is None and (one.reason or one.next == len(one.actions)):
                self._end(one, "rolled back", done)
        elif one.reason:
            self._fail(seen, one, "refused", known, done)
        elif one.settled_since is not None and self._settled(seen, one):
            met = self.met(seen, one.plan)
            if met:
                self._end(one, SUCCEEDED, done)
            elif late:
                one.reason = "not what was expected" if met is False else "nothing to judge it by"
                self._fail(seen, one, "failed" if met is False else "unknown", known, done)
        elif late:
            one.reason = "not done by the deadline"
            self._fail(seen, one, "failed", known, done)

    def _settled(self, seen: Observation, one: Running) -> bool:
        assert one.settled_since is not None, "it was asked"
        return seen.now - one.settled_since >= one.plan.expected_outcome.settle

    def met(self, seen: Observation, plan: RecoveryPlan) -> bool | None:
        """Return whether all that `plan` was to bring about holds; None where it is not seen."""
        unknown = False
        for goal in plan.expected_outcome.goals:
            value = fresh(reading_at(seen, goal.measure), seen.now - self._stale)
            if value is None:
                unknown = True
            elif not (value < goal.value if goal.relation == "<" else value > goal.value):
                return False
        return None if unknown else True

    def _fail(
        self, seen: Observation, one: Running, result: str, known: KnowledgeBase, done: Executed
    ) -> None:
        """Undo what a plan has done, if it can be undone; else it is over."""
        sent = one.settled_since is not None or one.next > 1
        if result == "unknown" or not one.plan.rollback_plan or not sent:
            self._end(one, result, done)
            return
        why = one.reason
        one.back, one.next, one.waiting, one.reason = True, 0, None, ""
        self._go_on(seen, one, known, done)
        one.reason = why if not one.reason else f"{why}; undoing it: {one.reason}"

    def _end(self, one: Running, result: str, done: Executed) -> None:
        done.ended.append((one.plan, result, one.reason))

    def _drop(self, known: KnowledgeBase, now: Seconds, done: Executed) -> None:
        over = [plan for plan, _, _ in done.ended]
        for one in self.running:
            if one.plan in over:
                result = next(result for plan, result, _ in done.ended if plan is one.plan)
                known.update(one.plan, result, now)
        self.running = [one for one in self.running if one.plan not in over]

    def _send(self, seen: Observation, one: Running, known: KnowledgeBase, done: Executed) -> None:
        """Send the next action of a plan, unless it is in effect already."""
        wish = one.actions[one.next]
        one.next += 1
        last = one.next == len(one.actions)
        if isinstance(wish, RestartService) and not self._sender.may_restart(seen, wish, known):
            one.reason = "the restart budget is spent"
            return
        moved = _moved(seen, one, wish, known)
        action = None if moved else self._sender.action(seen, wish, one.plan, known)
        if action is None:
            one.settled_since = seen.now if last else None
            return
        one.waiting = self._sender.ids
        done.actions.append(action)


def _moved(seen: Observation, one: Running, wish: RecoveryAction, known: KnowledgeBase) -> bool:
    """Return whether somebody else has scaled since: then scaling back is not for us."""
    if not one.back or not isinstance(wish, ScaleUp | ScaleDown):
        return False
    given, service = known.given.get(wish.service), seen.services.get(wish.service)
    return given is None or service is None or service.wanted != given.wanted
