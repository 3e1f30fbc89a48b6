"""Twins: what a fault cost, from two curves of quality made by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.study.measures.twins import Quality, of_twins

CALM = Quality(valid=[10.0] * 12, good=[10.0] * 12)


def hurt(*good: float) -> Quality:
    """Return ten requests in each bin of ten seconds; these are good, from the fourth bin on."""
    return Quality(valid=[10.0] * 12, good=[10.0] * 3 + list(good) + [10.0] * (9 - len(good)))


def told(seen: Quality, calm: Quality = CALM, start: float = 30.0) -> dict[str, float | None]:
    return of_twins(seen, calm, start=start, duration=120.0)


def test_a_dip_is_counted_in_requests_in_seconds_and_in_depth() -> None:
    found = told(hurt(2.0, 5.0))
    assert found["requests_lost"] == pytest.approx(13.0)
    assert found["loss_area"] == pytest.approx(13.0)
    assert found["depth"] == pytest.approx(0.8)
    assert (found["time_to_recover"], found["recovered"]) == (20.0, 1)


def test_what_never_fell_was_never_hurt() -> None:
    assert told(hurt()) == {
        "time_to_recover": 0.0, "recovered": 1, "requests_lost": 0.0, "loss_area": 0.0,
        "depth": 0.0,
    }  # fmt: skip


def test_a_loss_of_five_in_a_hundred_is_as_good_as_before() -> None:
    many = Quality(valid=[100.0] * 12, good=[100.0] * 3 + [95.0] + [100.0] * 8)
    assert told(many, Quality(valid=[100.0] * 12, good=[100.0] * 12))["time_to_recover"] == 0.0
    less = Quality(valid=[100.0] * 12, good=[100.0] * 3 + [94.0] + [100.0] * 8)
    assert told(less, Quality(valid=[100.0] * 12, good=[100.0] * 12))["time_to_recover"] == 10.0


def test_harm_that_comes_late_is_not_over_before_it_began() -> None:
    assert told(hurt(10.0, 10.0, 3.0))["time_to_recover"] == 30.0


def test_it_has_recovered_when_it_is_well_for_a_minute_on_end() -> None:
    relapsing = hurt(2.0, 10.0, 2.0)
    assert told(relapsing)["time_to_recover"] == 30.0
    late = hurt(2.0, 10.0, 10.0, 2.0)
    found = told(late)
    assert (found["time_to_recover"], found["recovered"]) == (None, 0)


def test_a_run_that_is_bad_anyway_is_measured_against_itself() -> None:
    poor = Quality(valid=[10.0] * 12, good=[5.0] * 12)
    assert told(poor, poor)["requests_lost"] == 0.0
    assert told(CALM, poor)["depth"] == 0.0


def test_where_nothing_arrived_all_is_well() -> None:
    empty = Quality(valid=[0.0] * 12, good=[0.0] * 12)
    assert told(empty)["requests_lost"] == 0.0
    assert told(empty)["time_to_recover"] == 0.0


def test_the_part_of_a_bin_before_the_start_is_no_loss_of_time() -> None:
    assert told(hurt(0.0), start=34.0)["loss_area"] == pytest.approx(6.0)
    assert told(hurt(0.0), start=34.0)["time_to_recover"] == pytest.approx(6.0)


def test_what_was_before_the_start_is_not_the_faults() -> None:
    before = Quality(valid=[10.0] * 12, good=[0.0] * 3 + [10.0] * 9)
    assert told(before)["requests_lost"] == 0.0


@given(st.lists(st.integers(0, 10), min_size=9, max_size=9))
def test_losses_are_within_what_there_was(good: list[int]) -> None:
    found = told(hurt(*(float(one) for one in good)))
    lost, depth, area = found["requests_lost"], found["depth"], found["loss_area"]
    assert lost is not None
    assert depth is not None
    assert area is not None
    assert 0 <= lost <= 90
    assert 0 <= depth <= 1
    assert area <= depth * 90 + 1e-9
    assert lost == pytest.approx(sum(10 - one for one in good))
