"""Users: how many there are to be, when they begin, how long they think."""

import copy
import pickle
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import kstest

from simlab.core import Constant, Exponential, Purpose, Site, root
from simlab.load import (
    ConstantSettings,
    DiurnalSettings,
    FlashCrowdSettings,
    MmppSettings,
    RampSettings,
    SourceSettings,
    StateSettings,
    StepsSettings,
    TraceSettings,
    Users,
    UsersSettings,
    request_number,
)
from simlab.load.place import Place

THINK = Exponential(mean=5.0)


def users(
    *,
    scale: float = 1.0,
    seed: int = 1,
    replication: int = 0,
    name: str = "staff",
    think: Any = THINK,
    **number: Any,
) -> Users:
    shape = (UsersSettings(think=think, **(number or {"count": 10})),)
    source = SourceSettings(to={"web.get": 1.0}, shape=shape, scale=scale)
    return Users(source, seed=seed, replication=replication, name=name)


def changes(found: Users, end: float) -> list[tuple[float, int]]:
    """Return the times at which the number may change, and the number from then on."""
    time, told = 0.0, [(0.0, found.wanted(0.0))]
    while (time := found.changes_after(time)) < end:
        told.append((time, found.wanted(time)))
    return told


def test_a_count_never_changes() -> None:
    assert changes(users(count=7), inf) == [(0.0, 7)]
    assert users(count=7).wanted(1e6) == 7


def test_steps_change_where_they_are() -> None:
    steps = StepsSettings(points=((0.0, 3.0), (2.5, 8.0), (10.25, 0.0)))
    assert changes(users(shape=steps), inf) == [(0.0, 3), (2.5, 8), (10.25, 0)]


def test_a_ramp_is_looked_at_each_second_and_at_its_ends() -> None:
    ramp = RampSettings(from_=0.0, to=4.0, at=2.5, over=4.0)
    told = [(0.0, 0), (2.5, 0), (3, 1), (4, 2), (5, 3), (6, 4), (6.5, 4)]
    assert changes(users(shape=ramp), inf) == told


def test_a_ramp_begins_at_its_beginning() -> None:
    ramp = RampSettings(from_=4.0, to=0.0, at=2.5, over=1.0)
    told = [(0.0, 4), (2.5, 4), (3.0, 2), (3.5, 0)]
    assert changes(users(shape=ramp), inf) == told


def test_between_looks_the_number_stands() -> None:
    found = users(shape=DiurnalSettings(mean=100.0, amplitude=1.0, period=20.0))
    for time in np.arange(0.0, 40.0, 0.05).tolist():
        assert found.wanted(time) == found.wanted(float(int(time)))
    assert [found.wanted(5.0), found.wanted(15.0)] == [200, 0]
    assert found.changes_after(3.0) == found.changes_after(3.7) == 4.0


def test_the_number_is_the_nearest_whole_one() -> None:
    for rate, number in [(2.49, 2), (2.5, 3), (3.5, 4), (0.2, 0)]:
        assert users(shape=ConstantSettings(rate=rate)).wanted(0.0) == number


def test_the_scale_multiplies_the_number() -> None:
    found = users(count=10, scale=1.5)
    assert found.wanted(0.0) == 15
    found.rescale(0.25)
    assert found.wanted(3.0) == 3
    found.rescale(0.0)
    assert found.wanted(3.0) == 0
    with pytest.raises(ValueError, match="scale must not be negative"):
        found.rescale(-1.0)


def test_a_crowd_dwindles_to_nobody() -> None:
    crowd = FlashCrowdSettings(at=1.0, peak=50.0, rise=2.0, decay=3.0)
    told = dict(changes(users(shape=crowd), 30.0))
    assert [told[0.0], told[1.0], told[2.0], told[3.0], told[29.0]] == [0, 0, 25, 50, 0]


def test_a_modulated_number_has_the_luck_of_its_place() -> None:
    mmpp = MmppSettings(
        states=(StateSettings(rate=5.0, mean=4.0), StateSettings(rate=9.0, mean=2.0))
    )
    rate = mmpp.build(Place(1, 0, "staff", "0.0"))
    told = changes(users(shape=mmpp), 50.0)
    assert told == [(rate.piece(time).start, rate.piece(time).level) for time, _ in told]
    assert len(told) > 5


def test_a_recorded_number(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("t,rate\n0,3\n60,5\n")
    assert changes(users(shape=TraceSettings(file=str(file))), inf) == [(0, 3), (60, 5), (120, 0)]


def test_first_requests_are_spread_over_one_think_time() -> None:
    found = users(think=Constant(value=8.0), seed=2)
    steady = [found.first(user) for user in range(1000)]
    assert kstest(steady, "uniform", args=(0, 8)).pvalue > 0.01
    place = Site(root(1, 0, "load.staff")).stream(Purpose.ARRIVAL)
    moved = users()
    for user in range(20):
        luck = place.uniform(user << 32)
        think = THINK.sampler().draw(place, user << 32, 1)
        assert moved.first(user) == luck * think


def test_thinking_is_drawn_at_user_and_turn() -> None:
    stream = Site(root(1, 0, "load.staff")).stream(Purpose.WAIT)
    found = users()
    for user, turn in [(0, 0), (3, 1), (2**20, 2**31)]:
        assert found.think(user, turn) == THINK.sampler().draw(stream, (user << 32) | turn)


def test_thinking_follows_its_law() -> None:
    found = users()
    times = [found.think(user, turn) for user in range(40) for turn in range(50)]
    assert kstest(times, "expon", args=(0, 5.0)).pvalue > 0.01


def test_requests_of_different_users_and_turns_differ() -> None:
    numbers = {request_number(user, turn) for user in range(100) for turn in range(100)}
    assert len(numbers) == 10_000
    assert request_number(2, 3) == 2 * 2**32 + 3


def test_nothing_depends_on_the_order_of_asking() -> None:
    one, other = users(), users()
    forth = [one.think(user, turn) for user in range(5) for turn in range(5)]
    back = [other.think(user, turn) for user in reversed(range(5)) for turn in reversed(range(5))]
    assert forth == back[::-1]


@pytest.mark.parametrize("change", [{"seed": 2}, {"replication": 1}, {"name": "robots"}])
def test_another_address_is_another_luck(change: dict[str, Any]) -> None:
    one, other = users(), users(**change)
    assert one.first(3) != other.first(3)
    assert one.think(3, 4) != other.think(3, 4)


def test_copies_go_on_alike_and_their_own_way() -> None:
    found = users()
    other, stored = copy.deepcopy(found), pickle.loads(pickle.dumps(found))
    other.rescale(2.0)
    assert (found.wanted(0.0), other.wanted(0.0), stored.wanted(0.0)) == (10, 20, 10)
    assert found.think(1, 2) == other.think(1, 2) == stored.think(1, 2)


def test_a_rate_is_no_number_of_users() -> None:
    source = SourceSettings(to={"web.get": 1.0}, shape=(ConstantSettings(rate=1.0),))
    with pytest.raises(AssertionError, match="see Arrivals"):
        Users(source, seed=1, replication=0, name="staff")
