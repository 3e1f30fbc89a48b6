"""Readings are a value: they say the same whenever one looks, and copies share them."""

import pickle
from copy import deepcopy
from typing import Any

import pytest

from simlab.core import Outcome, Reading
from simlab.telemetry import Readings


def busy(shop: Any) -> Any:
    for now in (0.0, 10.0):
        shop.pipeline.scrape(now)
        shop.serve(0, Outcome.OK, 0.1, cpu=1.0)
    shop.pipeline.scrape(20.0)
    return shop.pipeline.observe(20.0)


def test_they_do_not_change_with_later_scrapes(shop: Any) -> None:
    measured = busy(shop)
    looked_at = dict(measured.services["web"])
    fresh = shop.pipeline.observe(20.0)
    for now in (30.0, 40.0, 50.0, 60.0):
        shop.serve(1, Outcome.ERROR, 3.0, cpu=7.0)
        shop.pipeline.scrape(now)
    assert dict(measured.services["web"]) == dict(fresh.services["web"]) == looked_at
    assert fresh.replica("web", 0)["cpu"] == Reading(0.1, 20.0, 20.0)


def test_they_are_a_mapping_of_readings(shop: Any) -> None:
    web = busy(shop).services["web"]
    assert "latency_p99" in web
    assert "latency_p98" not in web
    assert web.get("latency_p98") is None
    with pytest.raises(KeyError, match="latency_p98"):
        web["latency_p98"]
    assert "arrival_rate" in repr(web)


def test_a_copy_is_the_same_value(shop: Any) -> None:
    measured = busy(shop)
    assert deepcopy(measured.services["web"]) is measured.services["web"]
    assert deepcopy(measured) == measured


def test_they_can_be_pickled(shop: Any) -> None:
    measured = busy(shop)
    copy = pickle.loads(pickle.dumps(measured))
    assert dict(copy.services["web"]) == dict(measured.services["web"])
    assert dict(copy.replica("web", 0)) == dict(measured.replica("web", 0))


def test_what_was_not_heard_has_every_name_and_no_value() -> None:
    unheard = Readings("replica", (), 40.0)
    assert set(unheard.values()) == {Reading(None, 40.0)}


def test_a_replica_that_died_is_missing_since_it_was_heard_last(shop: Any) -> None:
    busy(shop)
    shop.web.replicas[0].alive = False
    shop.pipeline.scrape(30.0)
    gone = shop.pipeline.observe(30.0).replica("web", 0)
    assert gone["cpu"] == gone["memory"] == Reading(None, 20.0)
    assert shop.pipeline.observe(30.0).replica("web", 1)["memory"].measured_at == 30.0


def test_a_replica_that_never_was_is_missing_for_ever(shop: Any) -> None:
    assert busy(shop).replica("web", 9)["cpu"] == Reading(None, float("-inf"))


def test_a_replica_that_came_back_is_measured_over_the_gap(shop: Any) -> None:
    one = shop.web.replicas[0]
    for now, alive in enumerate([True, False, True]):
        one.alive, one.used = alive, now * 2.0
        shop.pipeline.scrape(now * 10.0)
    assert shop.pipeline.observe(20.0).replica("web", 0)["cpu"] == Reading(0.2, 20.0, 20.0)
