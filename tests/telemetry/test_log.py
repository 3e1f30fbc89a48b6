"""The request log: a row for each request, in order of source and number."""

from copy import deepcopy
from math import isnan

import pytest

from simlab.core import Outcome
from simlab.telemetry import RequestLog


def full() -> RequestLog:
    log = RequestLog(["shoppers", "bots"])
    log.arrive("bots", 0, 0.5)
    log.arrive("shoppers", 7, 1.0)
    log.arrive("shoppers", 3, 2.0)
    log.end("shoppers", 3, 0.1, Outcome.OK)
    log.end("bots", 0, 3.0, Outcome.TIMEOUT)
    return log


def test_rows_are_by_source_and_number() -> None:
    columns = full().columns()
    assert list(columns) == ["source", "number", "arrival", "latency", "outcome"]
    assert columns["source"].tolist() == ["shoppers", "shoppers", "bots"]
    assert columns["number"].tolist() == [3, 7, 0]
    assert columns["arrival"].tolist() == [2.0, 1.0, 0.5]
    assert columns["outcome"].tolist() == ["ok", "in_flight", "timeout"]


def test_what_is_in_flight_has_no_latency() -> None:
    latency = full().columns()["latency"].tolist()
    assert isnan(latency[1])
    assert [latency[0], latency[2]] == [0.1, 3.0]


def test_an_empty_log_has_empty_columns() -> None:
    for log in (RequestLog([]), RequestLog(["shoppers"])):
        assert [len(column) for column in log.columns().values()] == [0] * 5


def test_a_row_is_closed_once() -> None:
    with pytest.raises(KeyError):
        full().end("bots", 0, 3.0, Outcome.OK)


def test_a_row_is_opened_once() -> None:
    with pytest.raises(AssertionError, match="request 7 of shoppers arrived twice"):
        full().arrive("shoppers", 7, 4.0)


def test_a_copy_is_kept_for_itself() -> None:
    log = full()
    twin = deepcopy(log)
    log.end("shoppers", 7, 9.0, Outcome.ERROR)
    twin.end("shoppers", 7, 1.0, Outcome.OK)
    assert log.columns()["outcome"].tolist() == ["ok", "error", "timeout"]
    assert twin.columns()["outcome"].tolist() == ["ok", "ok", "timeout"]
