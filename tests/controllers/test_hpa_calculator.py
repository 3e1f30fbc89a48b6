"""What one metric asks for: the edges that the platform's own cases leave out."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers.scaling.hpa.calculator import (
    MOST,
    MOST_USAGE,
    Average,
    MetricError,
    Scaled,
    Tolerance,
    Utilization,
    ceil_count,
    propose_average,
    propose_per_pod,
    propose_value,
)
from simlab.controllers.scaling.hpa.pods import Patience, Pod, PodName, Sample

TOLERANCE = Tolerance(up=0.1, down=0.1)
POD = Pod(name=0, phase="Running", ready=True, ready_since=0.0, started_at=0.0)


def scaled(count: int, wanted: int | None = None) -> Scaled:
    return Scaled(
        now=1000.0,
        wanted=count if wanted is None else wanted,
        running=count,
        pods=[replace(POD, name=name) for name in range(count)],
        patience=Patience(initialization=0.0, readiness_delay=0.0),
    )


def samples(*values: int) -> dict[PodName, Sample]:
    return {name: Sample(value, 990.0, 60.0) for name, value in enumerate(values)}


def propose(usage: list[int], target: int, count: int, tolerance: Tolerance = TOLERANCE) -> int:
    measure = Utilization(dict.fromkeys(range(count), 1000), target)
    return propose_per_pod(scaled(count), samples(*usage), measure, tolerance, cpu=True).replicas


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        pytest.param(550, 4, id="inside, at the upper end"),
        pytest.param(560, 5, id="just above it"),
        pytest.param(450, 4, id="inside, at the lower end"),
        pytest.param(440, 4, id="just below it, rounded up to the same"),
        pytest.param(370, 3, id="well below"),
    ],
)
def test_keeps_within_the_tolerance(usage: int, expected: int) -> None:
    assert propose([usage] * 4, 50, 4) == expected


def test_has_a_tolerance_for_each_direction() -> None:
    assert propose([560] * 4, 50, 4, Tolerance(up=0.2, down=0.0)) == 4
    assert propose([370] * 4, 50, 4, Tolerance(up=0.0, down=0.3)) == 4


def test_cuts_percents() -> None:
    """50.9 % is 50 %: no change with a tolerance of none."""
    assert propose([509] * 4, 50, 4, Tolerance(up=0.0, down=0.0)) == 4


def test_asks_missing_pods_for_what_is_safe() -> None:
    assert propose([900] * 3, 50, 4) == 6  # Idle on the way up: 67 %.
    assert propose([100] * 3, 50, 4) == 3  # Busy on the way down: 32 %.
    assert propose([400] * 2, 50, 4) == 4  # It would turn: 70 %.


def test_never_scales_down_on_the_way_up() -> None:
    """More are wanted than there are: what those there are ask for is fewer still, so it waits."""
    measure = Utilization(dict.fromkeys(range(3), 1000), 50)
    proposal = propose_per_pod(
        scaled(3, wanted=10), samples(900, 900), measure, TOLERANCE, cpu=True
    )
    assert proposal.replicas == 10


def test_leaves_unready_pods_out_unless_the_others_are_hot() -> None:
    pods = [
        replace(POD, name=name, phase="Pending" if name > 1 else "Running") for name in range(4)
    ]
    measure = Utilization(dict.fromkeys(range(4), 1000), 50)
    asked = [
        propose_per_pod(
            replace(scaled(4), pods=pods), samples(usage, usage), measure, TOLERANCE, cpu=True
        ).replicas
        for usage in (500, 1800)
    ]
    assert asked == [4, 8]  # At the target; and hot, with those that come taken for idle.


def test_takes_missing_pods_for_idle_at_the_target_itself() -> None:
    """As the platform does for means over pods: exactly at the target counts as the way up."""
    proposal = propose_per_pod(scaled(3), samples(100, 100), Average(100), TOLERANCE, cpu=False)
    assert proposal.replicas == 2
    assert propose([500] * 2, 50, 3) == 3  # Not so for a utilization.


def test_needs_pods_and_samples() -> None:
    with pytest.raises(MetricError, match="no pods"):
        propose_per_pod(scaled(0), samples(1), Average(1), TOLERANCE, cpu=False)
    with pytest.raises(MetricError, match="pods might be unready"):
        propose_per_pod(scaled(2), {}, Average(1), TOLERANCE, cpu=False)
    with pytest.raises(MetricError, match="no pods"):
        propose_value(scaled(0, wanted=1), 100, 10, TOLERANCE)


def test_scales_from_nothing_by_the_value_alone() -> None:
    assert propose_value(scaled(0), 25, 10, TOLERANCE).replicas == 3
    assert propose_average(scaled(0), 25, 10, TOLERANCE).replicas == 3
    assert propose_average(scaled(0), 0, 10, TOLERANCE).replicas == 0


def test_averages_over_those_that_run() -> None:
    proposal = propose_average(scaled(4), 41, 10, TOLERANCE)
    assert (proposal.replicas, proposal.usage) == (4, 11)
    assert propose_average(scaled(4), 45, 10, TOLERANCE).replicas == 5


def test_keeps_counts_to_what_the_platform_holds() -> None:
    assert ceil_count(1e300) == MOST
    assert ceil_count(2.1) == 3
    assert propose_average(scaled(1), MOST_USAGE, MOST_USAGE, TOLERANCE).usage == MOST_USAGE


@given(
    st.lists(st.integers(0, 3000), min_size=1, max_size=8),
    st.integers(1, 200),
    st.integers(0, 8),
)
@settings(max_examples=50, deadline=None)
def test_never_goes_against_the_utilization(usage: list[int], target: int, missing: int) -> None:
    count = len(usage) + missing
    replicas = propose(usage, target, count)
    utilization = sum(usage) * 100 // (1000 * len(usage))
    if utilization >= target:
        assert replicas >= count
    if utilization <= target:
        assert replicas <= count
