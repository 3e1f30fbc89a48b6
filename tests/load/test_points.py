"""Points of unit rate: their laws, and their addresses."""

import copy
import pickle
from math import log

import numpy as np
import pytest
from scipy.stats import gamma, kstest

from simlab.core import Gamma, Purpose, Site, root
from simlab.load import POISSON, ArrivalSettings
from simlab.load.place import Place
from simlab.load.points import Points, points

PLACE = Place(seed=3, replication=1, source="shoppers")
EVEN = ArrivalSettings(process="even")
STREAM = Site(root(3, 1, "load.shoppers")).stream(Purpose.ARRIVAL)


def gaps(settings: ArrivalSettings, number: int = 5000, place: Place = PLACE) -> list[float]:
    process = points(settings, place)
    return [process.gap(n) for n in range(number)]


def test_even_points_are_one_apart() -> None:
    assert gaps(EVEN, 5) == [1.0] * 5


def test_gaps_of_poisson_points_are_exponential_and_at_their_address() -> None:
    found = gaps(POISSON)
    assert found[:600] == [-log(STREAM.uniform(n)) for n in range(600)]
    assert kstest(found, "expon").pvalue > 0.01


@pytest.mark.parametrize("cv", [0.3, 1.0, 3.0])
def test_gaps_of_a_renewal_process_are_gamma_of_mean_one(cv: float) -> None:
    found = gaps(ArrivalSettings(cv=cv))
    sampler = Gamma(mean=1.0, cv=cv).sampler()
    assert found[:50] == [sampler.draw(STREAM, n) for n in range(50)]
    assert kstest(found, gamma(1 / cv**2, scale=cv**2).cdf).pvalue > 0.01
    assert np.mean(found) == pytest.approx(1.0, abs=4 * cv / 5000**0.5)


@pytest.mark.parametrize("settings", [EVEN, POISSON, ArrivalSettings(cv=3.0)])
def test_copies_and_stored_ones_go_on_alike(settings: ArrivalSettings) -> None:
    process = points(settings, PLACE)
    expected = [process.gap(n) for n in range(700)]
    others: list[Points] = [copy.deepcopy(process), pickle.loads(pickle.dumps(process))]
    for other in others:
        assert [other.gap(n) for n in range(700)] == expected


def test_gaps_do_not_depend_on_the_order_of_asking() -> None:
    process = points(POISSON, PLACE)
    backwards = [process.gap(n) for n in reversed(range(600))]
    assert backwards[::-1] == gaps(POISSON, 600)
