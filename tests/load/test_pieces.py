"""Pieces: lines and curves with their integrals, cut and added up."""

import copy
from dataclasses import dataclass
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.load.pieces import Piece, Pieces, Sum, integral


@dataclass(frozen=True)
class Square:
    """A curve that grows with the square of time."""

    factor: float

    def rate(self, time: float) -> float:
        return self.factor * time * time

    def volume(self, start: float, end: float) -> float:
        return self.factor * (end**3 - start**3) / 3


LINE = Piece(2.0, 10.0, 5.0, 3.0)
CURVE = Piece(2.0, 10.0, 5.0, 3.0, (Square(1.0), Square(0.5)))


def test_a_line_has_its_rate_and_area() -> None:
    assert (LINE.rate(2.0), LINE.rate(4.0)) == (5.0, 11.0)
    assert (LINE.volume(2.0), LINE.volume(4.0)) == (0.0, 16.0)


def test_curves_come_on_top() -> None:
    assert CURVE.rate(4.0) == 11.0 + 1.5 * 16
    assert CURVE.volume(4.0) == pytest.approx(16.0 + 1.5 * (64 - 8) / 3)


def test_only_a_level_line_is_flat() -> None:
    assert Piece(0.0, 1.0, 5.0).flat
    assert not LINE.flat
    assert not Piece(0.0, 1.0, 5.0, 0.0, (Square(1.0),)).flat


def test_a_load_for_ever_is_without_end_unless_there_is_none() -> None:
    assert Piece(0.0, inf, 2.0).volume(inf) == inf
    assert Piece(0.0, inf, 0.0).volume(inf) == 0.0


def test_a_rounding_makes_no_rate_negative() -> None:
    falling = Piece(0.0, 1.0, 0.3, -0.3)
    assert Piece(0.0, 1.0, 0.1, -0.3).rate(1.0) == 0.0
    assert Piece(0.0, 1.0, 0.1, -0.3).volume(1.0) == 0.0
    assert falling.cut(1.0).level == 0.0
    assert Piece(0.0, 2.0, 0.1, -0.1).cut(1.5).level == 0.0


@settings(max_examples=50)
@given(cut=st.floats(2, 10), time=st.floats(2, 10))
def test_a_cut_piece_goes_on_as_the_whole_did(cut: float, time: float) -> None:
    cut, time = sorted((cut, time))
    rest = CURVE.cut(cut)
    assert (rest.start, rest.end) == (cut, 10.0)
    assert rest.rate(time) == pytest.approx(CURVE.rate(time))
    whole = CURVE.volume(cut) + rest.volume(time)
    assert whole == pytest.approx(CURVE.volume(time), rel=1e-9, abs=1e-9)


def test_a_cut_never_makes_a_piece_longer() -> None:
    assert LINE.cut(0.0, 20.0) == LINE
    assert LINE.cut(3.0, 5.0) == Piece(3.0, 5.0, 8.0, 3.0)


RATE = Pieces([Piece(0.0, 0.0, 9.0), Piece(0.0, 5.0, 1.0), Piece(5.0, inf, 4.0)])


@pytest.mark.parametrize(("time", "level"), [(0.0, 1.0), (4.9, 1.0), (5.0, 4.0), (1e9, 4.0)])
def test_a_time_lies_in_one_piece_and_pieces_without_width_are_none(
    time: float, level: float
) -> None:
    assert RATE.piece(time).level == level


def test_a_sum_changes_wherever_a_part_does() -> None:
    other = Pieces([Piece(0.0, 3.0, 0.0, 2.0), Piece(3.0, inf, 10.0, 0.0, (Square(1.0),))])
    total = Sum([RATE, other])
    assert total.piece(1.0) == Piece(0.0, 3.0, 1.0, 2.0)
    assert total.piece(3.0) == Piece(3.0, 5.0, 11.0, 0.0, (Square(1.0),))
    assert total.piece(6.0) == Piece(5.0, inf, 14.0, 0.0, (Square(1.0),))


def test_a_part_that_began_before_the_sums_piece_has_gone_on() -> None:
    ramp = Pieces([Piece(0.0, 10.0, 0.0, 2.0), Piece(10.0, inf, 20.0)])
    assert Sum([RATE, ramp]).piece(7.0) == Piece(5.0, 10.0, 14.0, 2.0)


def test_an_integral_goes_over_all_pieces_between() -> None:
    assert integral(RATE, 0.0, 10.0) == 25.0
    assert integral(RATE, 2.0, 7.0) == 11.0
    assert integral(RATE, 6.0, 7.0) == 4.0
    assert integral(RATE, 3.0, 3.0) == 0.0


def test_copies_share_a_rate() -> None:
    assert copy.deepcopy(RATE) is RATE
    total = Sum([RATE])
    assert copy.deepcopy(total) is total
