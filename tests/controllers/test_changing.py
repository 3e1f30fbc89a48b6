"""Changing settings by name: from a closed list, whole numbers stay whole, checked as at birth."""

import pytest

from simlab.controllers import BackoffSettings, PidSettings, TokenBucketSettings
from simlab.controllers.changing import changed, number


def test_changes_one_field_and_nothing_else() -> None:
    before = PidSettings(target="web", kp=2.0)
    after = changed(before, "kp", 3.0)
    assert (after.kp, after.ki, after.target) == (3.0, before.ki, "web")
    assert before.kp == 2.0


def test_keeps_counts_whole() -> None:
    after = changed(PidSettings(target="web"), "maxReplicas", 7.0)
    assert after.maxReplicas == 7
    assert isinstance(after.maxReplicas, int)


def test_reaches_into_nested_settings() -> None:
    before = BackoffSettings(budget=TokenBucketSettings(per_call=0.1))
    assert changed(before, "budget.per_call", 0.3).budget == TokenBucketSettings(per_call=0.3)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        pytest.param("period", 1.0, "^period cannot change while", id="not on the list"),
        pytest.param("kpp", 1.0, "^kpp cannot change while", id="no such field"),
        pytest.param("kp", -1.0, "^kp must not be negative", id="a value it does not bear"),
        pytest.param("maxReplicas", 1.5, "^maxReplicas must be a whole", id="half a replica"),
        pytest.param("kp", "fast", "^kp must be a number, got 'fast'", id="a word"),
        pytest.param("kp", None, "^kp must be a number, got None", id="nothing"),
    ],
)
def test_refuses(name: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        changed(PidSettings(target="web"), name, value)


def test_refuses_to_change_what_is_not_there() -> None:
    with pytest.raises(ValueError, match=r"^budget.room cannot change: there is none"):
        changed(BackoffSettings(), "budget.room", 5.0)


def test_says_what_can_change() -> None:
    with pytest.raises(ValueError, match="only minReplicas, maxReplicas, setpoint, kp"):
        changed(PidSettings(target="web"), "filter", 5.0)


def test_takes_numbers_as_they_are() -> None:
    assert number("kp", 3) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("cap", None, id="a cap that was never given"),
        pytest.param("within", None, id="an end that was never given"),
        pytest.param("jitter", "full", id="a word"),
        pytest.param("budget.per_success", None, id="within a nested setting"),
    ],
)
def test_gives_back_what_is_no_number(name: str, value: object) -> None:
    budget = TokenBucketSettings(per_call=0.1)
    first = BackoffSettings(budget=budget)
    between = changed(first, name, 0.5)
    assert between != first
    assert changed(between, name, value) == first


def test_takes_no_word_that_a_field_does_not_know() -> None:
    with pytest.raises(ValueError, match=r"^jitter must be a number, got 'some'"):
        changed(BackoffSettings(), "jitter", "some")
