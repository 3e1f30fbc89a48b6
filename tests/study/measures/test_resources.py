"""Measures of resources and money, by hand."""

from dataclasses import dataclass

import pytest

from simlab.core import OUTCOMES
from simlab.study.measures.resources import ADDED, cost, of_service, of_services, scaling
from simlab.telemetry import ServiceRecord

TIMES = {"warmup": 300.0, "duration": 3900.0}


def a_service(**changes: object) -> ServiceRecord:
    values: dict[str, object] = {
        "exists": 7200.0,
        "ready": 5400.0,
        "cores": 14400.0,
        "ready_cores": 10800.0,
        "memory": 3 * 2.0**30 * 1800,
        "busy": 2700.0,
        "scalings": [(400.0, 2, 3)],
        "restarts": 2,
        "killed": 1,
        "in_vain": 7,
        "outcomes": [5, *[0] * (len(OUTCOMES) - 1)],
    }
    return ServiceRecord(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("replica_hours", 2.0),
        ("replica_hours_ready", 1.5),
        ("core_hours", 4.0),
        ("gib_hours", 1.5),
        ("core_utilization", 0.25),
        ("scaling_operations", 1),
        ("reversals", 0),
        ("restarts", 2),
        ("killed", 1),
        ("in_vain", 7),
        ("outcomes.ok", 5),
        ("theta_U", None),
    ],
)
def test_of_one_service(name: str, value: float | None) -> None:
    assert of_service(a_service(), headroom=0.8, **TIMES)[name] == value


def test_no_ready_core_has_no_utilization() -> None:
    found = of_service(a_service(ready_cores=0.0), headroom=0.8, **TIMES)
    assert found["core_utilization"] is None


@pytest.mark.parametrize(
    ("scalings", "operations", "reversals"),
    [
        pytest.param([], 0, 0, id="none"),
        pytest.param([(400.0, 2, 2)], 0, 0, id="what changes nothing is none"),
        pytest.param([(400.0, 2, 3), (500.0, 3, 4)], 2, 0, id="on the same way"),
        pytest.param([(400.0, 2, 3), (500.0, 3, 2)], 2, 1, id="back"),
        pytest.param([(400.0, 2, 3), (1000.0, 3, 2)], 2, 1, id="back after ten minutes"),
        pytest.param([(400.0, 2, 3), (1000.1, 3, 2)], 2, 0, id="back, but later"),
        pytest.param(
            [(400.0, 2, 3), (450.0, 3, 3), (500.0, 3, 2)], 2, 1, id="nothing in between is nothing"
        ),
        pytest.param(
            [(400.0, 2, 5), (500.0, 5, 4), (600.0, 4, 6), (700.0, 6, 7)],
            4, 2, id="each against the last",
        ),
        pytest.param([(299.0, 2, 3), (310.0, 3, 2)], 1, 1, id="against one in the warm-up"),
        pytest.param([(299.0, 2, 3), (3900.0, 3, 2)], 0, 0, id="neither before nor after"),
        pytest.param([(300.0, 2, 3), (3899.0, 3, 4)], 2, 0, id="at the first instant, at the last"),
    ],
)  # fmt: skip
def test_scaling(scalings: list[tuple[float, int, int]], operations: int, reversals: int) -> None:
    assert scaling(a_service(scalings=scalings), **TIMES) == (operations, reversals)


def test_sums_over_services() -> None:
    records = {"web": a_service(), "cart": a_service(busy=0.0, ready_cores=200.0, restarts=0)}
    each = {name: of_service(one, headroom=0.8, **TIMES) for name, one in records.items()}
    found = of_services(records, each)
    assert found["replica_hours"] == 4.0
    assert found["restarts"] == 2
    assert isinstance(found["restarts"], int)
    assert found["core_utilization"] == 2700 / 11000
    assert set(found) == {*ADDED, "core_utilization"}


def test_no_services_cost_no_hours() -> None:
    assert of_services({}, {})["replica_hours"] == 0
    assert of_services({}, {})["core_utilization"] is None


@dataclass(frozen=True)
class Prices:
    core_hour: float = 0.04
    gib_hour: float = 0.005
    bad_request: float = 0.001
    scaling: float = 0.5


def test_cost_is_the_sum_of_its_terms() -> None:
    used = {"core_hours": 4.0, "gib_hours": 2.0, "scaling_operations": 3}
    assert cost(used, bad=20, prices=Prices()) == {
        "cost": pytest.approx(0.16 + 0.01 + 0.02 + 1.5),
        "cost.terms.core_hour": pytest.approx(0.16),
        "cost.terms.gib_hour": pytest.approx(0.01),
        "cost.terms.bad_request": pytest.approx(0.02),
        "cost.terms.scaling": 1.5,
    }
