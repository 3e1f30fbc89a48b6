"""MAPE-K through scenario files: each symptom, each action, each part's word in the run's record.

The base is a small shop that is well for as long as nothing is done to it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from simlab.controllers import MapeK
from simlab.core import LoopSpan, UserError
from simlab.scenario import parse
from simlab.study import Run, faces

SHOP: Final = """
schema: simlab/scenario/v1
duration: {duration}
services:
  web:
    replicas: 2
    operations: {{get: {{steps: [{{cpu: {{dist: exponential, mean: 10ms}}}}, {{call: cart.read}}]}}}}
  cart:
    replicas: 2
    memory: {{base: 100Mi, per_request: 1Mi, limit: 512Mi}}
    operations: {{read: {{steps: [{{cpu: {{dist: exponential, mean: 10ms}}}}, {{call: db.read}}]}}}}
  db:
    replicas: 2
    storage: {{base: 1Mi, per_request: 1Ki, log_rate: {log_rate}, limit: 100Mi}}
    operations: {{read: {{steps: [{{cpu: {{dist: exponential, mean: 20ms}}}}], errors: {errors}}}}}
  spare: {{operations: {{read: {{steps: [{{cpu: {{dist: exponential, mean: 20ms}}}}]}}}}}}
defaults: {{link: {{timeout: 2s}}}}
load: {{users: {{to: web.get, shape: {{kind: constant, rate: {rate}}}}}}}
faults: {{{faults}}}
strategies:
  brain: {{loops: {{brain: {{kind: mape_k, {brain}}}, {others}}}}}
