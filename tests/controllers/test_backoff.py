"""The retry rule: which failures, how often, out of which budget, and what may be changed."""

from dataclasses import replace
from math import inf
from typing import Any

import pytest

from simlab.controllers import Backoff, BackoffSettings, TokenBucketSettings
from simlab.core import FAILURES, Outcome

SETTINGS = BackoffSettings(jitter="none")
BUDGET = TokenBucketSettings(per_call=0.5, per_success=0.25, room=1.0)


def after(retry: Backoff, made: int = 1, outcome: Outcome = Outcome.ERROR) -> float | None:
    return retry.after(made, outcome, 0.0, 0.5, 0.0)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_tries_every_failure_again(outcome: Outcome) -> None:
    assert (after(SETTINGS.build(), outcome=outcome) is not None) == (outcome in FAILURES)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_tries_only_the_named_ones_again(outcome: Outcome) -> None:
    retry = replace(SETTINGS, on=("timeout", "refused")).build()
    tried = after(retry, outcome=outcome) is not None
    assert tried == (outcome in (Outcome.TIMEOUT, Outcome.REFUSED))


def test_counts_the_first_attempt() -> None:
    assert [after(SETTINGS.build(), made) for made in (1, 2, 3)] == [0.025, 0.05, None]


def test_caps_at_ten_times_the_base_unless_told_otherwise() -> None:
    assert replace(SETTINGS, base=0.2).row().cap == 2.0
    assert replace(SETTINGS, base=0.2, cap=0.3).row().cap == 0.3


def test_takes_retries_out_of_the_budget() -> None:
    retry = replace(SETTINGS, budget=BUDGET).build()
    assert after(retry) is not None  # It starts full.
    assert after(retry) is None
    retry.begin(0.0)
    retry.end(Outcome.OK, 0.1)
    assert after(retry) is None
    retry.end(Outcome.OK, 0.2)
    assert after(retry) is not None


def test_takes_nothing_out_for_a_retry_that_does_not_happen() -> None:
    retry = replace(SETTINGS, budget=BUDGET).build()
    assert after(retry, made=3) is None
    assert after(retry, outcome=Outcome.INVALID) is None
    assert retry.take()


def test_says_how_long_without_taking() -> None:
    retry = replace(SETTINGS, budget=BUDGET).build()
    assert [retry.wait(1, Outcome.ERROR, 0.5, 0.0) for _ in range(3)] == [0.025] * 3
    assert [retry.take(), retry.take()] == [True, False]
    assert retry.wait(1, Outcome.ERROR, 0.5, 0.0) == 0.025


def test_grants_everything_without_a_budget() -> None:
    retry = SETTINGS.build()
    retry.begin(0.0)
    assert all(retry.take() for _ in range(100))
    retry.end(Outcome.ERROR, 1.0)


def test_tells_until_when_attempts_may_start() -> None:
    assert SETTINGS.build().within is None
    assert replace(SETTINGS, within=2.0).build().within == 2.0


def test_never_hedges() -> None:
    assert SETTINGS.build().hedge_in(1, 0.0) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("attempts", 5.0), ("attempts", inf), ("base", 0.01), ("factor", 3.0), ("cap", 0.5)],
)
def test_takes_changes_while_it_runs(name: str, value: float) -> None:
    retry = SETTINGS.build()
    retry.reconfigure(name, value)
    assert retry.row == replace(SETTINGS, **{name: value}).row()


def test_takes_a_share_of_jitter_while_it_runs() -> None:
    retry = BackoffSettings().build()
    retry.reconfigure("jitter", 0.5)
    assert retry.wait(1, Outcome.ERROR, 1.0, 0.0) == pytest.approx(0.025 * 1.5)


def test_takes_another_end_while_it_runs() -> None:
    retry = replace(SETTINGS, within=2.0).build()
    retry.reconfigure("within", 3.0)
    assert retry.within == 3.0


def test_changes_the_budget_while_it_runs() -> None:
    retry = replace(SETTINGS, budget=BUDGET).build()
    assert after(retry) is not None
    retry.reconfigure("budget.per_call", 1.0)
    retry.reconfigure("budget.room", 3.0)
    for _ in range(5):
        retry.begin(0.0)
    assert [retry.take() for _ in range(4)] == [True, True, True, False]
    retry.reconfigure("budget.per_success", 1.0)
    retry.end(Outcome.OK, 0.0)
    assert retry.take()


@pytest.mark.parametrize(
    "nonsense",
    [
        {"attempts": 0},
        {"attempts": 1.5},
        {"attempts": float("nan")},
        {"base": -1.0},
        {"base": inf},
        {"factor": 0.5},
        {"factor": inf},
        {"cap": 0.001},
        {"cap": inf},
        {"jitter": "some"},
        {"jitter": 1.5},
        {"within": 0.0},
        {"on": ("invalid",)},
        {"on": ("ok",)},
    ],
)
def test_refuses_settings_that_make_no_sense(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(nonsense))} must"):
        replace(SETTINGS, **nonsense)
