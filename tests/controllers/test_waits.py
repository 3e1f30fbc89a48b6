"""How long to wait: growth, cap, and each jitter at both ends of luck."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers import BackoffSettings
from simlab.controllers.retrying.waits import NEVER, grown, wait
from simlab.core import Outcome

SETTINGS = BackoffSettings(attempts=100, base=1.0, factor=2.0, cap=10.0, jitter="none")


def test_grows_by_its_factor_up_to_the_cap() -> None:
    row = SETTINGS.row()
    assert [grown(row, attempt) for attempt in range(1, 7)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_stays_at_the_base_with_a_factor_of_one() -> None:
    assert grown(replace(SETTINGS, factor=1.0).row(), 10**9) == 1.0


def test_waits_not_at_all_with_a_base_of_nothing() -> None:
    assert grown(replace(SETTINGS, base=0.0).row(), 10**9) == 0.0


@pytest.mark.parametrize(
    ("jitter", "least", "most"),
    [
        pytest.param("none", 4.0, 4.0, id="none"),
        pytest.param("full", 0.0, 4.0, id="full"),
        pytest.param("equal", 2.0, 4.0, id="equal"),
        pytest.param(0.25, 3.0, 5.0, id="a quarter to either side"),
        pytest.param(1.0, 0.0, 8.0, id="all of it to either side"),
        pytest.param(0.0, 4.0, 4.0, id="a share of nothing"),
        pytest.param("decorrelated", 1.0, 6.0, id="decorrelated"),
    ],
)
def test_varies_between(jitter: str | float, least: float, most: float) -> None:
    row = replace(SETTINGS, jitter=jitter).row()  # type: ignore[arg-type]
    assert wait(row, 3, Outcome.ERROR, 0.0, 2.0) == least
    assert wait(row, 3, Outcome.ERROR, 1.0, 2.0) == most
    middle = wait(row, 3, Outcome.ERROR, 0.5, 2.0)
    assert middle == pytest.approx((least + most) / 2)


def test_starts_from_the_base_where_nothing_was_waited() -> None:
    row = replace(SETTINGS, jitter="decorrelated").row()
    assert wait(row, 1, Outcome.ERROR, 1.0, 0.0) == 3.0
    assert wait(row, 9, Outcome.ERROR, 1.0, 9.0) == 10.0


def test_gives_up_after_the_last_attempt() -> None:
    row = replace(SETTINGS, attempts=3).row()
    assert [wait(row, made, Outcome.ERROR, 0.5, 0.0) for made in (1, 2, 3, 4)] == [
        1.0,
        2.0,
        NEVER,
        NEVER,
    ]


def test_never_gives_up_with_unlimited_attempts() -> None:
    row = replace(SETTINGS, attempts=float("inf")).row()
    assert wait(row, 10**6, Outcome.ERROR, 0.5, 0.0) == 10.0


@given(
    st.integers(1, 60), st.floats(0, 1), st.floats(0, 10), st.sampled_from(["full", "equal", 0.5])
)
@settings(max_examples=50, deadline=None)
def test_never_waits_less_than_nothing_nor_far_beyond_the_cap(
    made: int, luck: float, waited: float, jitter: str | float
) -> None:
    row = replace(SETTINGS, jitter=jitter).row()  # type: ignore[arg-type]
    assert 0.0 <= wait(row, made, Outcome.ERROR, luck, waited) <= 15.0
