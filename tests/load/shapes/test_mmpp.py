"""The modulated rate: stays in cyclic order, of exponential length, fixed by their address."""

import copy
import pickle
from math import log
from typing import Any

import numpy as np
import pytest
from scipy.stats import kstest

from simlab.core import Purpose, Site, root
from simlab.load import (
    Arrivals,
    ConstantSettings,
    MmppSettings,
    SourceSettings,
    StateSettings,
    SumSettings,
)
from simlab.load.pieces import Rate, integral
from simlab.load.place import Place

SETTINGS = MmppSettings(
    states=(
        StateSettings(rate=10.0, mean=5.0),
        StateSettings(rate=0.0, mean=2.0),
        StateSettings(rate=40.0, mean=1.0),
    )
)
PLACE = Place(seed=7, replication=2, source="shoppers", path="1")


def stays(rate: Rate, number: int) -> list[tuple[float, float]]:
    """Return how long the first stays last, and their rates."""
    found, time = [], 0.0
    for _ in range(number):
        piece = rate.piece(time)
        assert piece.start == time
        found.append((piece.end - piece.start, piece.level))
        time = piece.end
    return found


def load(*shape: Any, seed: int = 7, scale: float = 1.0) -> Arrivals:
    settings = SourceSettings(to={"web.get": 1.0}, shape=shape, scale=scale)
    return Arrivals(settings, seed=seed, replication=0, name="shoppers")


def test_states_follow_each_other_in_cyclic_order_from_the_first_on() -> None:
    assert [level for _, level in stays(SETTINGS.build(PLACE), 7)] == [10, 0, 40, 10, 0, 40, 10]


def test_a_stay_is_drawn_at_the_address_of_its_number() -> None:
    stream = Site(root(7, 2, "load.shoppers.mmpp.1")).stream(Purpose.ARRIVAL)
    expected = [-SETTINGS.states[k % 3].mean * log(stream.uniform(k)) for k in range(12)]
    assert [length for length, _ in stays(SETTINGS.build(PLACE), 12)] == pytest.approx(expected)


def test_stays_are_exponential_with_the_mean_of_their_state() -> None:
    found = stays(SETTINGS.build(PLACE), 3000)
    for k, state in enumerate(SETTINGS.states):
        lengths = [length for length, _ in found[k::3]]
        assert kstest(lengths, "expon", args=(0, state.mean)).pvalue > 0.01


def test_the_mean_rate_is_that_of_the_states_by_their_time() -> None:
    rate = SETTINGS.build(PLACE)
    expected = (10.0 * 5 + 0.0 * 2 + 40.0 * 1) / 8
    assert integral(rate, 0.0, 80_000.0) / 80_000.0 == pytest.approx(expected, rel=0.03)


def test_it_does_not_matter_where_one_looks_first() -> None:
    early, late = SETTINGS.build(PLACE), SETTINGS.build(PLACE)
    late.piece(500.0)
    times = np.linspace(0.0, 500.0, 301).tolist()
    assert [early.piece(time) for time in times] == [late.piece(time) for time in times]


def test_copies_and_stored_ones_go_on_alike() -> None:
    rate = SETTINGS.build(PLACE)
    rate.piece(10.0)
    assert copy.deepcopy(rate) is rate
    assert pickle.loads(pickle.dumps(rate)).piece(300.0) == rate.piece(300.0)


def test_each_place_in_the_list_has_its_own_luck() -> None:
    lengths = {
        SETTINGS.build(Place(seed, replication, source, path)).piece(0.0).end
        for seed, replication, source, path in [
            (1, 0, "a", "0"),
            (2, 0, "a", "0"),
            (1, 1, "a", "0"),
            (1, 0, "b", "0"),
            (1, 0, "a", "1"),
            (1, 0, "a", "1.0"),
        ]
    }
    assert len(lengths) == 6


def test_a_shape_is_addressed_by_its_index_in_the_nested_list() -> None:
    nothing = ConstantSettings(rate=0.0)
    nested = SumSettings(of=(nothing, nothing, SETTINGS))
    arrivals = load(nothing, nested)
    direct = SETTINGS.build(Place(7, 0, "shoppers", "1.2"))
    assert [arrivals.rate(time) for time in range(50)] == [
        direct.piece(time).level for time in range(50)
    ]


def test_the_scale_of_the_load_changes_no_stay() -> None:
    one, two = load(SETTINGS), load(SETTINGS, scale=2.0)
    assert [2 * one.rate(time) for time in range(50)] == [two.rate(time) for time in range(50)]
