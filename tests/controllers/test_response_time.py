"""Response time: whoever has answered fastest of late."""

from typing import Any

import pytest

from simlab.controllers import ResponseTimeSettings
from simlab.core import Outcome


def picker(*endpoints: int, **fields: Any) -> Any:
    found = ResponseTimeSettings(**fields).build()
    for endpoint in endpoints:
        found.add(endpoint, 0.0)
    return found


def answered(one: Any, times: dict[int, float], now: float = 1.0) -> None:
    """Have each endpoint picked once, and answer."""
    left = dict(times)
    for _ in range(100):
        endpoint = one.pick(0.0, 0.5)
        if endpoint in left:
            one.record(endpoint, now, Outcome.OK, left.pop(endpoint))
        else:
            one.record(endpoint, now, Outcome.CANCELLED, 0.0)
        if not left:
            return
        for other in list(left):
            one.known[other].in_flight += 1
            one.record(other, now, Outcome.OK, left.pop(other))


def test_the_fastest_of_late_is_picked_however_busy() -> None:
    one = picker(1, 2, 3)
    answered(one, {1: 0.3, 2: 0.1, 3: 0.2})
    assert [one.pick(1.0, 0.5) for _ in range(5)] == [2] * 5


def test_the_average_moves_by_alpha() -> None:
    one = picker(1, 2, alpha=0.5)
    answered(one, {1: 0.1, 2: 0.2})
    first = one.pick(1.0, 0.5)
    before = one.known[first].response
    one.record(first, 1.0, Outcome.OK, 0.8)
    assert one.known[first].response == pytest.approx((before + 0.8) / 2)
    assert one.pick(1.0, 0.5) == 3 - first


def test_a_failure_keeps_it_out_and_is_forgotten() -> None:
    one = picker(1, 2, recovery=5.0)
    answered(one, {1: 0.1, 2: 0.2})
    assert one.pick(1.0, 0.5) == 1
    one.record(1, 1.0, Outcome.ERROR, 0.001)
    assert [one.pick(2.0, luck) for luck in (0.1, 0.9)] == [2, 2]
    assert {one.pick(6.5, luck) for luck in (0.1, 0.9)} == {1, 2}


def test_a_fast_error_is_no_fast_answer() -> None:
    one = picker(1, 2, unhealthy_after=9, failure_penalty=2.0)
    answered(one, {1: 0.1, 2: 0.2})
    assert one.pick(1.0, 0.5) == 1
    one.record(1, 1.0, Outcome.ERROR, 0.001)
    assert one.pick(1.0, 0.5) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"alpha": 0.0}, "alpha must be a share above 0"),
        ({"failure_penalty": -1.0}, "failure_penalty must not be negative"),
        ({"unhealthy_after": 0}, "unhealthy_after"),
        ({"recovery": 0.0}, "recovery must be positive"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ResponseTimeSettings(**fields)


def test_what_can_change_while_it_runs_does() -> None:
    one = picker(1, 2, alpha=0.3)
    one.reconfigure("alpha", 1.0)
    answered(one, {1: 0.5, 2: 0.7})
    one.pick(1.0, 0.5)
    one.record(1, 1.0, Outcome.OK, 0.9)
    assert one.known[1].response == 0.9
