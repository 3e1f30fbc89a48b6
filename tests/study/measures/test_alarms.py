"""False alarms: who is counted, and what, in a run in which nothing was wrong."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest

from simlab.model.settings.world import WorldSettings
from simlab.study.measures.alarms import false_alarms
from simlab.telemetry import Event, FaultRecord, Record


@dataclass(frozen=True)
class Kind:
    """A loop's settings, as far as they are looked at."""

    kind: str


def world(**loops: str) -> WorldSettings:
    found = SimpleNamespace(loops={name: Kind(kind) for name, kind in loops.items()})
    return cast("WorldSettings", found)


def record(*events: Event, **changes: Any) -> Record:
    return Record(duration=4200.0, warmup=600.0, events=list(events), **changes)


def action(at: float, status: str = "done", number: int = 1, **more: str) -> Event:
    return Event(
        at=at, kind="action", who="brain", data={"action": {"id": number, **more}, "status": status}
    )


def noticed(at: float, kind: str = "symptom") -> Event:
    return Event(at=at, kind=kind, who="brain")


@pytest.mark.parametrize("kind", ["symptom", "probe_failed"])
def test_what_a_healer_reports_is_an_alarm(kind: str) -> None:
    seen = record(noticed(700.0, kind), noticed(800.0, kind))
    assert false_alarms(seen, world(brain="mape_k")) == 2.0


def test_what_it_does_is_one_alarm_however_often_it_is_told() -> None:
    seen = record(action(700.0, "accepted"), action(720.0, "done"))
    assert false_alarms(seen, world(brain="health")) == 1.0


def test_what_was_refused_did_no_harm() -> None:
    assert false_alarms(record(action(700.0, "refused")), world(brain="mape_k")) == 0.0


@pytest.mark.parametrize("kind", ["cleared", "issue", "plan", "contest", "decision"])
def test_the_rest_is_none(kind: str) -> None:
    assert false_alarms(record(noticed(700.0, kind)), world(brain="mape_k")) == 0.0


def test_the_warm_up_and_the_drain_do_not_count() -> None:
    seen = record(noticed(599.0), noticed(4200.0), noticed(600.0))
    assert false_alarms(seen, world(brain="mape_k")) == 1.0


def test_of_a_system_only_its_healers_count() -> None:
    seen = record(
        action(700.0, number=1, issuer="scaling/web"),
        action(700.0, number=2, issuer="mape_k"),
        action(700.0, number=3, issuer="health/web"),
        action(700.0, number=4),
    )
    assert false_alarms(seen, world(brain="adaptive_system")) == 2.0


def test_others_are_not_counted_though_they_act() -> None:
    seen = record(action(700.0))
    assert false_alarms(seen, world(brain="hpa", healer="health")) == 0.0


def test_without_a_healer_there_is_no_number() -> None:
    assert false_alarms(record(noticed(700.0)), world(brain="hpa")) is None


def test_with_a_fault_an_alarm_may_be_true() -> None:
    seen = record(noticed(700.0), faults=[FaultRecord(fault="f", kind="pause")])
    assert false_alarms(seen, world(brain="mape_k")) is None
