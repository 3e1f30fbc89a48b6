"""Analyzer: issues from symptoms: one for each root cause, with its candidates ranked.

    anomaly      a node's symptoms by severity; twice where they cannot come from elsewhere; where
                 a setting was changed, at least that of the nodes beside it
    score        the walk's share at the node x (1 + weight of the evidence there)
    root cause   the best-scored node that explains a symptom not yet explained; then the next
    explains     its own symptoms; latency and errors of whoever calls it, directly or not; and
                 where a setting of a link was changed, those of the link's ends
    type         ConfigurationError where a setting of the root was changed shortly before the
                 onset; else ServiceFailure (ServiceDown), ResourceExhaustion (HighResourceUsage,
                 MemoryLeak) by the root's own symptoms; else PerformanceDegradation

References: `graph` (MonitorRank, MicroRCA) for the walk; weighing by own time and own errors as
in trace analysis (MicroHECL; Sridharan, Distributed Systems Observability).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from simlab.controllers.mapek.analyzer_settings import AnalyzerSettings
from simlab.controllers.mapek.evidence import Evidence, gathered
from simlab.controllers.mapek.graph import Graph
from simlab.controllers.mapek.issues import (
    CONFIGURATION_ERROR,
    PERFORMANCE_DEGRADATION,
    RESOURCE_EXHAUSTION,
    SERVICE_FAILURE,
    Change,
    Issue,
)
from simlab.controllers.mapek.symptoms import (
    HIGH_RESOURCE_USAGE,
    MEMORY_LEAK,
    SERVICE_DOWN,
    SEVERITIES,
    SPREADING,
    Symptom,
    service_of,
)
from simlab.core import LogLine, Observation, Seconds, Span

LOCAL: Final = 2.0  # How much more a symptom says that no callee can cause.


class Analyzer:
    """Explains open symptoms; it remembers logs, spans and changes for as long as it looks back."""

    def __init__(self, settings: AnalyzerSettings) -> None:
        self.settings = settings
        self._logs: list[LogLine] = []
        self._spans: list[Span] = []

    def explain(
        self,
        seen: Observation,
        graph: Graph,
        symptoms: Sequence[Symptom],
        changes: Sequence[Change],
        targets: Sequence[str],
    ) -> list[Issue]:
        """Return the issues behind `symptoms`, the best-scored root first.

        Args:
            seen: This window.
            graph: The topology as known.
            symptoms: Those that are open.
            changes: Settings that others have changed.
            targets: Services that a root may be among, or be a link to.
        """
        since = seen.now - 2.0 * self.settings.lookback
        self._logs = [one for one in [*self._logs, *seen.logs] if one.at >= since]
        self._spans = [one for one in [*self._spans, *seen.traces] if one.end >= since]
        if not symptoms:
            return []
        onset = min(one.since for one in symptoms)
        first = onset - self.settings.lookback
        evidence = gathered(
            seen,
            [name for name in graph.services if name in seen.services],
            [one for one in self._logs if one.at >= first],
            [one for one in self._spans if one.end >= first],
            [one for one in changes if first <= one.at <= onset],
        )
        scores = self._scores(graph, symptoms, evidence, targets)
        return self._issues(seen.now, graph, symptoms, evidence, scores)

    def _scores(
        self, graph: Graph, symptoms: Sequence[Symptom], evidence: Evidence, targets: Sequence[str]
    ) -> list[tuple[str, float]]:
        """Return every node that can be a root with its score, best first."""
        anomaly: dict[str, float] = {}
        for one in symptoms:
            weight = one.rank * (1.0 if one.type in SPREADING else LOCAL)
            anomaly[one.subject] = anomaly.get(one.subject, 0.0) + weight
        for node in (*evidence.changes, *evidence.logged):
            anomaly[node] = max(1.0, anomaly.get(node, 0.0))
        for node in evidence.changes:
            near = [anomaly.get(one, 0.0) for one in graph.beside(node)]
            anomaly[node] = max([anomaly[node], *near])
        walk = graph.walk(anomaly)
        scored = [
            (node, share * (1.0 + evidence.weights.get(node, 0.0)))
            for node, share in walk.items()
            if share > 0.0 and service_of(node) in targets and node in anomaly
        ]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))

    def _issues(
        self,
        now: Seconds,
        graph: Graph,
        symptoms: Sequence[Symptom],
        evidence: Evidence,
        scores: Sequence[tuple[str, float]],
    ) -> list[Issue]:
        left, issues = list(symptoms), []
        for node, _ in scores:
            mine = [one for one in left if explains(graph, node, one, evidence.changes)]
            if not mine:
                continue
            left = [one for one in left if one not in mine]
            rivals = [
                pair
                for pair in scores
                if any(explains(graph, pair[0], one, evidence.changes) for one in mine)
            ]
            issues.append(self._issue(now, graph, node, mine, rivals, evidence))
        return issues

    def _issue(
        self,
        now: Seconds,
        graph: Graph,
        root: str,
        symptoms: Sequence[Symptom],
        rivals: Sequence[tuple[str, float]],
        evidence: Evidence,
    ) -> Issue:
        total = 0.0
        for _, score in rivals:
            total += score
        first = [pair for pair in rivals if pair[0] == root]
        others = [pair for pair in rivals if pair[0] != root]
        ranked = [(path, score / total) for path, score in (*first, *others)]
        own = [one for one in symptoms if one.subject == root]
        above = [one for one in graph.upstream(root) if one.startswith("services.")]
        services = [service_of(root), *(service_of(one) for one in above)]
        metrics = {f"{one.subject}.{key}": two for one in own for key, two in one.metrics.items()}
        return Issue(
            type=type_of(own, changed=root in evidence.changes),
            root_cause=root,
            severity=SEVERITIES[max(one.rank for one in symptoms) - 1],
            candidates=tuple(ranked[: self.settings.candidates]),
            confidence=ranked[0][1],
            affected_services=tuple(dict.fromkeys(services)),
            symptoms=tuple(symptoms),
            evidence=tuple(evidence.words.get(root, ())),
            changes=tuple(evidence.changes.get(root, ())),
            replicas=evidence.odd.get(root, ()),
            at=now,
            metrics=metrics,
        )


def type_of(own: Sequence[Symptom], *, changed: bool) -> str:
    """Return the type of an issue by the symptoms that its root shows itself."""
    kinds = [one.type for one in own]
    if changed:
        return CONFIGURATION_ERROR
    if SERVICE_DOWN in kinds:
        return SERVICE_FAILURE
    if HIGH_RESOURCE_USAGE in kinds or MEMORY_LEAK in kinds:
        return RESOURCE_EXHAUSTION
    return PERFORMANCE_DEGRADATION


def explains(
    graph: Graph, root: str, symptom: Symptom, changes: Mapping[str, Sequence[Change]]
) -> bool:
    """Return whether trouble that begins at `root` can show as `symptom`."""
    if symptom.subject == root:
        return True
    if root in changes and root.startswith("links.") and symptom.service == service_of(root):
        return True  # A link that sends too much, too often, is its callee's trouble.
    return symptom.type in SPREADING and root in graph.downstream(symptom.subject)
