"""The monitor: what raises, what clears, what is unknown; no symptom twice, none that flaps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers.mapek import CustomSymptom, Monitor, MonitorSettings, OwnThresholds
from simlab.controllers.mapek.collecting import beyond
from simlab.controllers.mapek.hysteresis import Watched
from simlab.controllers.mapek.thresholds import Thresholds
from simlab.core import LogLine, Observation, ProbeSeen, Reading, Span
from tests.controllers.mapek_seen import replica, window


def monitor(
    custom: Sequence[CustomSymptom] = (), own: dict[str, OwnThresholds] | None = None, **fields: Any
) -> Monitor:
    return Monitor(MonitorSettings(**fields), Thresholds(), own or {}, custom, 30.0)


def latencies(values: Sequence[float | None], **fields: Any) -> list[Watched]:
    one = monitor(**fields)
    seen = [window(30.0 * at, {"web": {"latency_p99": value}}) for at, value in enumerate(values)]
    return [one.look(each, ["web"], []) for each in seen]


def story(found: Sequence[Watched]) -> str:
    """Return a letter a window: R raised, C cleared, o open, . nothing."""
    return "".join(
        "R" if one.raised else "C" if one.cleared else "o" if one.open else "." for one in found
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param([0.1, 2, 0.1, 0.1], "....", id="one window beyond is none"),
        pytest.param([2, 2, 2], ".Ro", id="two of three raise"),
        pytest.param([2, 0.1, 2], "..R", id="not one after the other"),
        pytest.param([2, 0.1, 0.1, 2], "....", id="too far apart"),
        pytest.param([2, None, 2], "..R", id="what is unknown between does not matter"),
        pytest.param([None, None, None], "...", id="unknown raises nothing"),
        pytest.param([2, 2, None, None, None, None], ".Roooo", id="unknown clears nothing"),
        pytest.param([2, 2, 0.9, 0.9, 0.9, 0.9], ".Roooo", id="just below the bound is not calm"),
        pytest.param([2, 2, 0.7, 0.7], ".RoC", id="two calm windows clear"),
        pytest.param([2, 2, 0.7, 2, 0.7, 2], ".Roooo", id="flapping stays open"),
        pytest.param([1.0, 1.0, 1.0], "...", id="at the bound is not beyond"),
        pytest.param([2, 2, 0.7, 0.7, 2, 2], ".RoC.R", id="it may come again"),
    ],
)
def test_hysteresis(values: list[float | None], told: str) -> None:
    assert story(latencies(values)) == told


@given(st.lists(st.none() | st.floats(0.0, 5.0), max_size=25), st.integers(1, 3))
@settings(max_examples=50)
def test_symptoms_begin_and_end_by_turns_and_are_open_in_between(
    values: list[float | None], raise_after: int
) -> None:
    is_open = False
    for one in latencies(values, raise_after=raise_after, of=3):
        assert len(one.raised) + len(one.cleared) <= 1
        assert not (one.raised and is_open)
        assert not (one.cleared and not is_open)
        is_open = (is_open or bool(one.raised)) and not one.cleared
        assert len(one.open) == is_open
        most = Counter((two.subject, two.type) for two in one.open).values()
        assert all(count == 1 for count in most)


def test_what_is_open_is_brought_up_to_date() -> None:
    found = latencies([2, 2, 5])
    assert [one.open[0].severity for one in found[1:]] == ["High", "Critical"]
    (last,) = found[-1].open
    assert (last.metrics, last.since, last.timestamp) == ({"latency_p99": 5.0}, 0.0, 60.0)
    assert last.data()["evidence"] == ["latency_p99 is 5, 5 times its bound"]


@pytest.mark.parametrize(
    ("value", "severity"), [(1.2, "Low"), (1.5, "Medium"), (2.0, "High"), (4.0, "Critical")]
)
def test_severity_is_how_far_beyond(value: float, severity: str) -> None:
    assert latencies([value, value])[-1].open[0].severity == severity


def test_a_share_is_as_far_beyond_as_it_is_closer_to_its_end() -> None:
    assert beyond(0.95, 0.9, ends=1.0) == pytest.approx(2.0)
    assert beyond(0.45, 0.9, ends=1.0) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param({"latency_p99": 2.0, "arrival_rate": 0.1}, id="too few answers"),
        pytest.param({"latency_p99": 2.0, "arrival_rate": None}, id="how many is unknown"),
        pytest.param({"latency_p99": float("nan")}, id="no number"),
    ],
)
def test_what_cannot_be_judged_is_unknown(numbers: dict[str, Any]) -> None:
    one = monitor()
    assert not any(
        one.look(window(30.0 * at, {"web": numbers}), ["web"], []).open for at in range(4)
    )


def test_a_reading_from_long_ago_is_unknown() -> None:
    def look(age: float) -> Watched:
        one = monitor()
        for at in range(4):
            seen = window(1000.0 + 30.0 * at - age, {"web": {"latency_p99": 9.0}})
            found = one.look(replace(seen, now=1000.0 + 30.0 * at), ["web"], [])
        return found

    assert look(90.0).open
    assert not look(91.0).open


def test_thresholds_are_of_a_service() -> None:
    one = monitor(own={"web": OwnThresholds(latency_p99=9.0)})
    numbers = {"latency_p99": 2.0}
    for at in range(2):
        found = one.look(window(30.0 * at, {"web": numbers, "db": numbers}), ["web", "db"], [])
    assert [one.subject for one in found.open] == ["services.db"]


def looked(*windows: Observation, targets: Sequence[str] = ("web",), **fields: Any) -> list[str]:
    """Return what is open in the end."""
    one, found = monitor(**fields), Watched(open=[])
    for seen in windows:
        found = one.look(seen, list(targets), [])
    return [f"{one.type} {one.subject}" for one in found.open]


def test_nobody_ready_is_a_fact_and_raised_at_once() -> None:
    dead = [replica(0, ready=False), replica(1, ready=False)]
    assert looked(window(0.0, {"web": {}}, replicas={"web": dead})) == ["ServiceDown services.web"]
    half = [replica(0, ready=False), replica(1)]
    once = window(0.0, {"web": {}}, replicas={"web": half})
    assert looked(once) == []
    assert looked(once, window(30.0, {"web": {}}, replicas={"web": half})) != []


def test_what_boots_is_not_down_but_what_never_comes_up_is() -> None:
    young = [replica(0), replica(1, ready=False, started_at=0.0, ready_since=0.0)]
    early = [window(30.0 * at, {"web": {}}, replicas={"web": young}) for at in range(3)]
    assert looked(*early) == []
    late = [window(400.0 + 30.0 * at, {"web": {}}, replicas={"web": young}) for at in range(3)]
    assert looked(*late) == ["ServiceDown services.web"]


def test_what_is_restarted_on_purpose_is_not_down() -> None:
    dead = {"web": [replica(0, ready=False)]}
    one = monitor()
    found = one.look(window(0.0, {"web": {}}, replicas=dead), ["web"], ["web"])
    assert found.open == []


def test_replicas_that_take_requests_and_end_none_are_down() -> None:
    hung = {"web": [replica(0), replica(1, numbers={"rate.ok": 0.0})]}
    seen = [window(30.0 * at, {"web": {}}, replicas=hung) for at in range(3)]
    hung_at = [replace(one, now=one.now) for one in seen]
    assert looked(*hung_at, stale=9) == ["ServiceDown services.web"]


def test_nobody_to_be_reached_is_down() -> None:
    ill = {"a->web": {"rate.unavailable": 9.0, "rate.ok": 1.0}}
    seen = [window(30.0 * at, {"web": {}}, links=["a->web"], ill_links=ill) for at in range(2)]
    assert looked(*seen) == ["ServiceDown services.web"]


def test_crashes_and_failed_probes_are_counted() -> None:
    line = LogLine(at=1.0, kind="crash", target="services.web/1")
    probe = ProbeSeen(service="web", replica=0, at=0.0, took=1.0, passed=False)
    calm = window(30.0, {"web": {}})
    assert looked(calm, window(60.0, {"web": {}}, logs=[line] * 2), calm) == []
    both = window(60.0, {"web": {}}, logs=[line] * 2, probes=(probe,))
    assert looked(both, window(90.0, {"web": {}})) == ["ServiceDown services.web"]
    other = window(60.0, {"web": {}}, logs=[replace(line, target="services.web-2")] * 9)
    assert looked(other, other) == []


@pytest.mark.parametrize(
    ("boot", "found"),
    [
        pytest.param(
            {"ready": False, "ready_since": 40.0, "started_at": 40.0}, [], id="first boot"
        ),
        pytest.param({"ready": True, "ready_since": 55.0, "started_at": 40.0}, [], id="up since"),
        pytest.param(
            {"ready": False, "ready_since": 45.0, "started_at": 10.0},
            ["ServiceDown services.web"],
            id="was up once",
        ),
    ],
)
def test_probes_of_replicas_on_their_way_up_say_nothing(
    boot: dict[str, float], found: list[str]
) -> None:
    probes = [
        ProbeSeen(service="web", replica=9, at=50.0, took=1.0, passed=False) for _ in range(3)
    ]
    there = {"web": [replica(0), replica(1), replica(2), replica(9, **boot)]}
    seen = [window(60.0 + 30 * at, {"web": {}}, replicas=there, probes=probes) for at in range(2)]
    assert looked(*seen, stale=9) == found


@pytest.mark.parametrize("kind", ["memory", "storage"])
def test_the_fullest_replica_counts(kind: str) -> None:
    there = {"web": [replica(0, numbers={kind: 10.0}), replica(1, numbers={kind: 95.0})]}
    seen = [window(30.0 * at, {"web": {}}, replicas=there) for at in range(2)]
    assert looked(*seen, stale=9) == ["HighResourceUsage services.web"]


def test_what_is_logged_as_full_is_full() -> None:
    line = LogLine(at=1.0, kind="storage_full", target="services.web/0")
    seen = [window(30.0 * at, {"web": {}}, logs=[line]) for at in range(2)]
    assert looked(*seen) == ["HighResourceUsage services.web"]


def test_a_resource_that_is_unknown_now_keeps_its_symptom_open() -> None:
    one = monitor(of=3)
    values: list[float | None] = [0.95, 0.95, None, None, None]
    for at, value in enumerate(values):
        numbers = {"utilization": 0.1}
        there = {"web": [replica(0, 30.0 * at, numbers={"memory": value and 100.0 * value})]}
        found = one.look(window(30.0 * at, {"web": numbers}, replicas=there), ["web"], [])
    assert [each.type for each in found.open] == ["HighResourceUsage"]


def test_a_link_shows_what_its_callee_does_not() -> None:
    ill = {"a->web": {"error_rate": 0.5}}
    lost = [window(30.0 * at, {"web": {}}, links=["a->web"], ill_links=ill) for at in range(2)]
    assert looked(*lost) == ["HighErrorRate links.a->web"]
    both = [
        window(30.0 * at, {"web": {"error_rate": 0.5}}, links=["a->web"], ill_links=ill)
        for at in range(2)
    ]
    assert looked(*both) == ["HighErrorRate services.web"]


@pytest.mark.parametrize(
    ("relation", "bound", "wrong"),
    [("above", 5.0, True), ("above", 10.0, False), ("below", 15.0, True), ("below", 10.0, False)],
)
def test_symptoms_of_ones_own(relation: Any, bound: float, wrong: bool) -> None:
    own = CustomSymptom(
        name="x", metric="services.web.arrival_rate", relation=relation, bound=bound
    )
    seen = [window(30.0 * at, {"web": {}}) for at in range(2)]
    assert looked(*seen, custom=[own]) == (["Custom(x) services.web"] if wrong else [])


def test_spans_stand_in_for_metrics_that_are_missing() -> None:
    def span(number: int, took: float, outcome: str) -> Span:
        return Span(
            trace=f"users/{number}", id=0, parent=-1, service="web", operation="get", replica=0,
            start=0.0, end=took, outcome=outcome,
        )  # fmt: skip

    def blind(at: int, spans: list[Span]) -> Observation:
        return window(30.0 * at, {"web": {"arrival_rate": None}}, traces=tuple(spans))

    slow = [span(number, 3.0, "ok") for number in range(30)]
    assert looked(blind(0, slow), blind(1, slow)) == ["HighLatency services.web"]
    bad = [span(number, 0.1, "error" if number < 9 else "ok") for number in range(30)]
    assert looked(blind(0, bad), blind(1, bad)) == ["HighErrorRate services.web"]
    assert looked(blind(0, slow[:3]), blind(1, slow[:3])) == []


def test_memory_that_grows_is_a_leak_and_a_restart_begins_anew() -> None:
    def seen(at: int, restarts: int) -> Observation:
        held = 10.0 + 2.0 * (at - (12 if restarts else 0))
        one = replica(0, 30.0 * at, restarts=restarts, numbers={"memory": held, "in_flight": 3.0})
        return window(30.0 * at, {"web": {}}, replicas={"web": [one]})

    grown = [seen(at, 0) for at in range(12)]
    assert looked(*grown) == ["MemoryLeak services.web"]
    assert looked(*grown[:8]) == []
    one = monitor()
    for each in [*grown, *(seen(at, 1) for at in range(12, 18))]:
        found = one.look(each, ["web"], [])
    assert [each.timestamp for each in found.open] == [330.0]  # Unknown since: not cleared either.


def test_a_missing_number_is_never_zero() -> None:
    own = CustomSymptom(name="x", metric="services.web.nothing", relation="below", bound=5.0)
    seen = [window(30.0 * at, {"web": {"nothing": None}}) for at in range(4)]
    assert looked(*seen, custom=[own]) == []
    empty = Observation(now=0.0, services={"web": replace(seen[0].services["web"], readings={})})
    assert looked(empty, empty) == []
    assert Reading(None, 0.0).value is None
