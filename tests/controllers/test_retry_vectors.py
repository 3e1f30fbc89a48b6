"""Backoff and budgets against published rules, and runs of the real libraries."""

from collections.abc import Callable
from typing import Any

import pytest

from simlab.controllers import Backoff, BackoffSettings, TokenBucketSettings
from simlab.core import Outcome

Vector = dict[str, Any]

ALMOST_ONE = 1.0 - 2.0**-53


def waits(retry: Backoff, luck: list[float]) -> list[float]:
    """Return the wait after each attempt of one call."""
    found: list[float] = []
    for made, u in enumerate(luck, start=1):
        wait = retry.after(made, Outcome.ERROR, 0.0, u, found[-1] if found else 0.0)
        assert wait is not None
        found.append(wait)
    return found


@pytest.mark.vectors("limits_and_retries", "jitter.full", "jitter.equal", "jitter.decorrelated")
def test_jitters_as_published(vector: Vector) -> None:
    config = vector["config"]
    retry = BackoffSettings(
        attempts=100, base=config["base_s"], cap=config["cap_s"], jitter=config["jitter"]
    ).build()
    expected = vector["expected"]["delays_s"]
    assert waits(retry, vector["inputs"]["u"]) == pytest.approx(expected, abs=1e-12)


@pytest.mark.vectors("limits_and_retries", "aws.backoff_run")
def test_waits_as_botocore_does(vector: Vector) -> None:
    config, inputs = vector["config"], vector["inputs"]
    retry = BackoffSettings(
        attempts=100, base=config["base_scale_s"], cap=config["max_backoff_s"]
    ).build()
    luck = [inputs["u"]] * len(inputs["attempt_number"])
    assert waits(retry, luck) == pytest.approx(vector["expected"]["delays_s"], abs=1e-12)


@pytest.mark.vectors("limits_and_retries", "grpc.backoff", "aws.backoff")
def test_stays_in_the_published_range(vector: Vector) -> None:
    config, inputs = vector["config"], vector["inputs"]
    made = inputs["retry"] if "retry" in inputs else inputs["attempt_number"]
    retry = BackoffSettings(
        attempts=100,
        base=config.get("initialBackoff_s", 1.0),
        cap=config["maxBackoff_s"] if "maxBackoff_s" in config else config["max_backoff_s"],
    ).build()
    low, high = vector["expected"]["range_s"]
    assert retry.wait(made, Outcome.ERROR, 0.0, 0.0) == low
    assert retry.wait(made, Outcome.ERROR, ALMOST_ONE, 0.0) == pytest.approx(high)


@pytest.mark.vectors("limits_and_retries", "polly.delay")
def test_grows_as_polly_does(vector: Vector) -> None:
    if vector["config"]["backoffType"] != "Exponential":
        pytest.skip("waits that grow by a sum, not a factor")
    retry = BackoffSettings(
        attempts=100, base=vector["config"]["delay_s"], cap=1e9, jitter="none"
    ).build()
    assert waits(retry, [0.5] * 3) == vector["expected"]["delays_s"]


@pytest.mark.vectors("limits_and_retries", "finagle.backoff")
def test_grows_as_finagle_does(vector: Vector) -> None:
    config = vector["config"]
    if config["kind"] not in ("const", "exponential"):
        pytest.skip(f"Finagle's own jitter: {config['kind']}")
    retry = BackoffSettings(
        attempts=100,
        base=config["start_ms"],
        factor=config.get("factorOrStep", 1.0),
        cap=1e9,
        jitter="none",
    ).build()
    assert waits(retry, [0.5] * vector["inputs"]["n"]) == vector["expected"]["delays_ms"]


def unfit_budget(vector: Vector) -> str | None:
    """Say which feature of a budget's case ours does not have; None if it has them all."""
    if "percentCanRetry" in vector["expected"]:
        return "Finagle's own defaults"
    if vector["config"]["ttl_s"] == 0:
        return "deposits that expire"
    return None


@pytest.mark.vectors("limits_and_retries", "finagle.retry_budget")
def test_grants_as_many_retries_as_finagle_does(vector: Vector) -> None:
    reason = unfit_budget(vector)
    if reason:
        pytest.skip(reason)
    config, inputs, expected = vector["config"], vector["inputs"], vector["expected"]
    if expected.get("error"):
        with pytest.raises(ValueError, match="per_call must be a share"):
            TokenBucketSettings(per_call=config["percentCanRetry"])
        return
    budget = TokenBucketSettings(per_call=config["percentCanRetry"], room=100.0)
    retry, granted = BackoffSettings(budget=budget).build(), 0
    for _ in range(100 - expected.get("initialBalance", 0)):  # Ours starts full.
        assert retry.take()
    for _ in range(inputs.get("requests", inputs.get("deposits"))):
        retry.begin(0.0)
        granted += retry.take()
    wanted = expected["retries"] if "retries" in expected else expected["balance"]
    assert granted == pytest.approx(wanted, abs=expected.get("tolerance", 0))


def test_runs_most_of_the_cases(vectors: Callable[[str, str], list[Vector]]) -> None:
    cases = vectors("limits_and_retries", "finagle.retry_budget")
    assert sum(unfit_budget(case) is None for case in cases) >= 11
    jitters = [vectors("limits_and_retries", f"jitter.{one}") for one in ("full", "equal")]
    assert [len(one) for one in jitters] == [1, 4]
