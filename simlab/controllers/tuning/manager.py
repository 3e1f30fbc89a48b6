"""The resource manager: what each replica may use follows what it uses, and does not swing.

usage       of cores the mean over the ready replicas, of memory and storage the most (the fullest
            one is the first to fail); missing if it is missing for any of them
evidence    `agree` of the last `windows` looks since the last change, the newest too, beyond one
            threshold
projection  no move that would have put any of the last `windows` known looks, also those before
            the last change, beyond the other threshold
settling    a reading counts when its window began after the last change was done; where that needs
            restarts (it was accepted first) nothing else is moved meanwhile; then a cool-down

So a constant use is met by finitely many moves: each goes towards the band between the thresholds
and none beyond it. What is missing, stale, or without a quota holds.
"""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from simlab.controllers.changing import changed
from simlab.core import (
    Action,
    Decision,
    Observation,
    Reading,
    ReplicaSeen,
    Resource,
    Seconds,
    SetQuota,
)
from simlab.core.observation import MISSING

if TYPE_CHECKING:
    from simlab.controllers.tuning.settings import ResourcesSettings

READINGS = {"cores": "cpu", "memory": "memory", "storage": "storage"}
LONG_AGO = float("-inf")


class Managed:
    """One resource: what was used, look by look, and when it was changed."""

    def __init__(self, resource: Resource, windows: int) -> None:
        self.resource = resource
        self.used: deque[float | None] = deque(maxlen=windows)  # Since the last change: evidence.
        self.known: deque[float] = deque(maxlen=windows)  # Before it, too: what may come again.
        self.measured_at = self.since = self.changed_at = LONG_AGO
        self.under_way: int | None = None  # The action's id.
        self.restarting = False  # Whether that goes on by restarts.
        self.quota: float | None = None
        self.why = ""

    def look(self, replicas: Sequence[ReplicaSeen]) -> None:
        """Remember what the ready replicas use now, and what they may use."""
        limits = {_quota(one, self.resource) for one in replicas}
        self.quota = limits.pop() if len(limits) == 1 else None
        found = [one.readings.get(READINGS[self.resource], MISSING) for one in replicas]
        usage, at = self._usage(found), max((one.measured_at for one in found), default=LONG_AGO)
        fresh = at > self.measured_at
        self.measured_at = max(at, self.measured_at)
        self.used.append(usage if fresh else None)
        if usage is not None and fresh:
            self.known.append(usage)

    def _usage(self, found: Sequence[Reading]) -> float | None:
        total, most = 0.0, 0.0
        for one in found:
            if one.value is None or one.measured_at - one.window < self.since:
                return None
            total, most = total + one.value, max(most, one.value)
        if not found:
            return None
        return total / len(found) if self.resource == "cores" else most

    def hear(self, status: str, at: Seconds) -> None:
        """Know what has become of its change."""
        if status == "accepted":
            self.restarting = True
        else:
            self.under_way, self.restarting, self.changed_at = None, False, at
            self.begin_anew(at)

    def begin_anew(self, now: Seconds) -> None:
        """Forget what was used until now."""
        self.since = now
        self.used.clear()


def _quota(replica: ReplicaSeen, resource: Resource) -> float | None:
    match resource:
        case "cores":
            return replica.cpu_limit
        case "memory":
            return replica.memory_limit
        case "storage":
            return replica.storage_limit


class ResourceManager:
    """A `Loop` that sets the quotas of one service's replicas."""

    def __init__(self, settings: "ResourcesSettings") -> None:
        self.settings = settings
        self.managed = [Managed(one, settings.windows) for one in settings.manage]
        self.ids = 0

    @property
    def period(self) -> Seconds:
        return self.settings.period

    def step(self, seen: Observation) -> Decision:
        self._settle(seen)
        service = seen.services.get(self.settings.target)
        there = () if service is None else service.replicas
        ready = [one for one in there if one.ready and not one.deleting]
        restarting = any(one.restarting for one in self.managed)
        actions: list[Action] = []
        because: dict[str, float | str | None] = {}
        for one in self.managed:
            one.look(ready)
            to = self._wish(one, seen.now, restarting=restarting)
            if to is not None:
                self.ids += 1
                one.under_way = self.ids
                actions.append(SetQuota(self.settings.target, one.resource, to, id=self.ids))
            last = one.used[-1] if one.used else None
            because[one.resource] = None if last is None or not one.quota else last / one.quota
            because[f"{one.resource}_why"] = one.why
        return Decision(tuple(actions), because=because)

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`; what was seen stays."""
        self.settings = changed(self.settings, name, value)

    def _settle(self, seen: Observation) -> None:
        """Take in what became of changes; who was restarted for one begins anew in all."""
        for outcome in seen.outcomes:
            for one in self.managed:
                if one.under_way != outcome.action.id:
                    continue
                if one.restarting:
                    for other in self.managed:
                        other.begin_anew(outcome.at)
                one.hear(outcome.status, outcome.at)

    def _wish(self, one: Managed, now: Seconds, *, restarting: bool) -> float | None:
        """Return the quota that a resource should have instead of its own, and note why."""
        settings, quota = self.settings, one.quota
        if restarting or one.under_way is not None:
            one.why = "hold: a change is under way"
        elif now < one.changed_at + settings.cooldown:
            one.why = "hold: cool-down"
        elif quota is None:
            one.why = "hold: there is no quota, or missing, or not one for all"
        elif not one.used or one.used[-1] is None:
            one.why = "hold: usage is missing"
        else:
            return self._move(one, quota)
        return None

    def _move(self, one: Managed, quota: float) -> float | None:
        settings = self.settings
        looks = [used for used in one.used if used is not None]
        high, low = settings.high * quota, settings.low * quota
        least, most = settings.bounds(one.resource)
        if looks[-1] > high and sum(used > high for used in looks) >= settings.agree:
            to = max(least, min(most, quota * settings.up))
            return self._checked(one, to, to > quota, min(one.known) >= settings.low * to)
        if looks[-1] < low and sum(used < low for used in looks) >= settings.agree:
            to = max(least, min(most, quota * settings.down))
            return self._checked(one, to, to < quota, max(one.known) <= settings.high * to)
        one.why = "hold: within the band, or not yet sure"
        return None

    def _checked(self, one: Managed, to: float, moves: bool, safe: bool) -> float | None:
        if not moves:
            one.why = "hold: at its bound"
        elif not safe:
            one.why = "hold: it would go beyond the other threshold"
        else:
            one.why = "move"
            return to
        return None
