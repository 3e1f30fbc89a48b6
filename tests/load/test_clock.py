"""The clock: pieces passed over, ends, and a scale that changes on the way."""

import copy
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.load import FlashCrowdSettings, RampSettings, SpikesSettings, StepsSettings
from simlab.load.clock import Clock
from simlab.load.pieces import Piece, Pieces
from simlab.load.place import Place
from simlab.load.shapes.diurnal import Sine

PLACE = Place(seed=1, replication=0, source="shoppers")
GAP = StepsSettings(points=((0.0, 2.0), (10.0, 0.0), (30.0, 4.0), (40.0, 0.0))).build(PLACE)


@pytest.mark.parametrize(
    ("volume", "time"),
    [
        pytest.param(1.0, 0.5, id="in the first piece"),
        pytest.param(20.0, 10.0, id="at its end, not behind the gap"),
        pytest.param(20.0 + 1e-10, 10.0, id="a rounding behind its end"),
        pytest.param(20.0 + 1e-6, 30.0 + 0.25e-6, id="behind the gap"),
        pytest.param(60.0, 40.0, id="at the very end"),
        pytest.param(60.1, inf, id="never"),
    ],
)
def test_a_volume_is_reached_at_the_first_time_that_has_it(volume: float, time: float) -> None:
    assert Clock(GAP, 1.0).time_at(volume) == pytest.approx(time, rel=1e-12)


def test_whole_numbers_at_the_end_of_a_spike_are_not_carried_to_the_next() -> None:
    clock = Clock(SpikesSettings(height=0.7, lasts=10.0, every=1000.0).build(PLACE), 1.0)
    times = [clock.time_at(float(n)) for n in range(1, 22)]
    assert [times[6], times[13], times[20]] == [1010.0, 2010.0, 3010.0]


def test_the_scale_multiplies_the_rate() -> None:
    clock = Clock(GAP, 2.5)
    assert (clock.rate(5.0), clock.rate(20.0), clock.volume(5.0, 35.0)) == (5.0, 0.0, 75.0)
    assert clock.time_at(10.0) == 2.0


def test_no_scale_is_no_load_until_there_is_one() -> None:
    clock = Clock(GAP, 0.0)
    assert clock.time_at(1.0) == inf
    assert clock.rescale(4.0, 0.5, 1.0) == 5.0
    assert clock.rescale(4.5, 0.0, 1.0) == inf
    assert clock.rescale(6.0, 1.0, 1.0) == 6.25


@pytest.mark.parametrize(
    ("now", "scale", "time"),
    [
        pytest.param(3.0, 4.0, 4.0, id="faster: the rest of 8 comes at 8 a second"),
        pytest.param(3.0, 0.5, 11.0 + 20.0 - 0.5, id="slower: 7 come before the gap, 1 behind it"),
        pytest.param(7.0, 10.0, 7.0, id="at its own time it is due at once"),
        pytest.param(0.0, 2.0, 3.5, id="from the start"),
    ],
)
def test_a_change_of_scale_keeps_the_rest(now: float, scale: float, time: float) -> None:
    clock = Clock(GAP, 1.0)
    assert clock.time_at(14.0) == 7.0
    assert clock.rescale(now, scale, 14.0) == pytest.approx(time)


def test_a_change_while_the_clock_stands_behind_a_gap_counts_from_the_present() -> None:
    clock = Clock(GAP, 1.0)
    assert clock.time_at(19.0) == 9.5
    assert clock.time_at(22.0) == 30.5
    assert clock.rescale(9.75, 2.0, 22.0) == pytest.approx(30 + 1.5 / 8)
    assert clock.rescale(20.0, 8.0, 22.0) == pytest.approx(30 + 1.5 / 32)
    assert clock.rescale(30.01, 1.0, 22.0) == pytest.approx(30.01 + (1.5 - 0.32) / 4)
    assert clock.time_at(23.0) == pytest.approx(30.01 + (2.5 - 0.32) / 4)


