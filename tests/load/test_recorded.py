"""Recorded arrivals: as they were, faster, louder, with what they carry."""

import copy
import pickle
from math import inf
from pathlib import Path
from typing import Any

import pytest

from simlab.load import Arrivals, SourceSettings, TraceSettings

ROWS = [(100.0, 7.0), (101.0, 8.0), (101.0, 9.0), (104.0, 1.0), (110.0, 2.0), (111.5, 3.0)]


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "x.csv"
    path.write_text("t,tokens\n" + "".join(f"{time},{tokens}\n" for time, tokens in ROWS))
    return str(path)


def load(file: str, load_scale: float = 1.0, **changes: Any) -> Arrivals:
    shape = (TraceSettings(file=file, **changes),)
    source = SourceSettings(to={"web.get": 1.0}, shape=shape, scale=load_scale)
    return Arrivals(source, seed=1, replication=0, name="shoppers")


def all_of(arrivals: Arrivals) -> list[float]:
    times = []
    while (time := arrivals.next()) < inf:
        times.append(time)
    return times


@pytest.mark.parametrize(
    ("changes", "times"),
    [
        pytest.param({}, [0, 1, 1, 4, 10, 11.5], id="as recorded, from the first row"),
        pytest.param({"start": 1}, [0, 0, 3, 9, 10.5], id="from a row on"),
        pytest.param({"start": 3}, [1, 7, 8.5], id="from between rows on"),
        pytest.param({"speed": 2}, [0, 0.5, 0.5, 2, 5, 5.75], id="twice as fast"),
        pytest.param({"speed": 0.5, "start": 4}, [0, 12, 15], id="half as fast, later"),
        pytest.param({"scale": 2}, [0, 0, 1, 1, 1, 1, 4, 4, 10, 10, 11.5, 11.5], id="doubled"),
        pytest.param({"load_scale": 2, "scale": 0.5}, [0, 1, 1, 4, 10, 11.5], id="both scales"),
        pytest.param({"scale": 0.5}, [1, 4, 11.5], id="every second row"),
        pytest.param(
            {"load_scale": 1.5}, [0, 1, 1, 1, 4, 4, 10, 11.5, 11.5], id="half as many more"
        ),
        pytest.param({"scale": 0}, [], id="none at all"),
    ],
)
def test_rows_come_when_they_did(file: str, changes: dict[str, float], times: list[float]) -> None:
    assert all_of(load(file, **changes)) == times


def test_a_rounding_loses_no_row(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("t\n" + "".join(f"{n}\n" for n in range(1000)))
    for scale in (0.1, 0.29, 0.7, 1.1):
        times = all_of(load(str(path), scale))
        assert len(times) == round(1000 * scale)
        assert times[round(100 * scale) - 1] == 99.0


def test_a_request_has_the_columns_of_its_row(file: str) -> None:
    arrivals = load(file)
    all_of(arrivals)
    assert [arrivals.carried(n) for n in range(6)] == [{"tokens": tokens} for _, tokens in ROWS]


def test_copies_of_a_row_have_them_too(file: str) -> None:
    arrivals = load(file, 2.0)
    all_of(arrivals)
    assert [arrivals.carried(n)["tokens"] for n in range(5)] == [7, 7, 8, 8, 9]


def test_a_change_of_scale_keeps_the_rest_and_what_went_before(file: str) -> None:
    arrivals = load(file)
    assert [arrivals.next() for _ in range(4)] == [0, 1, 1, 4]
    assert arrivals.rescale(2.0, 2.0) == 4.0
    assert [arrivals.next() for _ in range(2)] == [4.0, 10.0]
    assert arrivals.rescale(5.0, 0.5) == 11.5
    assert arrivals.next() == inf
    tokens = [arrivals.carried(n)["tokens"] for n in range(6)]
    assert tokens == [7, 8, 9, 1, 1, 3]


def test_a_half_used_row_counts_half(file: str) -> None:
    arrivals = load(file, 0.5)
    assert arrivals.next() == 1.0  # The second of two rows; the third counts half.
    assert arrivals.next() == 4.0
    assert arrivals.rescale(2.0, 0.25) == 10.0
    assert arrivals.rescale(3.0, 0.5) == 4.0


def test_a_great_scale_begins_at_the_present(file: str) -> None:
    arrivals = load(file)
    for _ in range(3):
        arrivals.next()
    assert arrivals.rescale(1.0, 1e10) == 1.0


def test_a_change_of_scale_leaves_that_of_the_trace(file: str) -> None:
    arrivals = load(file, scale=0.5)
    assert arrivals.next() == 1.0
    assert arrivals.rescale(0.0, 2.0) == 0.0
    assert all_of(arrivals) == [1, 1, 4, 10, 11.5]


def test_no_scale_holds_rows_back_for_good(file: str) -> None:
    arrivals = load(file)
    arrivals.next()
    arrivals.next()
    assert arrivals.rescale(0.5, 0.0) == inf
    assert arrivals.rescale(3.0, 1.0) == 4.0
    assert arrivals.number == 1
    assert arrivals.carried(1) == {"tokens": 1.0}


def test_a_row_of_this_very_instant_is_still_to_come(file: str) -> None:
    arrivals = load(file)
    arrivals.next()
    assert arrivals.next() == 1.0
    assert arrivals.rescale(1.0, 3.0) == 1.0
    assert [arrivals.next() for _ in range(6)] == [1.0] * 5 + [4.0]


def test_the_rate_is_how_many_come_in_that_second(file: str) -> None:
    arrivals = load(file, 3.0)
    assert [arrivals.rate(time) for time in (0.5, 1.0, 1.9, 2.0, 11.2)] == [3, 6, 6, 0, 3]
    assert arrivals.volume(0.0, 10.0) == 12.0
    assert arrivals.volume(0.0, 10.1) == 15.0


def test_copies_go_on_alike_and_share_the_record(file: str) -> None:
    arrivals = load(file)
    for _ in range(3):
        arrivals.next()
    other, stored = copy.deepcopy(arrivals), pickle.loads(pickle.dumps(arrivals))
    laws: list[Any] = [arrivals._law, other._law]
    assert laws[0]._trace is laws[1]._trace
    other.rescale(1.5, 0.0)
    assert all_of(arrivals) == all_of(stored) == [4, 10, 11.5]
    assert all_of(other) == []
