"""The analyzer: which callee explains its callers, what speaks for it, and what kind of issue it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers.mapek import Analyzer, AnalyzerSettings, Issue
from simlab.controllers.mapek.evidence import (
    odd_replicas,
    own_errors,
    own_errors_of_spans,
    own_time,
    own_time_of_spans,
)
from simlab.controllers.mapek.graph import Graph
from simlab.controllers.mapek.issues import Change
from simlab.controllers.mapek.symptoms import Symptom
from simlab.core import LogLine, Observation, Span
from tests.controllers.mapek_seen import replica, symptom, window

SERVICES = ("web", "cart", "stock", "db", "mail")
LINKS = ("users->web", "web->cart", "web->stock", "cart->db", "stock->db", "web->mail")
GRAPH = Graph(LINKS, SERVICES)


def explain(
    symptoms: Sequence[Symptom],
    *,
    numbers: Mapping[str, Mapping[str, float | None]] | None = None,
    targets: Sequence[str] = SERVICES,
    changes: Sequence[Change] = (),
    **more: Any,
) -> list[Issue]:
    everything = {name: {**(numbers or {}).get(name, {})} for name in SERVICES}
    seen = window(100.0, everything, links=LINKS, **more)
    return Analyzer(AnalyzerSettings()).explain(seen, GRAPH, symptoms, changes, targets)


def all_of(*names: str) -> list[Symptom]:
    return [symptom(f"services.{name}") for name in names]


# The walk.


@given(st.dictionaries(st.sampled_from(GRAPH.nodes), st.floats(0, 10), max_size=6))
@settings(max_examples=50)
def test_the_shares_of_the_walk_sum_to_one(anomaly: dict[str, float]) -> None:
    walk = GRAPH.walk(anomaly)
    assert min(walk.values()) >= 0.0
    assert sum(walk.values()) == pytest.approx(1.0 if any(anomaly.values()) else 0.0)


def test_the_walk_ends_up_where_nothing_further_is_anomalous() -> None:
    walk = GRAPH.walk({"services.web": 1.0, "services.cart": 1.0, "services.db": 1.0})
    best = sorted(walk, key=lambda node: -walk[node])
    assert best[0] == "services.db"
    assert walk["services.mail"] == 0.0


def test_the_walk_stays_with_a_caller_that_is_worse_than_all_it_calls() -> None:
    walk = GRAPH.walk({"services.web": 4.0, "services.cart": 0.5})
    assert walk["services.web"] > 2.0 * walk["services.cart"]


def test_who_calls_whom_in_a_circle_is_walked_all_the_same() -> None:
    graph = Graph(["a->b", "b->a"], ["a", "b"])
    assert graph.downstream("services.a")[-1] == "links.b->a"
    assert sum(graph.walk({"services.a": 1.0}).values()) == pytest.approx(1.0)


# Issues.


@pytest.mark.parametrize(
    ("ill", "root"),
    [
        pytest.param(["web"], "web", id="alone"),
        pytest.param(["web", "cart", "db"], "db", id="a chain"),
        pytest.param(["web", "cart", "stock", "db"], "db", id="both callers of one callee"),
        pytest.param(["web", "cart"], "cart", id="the callee's own callee is well"),
    ],
)
def test_the_callee_that_explains_its_callers_is_the_root(ill: list[str], root: str) -> None:
    (issue,) = explain(all_of(*ill))
    assert issue.root_cause == f"services.{root}"
    assert issue.candidates[0][0] == issue.root_cause
    assert len(issue.symptoms) == len(ill)
    assert issue.confidence == issue.candidates[0][1]
    assert sum(score for _, score in issue.candidates) == pytest.approx(1.0)


def test_what_no_one_root_explains_is_two_issues() -> None:
    found = explain([*all_of("db", "cart"), symptom("services.mail", "ServiceDown")])
    assert [(one.root_cause, one.type) for one in found] == [
        ("services.mail", "ServiceFailure"), ("services.db", "PerformanceDegradation"),
    ] or [(one.root_cause, one.type) for one in found] == [
        ("services.db", "PerformanceDegradation"), ("services.mail", "ServiceFailure"),
    ]  # fmt: skip


def test_what_does_not_spread_is_explained_at_home_only() -> None:
    found = explain([symptom("services.web", "MemoryLeak"), *all_of("db")])
    assert {one.root_cause for one in found} == {"services.web", "services.db"}


def test_affected_is_everybody_who_calls_the_root() -> None:
    (issue,) = explain(all_of("db"))
    assert issue.affected_services == ("db", "cart", "stock", "web")


@pytest.mark.parametrize(
    ("kinds", "type_"),
    [
        (["HighLatency"], "PerformanceDegradation"),
        (["HighErrorRate"], "PerformanceDegradation"),
        (["Custom(x)"], "PerformanceDegradation"),
        (["HighLatency", "HighResourceUsage"], "ResourceExhaustion"),
        (["MemoryLeak"], "ResourceExhaustion"),
        (["HighErrorRate", "ServiceDown", "HighResourceUsage"], "ServiceFailure"),
    ],
)
def test_types(kinds: list[str], type_: str) -> None:
    (issue,) = explain([symptom("services.db", kind) for kind in kinds])
    assert issue.type == type_


def test_the_most_severe_symptom_is_the_issues_severity() -> None:
    (issue,) = explain([symptom("services.db", rank=2), symptom("services.web", rank=4)])
    assert (issue.severity, issue.rank) == ("Critical", 4)


def test_without_symptoms_there_is_no_issue() -> None:
    assert explain([]) == []


def test_a_root_is_among_the_targets() -> None:
    (issue,) = explain(all_of("web", "cart", "db"), targets=("web", "cart"))
    assert issue.root_cause == "services.cart"


# Evidence.


@pytest.mark.parametrize("kind", ["crash", "out_of_memory", "storage_full"])
def test_what_is_logged_speaks_for_its_service(kind: str) -> None:
    line = LogLine(at=60.0, kind=kind, target="services.cart/1")
    both = [symptom("services.web", rank=2), symptom("services.cart", rank=1)]
    plain, spoken = explain(both)[0], explain(both, logs=[line])[0]
    shares = [dict(one.candidates)["services.cart"] for one in (plain, spoken)]
    assert shares[1] > shares[0]
    assert f"{kind} logged" in spoken.evidence


def test_errors_of_its_own_speak_for_a_service() -> None:
    ill = [symptom("services.web", "HighErrorRate"), symptom("services.cart", "HighErrorRate")]

    def share(own: float) -> float:
        mixed = {"rate.ok": 5.0, "rate.error": own, "rate.dependency": 5.0 - own}
        (issue,) = explain(ill, numbers={"cart": mixed})
        return dict(issue.candidates)["services.cart"]

    assert share(5.0) > share(0.0)


def test_what_no_callee_can_cause_weighs_more() -> None:
    ill = [symptom("services.web"), symptom("services.cart", rank=2)]
    down = symptom("services.stock", "ServiceDown", rank=2)
    issue = next(one for one in explain([*ill, down]) if ill[0] in one.symptoms)
    assert issue.root_cause == "services.stock"


def test_a_crash_long_ago_says_nothing() -> None:
    old = [LogLine(at=-200.0, kind="crash", target="services.cart/1")]
    assert explain(all_of("cart"), logs=old)[0].evidence == explain(all_of("cart"))[0].evidence


def change(path: str, at: float = 60.0) -> Change:
    return Change(at=at, path=path, before=2.0, after=0.01)


@pytest.mark.parametrize(
    ("path", "at", "root", "type_"),
    [
        pytest.param("services.db.cores", 60.0, "services.db", "ConfigurationError", id="service"),
        pytest.param("links.cart->db.timeout", 60.0, "links.cart->db", "ConfigurationError", id="link"),
        pytest.param("links.cart->db.timeout", -150.0, "services.cart", "PerformanceDegradation",
                     id="too long before"),
        pytest.param("links.cart->db.timeout", 80.0, "services.cart", "PerformanceDegradation",
                     id="after the onset"),
        pytest.param("services.mail.cores", 60.0, "services.cart", "PerformanceDegradation",
                     id="of someone who is not called"),
    ],
)  # fmt: skip
def test_a_setting_that_was_changed_shortly_before(
    path: str, at: float, root: str, type_: str
) -> None:
    ill = [symptom("services.cart", "HighErrorRate")]
    (issue,) = explain(ill, changes=[change(path, at)])
    assert (issue.root_cause, issue.type) == (root, type_)
    assert bool(issue.changes) == (type_ == "ConfigurationError")


def test_a_link_that_was_changed_explains_its_overloaded_callee() -> None:
    ill = [symptom("services.db", "HighResourceUsage")]
    (issue,) = explain(ill, changes=[change("links.cart->db.retry.attempts")])
    assert (issue.root_cause, issue.service) == ("links.cart->db", "db")


def test_own_errors_are_those_that_no_callee_made() -> None:
    numbers = {"rate.ok": 6.0, "rate.error": 1.0, "rate.dependency": 3.0}
    seen = window(0.0, {"web": numbers})
    assert own_errors(seen, "web") == pytest.approx(0.1)
    assert own_errors(window(0.0, {"web": {**numbers, "rate.error": None}}), "web") is None


def test_own_time_is_what_calls_do_not_take() -> None:
    def seen(took: float | None) -> Observation:
        ill = {"web->cart": {"latency_mean": took, "arrival_rate": 20.0}}
        return window(0.0, {"web": {"latency_mean": 1.0}}, links=["web->cart"], ill_links=ill)

    assert own_time(seen(0.3), "web") == pytest.approx(0.4)  # Two calls of 0.3 s each.
    assert own_time(seen(0.9), "web") == 0.0
    assert own_time(seen(None), "web") is None


def spans(*rows: tuple[int, int, str, float, float, str]) -> list[Span]:
    return [
        Span(trace="u/1", id=number, parent=parent, service=name, operation="x", replica=0,
             start=start, end=end, outcome=outcome)
        for number, parent, name, start, end, outcome in rows
    ]  # fmt: skip


def test_spans_say_whose_time_and_whose_error_it_was() -> None:
    rows = spans((0, -1, "web", 0.0, 1.0, "error"), (1, 0, "db", 0.2, 0.9, "error"))
    assert own_time_of_spans(rows[:1], rows) == pytest.approx(0.3)
    assert own_errors_of_spans(rows[:1], rows) == 0.0
    assert own_errors_of_spans(rows[1:], rows) == 1.0
    assert own_errors_of_spans([], rows) is None


@pytest.mark.parametrize(
    ("latencies", "odd"),
    [
        pytest.param([0.1, 0.1, 0.9], (2,), id="one of three"),
        pytest.param([0.1, 0.9], (1,), id="one of two"),
        pytest.param([0.9, 0.9, 0.9], (), id="all alike"),
        pytest.param([0.001, 0.001, 0.04], (), id="little is never odd"),
        pytest.param([0.1, 0.2, 0.29], (), id="some are always worse"),
        pytest.param([None, 0.9], (), id="unknown is no standard"),
    ],
)
def test_odd_replicas(latencies: list[float | None], odd: tuple[int, ...]) -> None:
    there = [replica(at, numbers={"latency_mean": one}) for at, one in enumerate(latencies)]
    assert odd_replicas(there, []) == odd


def test_a_replica_that_is_down_or_silent_is_odd_unless_all_are() -> None:
    dead, hung, well = replica(0, ready=False), replica(1, numbers={"rate.ok": 0.0}), replica(2)
    assert odd_replicas([dead, hung, well], [0, 1, 2]) == (0, 1)
    assert odd_replicas([dead, well], []) == ()
    assert odd_replicas([dead, hung], [0, 1]) == ()
    assert odd_replicas([replace(hung, deleting=True), well], [1, 2]) == ()
