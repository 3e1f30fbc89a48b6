"""Elasticity: against BUNGEE's own vector, and by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.study.measures.elasticity import NAMES, demand, elasticity, of_scaled
from simlab.telemetry import ServiceRecord


def steps(changes: dict[int, int], length: int) -> list[int]:
    """Return a curve that keeps each value until the next change."""
    curve, value = [], 0
    for at in range(length):
        value = changes.get(at, value)
        curve.append(value)
    return curve


# The unit test of BUNGEE (AbstractMetricTest, a complex demand and supply), T = 20.
DEMAND = steps({0: 1, 7: 5, 16: 3, 17: 2, 19: 4}, 20)
SUPPLY = steps({0: 1, 2: 2, 3: 1, 5: 3, 9: 7, 11: 6, 12: 8, 14: 2}, 20)


def test_the_golden_vector() -> None:
    found = elasticity(DEMAND, SUPPLY)
    assert found["tau_U"] == 6 / 20
    assert found["tau_O"] == 8 / 20
    short = [max(d - s, 0) for d, s in zip(DEMAND, SUPPLY, strict=True)]
    spare = [max(s - d, 0) for d, s in zip(DEMAND, SUPPLY, strict=True)]
    assert (sum(short), sum(spare)) == (13, 16)  # BUNGEE's accuracies, times T.
    assert found["theta_U"] == pytest.approx((2 * 2 / 5 + 2 * 3 / 5 + 1 / 3 + 2 / 4) / 20)
    assert found["theta_O"] == pytest.approx((1 + 2 * 2 + 2 * 2 / 5 + 1 / 5 + 2 * 3 / 5) / 20)


def test_by_hand() -> None:
    found = elasticity([2, 4, 4, 2], [2, 2, 4, 4])
    assert found == {
        "theta_U": 0.125,
        "theta_O": 0.25,
        "tau_U": 0.25,
        "tau_O": 0.25,
        "instability": 1.0,  # Signs of demand: + 0 -, of supply: 0 + 0.
    }


@pytest.mark.parametrize(
    ("demands", "supplies", "instability"),
    [
        pytest.param([1, 2, 3], [5, 6, 9], 0.0, id="moving alike, however far"),
        pytest.param([1, 1, 1], [2, 2, 2], 0.0, id="both at rest"),
        pytest.param([1, 2, 1], [1, 1, 1], 1.0, id="demand alone"),
        pytest.param([1, 1, 1], [1, 2, 2], 0.5, id="supply alone, once"),
        pytest.param([1, 2, 3], [3, 2, 1], 1.0, id="against each other"),
        pytest.param([1], [1], None, id="one point has no step"),
    ],
)
def test_instability(demands: list[int], supplies: list[int], instability: float | None) -> None:
    assert elasticity(demands, supplies)["instability"] == instability


def test_no_point_no_measure() -> None:
    assert elasticity([], []) == dict.fromkeys(NAMES)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(0, 1, id="nothing drawn yet: one replica is needed"),
        pytest.param(1, 1, id="48 of 48 core-seconds are one replica's work"),
        pytest.param(2, 2, id="a little more are two's"),
        pytest.param(4, 3, id="the last minute together"),
        pytest.param(5, 2, id="what is older is forgotten"),
        pytest.param(9, 1, id="all forgotten"),
    ],
)
def test_demand_is_the_last_minute_s_work(at: int, expected: int) -> None:
    drawn = [48.0, 0.5, 48.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert demand(drawn, at, cores=1.0, headroom=0.8) == expected


def test_demand_knows_cores_and_headroom() -> None:
    drawn = [240.0, 0.0, 0.0, 0.0]
    assert demand(drawn, 4, cores=1.0, headroom=1.0) == 4
    assert demand(drawn, 4, cores=2.0, headroom=1.0) == 2
    assert demand(drawn, 4, cores=2.0, headroom=0.5) == 4
    assert demand(drawn, 4, cores=0.5, headroom=0.5) == 16


def a_service(*, scaled: bool = True) -> ServiceRecord:
    return ServiceRecord(
        scaled=scaled,
        unit_cores=1.0,
        drawn=[200.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        supply=[1, 1, 4, 5, 5, 2, 1, 1],
    )


def test_counts_the_grid_from_the_warm_up_to_the_end() -> None:
    # At 30, 45, 60 s: 200 core-seconds in the last minute / 48 = 5 replicas; supply 4, 5, 5.
    found = of_scaled(a_service(), warmup=30.0, duration=75.0, headroom=0.8)
    assert found["tau_U"] == pytest.approx(1 / 3)
    assert found["theta_U"] == pytest.approx(1 / 5 / 3)
    assert found["tau_O"] == 0
    # With one more point (75 s, demand 1, supply 2) both fall: no instability there.
    longer = of_scaled(a_service(), warmup=30.0, duration=75.1, headroom=0.8)
    assert longer["tau_O"] == 0.25
    assert longer["theta_O"] == 0.25
    assert longer["instability"] == pytest.approx(1 / 3)


def test_what_nothing_scales_has_no_elasticity() -> None:
    found = of_scaled(a_service(scaled=False), warmup=0.0, duration=75.0, headroom=0.8)
    assert found == dict.fromkeys(NAMES)


CURVES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=2, max_size=30)


@given(CURVES)
@settings(max_examples=50)
def test_shares_are_shares(curve: list[tuple[int, int]]) -> None:
    found = elasticity([d for d, _ in curve], [s for _, s in curve])
    for name in ("theta_U", "tau_U", "tau_O", "instability"):
        assert 0 <= (found[name] or 0) <= 1
    assert (found["tau_U"] or 0) + (found["tau_O"] or 0) <= 1


@given(st.lists(st.integers(1, 9), min_size=2, max_size=30))
@settings(max_examples=50)
def test_a_perfect_supply_has_no_fault(curve: list[int]) -> None:
    assert set(elasticity(curve, curve).values()) == {0}
