"""Readings by name: each formula by example, and when it has no value."""

from typing import Any

import pytest

from simlab.core import OUTCOMES, Outcome, Reading
from simlab.telemetry import bucket, edge

SERVICE = "arrival_rate error_rate latency_mean latency_p50 latency_p95 latency_p99 utilization "
SERVICE += "memory storage in_flight line restarts"
TIMED = "arrival_rate error_rate latency_mean latency_p50 latency_p95 latency_p99"
REPLICA = "arrival_rate error_rate latency_mean cpu utilization memory storage in_flight line"


def seen(shop: Any, at: float = 10.0) -> Any:
    return shop.pipeline.observe(at)


def scraped(shop: Any) -> Any:
    """Scrape at 0, nothing having happened, and return the shop."""
    shop.pipeline.scrape(0.0)
    return shop


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("service", SERVICE.split()),
        ("link", [*TIMED.split(), "retry_rate", "breakers_open"]),
        ("source", TIMED.split()),
        ("replica", REPLICA.split()),
    ],
)
def test_everything_has_its_readings_before_anything_is_heard(
    shop: Any, kind: str, names: list[str]
) -> None:
    found = {
        "service": seen(shop).services["web"],
        "link": seen(shop).links["web->cart"],
        "source": seen(shop).sources["shoppers"],
        "replica": seen(shop).replica("web", 0),
    }[kind]
    assert set(found) == {*names, *(f"rate.{name}" for name in OUTCOMES)}
    assert len(found) == len(set(found))
    assert all(reading == Reading(None, float("-inf")) for reading in found.values())


def test_rates_are_differences_by_time(shop: Any) -> None:
    shop.serve(0, Outcome.OK, 0.1)
    scraped(shop)
    for outcome in (Outcome.OK, Outcome.OK, Outcome.ERROR):
        shop.serve(0, outcome, 0.1)
    shop.pipeline.scrape(10.0)
    web, one = seen(shop).services["web"], seen(shop).replica("web", 0)
    for readings in (web, one):
        assert readings["arrival_rate"] == Reading(0.3, 10.0, 10.0)
        assert readings["rate.ok"] == Reading(0.2, 10.0, 10.0)
        assert readings["rate.error"] == Reading(0.1, 10.0, 10.0)
        assert readings["rate.timeout"] == Reading(0.0, 10.0, 10.0)
    assert seen(shop).replica("web", 1)["arrival_rate"] == Reading(0.0, 10.0, 10.0)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param("", None, id="missing where nothing ended"),
        pytest.param("ok degraded", 0.0, id="answers are no failures"),
        pytest.param("ok error timeout open", 0.75, id="what was refused at home is one"),
        pytest.param("invalid invalid", None, id="missing where only invalid ones ended"),
        pytest.param("ok invalid error", 0.5, id="invalid ones do not count"),
        pytest.param("error cancelled", 0.5, id="cancelled ones ended, and did not fail"),
    ],
)
def test_error_rate(shop: Any, outcomes: str, expected: float | None) -> None:
    shop.serve(0, Outcome.ERROR, 0.1)
    scraped(shop)
    for outcome in outcomes.upper().split():
        shop.serve(0, Outcome[outcome], 0.1)
    shop.pipeline.scrape(10.0)
    assert seen(shop).services["web"]["error_rate"] == Reading(expected, 10.0, 10.0)
    assert seen(shop).replica("web", 0)["error_rate"] == Reading(expected, 10.0, 10.0)


def test_latency_is_of_the_answers_of_the_window(shop: Any) -> None:
    shop.serve(0, Outcome.OK, 100.0)
    scraped(shop)
    for took, outcome in [(0.1, "OK"), (0.2, "DEGRADED"), (0.6, "OK"), (50.0, "ERROR")]:
        shop.serve(0, Outcome[outcome], took)
    shop.pipeline.scrape(10.0)
    web = seen(shop).services["web"]
    assert web["latency_mean"].value == pytest.approx(0.3)
    assert seen(shop).replica("web", 0)["latency_mean"] == web["latency_mean"]
    assert web["latency_p50"].value == pytest.approx(0.2, rel=0.04)
    top = bucket(0.6)
    for name, rank in {"latency_p95": 0.95, "latency_p99": 0.99}.items():
        low, high = edge(top - 1), edge(top)
        expected = low + (high - low) * (3 * rank - 2)
        assert web[name] == Reading(pytest.approx(expected), 10.0, 10.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["latency_mean", "latency_p50", "latency_p95", "latency_p99"])
def test_nothing_answered_has_no_latency(shop: Any, name: str) -> None:
    shop.serve(0, Outcome.OK, 0.1)
    scraped(shop)
    shop.serve(0, Outcome.ERROR, 0.1)
    shop.pipeline.scrape(10.0)
    assert seen(shop).services["web"][name] == Reading(None, 10.0, 10.0)


