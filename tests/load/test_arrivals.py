"""Arrivals: Poisson under a moving rate, the same luck at any scale, the same for all who ask."""

import copy
import pickle
from itertools import pairwise
from math import inf, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest, poisson

from simlab.core import Constant, Purpose, Site, root
from simlab.load import (
    POISSON,
    Arrivals,
    ArrivalSettings,
    ConstantSettings,
    DiurnalSettings,
    FlashCrowdSettings,
    MmppSettings,
    RampSettings,
    SourceSettings,
    SpikesSettings,
    StateSettings,
    StepsSettings,
    UsersSettings,
)

EVEN = ArrivalSettings(process="even")
CONSTANT = ConstantSettings(rate=10.0)
WAVE = DiurnalSettings(mean=20.0, amplitude=0.9, period=50.0)
MOVING = (
    WAVE,
    RampSettings(from_=0.0, to=15.0, at=20.0, over=60.0),
    SpikesSettings(height=40.0, lasts=3.0, every=17.0),
    FlashCrowdSettings(at=30.0, peak=50.0, rise=5.0, decay=10.0),
)
SWITCHING = (
    MmppSettings(states=(StateSettings(rate=5.0, mean=4.0), StateSettings(rate=60.0, mean=1.0))),
)
LOADS = [
    pytest.param((CONSTANT,), POISSON, id="constant"),
    pytest.param(MOVING, POISSON, id="a sum of many"),
    pytest.param(MOVING, ArrivalSettings(cv=3.0), id="in clumps"),
    pytest.param(SWITCHING, POISSON, id="modulated"),
]


def load(
    shape: tuple[Any, ...] = (CONSTANT,),
    arrivals: ArrivalSettings = POISSON,
    *,
    scale: float = 1.0,
    seed: int = 1,
    replication: int = 0,
    name: str = "shoppers",
) -> Arrivals:
    source = SourceSettings(to={"web.get": 1.0}, shape=shape, arrivals=arrivals, scale=scale)
    return Arrivals(source, seed=seed, replication=replication, name=name)


def until(arrivals: Arrivals, end: float) -> list[float]:
    """Return the times before `end`, and leave the next arrival pending."""
    times = []
    while (time := arrivals.next()) < end:
        times.append(time)
    return times


def driven(arrivals: Arrivals, changes: list[tuple[float, float]], end: float) -> list[float]:
    """Return the times before `end`, with the scale changed at its times, as an engine does it."""
    times, time = [], arrivals.next()
    for now, scale in [*changes, (end, 1.0)]:
        while time < now:
            times.append(time)
            time = arrivals.next()
        time = arrivals.rescale(now, scale)
        assert time >= now
        assert arrivals.scale == scale
    return times


def first(arrivals: Arrivals, number: int = 50) -> list[float]:
    return [arrivals.next() for _ in range(number)]


def test_arrivals_are_numbered_from_zero() -> None:
    arrivals = load()
    assert arrivals.number == -1
    assert [(arrivals.next(), arrivals.number)[1] for _ in range(4)] == [0, 1, 2, 3]


def test_a_level_load_comes_at_the_sum_of_its_gaps() -> None:
    stream = Site(root(1, 0, "load.shoppers")).stream(Purpose.ARRIVAL)
    volume = 0.0
    for number, time in enumerate(first(load(), 600)):
        volume -= log(stream.uniform(number))
        assert time == volume / 10.0


def test_even_arrivals_do_not_drift() -> None:
    assert first(load(arrivals=EVEN), 1000) == [n / 10 for n in range(1, 1001)]


@pytest.mark.parametrize(("shape", "process"), LOADS)
def test_time_stretched_by_the_rate_is_the_process_of_unit_rate(
    shape: tuple[Any, ...], process: ArrivalSettings
) -> None:
    arrivals = load(shape, process)
    times = [0.0, *first(arrivals, 300)]
    gaps = [arrivals.volume(a, b) for a, b in pairwise(times)]
    unit = load((ConstantSettings(rate=1.0),), process)
    assert np.cumsum(gaps) == pytest.approx(first(unit, 300), rel=1e-9)


def test_rescaled_gaps_of_poisson_arrivals_are_exponential() -> None:
    arrivals = load(MOVING)
    times = [0.0, *first(arrivals, 3000)]
    gaps = [arrivals.volume(a, b) for a, b in pairwise(times)]
    assert kstest(gaps, "expon").pvalue > 0.01


def test_counts_in_an_interval_of_a_moving_rate_are_poisson() -> None:
    rise = (FlashCrowdSettings(at=0.0, peak=50.0, rise=2.0, decay=10.0), WAVE)
    counts = [
        sum(time >= 1.5 for time in until(load(rise, replication=r), 2.5)) for r in range(500)
    ]
    mean = load(rise).volume(1.5, 2.5)
    edges = [0, *(int(poisson.ppf(share, mean)) for share in (0.2, 0.4, 0.6, 0.8)), 10**6]
    expected = 500 * np.diff(poisson.cdf([-1, *(edge - 1 for edge in edges[1:-1]), inf], mean))
    assert chisquare(np.histogram(counts, edges)[0], expected).pvalue > 0.01
    assert np.mean(counts) == pytest.approx(mean, rel=0.02)


def test_gaps_in_clumps_have_their_spread() -> None:
    gaps = np.diff(first(load(arrivals=ArrivalSettings(cv=3.0)), 20_000))
    assert gaps.std() / gaps.mean() == pytest.approx(3.0, rel=0.1)
    assert gaps.mean() == pytest.approx(0.1, rel=0.1)


@settings(max_examples=50)
@given(scale=st.floats(0.01, 100))
def test_a_scaled_level_load_keeps_its_luck(scale: float) -> None:
    assert first(load(scale=scale)) == pytest.approx([time / scale for time in first(load())])


