"""Traces in OTLP's JSON encoding: shaped as the protocol says, and the same for the same run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from simlab.core import LoopSpan, Span, SpanEvent
from simlab.scenario import parse
from simlab.study import faces
from simlab.study.otlp import otlp
from simlab.telemetry import Record

REAL: Final = Path(__file__).parents[2] / "../shared/data/configs/otlp-json"

EVENT = SpanEvent(
    name="execution_complete", at=30.25, attributes={"success": True, "n": 3, "x": 0.5, "s": "a"}
)
GOOD = LoopSpan(name="mape_k_cycle", start=30.0, end=30.5, events=(EVENT,))
BAD = LoopSpan(name="mape_k_cycle", start=60.0, end=60.0, ok=False, message="ValueError: no")
PARENT = Span(
    trace="users/7", id=0, parent=-1, service="web", operation="get", replica=1, start=1.0,
    end=2.5, outcome="ok",
)  # fmt: skip
CHILD = Span(
    trace="users/7", id=1, parent=0, service="db", operation="read", replica=0, start=1.25,
    end=2.0, outcome="error",
)  # fmt: skip


def document(seed: int = 1, replication: int = 0) -> dict[str, Any]:
    record = Record(
        duration=90.0, warmup=0.0, cycles=[("brain", GOOD), ("brain", BAD)], spans=[PARENT, CHILD]
    )
    return otlp(record, seed=seed, replication=replication, scenario="shop")


def spans(found: Any) -> Iterator[dict[str, Any]]:
    for resource in found["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            yield from scope["spans"]


def test_times_are_text_in_virtual_nanoseconds_and_values_have_their_kinds() -> None:
    good, bad, parent, child = spans(document())
    assert (good["startTimeUnixNano"], good["endTimeUnixNano"]) == ("30000000000", "30500000000")
    assert good["events"] == [
        {
            "timeUnixNano": "30250000000",
            "name": "execution_complete",
            "attributes": [
                {"key": "success", "value": {"boolValue": True}},
                {"key": "n", "value": {"intValue": "3"}},
                {"key": "x", "value": {"doubleValue": 0.5}},
                {"key": "s", "value": {"stringValue": "a"}},
            ],
        }
    ]
    assert [one["status"] for one in (good, bad)] == [
        {"code": 1},
        {"code": 2, "message": "ValueError: no"},
    ]
    assert [one["kind"] for one in (good, parent)] == [1, 2]
    assert child["parentSpanId"] == parent["spanId"]
    assert child["traceId"] == parent["traceId"] != good["traceId"] != bad["traceId"]
    assert "parentSpanId" not in parent
    assert [one["status"]["code"] for one in (parent, child)] == [1, 2]


def test_each_loop_and_each_service_is_a_resource() -> None:
    names = [
        one["value"]["stringValue"]
        for resource in document()["resourceSpans"]
        for one in resource["resource"]["attributes"]
        if one["key"] == "service.name"
    ]
    assert names == ["brain", "web", "db"]


def test_ids_are_those_of_the_run() -> None:
    assert document() == document()
    ids = [{one["traceId"] for one in spans(document(*run))} for run in ((1, 0), (1, 1), (2, 0))]
    assert len(set.union(*ids)) == 9


def check(found: Any) -> int:
    """Check that a document follows the encoding; return how many spans it has."""
    count = 0
    for one in spans(found):
        count += 1
        assert re.fullmatch(r"[0-9a-fA-F]{32}", one["traceId"])
        assert re.fullmatch(r"[0-9a-fA-F]{16}", one["spanId"])
        for key in ("startTimeUnixNano", "endTimeUnixNano"):
            assert re.fullmatch(r"\d+", one[key])
        assert int(one["startTimeUnixNano"]) <= int(one["endTimeUnixNano"])
        assert one["kind"] in range(6)
        assert one.get("status", {}).get("code", 0) in (0, 1, 2)
        for event in one.get("events", []):
            assert re.fullmatch(r"\d+", event["timeUnixNano"])
        for attribute in one.get("attributes", []):
            (kind,) = attribute["value"]
            assert kind in ("stringValue", "boolValue", "intValue", "doubleValue", "arrayValue",
                            "kvlistValue")  # fmt: skip
    return count


def test_a_real_document_passes_the_same_check() -> None:
    path = REAL / "opentelemetry-proto__examples_trace.json"
    if not path.exists():
        pytest.skip("no ../shared/data: the protocol's own example is not at hand")
    assert check(json.loads(path.read_text(encoding="utf-8"))) > 0


def test_a_run_tells_of_its_cycles_and_its_requests() -> None:
    text = (
        "{schema: simlab/scenario/v1, duration: 2m, telemetry: {traces: 50%}, "
        "services: {web: {operations: {get: 5ms}}}, "
        "load: {users: {to: web.get, shape: {kind: constant, rate: 1/s}}}, "
        "strategies: {s: {loops: {brain: {kind: mape_k}}}}}"
    )
    run = faces.run(parse(text), "s", seed=1)
    found = run.otlp()
    assert check(found) == 4 + len(run.record.spans) > 4
    assert json.loads(json.dumps(found)) == found
