"""Findings and spans: what a loop noticed and did on its way to a decision, kept with the run.

Nothing is decided by them. What is measured of controllers (detection, diagnosis, false alarms,
contests) is measured from findings, so their kinds are a closed list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from simlab.core.units import Seconds

FindingKind: TypeAlias = Literal[
    "symptom",  # A symptom is raised: `name` is its type.
    "cleared",  # It is over.
    "issue",  # Symptoms with one root cause: `target` is the first candidate.
    "plan",  # A plan begins: `name` is its strategy.
    "plan_ended",  # It has succeeded, failed, or was rolled back: `data["result"]`.
    "probe_failed",  # A replica is held unhealthy by a health checker.
    "recovered",  # It is healthy again.
    "contest",  # Two loops wanted one lever: `target` is the lever, `data` who won and why.
    "learned",  # A learning agent has updated what it knows.
    "failed",  # A loop of a system of loops has raised: `name` is the exception.
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a loop noticed.

    Args:
        kind: Of the closed list.
        at: When, on the loop's own clock.
        target: What it is about, as a path: ``services.web``, ``links.web->cart``.
        name: What it is called: ``HighLatency``, ``ResourceExhaustion``, ``ScaleUp``.
        data: JSON-able details: ``severity``, ``confidence``, ``candidates`` (names, best first),
            ``winner``, ``loser``, ``reason``.
    """

    kind: FindingKind
    at: Seconds
    target: str
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanEvent:
    """Something that happened within a loop's span (an OpenTelemetry span event)."""

    name: str
    at: Seconds
    attributes: Mapping[str, float | int | str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopSpan:
    """One cycle of a loop as an OpenTelemetry span, on the loop's own clock.

    Args:
        ok: Whether its status is OK; else ERROR, with `message`.
    """

    name: str
    start: Seconds
    end: Seconds
    events: tuple[SpanEvent, ...] = ()
    attributes: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    ok: bool = True
    message: str = ""
