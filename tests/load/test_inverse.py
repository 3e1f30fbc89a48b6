"""Inverses: when a volume is reached, on lines exactly, on curves to the last digits."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.load.inverse import bent, straight, time_at
from simlab.load.pieces import Piece
from simlab.load.shapes.diurnal import Sine
from simlab.load.shapes.flash_crowd import Decay

SHARE = st.floats(1e-6, 1)


def wave(amplitude: float = 0.8, period: float = 86400.0, end: float = inf) -> Piece:
    return Piece(0.0, end, 0.0, 0.0, (Sine(50.0, amplitude, period, 3.0),))


@pytest.mark.parametrize(
    ("piece", "volume", "time"),
    [
        pytest.param(Piece(3.0, inf, 4.0), 10.0, 5.5, id="level"),
        pytest.param(Piece(3.0, 9.0, 1.0, 2.0), 12.0, 6.0, id="rising"),
        pytest.param(Piece(3.0, 9.0, 0.0, 2.0), 9.0, 6.0, id="rising from nothing"),
        pytest.param(Piece(3.0, 9.0, 12.0, -2.0), 27.0, 6.0, id="falling"),
        pytest.param(Piece(3.0, 9.0, 12.0, -2.0), 36.0, 9.0, id="falling to nothing"),
        pytest.param(Piece(3.0, 9.0, 12.0, -2.0), 36.0 + 1e-9, 9.0, id="a rounding behind the end"),
        pytest.param(Piece(3.0, 9.0, 0.0, 2.0), 0.0, 3.0, id="nothing is reached at once"),
        pytest.param(Piece(3.0, 9.0, 0.0), 0.0, 3.0, id="nothing, where nothing comes"),
        pytest.param(Piece(3.0, 9.0, 5.0), -1e-12, 3.0, id="less than nothing too"),
    ],
)
def test_a_line_is_inverted_in_closed_form(piece: Piece, volume: float, time: float) -> None:
    assert time_at(piece, volume, 0.0) == time


@settings(max_examples=50)
@given(level=st.floats(0.01, 1e4), slope=st.floats(-1e3, 1e3), share=SHARE)
def test_a_line_loses_no_digits(level: float, slope: float, share: float) -> None:
    end = 100.0 if slope >= 0 else min(100.0, -level / slope)
    piece = Piece(0.0, end, level, slope)
    volume = share * piece.volume(end)
    assert piece.volume(straight(piece, volume)) == pytest.approx(volume, rel=1e-12)


def test_a_slope_that_hardly_is_one_does_no_harm() -> None:
    assert straight(Piece(0.0, 10.0, 5.0, 1e-14), 20.0) == pytest.approx(4.0, rel=1e-14)


@settings(max_examples=50)
@given(
    amplitude=st.floats(0, 1),
    period=st.floats(1, 1e5),
    volume=st.floats(1e-9, 1e7),
    start=st.floats(0, 0.99),
)
def test_a_wave_is_inverted_to_the_last_digits(
    amplitude: float, period: float, volume: float, start: float
) -> None:
    piece = wave(amplitude, period)
    after = start * volume / (2 * 50.0)  # The rate is at most twice its mean.
    time = bent(piece, volume, after)
    assert piece.volume(time) == pytest.approx(volume, rel=1e-12)


@settings(max_examples=50)
@given(decay=st.floats(0.1, 1e4), level=st.sampled_from([0.0, 0.1, 20.0]), share=SHARE)
def test_so_is_a_decay_up_to_its_end(decay: float, level: float, share: float) -> None:
    piece = Piece(7.0, inf, level, 0.0, (Decay(1000.0, 7.0, decay),))
    volume = 1000.0 * decay * share
    time = bent(piece, volume, 0.0)
    assert 7.0 < time < inf
    assert piece.volume(time) == pytest.approx(volume, rel=1e-12)


@settings(max_examples=50)
@given(st.lists(st.floats(1e-3, 30), min_size=2, max_size=30))
def test_a_larger_volume_is_never_reached_earlier(gaps: list[float]) -> None:
    piece, volume, last = wave(amplitude=1.0, period=7.0), 0.0, 0.0
    for gap in gaps:
        volume += gap
        time = time_at(piece, volume, last)
        assert time >= last
        last = time


def test_where_the_rate_touches_nothing_the_answer_is_still_found() -> None:
    piece = Piece(0.0, inf, 0.0, 0.0, (Sine(50.0, 1.0, 8.0, 0.0),))
    volume = piece.volume(6.0)  # The bottom of the wave.
    assert bent(piece, volume, 0.0) == pytest.approx(6.0, abs=1e-4)
    assert piece.volume(bent(piece, volume, 6.0)) == pytest.approx(volume, rel=1e-14)


def test_no_time_is_outside_the_piece_or_before_what_was_told_last() -> None:
    piece = wave(end=10.0)
    assert 10.0 * (1 - 1e-14) <= time_at(piece, piece.volume(10.0) * (1 + 1e-12), 0.0) <= 10.0
    assert time_at(piece, 1.0, 5.0) == 5.0
    assert time_at(piece, 0.0, 5.0) == 5.0
    assert time_at(Piece(0.0, 10.0, 1.0), 4.0, 5.0) == 5.0


class Counted(Sine):
    """A wave that counts how often its integral is asked for."""

    asked = 0

    def volume(self, start: float, end: float) -> float:
        Counted.asked += 1
        return super().volume(start, end)


@pytest.mark.parametrize(
    ("amplitude", "most"),
    [pytest.param(0.8, 4, id="of a wave"), pytest.param(1.0, 8, id="that touches nothing")],
)
def test_few_steps_are_enough(amplitude: float, most: int) -> None:
    piece = Piece(0.0, inf, 0.0, 0.0, (Counted(50.0, amplitude, 300.0, 3.0),))
    time = 0.0
    for number in range(1, 20_001):
        before = Counted.asked
        time = time_at(piece, float(number), time)
        assert Counted.asked - before <= most


def test_a_load_that_hardly_comes_is_found_far_away() -> None:
    piece = Piece(0.0, inf, 1e-9, 0.0, (Decay(1.0, 0.0, 1.0),))
    assert bent(piece, 2.0, 0.0) == pytest.approx(1e9, rel=1e-9)
