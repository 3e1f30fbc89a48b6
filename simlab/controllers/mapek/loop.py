"""The loop: monitor, analyze, plan, execute, once a period, over a shared knowledge base.

    symptoms -> issues -> plans -> actions -> outcomes, as observed -> knowledge

Each cycle is a span `mape_k_cycle` with four events, at the loop's own clock (`seen.now`). A part
that raises ends its cycle: the span says what went wrong, and the loop goes on with the next.

References: Kephart and Chess (2003), The Vision of Autonomic Computing, IEEE Computer 36; IBM
(2006), An architectural blueprint for autonomic computing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from simlab.controllers.changing import changed
from simlab.controllers.mapek.analyzer import Analyzer
from simlab.controllers.mapek.executor import Executed, Executor
from simlab.controllers.mapek.hysteresis import Watched
from simlab.controllers.mapek.issues import Issue
from simlab.controllers.mapek.knowledge import SUCCEEDED, KnowledgeBase
from simlab.controllers.mapek.monitor import Monitor
from simlab.controllers.mapek.planner import Planner
from simlab.controllers.mapek.plans import RecoveryPlan
from simlab.controllers.mapek.remembered import read_knowledge, to_json
from simlab.controllers.mapek.rules import DEFAULT_RULES
from simlab.controllers.targets import targeted
from simlab.core import Decision, Finding, LoopSpan, Observation, Seconds, SpanEvent

if TYPE_CHECKING:
    from simlab.controllers.mapek.settings import MapeKSettings

CYCLE: Final = "mape_k_cycle"


class MapeK:
    """A `Loop` made of four parts and a knowledge base."""

    def __init__(self, settings: "MapeKSettings") -> None:
        self.settings = settings
        self.monitor = Monitor(
            settings.monitor,
            settings.thresholds,
            settings.services,
            settings.custom,
            settings.period,
        )
        self.analyzer = Analyzer(settings.analyzer)
        self.planner = Planner(settings.planner)
        self.executor = Executor(
            settings.executor,
            settings.planner,
            settings.monitor.stale * settings.period,
        )
        file, rules = settings.knowledge, settings.planner.rules
        self.known = KnowledgeBase(rules=()) if file is None else read_knowledge(file)
        if rules is not None or not self.known.rules:
            self.known.rules = DEFAULT_RULES if rules is None else rules
        self.cycles = 0
        self._issues: list[str] = []  # What the issues of the last cycle were.

    @property
    def period(self) -> Seconds:
        return self.settings.period

    @property
    def knowledge(self) -> dict[str, Any]:
        """Return what it knows, as a document that a later run can begin with."""
        return to_json(self.known)

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`."""
        self.settings = changed(self.settings, name, value)
        self.monitor.thresholds = self.settings.thresholds
        self.planner.settings = self.settings.planner

    def step(self, seen: Observation) -> Decision:
        """Go through one cycle."""
        self.cycles += 1
        cycle = Cycle(seen)
        try:
            self._cycle(seen, cycle)
        except Exception as error:  # noqa: BLE001 (whatever it is: recorded, and the loop goes on)
            cycle.message = f"{type(error).__name__}: {error}"
            cycle.because["error"] = cycle.message
        span = LoopSpan(
            name=CYCLE,
            start=seen.now,
            end=seen.now,
            events=tuple(cycle.events),
            attributes={"cycle": self.cycles, "target": self.settings.target},
            ok=not cycle.message,
            message=cycle.message,
        )
        return Decision(tuple(cycle.done.actions), cycle.because, tuple(cycle.findings), (span,))

    def _cycle(self, seen: Observation, cycle: "Cycle") -> None:
        targets = targeted(self.settings.target, seen.services)
        graph = self.known.learn(seen, 2.0 * self.settings.analyzer.lookback)
        self.executor.follow(seen, self.known, cycle.done)
        watched = self.monitor.look(seen, targets, self.executor.restarting)
        cycle.watched(watched)
        issues = self.analyzer.explain(seen, graph, watched.open, self.known.changes, targets)
        cycle.analyzed(issues, self._issues)
        self._issues = [_called(one) for one in issues]
        bounds = {name: self.monitor.bounds(name) for name in targets}
        plans = self.planner.plan(seen, issues, self.known, bounds, self.executor.busy)
        plans = plans[: self.executor.room]
        cycle.planned(plans)
        self.executor.begin(seen, plans, self.known, cycle.done)
        cycle.executed(self.executor.busy)


class Cycle:
    """What is told of one cycle."""

    def __init__(self, seen: Observation) -> None:
        self.now = seen.now
        self.done = Executed()
        self.events: list[SpanEvent] = []
        self.findings: list[Finding] = []
        self.because: dict[str, float | str | None] = {}
        self.message = ""

    def watched(self, watched: Watched) -> None:
        """Tell of symptoms."""
        self.because |= {
            "symptoms": _listed(f"{one.type} {one.subject}" for one in watched.open),
            "open": len(watched.open),
            "checks": watched.checks,
            "unknown": watched.unknown,
            "told": f"{watched.unknown} of {watched.checks} checks had missing numbers",
        }
        for kind, symptoms in (("symptom", watched.raised), ("cleared", watched.cleared)):
            for one in symptoms:
                self._find(kind, one.subject, one.type, one.data())
        self._event("monitoring_complete", symptom_count=len(watched.open))

    def analyzed(self, issues: Sequence[Issue], before: Sequence[str]) -> None:
        """Tell of issues; those of the cycle before are known."""
        self.because["issues"] = _listed(_called(one) for one in issues)
        self.because["candidates"] = sum(len(one.candidates) for one in issues)
        for one in issues:
            if _called(one) not in before:
                self._find("issue", one.root_cause, one.type, one.data())
        self._event("analysis_complete", issue_count=len(issues))

    def planned(self, plans: Sequence[RecoveryPlan]) -> None:
        """Tell of plans that begin."""
        self.because["plans"] = _listed(f"{one.strategy} {one.target}" for one in plans)
        for one in plans:
            self._find("plan", one.target, one.strategy, one.data())
        self._event("planning_complete", action_count=sum(len(one.actions) for one in plans))

    def executed(self, busy: Sequence[str]) -> None:
        """Tell of plans that have ended."""
        self.because["under_way"] = len(busy)
        for plan, result, reason in self.done.ended:
            data = {"plan": plan.id, "result": result, "reason": reason, "service": plan.service}
            self._find("plan_ended", plan.target, plan.strategy, data)
        well = all(result == SUCCEEDED for _, result, _ in self.done.ended)
        self._event("execution_complete", success=well)

    def _event(self, name: str, **attributes: float | str | bool) -> None:
        self.events.append(SpanEvent(name=name, at=self.now, attributes=attributes))

    def _find(self, kind: Any, target: str, name: str, data: dict[str, Any]) -> None:
        self.findings.append(Finding(kind=kind, at=self.now, target=target, name=name, data=data))


def _called(issue: Issue) -> str:
    return f"{issue.type} {issue.root_cause}"


def _listed(words: Any) -> str:
    return ", ".join(words) or "none"
