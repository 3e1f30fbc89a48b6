"""Symptoms: what is wrong with one service or one link, as far as one can see.

    type       HighLatency, HighErrorRate, HighResourceUsage, ServiceDown, MemoryLeak, Custom(NAME)
    severity   Low, Medium, High, Critical: by how far beyond its bound

There is at most one open symptom of a type for each subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simlab.core import Seconds

HIGH_LATENCY: Final = "HighLatency"
HIGH_ERROR_RATE: Final = "HighErrorRate"
HIGH_RESOURCE_USAGE: Final = "HighResourceUsage"
SERVICE_DOWN: Final = "ServiceDown"
MEMORY_LEAK: Final = "MemoryLeak"
SYMPTOMS: Final = (
    HIGH_LATENCY, HIGH_ERROR_RATE, HIGH_RESOURCE_USAGE, SERVICE_DOWN, MEMORY_LEAK,
)  # fmt: skip
SPREADING: Final = (HIGH_LATENCY, HIGH_ERROR_RATE)  # From a callee to whoever calls it.

SEVERITIES: Final = ("Low", "Medium", "High", "Critical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What would show that a symptom is over: `measure` `relation` `value`.

    Args:
        measure: The path of a seen number: see `numbers`.
        relation: ``"<"`` or ``">"``.
    """

    measure: str
    relation: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """Something wrong.

    Args:
        subject: ``services.web`` or ``links.web->cart``.
        metrics: The numbers that are beyond their bounds, by name.
        timestamp: When it was raised, or last seen.
        since: When its first window beyond the bound was seen.
        window: The time that its numbers stand for, in seconds.
        evidence: What was seen, in words.
        goals: What is to hold again.
    """

    type: str
    severity: str
    subject: str
    metrics: Mapping[str, float]
    timestamp: Seconds
    since: Seconds
    window: Seconds
    evidence: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()

    @property
    def service(self) -> str:
        """Return the service that it is about: of a link, the callee."""
        return service_of(self.subject)

    @property
    def rank(self) -> int:
        """Return its severity as a number from 1 to 4."""
        return SEVERITIES.index(self.severity) + 1

    def data(self) -> dict[str, Any]:
        """Return its details, as a finding has them."""
        return {
            "severity": self.severity,
            "metrics": dict(self.metrics),
            "since": self.since,
            "window": self.window,
            "evidence": list(self.evidence),
        }


def service_of(subject: str) -> str:
    """Return the service that a subject is, or the callee of the link that it is.

    >>> service_of("services.web"), service_of("services.web/3"), service_of("links.web->cart")
    ('web', 'web', 'cart')
    """
    name = subject.partition(".")[2].partition("/")[0]
    return name.partition("->")[2] or name


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One number behind a symptom, judged in one window.

    Args:
        name: What it is called: ``latency_p99``.
        value: None where it is unknown.
        over: Whether it is beyond its bound.
        calm: Whether it is so far within that a symptom may clear.
        beyond: How many times its bound it is, or how many times closer to the end of its range.
        fact: Whether the platform itself says so: one window is enough.
    """

    name: str
    value: float | None = None
    over: bool = False
    calm: bool = False
    beyond: float = 0.0
    window: Seconds = 0.0
    fact: bool = False
    goal: Goal | None = None
    evidence: str = ""


@dataclass(slots=True)
class Tracked:
    """What is remembered of one subject and type: its latest windows, and its open symptom."""

    marks: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)  # Parts that have had a value.
    since: Seconds | None = None
    symptom: Symptom | None = None
