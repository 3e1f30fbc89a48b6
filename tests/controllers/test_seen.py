"""Seen numbers by name: where each name leads; what is not there is missing."""

import pytest

from simlab.controllers.seen import cpu, require_metric, seen_reading
from simlab.core import (
    MISSING,
    LinkSeen,
    Observation,
    Reading,
    ReplicaSeen,
    ServiceSeen,
    SourceSeen,
)


def reading(value: float | None, at: float = 10.0) -> Reading:
    return Reading(value, at, 60.0)


def replica(number: int, used: float | None, **fields: object) -> ReplicaSeen:
    known: dict[str, object] = {
        "phase": "Running",
        "ready": True,
        "ready_since": 0.0,
        "started_at": 0.0,
        "deleting": False,
        "restarts": 0,
        "cpu_request": 1.0,
        "cpu_limit": 2.0,
        "memory_request": None,
        "memory_limit": None,
        "readings": {"cpu": reading(used, 10.0 + number)},
    }
    return ReplicaSeen(number=number, **(known | fields))  # type: ignore[arg-type]


SEEN = Observation(
    now=20.0,
    services={
        "web": ServiceSeen(
            wanted=2,
            replicas=[replica(0, 0.5), replica(1, 1.0, cpu_request=2.0)],
            readings={"latency_p95": reading(0.2), "rate.timeout": reading(0.1)},
        ),
        "cart": ServiceSeen(wanted=1, readings={"line": reading(7.0)}),
    },
    links={"web->cart": LinkSeen(readings={"rate.timeout": reading(3.0)})},
    sources={"shoppers": SourceSeen(readings={"arrival_rate": reading(120.0)})},
    queues={"orders": {"waiting": reading(40.0)}},
)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("latency_p95", 0.2),
        ("rate.timeout", 0.1),
        ("services.cart.line", 7.0),
        ("services.web.latency_p95", 0.2),
        ("links.web->cart.rate.timeout", 3.0),
        ("sources.shoppers.arrival_rate", 120.0),
        ("queues.orders.waiting", 40.0),
        ("cpu", 0.5),
    ],
)
def test_leads_to_the_reading(metric: str, value: float) -> None:
    require_metric(metric)
    assert seen_reading(SEEN, metric, "web").value == value


@pytest.mark.parametrize(
    "metric",
    [
        "latency_p99",
        "services.cart.row",
        "services.shelf.line",
        "links.web->stock.error_rate",
        "sources.nobody.arrival_rate",
        "queues.none.waiting",
    ],
)
def test_is_missing_where_nothing_is_seen(metric: str) -> None:
    assert seen_reading(SEEN, metric, "web") is MISSING


def test_is_missing_where_the_target_is_not_seen() -> None:
    assert seen_reading(SEEN, "cpu", "shelf") is MISSING


@pytest.mark.parametrize("metric", ["", "services", "services.web", "links..rate", "queues.a."])
def test_refuses_names_without_an_end(metric: str) -> None:
    with pytest.raises(ValueError, match=r"^a metric is a reading of the target"):
        require_metric(metric)


def test_takes_cpu_over_all_that_is_requested() -> None:
    assert cpu(SEEN.services["web"]) == Reading(1.5 / 3.0, 10.0, 60.0)


def test_leaves_out_who_is_not_ready_or_not_known() -> None:
    replicas = [
        replica(0, 5.0, ready=False),
        replica(1, 5.0, deleting=True),
        replica(2, None),
        replica(3, 5.0, readings={}),
        replica(4, 0.25),
    ]
    assert cpu(ServiceSeen(wanted=5, replicas=replicas)) == Reading(0.25, 14.0, 60.0)


def test_knows_no_cpu_without_replicas() -> None:
    assert cpu(ServiceSeen(wanted=0)) is MISSING
