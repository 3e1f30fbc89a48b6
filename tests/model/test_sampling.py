"""What is written down at fixed times: the timeline, the grid, spans."""

import pytest

from tests.model.scenes import Arrivals, begin, play


def test_the_timeline_has_a_row_at_each_step_and_at_the_end() -> None:
    text = """
        duration: 10.5s
        services: {web: {operations: {get: []}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 2/s}}}
    """
    record = play(text)
    assert list(record.timeline["t"]) == [*range(1, 11), 10.5]
    assert len(record.timeline["services.web.ready"]) == 11


def test_a_run_shorter_than_a_step_has_one_row() -> None:
    record = play("duration: 500ms\nservices: {web: {operations: {get: []}}}")
    assert list(record.timeline["t"]) == [0.5]


def test_the_timeline_tells_what_happened(at: Arrivals) -> None:
    text = f"""
        duration: 6s
        slo: {{within: 500ms}}
        services: {{web: {{replicas: 2, slots: 1, operations: {{get: [{{cpu: 1s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(0.25, 0.5, 0.75, 4)}}}}}
        faults: {{f: {{kind: set, path: services.web.replicas, to: 3, at: 2.5s}}}}
    """
    rows = play(text).timeline
    assert list(rows["services.web.wanted"]) == [2, 2, 3, 3, 3, 3]
    assert list(rows["services.web.ready"]) == [2, 2, 3, 3, 3, 3]
    assert list(rows["services.web.in_flight"]) == [2, 1, 0, 0, 1, 0]
    assert list(rows["services.web.line"]) == [1, 0, 0, 0, 0, 0]
    assert list(rows["sources.users.arrival_rate"]) == [3, 0, 0, 0, 1, 0]
    assert list(rows["links.users->web.attempt_rate"]) == [3, 0, 0, 0, 1, 0]
    assert rows["services.web.utilization"][1] == pytest.approx((1.0 + 0.5) / 2)


def test_spans_are_kept_only_with_requests(at: Arrivals) -> None:
    text = f"""
        services: {{web: {{operations: {{get: []}}}}}}
        load: {{users: {{to: web.get, shape: {at(0, 99)}}}}}
        telemetry: {{traces: 100%}}
    """
    record = play(text)
    assert [(span.trace, span.start) for span in record.spans] == [
        ("users/0", 0.0),
        ("users/1", 99.0),
    ]
    world = begin(text)
    bare = type(world)(world.settings, seed=1).finish()
    assert (bare.spans, bare.requests) == ([], {})


def test_spans_scraped_are_not_kept_in_the_server() -> None:
    text = """
        services: {web: {operations: {get: []}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 2/s}}}
        telemetry: {traces: 100%, scrape: 5s}
    """
    world = begin(text)
    world.advance(52.0)
    assert len(world._server.spans) == 4  # Of 50, 50.5, 51 and 51.5 s.
