"""Happenings: which marks the events of a run become."""

from typing import Any

import pytest

from simlab.core import CleanUp, Custom, SetQuota, SwitchTraffic
from simlab.model.rows import described
from simlab.report.happenings import kinds_of, marks_of, moving, times_of
from simlab.telemetry import Event
from tests.report.made import record, scaled, world

WEB = {"web": {"wanted": [2.0, 4, 4, 3, 3, 3]}}


def event(kind: str, who: str, /, **data: Any) -> Event:
    return Event(at=5.0, kind=kind, who=who, data=data)


def seen(*events: Event, **services: Any) -> list[tuple[str, str, float]]:
    left = record(events, services=services or {"web": {}})
    return [(one.kind, one.what, one.at) for one in marks_of(left, world(web=2))]


@pytest.mark.parametrize(
    ("one", "mark"),
    [
        pytest.param(event("log", "web", kind="crash", replica=1), "crash", id="a crash"),
        pytest.param(
            event("log", "web", kind="out_of_memory", replica=1), "out of memory", id="a kill"
        ),
        pytest.param(
            event("log", "web", kind="storage_full", replica=1), "storage full", id="a filling"
        ),
        pytest.param(event("log", "web", kind="restart", replica=1), "restart", id="a restart"),
        pytest.param(scaled(5.0, "web", 3), "scaled up", id="more"),
        pytest.param(scaled(5.0, "web", 1), "scaled down", id="less"),
        pytest.param(scaled(5.0, "web", 9, "refused"), "refused", id="what is refused"),
        pytest.param(
            event("action", "loop", status="refused",
                  action={"kind": "restart", "service": "web", "replicas": [7], "id": 1}),
            "refused", id="a restart that is refused",
        ),
        pytest.param(
            event("action", "loop", status="done",
                  action=described(SwitchTraffic("web", "db", 0.5, id=1))),
            "config", id="traffic is switched",
        ),
        pytest.param(
            event("action", "loop", status="refused",
                  action=described(SetQuota("web", "cores", 2.0, 1))),
            "refused", id="a quota is refused",
        ),
        pytest.param(
            event("action", "loop", status="done", action=described(SetQuota("web", "cores", 2.0, 1))),
            "config", id="a quota is set",
        ),
        pytest.param(
            event("action", "loop", status="done", action=described(CleanUp("web", 1))),
            "config", id="logs are thrown away",
        ),
    ],
)  # fmt: skip
def test_what_happens_to_a_service_is_a_mark(one: Event, mark: str) -> None:
    assert seen(one) == [(mark, "services.web", 5.0)]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(event("log", "web", kind="ready", replica=1), id="a replica gets ready"),
        pytest.param(event("decision", "loop", because={}, actions=[]), id="a decision"),
        pytest.param(event("breaker", "web->db", client="web/1", state="closed"), id="it closes"),
        pytest.param(scaled(5.0, "web", 2), id="scaled to what was wanted"),
        pytest.param(scaled(5.0, "web", 5, "accepted"), id="accepted, not done yet"),
        pytest.param(
            event("action", "loop", status="done", action=described(Custom("page", {}, 1))),
            id="something of a kind that only its handler knows",
        ),
        pytest.param(
            event("action", "loop", status="accepted",
                  action=described(SetQuota("web", "cores", 2.0, 1))),
            id="a quota that is on its way",
        ),
        pytest.param(
            event("action", "loop", status="done",
                  action={"kind": "restart", "service": "web", "replicas": [7], "id": 1}),
            id="a restart is done: its log has been marked",
        ),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_none(one: Event) -> None:
    assert seen(one) == []


def test_a_breaker_and_settings_are_marks_of_their_link() -> None:
    opens = event("breaker", "web->db", client="web/1", state="open")
    values = {"links.web->db.timeout": 0.1, "services.web.replicas": 5}
    config = event(
        "action", "loop", status="done", action={"kind": "update_config", "values": values, "id": 1}
    )
    assert seen(opens, config) == [
        ("opens", "links.web->db", 5.0),
        ("config", "links.web->db", 5.0),
        ("scaled up", "services.web", 5.0),
    ]


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        pytest.param([scaled(5, "web", 4), scaled(6, "web", 3)], ["up", "down"], id="in one step"),
        pytest.param([scaled(21, "web", 3)], ["down"], id="from what was sampled before"),
        pytest.param([scaled(45, "web", 4)], ["up"], id="from what another one wanted"),
        pytest.param([scaled(20, "web", 4)], ["up"], id="at the instant of a sample"),
        pytest.param(
            [scaled(10, "web", 4), scaled(15, "web", 3)], ["up", "down"], id="sampled before it"
        ),
        pytest.param(
            [scaled(12, "web", 9), scaled(21, "web", 5)], ["up", "up"], id="applied in part: 4"
        ),
    ],
)
def test_up_or_down_is_from_what_was_wanted_just_before(
    events: list[Event], kinds: list[str]
) -> None:
    assert [kind.removeprefix("scaled ") for kind, _, _ in seen(*events, **WEB)] == kinds


def test_services_that_move_are_those_that_change_or_are_touched() -> None:
    crash = event("log", "db", kind="crash", replica=1)
    services = {
        "web": {"ready": [2.0, 2, 1, 2, 2, 2]},
        "db": {},
        "cache": {},
        "api": WEB["web"],
    }
    left = record([crash], services=services)
    marks = marks_of(left, world(web=2, db=2, cache=2, api=2))
    assert moving(left, marks) == ["web", "db", "api"]


def test_kinds_and_times_are_in_the_order_of_the_legend() -> None:
    events = [event("log", "web", kind="crash", replica=1), scaled(3.0, "web", 3)]
    marks = marks_of(record(events, services={"web": {}}), world(web=2))
    assert kinds_of(marks, ["web"]) == ("scaled up", "crash")
    assert kinds_of(marks, ["db"]) == ()
    assert times_of(marks, "services.web") == {"scaled up": [3.0], "crash": [5.0]}


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("symptom", "symptom"),
        ("issue", "issue"),
        ("plan", "plan"),
        ("probe_failed", "probe failed"),
        ("contest", "contest"),
        ("failed", "loop failed"),
    ],
)
def test_what_a_loop_notices_is_a_mark_of_loops(kind: str, mark: str) -> None:
    assert seen(event(kind, "brain", target="services.web", name="it")) == [(mark, "loops", 5.0)]


@pytest.mark.parametrize("kind", ["cleared", "plan_ended", "recovered", "learned"])
def test_what_is_over_is_none(kind: str) -> None:
    assert seen(event(kind, "brain", target="services.web", name="it")) == []
