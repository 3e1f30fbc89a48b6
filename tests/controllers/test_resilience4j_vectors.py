"""The breaker against traces of the real resilience4j, and the numbers of its own tests."""

from collections.abc import Callable
from typing import Any

import pytest

from simlab.controllers.guarding.resilience4j import Resilience4jBreaker, Resilience4jSettings
from simlab.controllers.guarding.resilience4j_row import (
    CLOSED,
    FAILED,
    HALF_OPEN,
    OPEN,
    SLOW,
    UNKNOWN,
    Resilience4jRow,
    enter,
    rate,
    remember,
)
from simlab.core import REFUSED, Outcome

Vector = dict[str, Any]

STATES = {CLOSED: "CLOSED", OPEN: "OPEN", HALF_OPEN: "HALF_OPEN"}
KNOWN = {
    "tryAcquirePermission",
    "releasePermission",
    "onSuccess",
    "onError",
    "advance",
    "check",
    "transitionToOpen",
    "transitionToOpenFor",
    "transitionToHalfOpen",
    "reset",
}


def unfit(vector: Vector) -> str | None:
    """Say which feature of the case this breaker does not have; None if it has them all."""
    config, steps = vector["config"], vector["inputs"]["steps"]
    waits = sum(step["seconds"] for step in steps if step["op"] == "advance")
    calls = any(step["op"] in ("onSuccess", "onError") for step in steps)
    forced = {step["op"] for step in steps} - KNOWN
    if forced:
        return f"moved by hand: {', '.join(sorted(forced))}"
    if any("raises" in step.get("expect", {}) for step in steps):
        return "an illegal move by hand"
    if config["waitIntervalFunction"] is not None:
        return "waitIntervalFunctionInOpenState"
    halves = any(step["op"] == "transitionToHalfOpen" for step in steps)
    if config["maxWaitDurationInHalfOpenStateSeconds"] and waits and halves:
        return "maxWaitDurationInHalfOpenState"
    if (
        config["slidingWindowType"] == "TIME_BASED"
        and calls
        and waits >= config["slidingWindowSize"]
    ):
        return "a TIME_BASED window that calls leave"
    return None


def settings(config: Vector) -> Resilience4jSettings:
    """Return the case's settings; a time window that nothing leaves is one that is never full."""
    timed = config["slidingWindowType"] == "TIME_BASED"
    return Resilience4jSettings(
        failureRateThreshold=config["failureRateThreshold"],
        slidingWindowSize=1000 if timed else config["slidingWindowSize"],
        minimumNumberOfCalls=config["minimumNumberOfCalls"],
        permittedNumberOfCallsInHalfOpenState=config["permittedNumberOfCallsInHalfOpenState"],
        waitDurationInOpenState=config["waitDurationInOpenStateSeconds"],
        slowCallRateThreshold=config["slowCallRateThreshold"],
        slowCallDurationThreshold=config["slowCallDurationThresholdSeconds"],
    )


def do(breaker: Resilience4jBreaker, step: Vector, now: float, ignored: list[str]) -> bool | None:
    """Do a step; return whether it was permitted, where it asked."""
    match step["op"]:
        case "tryAcquirePermission":
            return breaker.admit(now, 0.5) != REFUSED
        case "releasePermission":
            breaker.release(0, now)
        case "onSuccess":
            breaker.record(0, now, Outcome.OK, step["duration"])
        case "onError" if step["exception"] in ignored:
            breaker.record(0, now, Outcome.CANCELLED, step["duration"])
        case "onError":
            breaker.record(0, now, Outcome.ERROR, step["duration"])
        case "transitionToOpen" | "transitionToOpenFor":
            breaker.row.state = OPEN
            breaker.row.open_until = now + step.get("seconds", breaker.row.wait)
        case "transitionToHalfOpen":
            enter(breaker.row, HALF_OPEN)
        case "reset":
            enter(breaker.row, CLOSED)
    return None


def shown(row: Resilience4jRow) -> Vector:
    return {
        "state": STATES[row.state],
        "failureRate": rate(row, row.failures),
        "slowCallRate": rate(row, row.slow),
        "buffered": row.calls,
        "successful": row.calls - row.failures,
        "failed": row.failures,
        "slow": row.slow,
        "slowCalls": row.slow,
        "notPermitted": row.refusals,
    }


@pytest.mark.vectors("circuit_breakers", "breaker.resilience4j")
def test_moves_and_counts_as_the_library_does(vector: Vector) -> None:
    reason = unfit(vector)
    if reason:
        pytest.skip(reason)
    breaker, now = settings(vector["config"]).build(), 0.0
    for number, step in enumerate(vector["inputs"]["steps"]):
        now += step["seconds"] if step["op"] == "advance" else 0.0
        permitted = do(breaker, step, now, vector["config"]["ignoreExceptions"])
        expected = dict(step.get("expect", {}))
        expected |= expected.pop("metrics", {})
        got = shown(breaker.row) | {"permitted": permitted}
        for name, value in expected.items():
            assert got[name] == pytest.approx(value, abs=1e-4), (number, step, name)  # float32


@pytest.mark.vectors("circuit_breakers", "breaker.window")
def test_remembers_as_the_library_does(vector: Vector) -> None:
    if any(step["op"] == "advance" for step in vector["inputs"]["steps"]):
        pytest.skip("a TIME_BASED window that calls leave")
    size = vector["config"]["size"]
    row = Resilience4jSettings(slidingWindowSize=size, minimumNumberOfCalls=1).row()
    for step in vector["inputs"]["steps"]:
        if step["op"] == "record":
            outcome = step["outcome"]
            remember(row, FAILED * ("ERROR" in outcome) + SLOW * ("SLOW" in outcome))
        kept = row.window[: row.calls]
        got = shown(row) | {
            "total": row.calls,
            "slowSuccessful": kept.count(SLOW),
            "slowFailed": kept.count(SLOW | FAILED),
        }
        untold = ("totalDurationMs", "averageDurationMs")  # Durations are not summed up.
        expected = {k: v for k, v in step.get("expect", {}).items() if k not in untold}
        assert {name: got[name] for name in expected} == pytest.approx(expected)


def test_runs_most_of_the_cases(vectors: Callable[[str, str], list[Vector]]) -> None:
    cases = vectors("circuit_breakers", "breaker.resilience4j")
    fit = [case for case in cases if unfit(case) is None]
    assert len(fit) >= 17
    assert sum(case["origin"] == "upstream-run" for case in fit) >= 4
    assert UNKNOWN == -1.0
