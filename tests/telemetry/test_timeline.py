"""The timeline: columns of what happened in each step, at a bounded size."""

from copy import deepcopy
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.core import Outcome
from simlab.telemetry import Timeline, step_for


@pytest.mark.parametrize(
    ("duration", "step"),
    [
        pytest.param(10.0, 1.0, id="never finer than a second"),
        pytest.param(600.0, 1.0, id="ten minutes by the second"),
        pytest.param(601.0, 2.0, id="a little more by two"),
        pytest.param(3600.0, 10.0, id="an hour by ten"),
        pytest.param(86400.0, 300.0, id="a day by five minutes"),
        pytest.param(30 * 86400.0, 7200.0, id="a month by two hours"),
    ],
)
def test_steps_are_round(duration: float, step: float) -> None:
    assert step_for(duration) == step


@given(st.floats(1.0, 1e9))
def test_a_run_of_any_length_has_few_points(duration: float) -> None:
    assert duration / step_for(duration) <= 600


@pytest.fixture
def line(shop: Any) -> Timeline:
    return Timeline(600.0, shop.probes)


def last(line: Timeline) -> dict[str, float]:
    return {name: column[-1] for name, column in line.columns().items()}


def test_columns_are_those_that_were_agreed(line: Timeline) -> None:
    line.sample(1.0)
    line.sample(2.0)
    columns = line.columns()
    assert list(columns) == [
        "t",
        *(
            f"sources.shoppers.{name}"
            for name in ("arrival_rate", "latency_p50", "latency_p99", "bad_share")
        ),
        *(
            f"services.{service}.{name}"
            for service in ("web", "cart")
            for name in ("wanted", "ready", "utilization", "in_flight", "line")
        ),
        *(f"links.web->cart.{name}" for name in ("attempt_rate", "error_rate")),
    ]
    assert all(column.shape == (2,) and column.dtype == np.float64 for column in columns.values())
    assert columns["t"].tolist() == [1.0, 2.0]


def test_a_source_by_its_steps(shop: Any, line: Timeline) -> None:
    for arrival, took, outcome in [(1.0, 0.2, "OK"), (1.5, 0.9, "OK"), (1.6, 0.1, "INVALID")]:
        shop.shoppers.arrive(arrival)
        shop.shoppers.end(arrival, took, Outcome[outcome])
    line.sample(2.0)
    assert last(line)["sources.shoppers.arrival_rate"] == 1.5
    assert last(line)["sources.shoppers.bad_share"] == 0.5
    assert last(line)["sources.shoppers.latency_p50"] == pytest.approx(0.2, rel=0.04)
    assert last(line)["sources.shoppers.latency_p99"] == pytest.approx(0.9, rel=0.04)
    shop.shoppers.arrive(2.5)
    shop.shoppers.end(2.5, 0.1, Outcome.ERROR)
    line.sample(4.0)
    assert last(line)["sources.shoppers.arrival_rate"] == 0.5
    assert last(line)["sources.shoppers.bad_share"] == 1.0
    assert isnan(last(line)["sources.shoppers.latency_p50"])


def test_nothing_that_ended_has_no_share(shop: Any, line: Timeline) -> None:
    shop.shoppers.arrive(0.5)
    line.sample(1.0)
    shop.shoppers.end(0.5, 1.0, Outcome.INVALID)
    line.sample(2.0)
    assert np.isnan(line.columns()["sources.shoppers.bad_share"]).all()
    assert np.isnan(line.columns()["links.web->cart.error_rate"]).all()


def test_a_service_by_its_steps(shop: Any, line: Timeline) -> None:
    shop.web.wanted, shop.web.ready = 5, 1
    shop.web.replicas[0].used, shop.web.replicas[1].used = 2.0, 1.0
    shop.web.replicas[0].in_flight, shop.web.replicas[1].in_flight = 3, 4
    shop.web.replicas[1].waiting = 6
    line.sample(1.0)
    assert {name: value for name, value in last(line).items() if ".web." in name} == {
        "services.web.wanted": 5.0,
        "services.web.ready": 1.0,
        "services.web.utilization": 0.75,
        "services.web.in_flight": 7.0,
        "services.web.line": 6.0,
    }
    shop.web.replicas[0].used = 3.0
    line.sample(3.0)
    assert last(line)["services.web.utilization"] == 0.125


def test_utilization_is_of_replicas_that_lived_through_the_step(shop: Any, line: Timeline) -> None:
    shop.web.replicas[0].used = 1.0
    shop.web.replicas[1].alive = False
    line.sample(1.0)
    assert last(line)["services.web.utilization"] == 0.5
    assert isnan(last(line)["services.cart.utilization"])
    assert last(line)["services.cart.in_flight"] == 0.0


def test_a_link_by_its_steps(shop: Any, line: Timeline) -> None:
    shop.link.counters.started = 6
    shop.link.counters.end(Outcome.OK, 0.1)
    shop.link.counters.end(Outcome.TIMEOUT, 0.1)
    line.sample(2.0)
    assert last(line)["links.web->cart.attempt_rate"] == 3.0
    assert last(line)["links.web->cart.error_rate"] == 0.5


def test_what_was_before_its_start_is_not_in_it(shop: Any) -> None:
    shop.shoppers.arrive(0.0)
    shop.shoppers.end(0.0, 0.1, Outcome.ERROR)
    line = Timeline(600.0, shop.probes)
    line.sample(1.0)
    assert last(line)["sources.shoppers.arrival_rate"] == 0.0
    assert isnan(last(line)["sources.shoppers.bad_share"])


def test_a_copy_goes_on_for_itself(shop: Any) -> None:
    shop.line = Timeline(600.0, shop.probes)
    shop.line.sample(1.0)
    twin = deepcopy(shop)
    shop.shoppers.arrive(1.5)
    for one in (shop, twin):
        one.line.sample(2.0)
    assert shop.line.columns()["sources.shoppers.arrival_rate"].tolist() == [0.0, 1.0]
    assert twin.line.columns()["sources.shoppers.arrival_rate"].tolist() == [0.0, 0.0]


def test_time_goes_on_between_steps(line: Timeline) -> None:
    line.sample(1.0)
    with pytest.raises(AssertionError, match="not before 1"):
        line.sample(1.0)