@pytest.mark.parametrize(("shape", "process"), LOADS)
def test_a_scaled_load_keeps_its_points(shape: tuple[Any, ...], process: ArrivalSettings) -> None:
    one, three = load(shape, process), load(shape, process, scale=3.0)
    volumes = [one.volume(0.0, time) for time in first(one, 100)]
    assert [three.volume(0.0, time) for time in first(three, 100)] == pytest.approx(volumes)


def test_a_scale_is_the_same_in_the_settings_and_in_the_rates() -> None:
    louder = (ConstantSettings(rate=30.0),)
    assert first(load(scale=3.0)) == first(load(louder))


@pytest.mark.parametrize("process", [POISSON, EVEN])
def test_a_change_of_scale_is_a_step_of_the_rate(process: ArrivalSettings) -> None:
    points = ((0.0, 10.0), (3.0, 40.0), (5.0, 0.0), (8.0, 20.0))
    expected = driven(load((StepsSettings(points=points),), process), [], 20.0)
    changed = driven(load((CONSTANT,), process), [(3.0, 4.0), (5.0, 0.0), (8.0, 2.0)], 20.0)
    assert changed == pytest.approx(expected, rel=1e-12)
    assert len(expected) > 200


def test_the_same_scale_again_changes_nothing() -> None:
    arrivals, other = load(MOVING), load(MOVING)
    first(arrivals), first(other)
    assert arrivals.rescale(3.0, 1.0) == arrivals.rescale(3.0, 1.0)
    assert first(arrivals) == first(other)


@pytest.mark.parametrize(("shape", "process"), LOADS)
def test_a_surge_that_passes_leaves_the_rest_of_the_integral(
    shape: tuple[Any, ...], process: ArrivalSettings
) -> None:
    quiet = load(shape, process)
    used = [quiet.volume(0.0, time) for time in first(quiet, 2000)]
    times = driven(load(shape, process), [(30.0, 5.0), (33.0, 1.0)], 60.0)
    for time, volume in zip(times, used, strict=False):
        extra = 4.0 * quiet.volume(30.0, min(max(time, 30.0), 33.0))
        assert quiet.volume(0.0, time) + extra == pytest.approx(volume, rel=1e-9)
    assert quiet.volume(30.0, 33.0) > 10


def test_no_scale_holds_the_load_back() -> None:
    arrivals = load(arrivals=EVEN, scale=0.0)
    assert arrivals.next() == arrivals.next() == inf
    assert arrivals.number == 0
    assert arrivals.rescale(7.0, 2.0) == 7.05
    assert arrivals.next() == 7.1


@pytest.mark.parametrize(("scale", "message"), [(-1.0, "got -1"), (inf, "got inf")])
def test_a_scale_that_makes_no_sense_is_refused(scale: float, message: str) -> None:
    arrivals = load()
    arrivals.next()
    with pytest.raises(ValueError, match=f"scale must not be negative, {message}"):
        arrivals.rescale(0.0, scale)


@pytest.mark.parametrize(("shape", "process"), LOADS)
def test_a_copy_in_the_middle_goes_on_alike(
    shape: tuple[Any, ...], process: ArrivalSettings
) -> None:
    arrivals = load(shape, process)
    until(arrivals, 20.0)
    arrivals.rescale(20.0, 1.5)
    copies = [copy.deepcopy(arrivals), pickle.loads(pickle.dumps(arrivals))]
    number, expected = arrivals.number, first(arrivals, 800)
    for other in copies:
        assert other.number == number
        assert first(other, 800) == expected
        assert other.rescale(expected[-1], 9.0) == arrivals.rescale(expected[-1], 9.0)


def test_a_copy_is_on_its_own() -> None:
    arrivals = load(MOVING)
    arrivals.next()
    other = copy.deepcopy(arrivals)
    other.rescale(0.0, 100.0)
    first(other, 100)
    assert first(arrivals, 100) == first(load(MOVING), 101)[1:]


@pytest.mark.parametrize(("shape", "process"), LOADS)
def test_arrivals_are_a_function_of_their_address(
    shape: tuple[Any, ...], process: ArrivalSettings
) -> None:
    assert first(load(shape, process)) == first(load(shape, process))


@pytest.mark.parametrize("change", [{"seed": 2}, {"replication": 1}, {"name": "robots"}])
def test_another_address_is_another_luck(change: dict[str, Any]) -> None:
    times, others = np.diff(first(load(), 2000)), np.diff(first(load(**change), 2000))
    assert abs(np.corrcoef(times, others)[0, 1]) < 0.08


def test_the_rate_and_what_to_expect_are_those_of_the_shapes_at_the_present_scale() -> None:
    arrivals = load((CONSTANT, WAVE), scale=2.0)
    assert arrivals.rate(12.5) == pytest.approx(2 * (10 + 38))
    assert arrivals.volume(0.0, 50.0) == pytest.approx(2 * (500 + 1000))
    arrivals.next()
    arrivals.rescale(0.0, 0.5)
    assert arrivals.rate(12.5) == pytest.approx(0.5 * (10 + 38))


def test_a_made_load_carries_nothing_of_its_own() -> None:
    arrivals = load()
    arrivals.next()
    assert arrivals.carried(0) == {}


def test_users_are_no_arrivals() -> None:
    with pytest.raises(AssertionError, match="see Users"):
        load((UsersSettings(count=1, think=Constant(value=1.0)),))


def test_a_scale_cannot_change_before_there_is_an_arrival() -> None:
    with pytest.raises(AssertionError, match="ask for the first arrival"):
        load().rescale(0.0, 2.0)
