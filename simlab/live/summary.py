"""The summary of a live run: plain data, the same numbers for people, files and comparisons."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simlab.core import FAILURES, OUTCOMES, Seconds
from simlab.telemetry import Record, SourceRecord, quantile


def summary_of(record: Record) -> dict[str, Any]:
    """Return what a run came to, simulated or live: by source, by service, by fault, by loop."""
    return {
        "duration": record.duration,
        "sources": {name: _source(one) for name, one in record.sources.items()},
        "services": {name: _service(record, name) for name in record.services},
        "faults": [
            {
                "fault": one.fault,
                "start": one.start,
                "replicas": [f"{service}/{number}" for service, number in one.replicas],
                "detected": one.detected,
                "recovered": _recovered(record, one.replicas, one.start),
            }
            for one in record.faults
        ],
        "loops": _loops(record),
    }


def _source(one: SourceRecord) -> dict[str, Any]:
    failed = 0
    for outcome in FAILURES:
        failed += one.outcomes[outcome]
    return {
        "requests": one.requests,
        "failed": failed,
        "unanswered": one.requests - sum(one.outcomes),
        "bad_share": 1.0 - one.good / one.requests if one.requests else None,
        "latency_p50": quantile(one.histogram, 0.5),
        "latency_p99": quantile(one.histogram, 0.99),
        "outcomes": {word: n for word, n in zip(OUTCOMES, one.outcomes, strict=True) if n},
    }


def _service(record: Record, name: str) -> dict[str, Any]:
    ready = record.timeline.get(f"services.{name}.ready")
    scalings = [
        [event.at, event.data["action"]["replicas"]]
        for event in record.events
        if event.kind == "action"
        and event.data["status"] == "done"
        and event.data["action"]["kind"] == "scale"
        and event.data["action"]["service"] == name
    ]
    return {
        "ready_mean": None if ready is None or not len(ready) else float(ready.mean()),
        "ready_last": None if ready is None or not len(ready) else int(ready[-1]),
        "restarts": record.services[name].restarts,
        "scalings": scalings,
    }


def _recovered(record: Record, victims: tuple[tuple[str, int], ...], start: Seconds) -> Any:
    """Return when the last of `victims` was ready again; None: one never was."""
    times = []
    for service, number in victims:
        ready = [
            event.at
            for event in record.events
            if event.kind == "log" and event.who == service and event.at >= start
            and (event.data["kind"], event.data["replica"]) == ("ready", number)
        ]  # fmt: skip
        times.append(min(ready, default=None))
    return None if not times or None in times else max(one for one in times if one is not None)


def _loops(record: Record) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for event in record.events:
        if event.kind in ("decision", "action", "failed", "overrun"):
            word = event.kind if event.kind != "action" else str(event.data["status"])
            mine = found.setdefault(event.who, {})
            mine[word] = mine.get(word, 0) + 1
    return found


def write_timeline(record: Record, path: Path) -> None:
    """Write the columns of a run's timeline as CSV; what there was none of is empty."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(record.timeline)
        for row in zip(*record.timeline.values(), strict=True):
            writer.writerow(["" if value != value else f"{value:.6g}" for value in row])  # noqa: PLR0124


def told(found: Mapping[str, Any]) -> str:
    """Return a summary as lines for people."""
    lines = []
    for name, one in found["sources"].items():
        outcomes = ", ".join(f"{n} {word}" for word, n in one["outcomes"].items()) or "none ended"
        lines.append(f"{name}: {one['requests']} requests ({outcomes})")
        if one["latency_p99"] is not None:
            p50, p99 = 1000 * one["latency_p50"], 1000 * one["latency_p99"]
            bad = 100 * one["bad_share"]
            lines.append(f"  p50 {p50:.0f} ms, p99 {p99:.0f} ms, bad {bad:.2f} %")
    for name, one in found["services"].items():
        moves = ", ".join(f"{n} at {at:.0f} s" for at, n in one["scalings"]) or "no scaling"
        lines.append(f"{name}: {moves}; restarts {one['restarts']}; ready {one['ready_last']} last")
    for one in found["faults"]:
        detected, recovered = (
            "never" if one[key] is None else f"{one[key] - one['start']:.1f} s later"
            for key in ("detected", "recovered")
        )
        lines.append(
            f"{one['fault']} at {one['start']:.0f} s of {', '.join(one['replicas']) or 'nobody'}: "
            f"detected {detected}, ready again {recovered}"
        )
    for name, counts in found["loops"].items():
        said = ", ".join(f"{n} {word}" for word, n in counts.items())
        lines.append(f"loop {name}: {said}")
    return "\n".join(lines)
