"""What a MAPE-K loop may see, made by hand: a window of a system of a few services."""

from collections.abc import Mapping, Sequence
from typing import Any

from simlab.controllers.mapek.symptoms import SEVERITIES, Goal, Symptom
from simlab.core import (
    OUTCOMES,
    LinkSeen,
    LogLine,
    Observation,
    Reading,
    ReplicaSeen,
    ServiceSeen,
)


def readings(now: float, numbers: Mapping[str, float | None]) -> dict[str, Reading]:
    """Return readings of one window of 60 s; of outcomes what is not named is 0."""
    rates = {f"rate.{name}": 0.0 for name in OUTCOMES}
    everything = {"arrival_rate": 10.0, **rates, **numbers}
    return {name: Reading(value, now, 60.0) for name, value in everything.items()}


def replica(number: int, now: float = 0.0, **fields: Any) -> ReplicaSeen:
    usual: dict[str, Any] = {
        "phase": "Running", "ready": True, "ready_since": float("-inf"),
        "started_at": float("-inf"), "deleting": False, "restarts": 0, "cpu_request": 1.0,
        "cpu_limit": 1.0, "memory_request": None, "memory_limit": 100.0, "storage_limit": 100.0,
    }  # fmt: skip
    numbers = {"rate.ok": 10.0, **fields.pop("numbers", {})}
    return ReplicaSeen(number=number, readings=readings(now, numbers), **{**usual, **fields})


def service(
    now: float, numbers: Mapping[str, float | None], replicas: Sequence[ReplicaSeen] = ()
) -> ServiceSeen:
    there = tuple(replicas) or (replica(0, now), replica(1, now))
    return ServiceSeen(wanted=len(there), replicas=there, readings=readings(now, numbers))


WELL = {"latency_p99": 0.1, "error_rate": 0.0, "latency_mean": 0.05, "rate.ok": 10.0}


def window(
    now: float,
    numbers: Mapping[str, Mapping[str, float | None]],
    *,
    links: Sequence[str] = (),
    ill_links: Mapping[str, Mapping[str, float | None]] | None = None,
    replicas: Mapping[str, Sequence[ReplicaSeen]] | None = None,
    logs: Sequence[LogLine] = (),
    **more: Any,
) -> Observation:
    """Return what is seen at `now`; of every service what is not named is well."""
    ill, there = ill_links or {}, replicas or {}
    return Observation(
        now=now,
        services={
            name: service(now, {**WELL, **own}, there.get(name, ()))
            for name, own in numbers.items()
        },
        links={
            name: LinkSeen(readings=readings(now, {**WELL, **ill.get(name, {})})) for name in links
        },
        logs=tuple(logs),
        **more,
    )


def symptom(subject: str, kind: str = "HighLatency", rank: int = 3, **fields: Any) -> Symptom:
    usual: dict[str, Any] = {
        "metrics": {}, "timestamp": 100.0, "since": 70.0, "window": 60.0,
        "goals": (Goal(measure=f"{subject}.latency_p99", relation="<", value=1.0),),
    }  # fmt: skip
    return Symptom(type=kind, subject=subject, severity=SEVERITIES[rank - 1], **{**usual, **fields})
