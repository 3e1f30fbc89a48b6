"""The loop: its span, what it tells, what it bears; and what it knows, kept as a document."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers import MapeKSettings
from simlab.controllers.mapek import (
    DEFAULT_RULES,
    Episode,
    KnowledgeBase,
    MonitorSettings,
    PlannerSettings,
    Rule,
)
from simlab.controllers.mapek.remembered import from_json, to_json
from simlab.core import Decision, Observation, Restart
from tests.controllers.mapek_seen import window

ILL = {"web": {"latency_p99": 5.0}, "db": {}}


def decisions(loop: Any, count: int = 3, ill: Any = ILL) -> list[Decision]:
    return [loop.step(window(30.0 * at, ill, links=["web->db"])) for at in range(1, count + 1)]


def test_a_cycle_is_a_span_with_what_each_part_came_to() -> None:
    found = decisions(MapeKSettings().build())
    (span,) = found[1].spans
    assert (span.name, span.start, span.end, span.ok) == ("mape_k_cycle", 60.0, 60.0, True)
    assert [(one.name, dict(one.attributes)) for one in span.events] == [
        ("monitoring_complete", {"symptom_count": 1}),
        ("analysis_complete", {"issue_count": 1}),
        ("planning_complete", {"action_count": 1}),
        ("execution_complete", {"success": True}),
    ]
    assert [one.kind for one in found[1].findings] == ["symptom", "issue", "plan"]
    assert found[2].findings == ()


def test_a_part_that_raises_ends_its_cycle_and_not_the_loop() -> None:
    loop = MapeKSettings().build()
    broken = replace(window(30.0, ILL), services={"web": None})  # type: ignore[dict-item]
    decision = loop.step(broken)
    (span,) = decision.spans
    assert not span.ok
    assert "AttributeError" in span.message
    assert decision.because["error"] == span.message
    assert decision.actions == ()
    later = decisions(loop, 4)
    assert all(one.spans[0].ok for one in later)
    assert later[-1].spans[0].attributes["cycle"] == 5
    assert any(one.actions for one in later)


def test_a_target_alone_is_watched_and_acted_upon() -> None:
    both = {"web": {"latency_p99": 5.0}, "db": {"latency_p99": 5.0}}
    acted = [
        {
            action.target
            for one in decisions(MapeKSettings(target=target).build(), ill=both)
            for action in one.actions
        }
        for target in ("all", "web", "db", "db,web")
    ]
    assert acted == [{"services.db"}, {"services.web"}, {"services.db"}, {"services.db"}]


def test_what_changes_while_it_runs() -> None:
    loop = MapeKSettings().build()
    loop.reconfigure("thresholds.latency_p99", 9.0)
    assert not any(one.findings for one in decisions(loop))
    loop.reconfigure("thresholds.latency_p99", 1.0)
    loop.reconfigure("planner.max_replicas", 2)
    acted = [action for one in decisions(loop) for action in one.actions]
    assert [type(one) for one in acted] == [Restart]  # There is no room for more replicas.
    with pytest.raises(ValueError, match="cannot change while"):
        loop.reconfigure("period", 1.0)


def test_settings_that_make_no_sense() -> None:
    for nonsense in (0.0, float("inf")):
        with pytest.raises(ValueError, match="period must be positive"):
            MapeKSettings(period=nonsense)
    for wrong in (
        {"raise_after": 4},
        {"clear": 2.0},
        {"severities": (2.0, 1.0, 3.0)},
        {"trend": 3},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            MonitorSettings(**wrong)


# What it knows.

words = st.text("abcXYZ->.", min_size=1, max_size=8)
episodes = st.builds(
    Episode, issue=words, service=words, strategy=words,
    result=st.sampled_from(["succeeded", "failed", "rolled back", "refused", "unknown"]),
    at=st.floats(0, 1e6), took=st.floats(0, 1e4),
)  # fmt: skip
rules = st.builds(
    Rule, do=st.just(("Restart", "ScaleUp")), issue=st.sampled_from(["any", "ServiceFailure"]),
    symptom=st.none() | st.just("HighLatency"), replicas=st.integers(1, 5),
    params=st.dictionaries(st.just("x"), st.floats(-1, 1)), settle=st.floats(0, 59),
)  # fmt: skip


@given(
    st.lists(episodes, max_size=4),
    st.lists(rules, max_size=3),
    st.lists(st.just("a->b"), max_size=1),
)
@settings(max_examples=40)
def test_what_is_kept_is_what_was_known(
    history: list[Episode], known_rules: list[Rule], links: list[str]
) -> None:
    known = KnowledgeBase(rules=tuple(known_rules), history=history, links=links)
    again = from_json(json.loads(json.dumps(to_json(known))))
    assert (again.rules, again.history, again.links) == (known.rules, history, links)


def test_rules_come_from_the_settings_else_from_the_file_else_they_are_the_usual(
    tmp_path: Any,
) -> None:
    one, two = Rule(do=("Restart",)), Rule(do=("CleanupResources",))
    file = tmp_path / "known.json"
    file.write_text(json.dumps(to_json(KnowledgeBase(rules=(one,)))), encoding="utf-8")

    def rules_of(knowledge: str | None, mine: tuple[Rule, ...] | None) -> tuple[Rule, ...]:
        settings = MapeKSettings(knowledge=knowledge, planner=PlannerSettings(rules=mine))
        return settings.build().known.rules

    assert rules_of(str(file), (two,)) == (two,)
    assert rules_of(str(file), None) == (one,)
    assert rules_of(None, None) == DEFAULT_RULES
    assert rules_of(str(file), ()) == ()


@pytest.mark.parametrize(
    ("rule", "tells"),
    [
        ({}, "has no do"),
        ({"do": "Restart"}, "do must be a list"),
        ({"do": ["Restart"], "least": "Awful"}, "least is 'Awful'"),
        ({"do": ["Restart"], "symptom": 3}, "symptom must be text"),
        ({"do": ["Restart"], "settle": True}, "settle must be a finite number"),
        ({"do": ["Restart"], "settle": 1e9}, "settle must be shorter"),
        ({"do": ["Custom"]}, "name must say"),
        ({"do": ["Restart"], "params": {"x": "y"}}, "params must be"),
        ({"do": ["Restart"], "stranger": 1}, "stranger is unknown"),
    ],
)
def test_rules_of_a_document_are_checked(rule: dict[str, Any], tells: str) -> None:
    with pytest.raises(ValueError, match=tells):
        from_json({"schema": "simlab/knowledge/v1", "rules": [rule]})


def test_it_decides_by_what_it_sees_alone() -> None:
    one, two = MapeKSettings().build(), MapeKSettings().build()
    assert decisions(one, 6) == decisions(two, 6)
    assert one.step(Observation(now=300.0)).actions == ()