def test_what_was_never_to_come_may_come_after_all_and_the_other_way_round() -> None:
    clock = Clock(GAP, 1.0)
    assert clock.time_at(58.0) == 39.5
    assert clock.time_at(61.0) == inf
    assert clock.rescale(39.75, 8.0, 61.0) == pytest.approx(39.75 + 2.0 / 32)
    assert clock.rescale(39.76, 1.0, 61.0) == inf


def test_before_the_first_piece_with_load_nothing_is_due_however_little() -> None:
    clock = Clock(StepsSettings(points=((5.0, 2.0),)).build(PLACE), 1.0)
    assert clock.time_at(1e-10) == pytest.approx(5.0 + 0.5e-10, rel=1e-15)


def test_what_is_a_rounding_more_than_all_never_comes() -> None:
    crowd = FlashCrowdSettings(at=0.0, peak=10.0, rise=0.0, decay=10.0).build(PLACE)
    assert Clock(crowd, 1.0).time_at(100.0) < inf
    assert Clock(crowd, 1.0).time_at(100.0 + 1e-10) == inf


def test_at_its_own_time_an_arrival_stays_where_it_is() -> None:
    for number in range(1, 200):
        clock = Clock(StepsSettings(points=((0.3, 0.7), (77.7, 1.1))).build(PLACE), 1.3)
        now = clock.time_at(float(number))
        assert now <= clock.rescale(now, 0.9, float(number)) <= now * (1 + 1e-12)


def test_in_a_gap_what_is_due_is_due() -> None:
    clock = Clock(GAP, 1.0)
    assert clock.time_at(20.0) == 10.0
    assert clock.rescale(10.0, 3.0, 20.0) == 10.0
    clock = Clock(GAP, 1.0)
    clock.time_at(20.0)
    assert clock.rescale(10.0, 0.0, 20.0) == 10.0


CURVED = Pieces(
    [
        Piece(0.0, 20.0, 3.0, 0.0, (Sine(5.0, 1.0, 9.0, 0.0),)),
        Piece(20.0, 25.0, 0.0),
        Piece(25.0, 50.0, 4.0, 0.3),
        Piece(50.0, inf, 2.0),
    ]
)


@settings(max_examples=50)
@given(
    changes=st.lists(st.tuples(st.floats(0, 60), st.sampled_from([0.0, 0.5, 1.0, 3.0])), max_size=6)
)
def test_used_and_left_add_up_whatever_the_scale_does(changes: list[tuple[float, float]]) -> None:
    changes = sorted(changes)
    clock, scale, used, volume, since = Clock(CURVED, 1.0), 1.0, 0.0, 0.0, 0.0
    left, last = list(changes), 0.0
    for _ in range(150):
        volume += 1.0
        time = clock.time_at(volume)
        while left and left[0][0] <= time:
            now, new = left.pop(0)
            used += scale * Clock(CURVED, 1.0).volume(since, now)
            since, scale = now, new
            time = clock.rescale(now, scale, volume)
            assert time >= now
        if time == inf:
            break
        assert time >= last
        last = time
        assert used + scale * Clock(CURVED, 1.0).volume(since, time) == pytest.approx(
            volume, abs=1e-8
        )


def test_ramps_too_are_told_in_rising_order() -> None:
    clock = Clock(RampSettings(from_=5.0, to=0.0, at=0.0, over=8.0).build(PLACE), 1.0)
    times = [clock.time_at(n / 10) for n in range(1, 201)]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(8.0)
    assert clock.time_at(20.1) == inf


def test_a_copy_goes_its_own_way() -> None:
    clock = Clock(CURVED, 1.0)
    clock.time_at(30.0)
    other = copy.deepcopy(clock)
    assert other.rescale(1.0, 2.0, 30.0) < clock.time_at(30.0)
    assert (clock.scale, other.scale) == (1.0, 2.0)
