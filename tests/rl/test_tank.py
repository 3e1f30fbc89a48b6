"""The fluid tier against what must hold of it: conservation, bounds, and theory."""

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.rl.default import DEFAULT
from simlab.rl.setup import Setup
from simlab.rl.tails import GRID, TOP, beyond, erlang_c, tables
from simlab.rl.tank import MANY, ONE, Tank
from simlab.rl.workloads import KINDS, counted, of_scenario, synthetic

SETUP = Setup(scenario=DEFAULT)
WORLD = SETUP.world()
MODEL = SETUP.model(WORLD)


def tank(start: float = 4.0) -> Tank:
    return Tank(ONE, MODEL, zero=0.0, start=start, most=16, tick=15.0, kept=3)


def test_the_service_is_that_of_the_scenario() -> None:
    assert (MODEL.capacity, MODEL.servers, MODEL.replicas) == (5.0, 1, 6)
    assert MODEL.startup == 47.0  # Actuation, boot and discovery.
    assert (MODEL.within, MODEL.patience) == (1.5, 5.0)
    assert MODEL.prices.replica_hour == 0.05


@given(
    st.lists(st.floats(0, 120), min_size=1, max_size=30),
    st.lists(st.integers(0, 16), min_size=30, max_size=30),
)
@settings(max_examples=50)
def test_nothing_is_lost_and_nothing_is_counted_twice(
    rates: list[float], counts: list[int]
) -> None:
    one, before = tank(), 0.0
    for rate, count in zip(rates, counts):
        one.scale(count)
        arrivals, late, dropped = one.run(rate)
        served = one._ring[(one.at - 1) % 3][0]
        assert before + arrivals == pytest.approx(served + dropped + one.backlog)
        assert 0 <= late + dropped <= arrivals + 1e-9
        assert one.ready >= 0
        assert one.exist == count
        before = one.backlog


def test_replicas_come_after_their_start_up_and_the_youngest_go_first() -> None:
    one, ready = tank(2.0), []
    one.scale(5)
    for _ in range(4):
        one.run(1.0)
        ready.append(one.ready)
    assert ready == [2, 2, 2, 5]  # 47 s are three ticks of 15 s, to the nearest.
    one.scale(7)
    assert one.scale(6) == 1
    assert (one.ready, one.pending) == (5, 1)
    assert one.scale(3) == 3
    assert (one.ready, one.pending) == (3, 0)


def test_a_restart_takes_one_replica_out_after_another() -> None:
    one, out = tank(2.0), []
    one.restart(True)
    for _ in range(8):
        one.run(0.0)
        out.append(one._ring[(one.at - 1) % 3][1] / 15.0)
    assert out == [5.0] * 6 + [10.0] * 2  # Two replicas, three ticks each.


def test_overload_is_dropped_beyond_patience() -> None:
    one = tank(1.0)
    for _ in range(10):
        arrivals, late, dropped = one.run(10.0)
    assert one.backlog == pytest.approx(5.0 * 10.0)  # Patience times the greater rate.
    assert dropped == pytest.approx(75.0)
    assert late == pytest.approx(arrivals - dropped)


@pytest.mark.parametrize(("servers", "rho"), [(1, 0.3), (1, 0.9), (4, 0.5), (16, 0.8)])
def test_erlang_c_by_its_sum(servers: int, rho: float) -> None:
    a, term, total = servers * rho, 1.0, 0.0
    for count in range(servers):
        total += term
        term *= a / (count + 1)
    last = term / (1 - rho)
    assert erlang_c(servers, a) == pytest.approx(last / (total + last))


def test_tails_of_one_server_are_exponential() -> None:
    for rho in (0.2, 0.7, 0.95):
        found = beyond(1, rho, erlang_c(1, rho), 5.0, 0.4)
        assert found == pytest.approx(exp(-5.0 * (1 - rho) * 0.4))


def test_tails_are_continuous_where_their_formula_is_not() -> None:
    exactly, near = (beyond(3, a, 0.4, 1.0, 2.0) for a in (2.0, 2.0 + 1e-7))
    assert exactly == pytest.approx(near, rel=1e-5)


def test_tables_fall_with_replicas_and_rise_with_load() -> None:
    late, inside = (np.array(one).reshape(-1, GRID + 1) for one in tables(8, 1, 5.0, 1.5))
    assert (np.diff(late[1:], axis=1) >= -1e-12).all()
    assert (np.diff(inside[1:], axis=1) > 0).all()
    assert inside[1][-1] == pytest.approx(TOP / (1 - TOP))


def test_many_tanks_have_the_bits_of_one() -> None:
    rates = np.random.default_rng(1).uniform(0, 60, (40, 3))
    together = Tank(MANY, MODEL, zero=np.zeros(3), start=4.0, most=16, tick=15.0, kept=3)
    single = [tank() for _ in range(3)]
    for at, row in enumerate(rates):
        counts = np.array([float((at * 7 + k * 3) % 12 + 1) for k in range(3)])
        together.scale(counts)
        found = together.run(row)
        for k, one in enumerate(single):
            one.scale(counts[k])
            assert one.run(float(row[k])) == tuple(column[k] for column in found)
            assert one.inside == together.inside[k]


# Workloads.


@pytest.mark.parametrize("kind", list(KINDS))
def test_synthetic_rates_are_addressed_and_have_their_mean(kind: str) -> None:
    one = synthetic(kind, 20_000, 10.0, 15.0, 5760)
    assert one.tolist() == synthetic(kind, 20_000, 10.0, 15.0, 5760).tolist()
    assert one.tolist() != synthetic(kind, 20_001, 10.0, 15.0, 5760).tolist()
    assert (one >= 0).all()
    assert 7.0 < one.mean() < 16.0


def test_kinds_differ_in_what_they_are_called_for() -> None:
    rates = {kind: synthetic(kind, 20_000, 10.0, 15.0, 5760) for kind in KINDS}
    jumps = {kind: float(np.abs(np.diff(one)).max()) for kind, one in rates.items()}
    assert jumps["calm"] < jumps["train"] < jumps["flash"]
    assert rates["flash"].max() > 2 * rates["calm"].max()


def test_rates_of_a_scenario_are_its_volumes() -> None:
    found = of_scenario(WORLD, {"users": 1.0}, 20_000, 15.0, 120)
    assert found.mean() == pytest.approx(17.7, rel=0.1)  # 16/s, and 6/s for 2 min in 7.
    assert found.tolist() != of_scenario(WORLD, {"users": 1.0}, 20_001, 15.0, 120).tolist()
    assert (2 * found).tolist() == of_scenario(WORLD, {"users": 2.0}, 20_000, 15.0, 120).tolist()


def test_counting_is_as_noisy_as_counting() -> None:
    rates = np.full(20_000, 20.0)
    found = counted(rates, 3, 15.0) * 15.0
    assert found.mean() == pytest.approx(300.0, rel=0.01)
    assert found.std() == pytest.approx(300.0**0.5, rel=0.03)
