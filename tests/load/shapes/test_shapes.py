"""Every shape: its rate is its formula, its pieces fill all time, its integral is exact."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, pi, sin
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from scipy.integrate import quad

from simlab.load import (
    Arrivals,
    ArrivalSettings,
    ConstantSettings,
    DiurnalSettings,
    FlashCrowdSettings,
    MmppSettings,
    RampSettings,
    ShapeSettings,
    SourceSettings,
    SpikesSettings,
    StateSettings,
    StepsSettings,
    SumSettings,
    TraceSettings,
    UsersSettings,
)
from simlab.load.pieces import Rate, integral
from simlab.load.place import Place

PLACE = Place(seed=1, replication=0, source="shoppers", path="0")
HORIZON = 100.0


@dataclass(frozen=True)
class Case:
    """A shape, its rate as the specification writes it, and where that jumps or bends."""

    settings: Any
    formula: Callable[[float], float]
    edges: tuple[float, ...] = ()


def _steps(time: float) -> float:
    return 0.0 if time < 5 else 10.0 if time < 20 else 0.0 if time < 40 else 30.0


def _ramp(time: float) -> float:
    return 20.0 if time < 10 else 2.0 if time >= 60 else 20.0 - 18.0 * (time - 10) / 50


def _crowd(time: float) -> float:
    if time < 8:
        return 0.0
    return 90.0 * (time - 8) / 12 if time < 20 else 90.0 * exp(-(time - 20) / 15)


def _spikes(time: float) -> float:
    return 25.0 if time >= 7 and time % 7 < 2 else 0.0


def _wave(time: float) -> float:
    return 10 * (1 + 0.6 * sin(2 * pi * (time + 5) / 24))


CASES = {
    "constant": Case(ConstantSettings(rate=12.5), lambda _: 12.5),
    "steps": Case(
        StepsSettings(points=((5.0, 10.0), (20.0, 0.0), (40.0, 30.0))), _steps, (5.0, 20.0, 40.0)
    ),
    "ramp": Case(RampSettings(from_=20.0, to=2.0, at=10.0, over=50.0), _ramp, (10.0, 60.0)),
    "ramp to nothing": Case(
        RampSettings(from_=20.0, to=0.0, at=0.0, over=100.0), lambda time: 20 - time / 5
    ),
    "ramp from nothing, at once": Case(
        RampSettings(from_=0.0, to=4.0, at=50.0, over=0.0),
        lambda time: 4.0 * (time >= 50),
        (50.0,),
    ),
    "diurnal": Case(DiurnalSettings(mean=10.0, amplitude=0.6, period=24.0, phase=5.0), _wave),
    "diurnal down to nothing": Case(
        DiurnalSettings(mean=10.0, amplitude=1.0, period=24.0),
        lambda time: 10 * (1 + sin(2 * pi * time / 24)),
    ),
    "flash crowd": Case(
        FlashCrowdSettings(at=8.0, peak=90.0, rise=12.0, decay=15.0), _crowd, (8.0, 20.0)
    ),
    "flash crowd, at once": Case(
        FlashCrowdSettings(at=0.0, peak=90.0, rise=0.0, decay=15.0),
        lambda time: 90 * exp(-time / 15),
    ),
    "spikes": Case(
        SpikesSettings(height=25.0, lasts=2.0, every=7.0),
        _spikes,
        tuple(edge for k in range(1, 15) for edge in (7.0 * k, 7.0 * k + 2)),
    ),
    "sum": Case(
        SumSettings(
            of=(
                RampSettings(from_=20.0, to=2.0, at=10.0, over=50.0),
                DiurnalSettings(mean=10.0, amplitude=0.6, period=24.0, phase=5.0),
                SumSettings(of=(FlashCrowdSettings(at=8.0, peak=90.0, rise=12.0, decay=15.0),)),
                StepsSettings(points=((5.0, 10.0), (20.0, 0.0), (40.0, 30.0))),
            )
        ),
        lambda time: _ramp(time) + _wave(time) + _crowd(time) + _steps(time),
        (5.0, 8.0, 10.0, 20.0, 40.0, 60.0),
    ),
}
EVERY = [pytest.param(case, id=name) for name, case in CASES.items()]


def arrivals(settings: Any, arrivals: ArrivalSettings, **changes: Any) -> Arrivals:
    source = SourceSettings(to={"web.get": 1.0}, shape=(settings,), arrivals=arrivals, **changes)
    return Arrivals(source, seed=1, replication=0, name="shoppers")


def volume(case: Case, start: float, end: float) -> float:
    """Return the integral of the formula by an independent hand, from edge to edge."""
    marks = [start, *(edge for edge in case.edges if start < edge < end), end]
    return sum(quad(case.formula, a, b, epsabs=1e-11, limit=200)[0] for a, b in pairwise(marks))


def pieces(rate: Rate, until: float) -> list[Any]:
    found, time = [], 0.0
    while time < until:
        found.append(rate.piece(time))
        time = found[-1].end
    return found


def test_each_kind_of_shape_is_here_or_has_a_file_of_its_own() -> None:
    elsewhere = {MmppSettings, TraceSettings, UsersSettings}
    assert {type(case.settings) for case in CASES.values()} | elsewhere == set(
        get_args(ShapeSettings)
    )
    for name in ("mmpp", "trace"):
        assert (Path(__file__).parent / f"test_{name}.py").exists()


@pytest.mark.parametrize("case", EVERY)
@tried(max_examples=50)
@given(time=st.floats(0, HORIZON))
def test_the_rate_is_the_formula(case: Case, time: float) -> None:
    rate = case.settings.build(PLACE)
    for moment in (time, *case.edges):
        expected = case.formula(moment)
        assert rate.piece(moment).rate(moment) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("case", EVERY)
def test_pieces_lie_end_to_end_and_are_found_from_anywhere_in_them(case: Case) -> None:
    rate = case.settings.build(PLACE)
    found = pieces(rate, 1000.0)
    assert found[0].start == 0.0
    for before, after in pairwise(found):
        assert before.end == after.start
    for piece in found:
        middle = piece.start + 0.5 * (min(piece.end, 2000.0) - piece.start)
        assert rate.piece(piece.start) == rate.piece(middle) == piece


@pytest.mark.parametrize("case", EVERY)
@tried(max_examples=50)
@given(ends=st.tuples(st.floats(0, HORIZON), st.floats(0, HORIZON)))
def test_the_integral_is_that_of_the_formula(case: Case, ends: tuple[float, float]) -> None:
    start, end = sorted(ends)
    found = integral(case.settings.build(PLACE), start, end)
    assert found == pytest.approx(volume(case, start, end), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("scale", [1.0, 2.5, 0.3])
@pytest.mark.parametrize("case", EVERY)
def test_even_arrivals_come_where_the_integral_is_a_whole_number(case: Case, scale: float) -> None:
    load = arrivals(case.settings, ArrivalSettings(process="even"), scale=scale)
    last, number = 0.0, 0
    while (time := load.next()) < HORIZON:
        number += 1
        assert time >= last
        assert scale * volume(case, 0.0, time) == pytest.approx(number, rel=1e-9)
        assert load.number == number - 1
        last = time
    assert number >= int(scale * volume(case, 0.0, HORIZON) - 1e-6) > 10


@pytest.mark.parametrize("case", EVERY)
def test_a_rate_is_shared_by_copies_and_can_be_stored(case: Case) -> None:
    rate = case.settings.build(PLACE)
    assert copy.deepcopy(rate) is rate
    stored = pickle.loads(pickle.dumps(rate))
    assert [stored.piece(time) for time in range(100)] == [rate.piece(time) for time in range(100)]


@pytest.mark.parametrize(
    ("settings", "total"),
    [
        pytest.param(StepsSettings(points=((0.0, 10.0), (2.0, 0.0))), 20, id="steps to nothing"),
        pytest.param(
            RampSettings(from_=10.0, to=0.0, at=1.0, over=2.0), 20, id="a ramp to nothing"
        ),
        pytest.param(
            FlashCrowdSettings(at=3.0, peak=10.0, rise=2.0, decay=1.05),
            20,
            id="a crowd that has gone",
        ),
        pytest.param(ConstantSettings(rate=0.0), 0, id="nobody"),
        pytest.param(DiurnalSettings(mean=0.0, amplitude=0.5), 0, id="nobody by day or night"),
    ],
)
def test_a_load_that_is_over_says_so(settings: Any, total: int) -> None:
    load = arrivals(settings, ArrivalSettings(process="even"))
    times = [load.next() for _ in range(total)]
    assert times == sorted(times)
    assert all(time < inf for time in times)
    assert [load.next(), load.next()] == [inf, inf]
    assert load.number == total


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ConstantSettings(rate=-1.0), "rate must not be negative, got -1"),
        (lambda: ConstantSettings(rate=inf), "rate must not be negative"),
        (lambda: StepsSettings(points=()), "points must have at least one"),
        (lambda: StepsSettings(points=((0.0, -1.0),)), r"points\[0\] rate must not be negative"),
        (lambda: StepsSettings(points=((-1.0, 1.0),)), r"points\[0\] time must not be negative"),
        (
            lambda: StepsSettings(points=((0.0, 1.0), (0.0, 2.0))),
            "in order of time, got 0 s after 0",
        ),
        (lambda: StepsSettings(points=((5.0, 1.0), (3.0, 2.0))), "got 3 s after 5 s"),
        (lambda: RampSettings(from_=-1.0, to=1.0, at=0.0, over=1.0), "from must not be negative"),
        (lambda: RampSettings(from_=1.0, to=-1.0, at=0.0, over=1.0), "to must not be negative"),
        (lambda: RampSettings(from_=1.0, to=1.0, at=-1.0, over=1.0), "at must not be negative"),
        (lambda: RampSettings(from_=1.0, to=1.0, at=0.0, over=-1.0), "over must not be negative"),
        (lambda: DiurnalSettings(mean=-1.0, amplitude=0.5), "mean must not be negative"),
        (lambda: DiurnalSettings(mean=1.0, amplitude=1.01), "amplitude must be a share"),
        (lambda: DiurnalSettings(mean=1.0, amplitude=-0.1), "amplitude must be a share"),
        (lambda: DiurnalSettings(mean=1.0, amplitude=0.5, period=0.0), "period must be positive"),
        (lambda: DiurnalSettings(mean=1.0, amplitude=0.5, phase=inf), "phase must be finite"),
        (lambda: FlashCrowdSettings(at=-1.0, peak=1.0, rise=1.0, decay=1.0), "at must not be"),
        (lambda: FlashCrowdSettings(at=0.0, peak=-1.0, rise=1.0, decay=1.0), "peak must not be"),
        (lambda: FlashCrowdSettings(at=0.0, peak=1.0, rise=-1.0, decay=1.0), "rise must not be"),
        (
            lambda: FlashCrowdSettings(at=0.0, peak=1.0, rise=1.0, decay=0.0),
            "decay must be positive",
        ),
        (lambda: SpikesSettings(height=0.0, lasts=1.0, every=2.0), "height must be positive"),
        (lambda: SpikesSettings(height=1.0, lasts=0.0, every=2.0), "lasts must be positive"),
        (lambda: SpikesSettings(height=1.0, lasts=1.0, every=0.0), "every must be positive"),
        (
            lambda: SpikesSettings(height=1.0, lasts=3.0, every=2.0),
            r"at most every \(2 s\), got 3 s",
        ),
        (lambda: MmppSettings(states=()), "states must have at least one"),
        (lambda: MmppSettings(states=(StateSettings(rate=0.0, mean=1.0),)), "a rate above 0"),
        (lambda: StateSettings(rate=-1.0, mean=1.0), "rate must not be negative"),
        (lambda: StateSettings(rate=1.0, mean=0.0), "mean must be positive"),
        (lambda: TraceSettings(file="x.csv", start=-1.0), "start must not be negative"),
        (lambda: TraceSettings(file="x.csv", speed=0.0), "speed must be positive"),
        (lambda: TraceSettings(file="x.csv", scale=-1.0), "scale must not be negative"),
    ],
)
def test_a_shape_that_makes_no_sense_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_the_daily_wave_is_of_a_day_and_begins_at_its_mean() -> None:
    settings = DiurnalSettings(mean=10.0, amplitude=0.5)
    rate = settings.build(PLACE)
    found = [rate.piece(6.0 * 3600 * k).rate(6.0 * 3600 * k) for k in range(5)]
    assert found == pytest.approx([10.0, 15.0, 10.0, 5.0, 10.0])


@tried(max_examples=50)
@given(every=st.floats(0.1, 1e4), k=st.integers(1, 10**9), share=st.floats(0.01, 1))
def test_spikes_begin_where_the_product_says(every: float, k: int, share: float) -> None:
    rate = SpikesSettings(height=3.0, lasts=every * share, every=every).build(PLACE)
    piece = rate.piece(k * every)
    assert (piece.start, piece.level) == (k * every, 3.0)
    assert piece.end > piece.start
    assert rate.piece(piece.end).start == piece.end


def test_spikes_as_long_as_their_period_never_stop() -> None:
    rate = SpikesSettings(height=3.0, lasts=0.1, every=0.1).build(PLACE)
    assert [rate.piece(0.05).level, rate.piece(0.1).level, rate.piece(12.34).level] == [0, 3, 3]
    assert integral(rate, 0.0, 10.1) == pytest.approx(30.0)
    assert all(rate.piece(k * 0.1).end <= (k + 1) * 0.1 for k in range(1000))
