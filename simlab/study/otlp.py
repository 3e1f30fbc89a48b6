"""OTLP: the cycles of loops, and sampled requests, as traces in OpenTelemetry's JSON encoding.

Virtual time 0 is the Unix epoch, so timestamps are virtual nanoseconds. Ids are hashes of (seed,
replication, loop, cycle) or (seed, replication, request, attempt): the same run has the same ids,
and those of two replications differ. A loop is a resource (`service.name` is its name), and each
cycle is a trace of one span; a service is a resource, and each sampled request is a trace.

Reference: OpenTelemetry protocol 1.x, JSON Protobuf encoding: ids in hexadecimal digits, 64-bit
integers as text, enumerations as numbers; `opentelemetry/proto/trace/v1/trace.proto`.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

from simlab.core import LoopSpan, Seconds, Span
from simlab.telemetry import Record

INTERNAL, SERVER = 1, 2  # SpanKind
OK, ERROR = 1, 2  # StatusCode
SCOPE: Final = {"name": "simlab"}
FINE: Final = ("ok", "degraded", "invalid")


def otlp(record: Record, *, seed: int, replication: int, scenario: str) -> dict[str, Any]:
    """Return the traces of the run that left `record`, as an `ExportTraceServiceRequest`."""
    run: dict[str, float | str] = {
        "simlab.scenario": scenario,
        "simlab.seed": seed,
        "simlab.replication": replication,
    }
    address = f"{seed}/{replication}"
    spans: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for number, (loop, cycle) in enumerate(record.cycles):
        spans.setdefault(("loop", loop), []).append(_cycle(f"{address}/{loop}/{number}", cycle))
    for span in record.spans:
        spans.setdefault(("service", span.service), []).append(_request(address, span))
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _attributes({"service.name": name, **run})},
                "scopeSpans": [{"scope": SCOPE, "spans": found}],
            }
            for (_, name), found in spans.items()
        ]
    }


def _cycle(address: str, cycle: LoopSpan) -> dict[str, Any]:
    status: dict[str, Any] = {"code": OK if cycle.ok else ERROR}
    if cycle.message:
        status["message"] = cycle.message
    return {
        "traceId": _id(f"loops/{address}", 16),
        "spanId": _id(f"loops/{address}", 8),
        "name": cycle.name,
        "kind": INTERNAL,
        "startTimeUnixNano": _nanoseconds(cycle.start),
        "endTimeUnixNano": _nanoseconds(cycle.end),
        "attributes": _attributes(cycle.attributes),
        "events": [
            {
                "timeUnixNano": _nanoseconds(event.at),
                "name": event.name,
                "attributes": _attributes(event.attributes),
            }
            for event in cycle.events
        ],
        "status": status,
    }


def _request(address: str, span: Span) -> dict[str, Any]:
    trace = f"requests/{address}/{span.trace}"
    found = {
        "traceId": _id(trace, 16),
        "spanId": _id(f"{trace}/{span.id}", 8),
        "name": f"{span.service}.{span.operation}",
        "kind": SERVER,
        "startTimeUnixNano": _nanoseconds(span.start),
        "endTimeUnixNano": _nanoseconds(span.end),
        "attributes": _attributes({"simlab.replica": span.replica, "simlab.outcome": span.outcome}),
        "status": {"code": OK if span.outcome in FINE else ERROR},
    }
    if span.parent >= 0:
        found["parentSpanId"] = _id(f"{trace}/{span.parent}", 8)
    return found


def _id(address: str, size: int) -> str:
    return blake2b(address.encode(), digest_size=size).hexdigest()


def _nanoseconds(at: Seconds) -> str:
    return str(round(at * 1e9))


def _attributes(values: Mapping[str, float | int | str | bool]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: float | str | bool) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
    return {"stringValue": value}
