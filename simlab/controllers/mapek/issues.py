"""Issues: symptoms that have one root cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simlab.controllers.mapek.symptoms import SEVERITIES, Symptom, service_of
from simlab.core import Seconds

PERFORMANCE_DEGRADATION: Final = "PerformanceDegradation"
SERVICE_FAILURE: Final = "ServiceFailure"
RESOURCE_EXHAUSTION: Final = "ResourceExhaustion"
CONFIGURATION_ERROR: Final = "ConfigurationError"
CALM: Final = "Calm"  # Of plans that give back what earlier ones took.


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A setting that somebody changed: `path` was `before` and is `after`, since `at`."""

    at: Seconds
    path: str
    before: float | str | None
    after: float | str | None

    @property
    def subject(self) -> str:
        """Return the service or the link whose setting it is."""
        return ".".join(self.path.split(".")[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is wrong, and where it probably comes from.

    Args:
        type: One of four.
        root_cause: The likeliest candidate.
        candidates: (path, share of the score), best first.
        confidence: The share of the first: a rank among candidates, not a probability.
        affected_services: The root's service and all that call it, nearest first.
        symptoms: What it explains.
        changes: Settings of the root that were changed shortly before.
        replicas: Replicas of the root that stand out from their peers.
    """

    type: str
    root_cause: str
    severity: str
    candidates: tuple[tuple[str, float], ...]
    confidence: float
    affected_services: tuple[str, ...]
    symptoms: tuple[Symptom, ...]
    evidence: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    replicas: tuple[int, ...] = ()
    at: Seconds = 0.0
    metrics: Mapping[str, float] = field(default_factory=dict)

    @property
    def service(self) -> str:
        """Return the service to act on: of a link, its callee."""
        return service_of(self.root_cause)

    @property
    def live(self) -> bool:
        """Return whether any of its symptoms was seen in this window, not only before."""
        return any(one.timestamp == self.at for one in self.symptoms)

    @property
    def rank(self) -> int:
        """Return its severity as a number from 1 to 4."""
        return SEVERITIES.index(self.severity) + 1

    @property
    def resources(self) -> tuple[str, ...]:
        """Return what is used up at the root: of cores, memory, storage."""
        names = {"utilization": "cores", "memory_share": "memory", "storage_share": "storage"}
        found = [
            names[metric]
            for one in self.symptoms
            if one.subject == self.root_cause
            for metric in one.metrics
            if metric in names
        ]
        return tuple(dict.fromkeys(found))

    def data(self) -> dict[str, Any]:
        """Return its details, as a finding has them."""
        return {
            "type": self.type,
            "severity": self.severity,
            "confidence": round(self.confidence, 4),
            "candidates": [path for path, _ in self.candidates],
            "scores": [round(score, 4) for _, score in self.candidates],
            "affected": list(self.affected_services),
            "symptoms": [f"{one.type} {one.subject}" for one in self.symptoms],
            "evidence": list(self.evidence),
        }
