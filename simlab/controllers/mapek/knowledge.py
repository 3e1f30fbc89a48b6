"""Knowledge: what happened after each plan, who calls whom, the rules; and what was done lately.

The history judges by what was observed: a plan has succeeded when its expected outcome was seen,
never because a call returned. How far a strategy is trusted against a type of issue of a service:

    trust = (PRIOR (n - i) / (n + 1) + successes) / (PRIOR + tries)

the mean of a Beta posterior; the prior is worth PRIOR tries, and falls with the place i of the rule
among the n that apply. What lasts from one run to the next is the history, the topology and the
rules: see `remembered`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from simlab.controllers.mapek.graph import Graph
from simlab.controllers.mapek.issues import Change
from simlab.controllers.mapek.plans import RecoveryPlan
from simlab.controllers.mapek.rules import Rule
from simlab.core import LogLine, Observation, Seconds

PRIOR: Final = 2.0
SUCCEEDED: Final = "succeeded"
JUDGED: Final = (SUCCEEDED, "failed", "rolled back")
ANY: Final = ""  # Every strategy.
RESULTS: Final = (*JUDGED, "refused", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What came of one plan.

    Args:
        issue: The issue's type, or ``Calm``.
        result: ``succeeded``, ``failed``, ``rolled back``, ``refused``, or ``unknown`` where the
            deadline passed and what was expected could not be seen.
        took: From the plan's start until it was judged, in seconds.
    """

    issue: str
    service: str
    strategy: str
    result: str
    at: Seconds
    took: Seconds


@dataclass(slots=True)
class Given:
    """What a plan has taken and not given back: replicas, or traffic that went elsewhere.

    Args:
        wanted: The count that the plan asked for: if it is another now, someone else decides.
    """

    replicas: int = 0
    wanted: int = 0
    to: str | None = None
    since: Seconds = 0.0


@dataclass(slots=True)
class KnowledgeBase:
    """What the four parts share.

    Args:
        rules: In order of trust.
        history: Oldest first.
        links: Every link ever seen, ``a->b``.
        changes: Settings that others changed lately, oldest first.
        given: By service.
        ended: When a strategy was last over, by (service, strategy).
        restarts: When restarts of a service were asked for.
    """

    rules: tuple[Rule, ...]
    history: list[Episode] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    given: dict[str, Given] = field(default_factory=dict)
    ended: dict[tuple[str, str], Seconds] = field(default_factory=dict)
    restarts: dict[str, list[Seconds]] = field(default_factory=dict)
    own: list[tuple[str, Any]] = field(default_factory=list)  # What this loop has set.

    def learn(self, seen: Observation, keep: Seconds) -> Graph:
        """Take in what was seen, keep changes of settings for so long; return the topology."""
        self.links = list(dict.fromkeys([*self.links, *seen.links]))
        self.changes += [change for line in seen.logs for change in self._change(line)]
        self.changes = [one for one in self.changes if one.at >= seen.now - keep]
        services = [*seen.services]
        return Graph([one for one in self.links if one in seen.links], services)

    def _change(self, line: LogLine) -> Iterable[Change]:
        path = line.data.get("path")
        if line.kind != "config" or not isinstance(path, str):
            return ()
        before, after = line.data.get("before"), line.data.get("after")
        if (path, after) in self.own:
            self.own.remove((path, after))
            return ()
        return (Change(at=line.at, path=path, before=before, after=after),)

    def update(self, plan: RecoveryPlan, result: str, now: Seconds) -> None:
        """Remember what came of a plan: see `Episode`."""
        self.ended[plan.service, plan.strategy] = now
        if result == SUCCEEDED:
            self.ended[plan.service, ANY] = now
        self.history.append(
            Episode(
                issue=plan.issue,
                service=plan.service,
                strategy=plan.strategy,
                result=result,
                at=plan.at,
                took=now - plan.at,
            )
        )

    def trust(self, issue: str, service: str, strategy: str, place: int, rules: int) -> float:
        """Return how likely a strategy is to work, as far as is known: see above."""
        good = tries = 0
        for one in self.history:
            if (one.issue, one.service, one.strategy) == (issue, service, strategy):
                tries += one.result in JUDGED
                good += one.result == SUCCEEDED
        prior = PRIOR * (rules - place) / (rules + 1)
        return (prior + good) / (PRIOR + tries)

    def cooling(self, service: str, strategy: str, now: Seconds, cooldown: Seconds) -> bool:
        """Return whether a strategy was over so lately that it must wait."""
        last = self.ended.get((service, strategy))
        return last is not None and now - last < cooldown

    def restarted(self, service: str, now: Seconds, window: Seconds) -> int:
        """Return how many restarts of a service were asked for within `window`."""
        times: Sequence[Seconds] = self.restarts.get(service, ())
        return sum(1 for at in times if now - at < window)
