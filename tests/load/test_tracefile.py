"""Trace files: which of the two kinds one is, and what is refused, with the line of it."""

import copy
import gzip
import os
import pickle
from pathlib import Path

import pytest

from simlab.core import FileError
from simlab.load import ArrivalTrace, RateTrace, read_trace
from simlab.load.tracefile import LIKE_RATES, RATE_NAMES


def written(folder: Path, text: str, name: str = "x.csv") -> str:
    file = folder / name
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize("name", RATE_NAMES)
def test_a_second_column_named_as_a_rate_is_one(tmp_path: Path, name: str) -> None:
    trace = read_trace(written(tmp_path, f"t_seconds,{name}\n100,1\n160,2.5\n220,0\n"))
    assert trace == RateTrace(60.0, (1.0, 2.5, 0.0))
    assert trace.length == 180.0


def test_a_single_column_is_of_arrivals(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, "when\n5\n5.5\n5.5\n9\n"))
    assert trace == ArrivalTrace((0.0, 0.5, 0.5, 4.0), {})


def test_any_other_column_is_carried(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, "t,tokens,prompt-size\n5,512,7\n6,80,-1\n"))
    assert trace == ArrivalTrace((0.0, 1.0), {"tokens": (512.0, 80.0), "prompt-size": (7.0, -1.0)})


def test_a_packed_file_is_the_same(tmp_path: Path) -> None:
    text = "t,rate\n0,1\n1,2\n"
    file = tmp_path / "x.csv.gz"
    file.write_bytes(gzip.compress(text.encode()))
    assert read_trace(str(file)) == read_trace(written(tmp_path, text))


def test_a_grid_may_be_rounded(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, "t,rate\n0,1\n0.333,1\n0.667,1\n1,1\n"))
    assert isinstance(trace, RateTrace)
    assert trace.step == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("t,rate,tokens", "rates must have two columns, got 3"),
        (
            "t,requests_per_sec",
            "column 2 must be requests_per_second or rate .* 'requests_per_sec'",
        ),
        ("t,tokens,Size", "column 3 must be .* name a number that arrivals carry .*, got 'Size'"),
        ("t,", "column 2 must be .*, got ''"),
        ("t,tokens,tokens", "columns must have different names, got 'tokens' twice"),
        ("rate,tokens", "the first column must be the time, got 'rate'"),
        ("t,tokens,rate-", "column 3 must be .* got 'rate-'"),
        *[
            (f"t,{name}", f"column 2 must be requests_per_second or .* '{name}'")
            for name in LIKE_RATES
        ],
    ],
)
def test_a_header_that_names_no_trace_is_refused(tmp_path: Path, header: str, message: str) -> None:
    row = ",".join("1" for _ in header.split(","))
    with pytest.raises(FileError, match=f"x.csv:1: {message}"):
        read_trace(written(tmp_path, f"{header}\n{row}\n"))


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        pytest.param("0,1\n60,x\n120,1", ["3: rate must be a number, got 'x'"], id="no number"),
        pytest.param("0,1\n60,-2\n120,1", ["3: rate must not be negative, got -2"], id="negative"),
        pytest.param("0,1\n60,1\n30,1", ["4: times must not go back, got 30 after 60"], id="back"),
        pytest.param("0,1\n60,1\n60,1", ["4: times must rise, got 60 twice"], id="twice"),
        pytest.param(
            "0,1\n60,1\n180,1\n240,1",
            ["4: rows must be 60 s apart, got 120 s after 60"],
            id="a row is missing",
        ),
        pytest.param(
            "0,1\n180,1\n240,1\n300,1\n310,1",
            [
                "3: rows must be 60 s apart, got 180 s after 0",
                "6: rows must be 60 s apart, got 10 s after 300",
            ],
            id="rows are missing, and one too many",
        ),
        pytest.param("0,1", ["2: rates must have two rows, or their step is unknown; got one"]),
        pytest.param(
            "5,1\n4,-1\n3,y",
            [
                "3: rate must not be negative, got -1",
                "3: times must not go back, got 4 after 5",
                "4: rate must be a number, got 'y'",
            ],
            id="all at once",
        ),
    ],
)
def test_rates_off_their_grid_are_refused(tmp_path: Path, rows: str, problems: list[str]) -> None:
    path = written(tmp_path, f"t,rate\n{rows}\n")
    with pytest.raises(FileError) as caught:
        read_trace(path)
    assert str(caught.value).splitlines() == [f"{path}:{problem}" for problem in problems]


def test_arrivals_must_not_go_back(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"x.csv:4: times must not go back, got 1 after 2"):
        read_trace(written(tmp_path, "t\n1\n2\n1\n"))


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none.csv: the file cannot be read"):
        read_trace(str(tmp_path / "none.csv"))


def test_a_file_is_read_once_for_as_long_as_it_does_not_change(tmp_path: Path) -> None:
    path = written(tmp_path, "t,rate\n0,1\n1,2\n")
    first = read_trace(path)
    assert read_trace(path) is first
    written(tmp_path, "t,rate\n0,1\n1,3\n")
    os.utime(path, (2e9, 2e9))
    assert read_trace(path) == RateTrace(1.0, (1.0, 3.0))
    written(tmp_path, "t,rate\n0,1\n1,31\n")
    os.utime(path, (2e9, 2e9))
    assert read_trace(path) == RateTrace(1.0, (1.0, 31.0))


@pytest.mark.parametrize("text", ["t,rate\n0,1\n1,2\n", "t,tokens\n0,1\n1,2\n"])
def test_what_was_read_is_shared_by_copies(tmp_path: Path, text: str) -> None:
    trace = read_trace(written(tmp_path, text))
    assert copy.deepcopy(trace) is trace
    assert pickle.loads(pickle.dumps(trace)) == trace
