"""The Q-learning agent: bucketed features in, a replica count or a restart out; it may learn.

    state known, table knows it     the best action by the table (or, learning, one to explore)
    state known, too little tried   `fallback`: as many as that target utilization needs
    anything unknown                it holds, and nothing is learned from that step

A step that learns settles the one before: its reward is the money that telemetry says was spent
since then, with the sign turned. A reward needs a measured load and share of bad requests.

Longer than most: `_decide` weighs the four ways of deciding side by side.

Reference: `table`; the founding agent's constants are the settings' defaults.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from simlab.controllers.changing import changed
from simlab.controllers.learning.features import HOUR, Sight, state, states
from simlab.controllers.learning.moves import ONE, asked
from simlab.controllers.learning.table import QTable
from simlab.core import (
    Decision,
    Finding,
    Observation,
    Ratio,
    Restart,
    ScaleTo,
    Seconds,
)

if TYPE_CHECKING:
    from simlab.controllers.learning.settings import QLearningSettings, Schedule

Because: TypeAlias = dict[str, float | str | None]
LONG_AGO: Seconds = 1e9


@dataclass(slots=True)
class Before:
    """The step that is not settled yet."""

    at: Seconds
    state: int
    action: int
    exist: int
    moved: bool


class QLearning:
    """A `Loop` that scales one service by a table."""

    def __init__(self, settings: "QLearningSettings") -> None:
        self.settings = settings
        policy = settings.policy
        self.buckets, self.moves = settings.states, settings.moves
        fresh = QTable(states(self.buckets), len(self.moves))
        self.table = fresh if policy is None else policy.table()
        self.watcher = settings.watcher()
        self.steps = self.ids = 0
        self._last_up = -LONG_AGO
        self._before: Before | None = None

    @property
    def period(self) -> Seconds:
        return self.settings.period

    def step(self, seen: Observation) -> Decision:
        service = seen.services.get(self.settings.target)
        if service is None:
            return self._hold(f"{self.settings.target} is not seen", {})
        sight, found = self.watcher.look(service, seen.now)
        because: Because = {"wanted": sight.wanted, **found}
        number = state(found, self.buckets)
        counts = self.moves.counts(sight.load, sight.backlog, self.watcher.capacity, sight.wanted)
        if number is None or counts is None:
            missing = [one.feature for one in self.buckets if found[one.feature] is None]
            why = ", ".join(missing) or "load, backlog or capacity"
            return self._hold(f"unknown or missing: {why}", because)
        because["state"] = number
        findings = self._settle(sight, number, seen.now)
        for one in findings:
            because |= {"reward": one.data["reward"], "learned": one.data["value"]}
        return self._decide(seen, sight, number, counts, because, findings)

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`."""
        self.settings = changed(self.settings, name, value)

    # Learning.

    def _settle(self, sight: Sight, number: int, now: Seconds) -> list[Finding]:
        """Learn from the step before, if this one learns and it can be told what came of it."""
        before, self._before = self._before, None
        if not self.settings.learns or before is None or sight.load is None or sight.bad is None:
            return []
        prices, took = self.settings.prices, now - before.at
        cost = before.exist * took / HOUR * prices.replica_hour
        cost += sight.load * took * sight.bad * prices.bad_request
        cost += prices.scaling if before.moved else 0.0
        self.steps += 1
        alpha = at(self.settings.alpha, self.steps - 1)
        value = self.table.update(
            before.state, before.action, -cost, number, alpha=alpha, gamma=self.settings.gamma
        )
        data = {"state": before.state, "action": before.action, "reward": -cost, "value": value}
        target = f"services.{self.settings.target}"
        return [Finding(kind="learned", at=now, target=target, name="update", data=data)]

    # Deciding.

    def _decide(
        self,
        seen: Observation,
        sight: Sight,
        number: int,
        counts: list[int],
        because: Because,
        findings: list[Finding],
    ) -> Decision:
        churn = [float(abs(count - sight.wanted)) for count in counts]
        if self.moves.restart is not None:
            churn[self.moves.restart] = float(sight.exist)  # A restart moves all that there are.
        if self.settings.learns:
            epsilon = at(self.settings.epsilon, self.steps)
            action: int | None = self.table.choose(number, churn, epsilon, seen.luck)
        else:
            action = self.table.best(number, churn, self.settings.leastVisits)
        if action is None:
            because["fallback"] = self.settings.fallback
            count = self._fallback(sight)
        else:
            because["action"] = self.moves.names()[action]
            because["value"] = self.table.values[number][action]
            count = counts[action]
        restarts = action is not None and action == self.moves.restart
        wanted = self._bound(count, sight.wanted, seen.now)
        because["replicas"] = wanted
        if self.settings.learns and action is not None:
            moved = wanted != sight.wanted
            self._before = Before(seen.now, number, action, sight.exist, moved)
        return self._decision(restarts, wanted, sight.wanted, because, findings)

    def _fallback(self, sight: Sight) -> int:
        target, capacity = self.settings.fallback, self.watcher.capacity
        if target is None or sight.load is None or sight.backlog is None or capacity is None:
            return sight.wanted
        return int(
            asked(
                ONE,
                "headroom",
                target,
                load=sight.load,
                backlog=sight.backlog,
                capacity=capacity,
                wanted=sight.wanted,
            )
        )

    def _bound(self, count: int, wanted: int, now: Seconds) -> int:
        """Return `count` within the rails; remember when something was last added."""
        bounded = int(self.settings.guard.bound(ONE, count, wanted, now - self._last_up))
        if bounded > wanted:
            self._last_up = now
        return bounded

    def _decision(
        self, restarts: bool, count: int, wanted: int, because: Because, findings: list[Finding]
    ) -> Decision:
        target = self.settings.target
        if not restarts and count == wanted:
            return Decision((), because, findings)
        self.ids += 1
        if restarts:
            return Decision([Restart(target, (), self.ids)], because, findings)
        return Decision([ScaleTo(target, count, self.ids)], because, findings)

    def _hold(self, why: str, because: Because) -> Decision:
        self._before = None
        return Decision(because={**because, "held": why})


def at(share: "Ratio | Schedule", step: int) -> Ratio:
    """Return what a share, or the schedule of one, is at a step."""
    return share if isinstance(share, int | float) else share.at(step)
