"""Replay of recorded rates: where rows begin and end, faster, later, louder."""

import copy
import pickle
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from simlab.core import Constant, UserError
from simlab.load import (
    Arrivals,
    ArrivalSettings,
    ConstantSettings,
    SourceSettings,
    SumSettings,
    TraceSettings,
    Users,
    UsersSettings,
)
from simlab.load.pieces import Rate, integral
from simlab.load.place import Place

PLACE = Place(seed=1, replication=0, source="shoppers", path="0")


@pytest.fixture
def rates(tmp_path: Path) -> str:
    """Three rows of a minute, the first at 120 s: 1, 2 and 4 a second."""
    file = tmp_path / "rates.csv"
    file.write_text("t_seconds,requests_per_second\n120,1\n180,2\n240,4\n")
    return str(file)


@pytest.fixture
def lines(tmp_path: Path) -> str:
    file = tmp_path / "lines.csv"
    file.write_text("t\n10\n12\n13\n")
    return str(file)


def parts(rate: Rate) -> list[tuple[float, float]]:
    """Return the start and level of each piece."""
    found, time = [], 0.0
    while time < inf:
        piece = rate.piece(time)
        found.append((piece.start, piece.level))
        time = piece.end
    return found


def built(file: str, **changes: Any) -> Any:
    return TraceSettings(file=file, **changes).build(PLACE)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [(0, 1), (60, 2), (120, 4), (180, 0)], id="from the first row"),
        pytest.param({"start": 60}, [(0, 2), (60, 4), (120, 0)], id="from a row on"),
        pytest.param({"start": 90}, [(0, 2), (30, 4), (90, 0)], id="from within a row on"),
        pytest.param({"scale": 3}, [(0, 3), (60, 6), (120, 12), (180, 0)], id="louder"),
        pytest.param({"speed": 2}, [(0, 2), (30, 4), (60, 8), (90, 0)], id="twice as fast"),
        pytest.param(
            {"speed": 0.5, "start": 120, "scale": 10}, [(0, 20), (120, 0)], id="all at once"
        ),
    ],
)
def test_a_row_holds_until_the_next_and_the_last_for_one_step(
    rates: str, changes: dict[str, float], expected: list[tuple[float, float]]
) -> None:
    assert parts(built(rates, **changes)) == expected


@tried(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(speed=st.floats(0.01, 100), start=st.floats(0, 179))
def test_speed_keeps_how_many_come(rates: str, speed: float, start: float) -> None:
    whole = integral(built(rates, start=start), 0.0, 180.0)
    assert integral(built(rates, start=start, speed=speed), 0.0, 180.0 / speed) == pytest.approx(
        whole
    )


@tried(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(speed=st.floats(0.01, 100), start=st.floats(0, 179), time=st.floats(0, 1e4))
def test_rows_lie_end_to_end_at_any_speed(
    rates: str, speed: float, start: float, time: float
) -> None:
    rate = built(rates, start=start, speed=speed)
    found = rate.piece(time)
    assert found.start <= time < found.end
    starts = [begin for begin, _ in parts(rate)]
    assert starts[0] == 0.0
    assert all(before < after for before, after in pairwise(starts))
    assert rate.piece(found.start) == found


@pytest.mark.parametrize(
    ("start", "refused"),
    [
        pytest.param(179.9, False, id="within the last step"),
        pytest.param(180.0, True, id="at the end"),
        pytest.param(1e6, True, id="far beyond the end"),
    ],
)
def test_a_start_beyond_the_end_is_refused(rates: str, start: float, refused: bool) -> None:
    if refused:
        with pytest.raises(UserError, match=r"rates.csv: start must be before the end \(180 s\)"):
            built(rates, start=start)
    else:
        assert parts(built(rates, start=start))[0] == (0.0, 4.0)


@pytest.mark.parametrize(("start", "refused"), [(3.0, False), (3.1, True)])
def test_so_is_one_behind_the_last_arrival(lines: str, start: float, refused: bool) -> None:
    settings = TraceSettings(file=lines, start=start)
    if refused:
        with pytest.raises(UserError, match=r"start must be before the end \(3 s\), got 3.1 s"):
            settings.read()
    else:
        assert settings.read()


def test_single_arrivals_stand_alone(lines: str) -> None:
    trace, rate = TraceSettings(file=lines), ConstantSettings(rate=1.0)
    shapes: list[Any] = [(trace, rate), (rate, trace), (SumSettings(of=(trace,)),)]
    for shape in shapes:
        settings = SourceSettings(to={"web.get": 1.0}, shape=shape)
        with pytest.raises(UserError, match=r"lines.csv: .* must stand alone"):
            Arrivals(settings, seed=1, replication=0, name="a")
    users = UsersSettings(shape=trace, think=Constant(value=1.0))
    settings = SourceSettings(to={"web.get": 1.0}, shape=(users,))
    with pytest.raises(UserError, match="or be a number of users"):
        Users(settings, seed=1, replication=0, name="a")


@pytest.mark.parametrize("process", [ArrivalSettings(cv=3.0), ArrivalSettings(process="even")])
def test_single_arrivals_are_as_recorded_and_not_otherwise(
    lines: str, process: ArrivalSettings
) -> None:
    shape = (TraceSettings(file=lines),)
    settings = SourceSettings(to={"web.get": 1.0}, shape=shape, arrivals=process)
    with pytest.raises(UserError, match=f"left out for a file with .* got {process.process}"):
        Arrivals(settings, seed=1, replication=0, name="a")


def test_recorded_rates_are_shared_by_copies(rates: str) -> None:
    rate = built(rates)
    assert copy.deepcopy(rate) is rate
    assert built(rates, speed=2.0)._trace is rate._trace
    assert parts(pickle.loads(pickle.dumps(rate))) == parts(rate)