def test_utilization_is_the_mean_over_replicas_that_have_one(shop: Any) -> None:
    scraped(shop)
    shop.web.replicas[0].used, shop.web.replicas[1].used = 10.0, 4.0
    shop.web.replicas.append(type(shop.web.replicas[0])(2, used=99.0))
    shop.pipeline.scrape(10.0)
    assert seen(shop).replica("web", 0)["cpu"] == Reading(1.0, 10.0, 10.0)
    assert seen(shop).replica("web", 0)["utilization"] == Reading(0.5, 10.0, 10.0)
    assert seen(shop).replica("web", 2)["cpu"] == Reading(None, 10.0)
    assert seen(shop).replica("web", 2)["utilization"] == Reading(None, 10.0)
    assert seen(shop).services["web"]["utilization"] == Reading(0.35, 10.0, 10.0)


def test_utilization_of_a_service_has_the_longest_window_behind_it(shop: Any) -> None:
    shop.web.replicas[1].alive = False
    scraped(shop)
    shop.web.replicas[1].alive = True
    shop.pipeline.scrape(10.0)
    shop.web.replicas[0].used, shop.web.replicas[1].used = 20.0, 20.0
    shop.pipeline.scrape(20.0)
    assert seen(shop, 20.0).replica("web", 0)["cpu"] == Reading(1.0, 20.0, 20.0)
    assert seen(shop, 20.0).replica("web", 1)["cpu"] == Reading(2.0, 20.0, 10.0)
    assert seen(shop, 20.0).services["web"]["utilization"] == Reading(0.75, 20.0, 20.0)


def test_utilization_divides_by_the_request_of_the_newest_scrape(shop: Any) -> None:
    scraped(shop)
    for replica in shop.web.replicas:
        replica.used, replica.cpu_request = 10.0, 4.0
    shop.pipeline.scrape(10.0)
    assert seen(shop).services["web"]["utilization"].value == 0.25


def test_one_scrape_makes_gauges_but_no_rates(shop: Any) -> None:
    shop.web.replicas[0].held, shop.web.replicas[1].held = 100.0, 50.0
    shop.web.replicas[0].in_flight, shop.web.replicas[1].in_flight = 3, 4
    shop.web.replicas[0].waiting, shop.web.restarts = 5, 7
    scraped(shop)
    web, one = seen(shop).services["web"], seen(shop).replica("web", 0)
    assert web["memory"] == Reading(150.0, 0.0)
    assert web["in_flight"] == Reading(7.0, 0.0)
    assert web["line"] == Reading(5.0, 0.0)
    assert web["restarts"] == Reading(7.0, 0.0)
    assert web["utilization"] == web["arrival_rate"] == web["latency_p50"] == Reading(None, 0.0)
    assert [one[name].value for name in ("memory", "in_flight", "line")] == [100.0, 3.0, 5.0]


def test_gauges_are_of_the_newest_scrape(shop: Any) -> None:
    shop.link.not_closed, shop.web.replicas[0].held = 3, 100.0
    scraped(shop)
    shop.link.not_closed, shop.web.replicas[0].held = 1, 70.0
    shop.pipeline.scrape(10.0)
    assert seen(shop).links["web->cart"]["breakers_open"] == Reading(1.0, 10.0)
    assert seen(shop).replica("web", 0)["memory"] == Reading(70.0, 10.0)


def test_a_service_without_a_replica_has_rates_but_no_gauges_of_replicas(shop: Any) -> None:
    scraped(shop)
    shop.cart.counters.started = 20
    shop.pipeline.scrape(10.0)
    cart = seen(shop).services["cart"]
    assert cart["arrival_rate"] == Reading(2.0, 10.0, 10.0)
    assert cart["restarts"] == Reading(0.0, 10.0)
    for name in ("utilization", "memory", "in_flight", "line"):
        assert cart[name] == Reading(None, 10.0)


def test_a_link_counts_attempts_and_retries(shop: Any) -> None:
    shop.link.counters.started, shop.link.counters.retries = 5, 4
    scraped(shop)
    shop.link.counters.started, shop.link.counters.retries = 25, 9
    shop.link.counters.end(Outcome.OK, 0.2)
    shop.pipeline.scrape(10.0)
    link = seen(shop).links["web->cart"]
    assert link["arrival_rate"] == Reading(2.0, 10.0, 10.0)
    assert link["retry_rate"] == Reading(0.5, 10.0, 10.0)
    assert link["rate.ok"] == Reading(0.1, 10.0, 10.0)
    assert link["latency_p95"].value == pytest.approx(0.2, rel=0.04)


def test_a_source_counts_requests(shop: Any) -> None:
    scraped(shop)
    shop.shoppers.arrive(1.0)
    shop.shoppers.arrive(2.0)
    shop.shoppers.end(1.0, 0.2, Outcome.TIMEOUT)
    shop.pipeline.scrape(10.0)
    source = seen(shop).sources["shoppers"]
    assert source["arrival_rate"] == Reading(0.2, 10.0, 10.0)
    assert source["rate.timeout"] == Reading(0.1, 10.0, 10.0)
    assert source["error_rate"] == Reading(1.0, 10.0, 10.0)