"""


@cache
def run(
    faults: str = "",
    brain: str = "",
    *,
    duration: str = "12m",
    log_rate: str = "1",
    errors: str = "0%",
    others: str = "",
    rate: str = "20/s",
    seed: int = 1,
    base: Path = Path(),
) -> Run:
    text = SHOP.format(
        faults=faults,
        brain=brain,
        duration=duration,
        log_rate=log_rate,
        errors=errors,
        others=others,
        rate=rate,
    )
    return faces.run(parse(text, base=base), "brain", seed=seed, keep_requests=False)


def failing(run: Run) -> float:
    """Return the share of requests that failed."""
    share = run.summary["failure_share"]
    assert share is not None
    return share


def found(run: Run, kind: str, name: str = "") -> list[Mapping[str, Any]]:
    """Return the details of every event of this kind, called so."""
    return [
        {"at": one.at, **one.data}
        for one in run.record.events
        if one.kind == kind and (not name or one.data["name"] == name)
    ]


def done(run: Run, kind: str) -> list[Mapping[str, Any]]:
    """Return the actions of this kind that the loop had done."""
    rows = [one.data for one in run.record.events if one.kind == "action" and one.who == "brain"]
    return [
        one["action"] for one in rows if one["action"]["kind"] == kind and one["status"] == "done"
    ]


SLOW: Final = "f: {kind: slow, target: db, at: 2m, lasts: 4m, speed: 15%}"
DEAD: Final = "f: {kind: crash, target: cart, at: 125s, restart: false}"
LEAK: Final = "f: {kind: leak, target: cart, at: 1m, rate: 200Ki/s}"
NO_RULES: Final = "planner: {rules: []}"


@pytest.mark.parametrize(
    ("name", "subject", "settings"),
    [
        pytest.param("HighLatency", "services.db", {"faults": SLOW}, id="latency"),
        pytest.param("HighErrorRate", "services.db", {"errors": "20%"}, id="errors"),
        pytest.param("HighResourceUsage", "services.db", {"rate": "98/s", "duration": "3m"}, id="cores"),
        pytest.param("HighResourceUsage", "services.db", {"log_rate": "200Ki/s"}, id="storage"),
        pytest.param("HighResourceUsage", "services.cart",
                     {"faults": LEAK, "brain": f"{NO_RULES}, thresholds: {{memory: 30%}}"},
                     id="memory"),
        pytest.param("ServiceDown", "services.cart", {"faults": DEAD}, id="nobody there"),
        pytest.param("MemoryLeak", "services.cart", {"faults": LEAK}, id="leak"),
        pytest.param(
            "Custom(busy)", "services.web",
            {"brain": "custom: [{name: busy, metric: services.web.arrival_rate, bound: 1}]"},
            id="a number of one's own",
        ),
    ],
)  # fmt: skip
def test_each_symptom_is_found_where_it_is(
    name: str, subject: str, settings: dict[str, str]
) -> None:
    one = run(**settings)
    assert [row["target"] for row in found(one, "symptom", name)].count(subject) >= 1
    with pytest.raises(AssertionError):
        assert found(run(), "symptom", name)


def test_a_well_shop_has_no_symptom_for_an_hour() -> None:
    assert found(run(duration="1h", rate="10/s"), "symptom") == []


def ruled(rule: str, others: str = "") -> str:
    return f"planner: {{rules: [{{{rule}}}]}}{others}"


def test_restart_heals_what_is_dead() -> None:
    one = run(DEAD)
    assert [row["service"] for row in done(one, "restart")] == ["cart"]
    assert [row["result"] for row in found(one, "plan_ended", "Restart")] == ["succeeded"]
    (fault,) = one.record.faults
    assert (fault.detected, fault.acted, fault.rank) == (150.0, 150.0, 1)
    assert failing(one) < failing(run(DEAD, NO_RULES)) / 2


def test_scale_up_is_an_increment_and_scale_down_gives_it_back() -> None:
    one = run(SLOW, "planner: {calm: 2m}")
    counts = [row["replicas"] for row in done(one, "scale") if row["service"] == "db"]
    assert counts[0] == 4
    assert counts[-1] == 2
    assert [row["result"] for row in found(one, "plan_ended", "ScaleDown")] == ["succeeded"]
    assert not done(run(SLOW, "planner: {calm: 1h}"), "scale")[1:]


def test_a_changed_setting_is_rolled_back() -> None:
    script = "ops: {kind: script, steps: [{at: 3m, set: {links.cart->db.timeout: 10ms}}]}"
    one = run(others=script)
    (issue,) = found(one, "issue", "ConfigurationError")
    assert issue["candidates"][0] == "links.cart->db"
    (update,) = done(one, "update_config")
    assert update["values"] == {"links.cart->db.timeout": 2.0}
    assert [row["result"] for row in found(one, "plan_ended", "UpdateConfig")] == ["succeeded"]
    assert failing(one) < failing(run(others=script, brain=NO_RULES)) / 2


def test_storage_is_cleaned_up_before_it_is_full() -> None:
    filling = {"log_rate": "200Ki/s", "duration": "15m"}
    one = run(**filling)
    assert {row["service"] for row in done(one, "clean_up")} == {"db"}
    assert failing(one) == 0.0
    assert failing(run(brain=NO_RULES, **filling)) > 0.1


def test_traffic_is_switched_away_and_given_back() -> None:
    rule = ruled("do: [SwitchTraffic], to: spare, share: 100%", ", thresholds: {utilization: 99}")
    one = run(SLOW, rule.replace("rules:", "calm: 2m, rules:"), duration="15m")
    switches = [(row["away"], row["to"], row["share"]) for row in done(one, "switch_traffic")]
    assert switches == [("db", "spare", 1.0), ("db", "spare", 0.0)]
    ended = [row["result"] for row in found(one, "plan_ended", "SwitchTraffic")]
    assert ended[0] == "succeeded"


def test_a_custom_action_is_handed_on_with_its_parameters() -> None:
    one = run(SLOW, ruled("do: [Custom], name: page, params: {level: 2}"))
    rows = [row["action"] for row in found(one, "action") if row["action"]["kind"] == "custom"]
    assert {(row["name"], row["params"]["level"]) for row in rows} == {("page", 2.0)}
    results = {row["result"] for row in found(one, "plan_ended", "Custom")}
    assert results == {"refused"}  # Nobody here has a handler.


def test_a_plan_that_does_not_help_is_rolled_back() -> None:
    one = run("", ruled("do: [ScaleUp], settle: 30s, deadline: 2m"), errors="20%")
    counts = [row["replicas"] for row in done(one, "scale") if row["service"] == "db"]
    assert counts[:2] == [4, 2]
    (ended, *_) = found(one, "plan_ended", "ScaleUp")
    assert ended["result"] == "rolled back"
    assert "not what was expected" in ended["reason"]


def test_there_is_no_storm_of_restarts() -> None:
    one = run("", ruled("do: [Restart], settle: 30s, deadline: 1m"), errors="20%", duration="30m")
    times = [row["at"] for row in found(one, "plan", "Restart")]
    assert len(times) > 3
    assert all(later - first >= 900 for first, later in zip(times, times[3:], strict=False))


@pytest.mark.parametrize("faults", ["", SLOW, DEAD])
def test_each_cycle_is_a_span_with_four_events_at_virtual_time(faults: str) -> None:
    one = run(faults)
    spans = [span for loop, span in one.record.cycles if loop == "brain"]
    assert [span.start for span in spans] == [30.0 * cycle for cycle in range(1, 25)]
    for span in spans:
        assert (span.name, span.ok, span.end) == ("mape_k_cycle", True, span.start)
        assert [(event.name, event.at) for event in span.events] == [
            ("monitoring_complete", span.start),
            ("analysis_complete", span.start),
            ("planning_complete", span.start),
            ("execution_complete", span.start),
        ]
    assert total(spans, "symptom_count") > 0 if faults else total(spans, "symptom_count") == 0
    assert total(spans, "action_count") == len(found(one, "plan"))
    assert total(spans, "issue_count") >= len(found(one, "issue"))


def total(spans: Sequence[LoopSpan], word: str) -> float:
    values = [event.attributes[word] for span in spans for event in span.events
              if word in event.attributes]  # fmt: skip
    return sum(float(value) for value in values)


def test_a_callee_that_is_slow_is_named_first_though_its_callers_are_slow_too() -> None:
    one = run(SLOW)
    issue, *_ = found(one, "issue")
    assert issue["candidates"][0] == "services.db"
    assert {"db", "cart", "web"} == set(issue["affected"])
    assert 0.5 < issue["confidence"] <= 1.0
    assert one.record.faults[0].rank == 1


LASTS: Final = "at: 2m, lasts: 3m"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(f"{{kind: errors, target: db, share: 30%, {LASTS}}}", "PerformanceDegradation",
                     id="errors"),
        pytest.param(f"{{kind: slow, target: cart, speed: 5%, {LASTS}}}", "PerformanceDegradation",
                     id="slow"),
        pytest.param(f"{{kind: pause, target: cart, {LASTS}}}", "", id="hung"),
        pytest.param(f"{{kind: partition, target: db, {LASTS}}}", "PerformanceDegradation",
                     id="cut off"),
        pytest.param(f"{{kind: crash_loop, target: cart, {LASTS}}}", "ServiceFailure", id="crashes"),
        pytest.param(f"{{kind: disk_fill, target: db, size: 95Mi, {LASTS}}}", "ResourceExhaustion",
                     id="full"),
        pytest.param("{kind: leak, target: cart, at: 1m, rate: 1Mi/s}", "ResourceExhaustion",
                     id="leaks"),
        pytest.param("{kind: bad_config, path: links.cart->db.timeout, to: 15ms, at: 2m}",
                     "ConfigurationError", id="bad time-out"),
        pytest.param("{kind: bad_config, path: services.db.cores, to: 200m, at: 2m}",
                     "ConfigurationError", id="bad quota"),
    ],
)  # fmt: skip
def test_the_true_root_is_ranked_first(fault: str, kind: str) -> None:
    one = run(f"f: {fault}", duration="8m")
    assert one.record.faults[0].rank == 1
    issue, *_ = found(one, "issue")
    assert issue["name"] == (kind or issue["name"])


def test_a_bad_setting_is_mended_for_good() -> None:
    fault = "f: {kind: bad_config, path: services.db.cores, to: 200m, at: 2m}"
    one = run(fault, duration="10m")
    assert [row["values"] for row in done(one, "update_config")] == [{"services.db.cores": 1.0}]
    assert failing(one) < failing(run(fault, NO_RULES, duration="10m")) / 5


def test_lying_telemetry_alone_raises_nothing() -> None:
    for fault in (
        "missing_metrics",
        "stale_metrics",
        "late_metrics, by: 1m",
        "noisy_metrics, cv: 0.3",
    ):
        faults = f"f: {{kind: {fault}, target: all, {LASTS}}}"
        assert found(run(faults, duration="8m"), "symptom") == []


# What it has learned outlasts the run.


def test_what_one_run_has_learned_changes_the_next(tmp_path: Path) -> None:
    once = "{do: [ScaleUp], settle: 30s, deadline: 1m}"
    first = run("", f"planner: {{rules: [{once}], cooldown: 30s}}", errors="20%")
    assert found(first, "plan")[0]["name"] == "ScaleUp"
    known = first.knowledge["brain"]
    assert {one["result"] for one in known["history"] if one["strategy"] == "ScaleUp"} == {
        "rolled back"
    }
    (tmp_path / "known.json").write_text(json.dumps(known), encoding="utf-8")
    two = f"planner: {{rules: [{once}, {{do: [Restart]}}]}}"
    assert found(run("", two, errors="20%"), "plan")[0]["name"] == "ScaleUp"
    second = run("", f"{two}, knowledge: known.json", errors="20%", base=tmp_path)
    assert found(second, "plan")[0]["name"] == "Restart"
    assert second.knowledge["brain"]["history"][: len(known["history"])] == known["history"]


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        pytest.param("{", "Expecting", id="no json"),
        pytest.param("[]", "must be a mapping", id="a list"),
        pytest.param('{"schema": "other"}', "schema must be", id="another schema"),
        pytest.param('{"schema": "simlab/knowledge/v1", "history": [{}]}', r"history\[0\] has no issue",
                     id="an episode with nothing"),
        pytest.param('{"schema": "simlab/knowledge/v1", "rules": [{"do": ["Fly"]}]}', r"rules\[0\].do",
                     id="a strategy that there is not"),
        pytest.param('{"schema": "simlab/knowledge/v1", "more": 1}', "more is unknown", id="a stranger"),
        pytest.param('{"schema": "simlab/knowledge/v1", "history": [{"issue": "x", "service": "x", '
                     '"strategy": "x", "result": "x", "at": 0, "took": 0}]}', "result must be one of",
                     id="a result that there is not"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_knowledge_is_told_at_its_place(
    text: str, tells: str, tmp_path: Path
) -> None:
    (tmp_path / "known.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=rf"brain.knowledge: .*known.json: .*{tells}"):
        run("", "knowledge: known.json", base=tmp_path)


def test_the_knowledge_is_there_while_one_steps() -> None:
    text = SHOP.format(faults=DEAD, brain="", duration="12m", log_rate="1", errors="0%", others="",
                       rate="20/s")  # fmt: skip
    world = faces.start(parse(text), "brain", seed=1)
    world.advance("6m")
    brain = world.loops["brain"]
    assert isinstance(brain, MapeK)
    known = brain.knowledge
    assert [one["strategy"] for one in known["history"]] == ["Restart"]
    assert known["topology"] == {"web": ["cart"], "cart": ["db"], "users": ["web"]}
