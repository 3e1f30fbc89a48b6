"""The retry budget: what calls pay in, what it holds, what a retry takes out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers.retrying.budget import (
    WHOLE,
    TokenBucketSettings,
    begin,
    end,
    renew,
    withdraw,
)
from simlab.core import Outcome


def drained(**fields: Any) -> Any:
    row = TokenBucketSettings(**fields).row()
    while withdraw(row):
        pass
    return row


def test_starts_full() -> None:
    row = TokenBucketSettings(per_call=0.1, room=3.5).row()
    assert [withdraw(row) for _ in range(4)] == [True, True, True, False]
    assert row.tokens == WHOLE // 2


def test_grants_a_retry_for_ten_calls_at_a_tenth() -> None:
    row = drained(per_call=0.1)
    granted = []
    for _ in range(30):
        begin(row)
        granted.append(withdraw(row))
    assert granted == [number % 10 == 9 for number in range(30)]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_is_paid_for_success(outcome: Outcome) -> None:
    row = drained(per_success=1.0)
    begin(row)
    assert not withdraw(row)
    end(row, outcome)
    assert withdraw(row) == (outcome in (Outcome.OK, Outcome.DEGRADED))


def test_is_not_paid_for_success_unless_so_set() -> None:
    row = drained(per_call=1.0)
    end(row, Outcome.OK)
    assert not withdraw(row)


def test_holds_no_more_than_its_room() -> None:
    row = TokenBucketSettings(per_call=0.9, per_success=0.9, room=2.0).row()
    for _ in range(5):
        begin(row)
        end(row, Outcome.OK)
    assert [withdraw(row) for _ in range(3)] == [True, True, False]


def test_loses_what_has_no_room_any_more() -> None:
    row = TokenBucketSettings(per_call=0.5, room=10.0).row()
    renew(row, TokenBucketSettings(per_call=1.0, per_success=0.25, room=2.0))
    assert (row.tokens, row.room) == (2 * WHOLE, 2 * WHOLE)
    assert (row.per_call, row.per_success) == (WHOLE, WHOLE // 4)
    renew(row, TokenBucketSettings(per_call=1.0, room=5.0))
    assert (row.tokens, row.room) == (2 * WHOLE, 5 * WHOLE)


@given(st.lists(st.sampled_from("bse"), max_size=80), st.floats(0, 1), st.floats(1, 20))
@settings(max_examples=50, deadline=None)
def test_never_grants_more_than_was_paid_in(steps: list[str], share: float, room: float) -> None:
    row = TokenBucketSettings(per_call=share, per_success=share, room=room).row()
    paid, granted = room, 0
    for step in steps:
        if step == "b":
            begin(row)
            paid += share
        elif step == "s":
            end(row, Outcome.OK)
            paid += share
        else:
            granted += withdraw(row)
        assert granted <= paid + 1e-3
        assert 0 <= row.tokens <= row.room


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        ({}, "a token_bucket needs per_call or per_success"),
        ({"per_call": 1.5}, "per_call must be a share"),
        ({"per_success": -0.1}, "per_success must be a share"),
        ({"per_call": 0.1, "room": 0.5}, "room must be 1 to"),
        ({"per_call": 0.1, "room": float("inf")}, "room must be 1 to"),
    ],
)
def test_refuses_settings_that_make_no_sense(nonsense: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        TokenBucketSettings(**nonsense)
