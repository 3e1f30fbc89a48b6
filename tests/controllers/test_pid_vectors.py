"""The PID controller against runs of the real simple-pid, and Åström and Hägglund's formulas."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from simlab.controllers import PidController

Vector = dict[str, Any]


def unfit(vector: Vector) -> str | None:
    """Say which feature of simple-pid this controller does not have; None if it has them all."""
    config = vector["config"]
    if config["proportional_on_measurement"]:
        return "a proportional part on the measurement"
    if not config["differential_on_measurement"]:
        return "a derivative on the error"
    if config["sample_time"] is not None:
        return "a sample time of its own: here who calls has the clock"
    if config["output_limits"] != [None, None]:
        return "anti-windup by clamping the integral: here it is by back-calculation"
    return None


@pytest.mark.vectors("pid", "pid.simplePid")
def test_computes_as_simple_pid_does(vector: Vector) -> None:
    reason = unfit(vector)
    if reason:
        pytest.skip(reason)
    config, expected = vector["config"], vector["expected"]
    negative = config["Kp"] < 0
    pid = PidController(
        kp=abs(config["Kp"]),
        ki=abs(config["Ki"]),
        kd=abs(config["Kd"]),
        setpoint=config["setpoint"],
        direction="reverse" if negative else "direct",
    )
    for number, step in enumerate(vector["inputs"]["steps"]):
        if "set" in step:
            pid.tune(
                kp=pid.kp,
                ki=pid.ki,
                kd=pid.kd,
                setpoint=step["set"]["setpoint"],
                dead_band=0.0,
                filter=inf,
                tracking=None,
            )
        output = expected["outputs"][number]
        if output == "ValueError":  # No time passed, or less: here the output is held.
            output = expected["outputs"][0]
        assert pid.compute(step["pv"], step["dt"]) == pytest.approx(output, abs=1e-9)
        if "components" in expected:
            parts = [pid.terms[name] for name in ("proportional", "integral", "derivative")]
            assert parts == pytest.approx(expected["components"][number], abs=1e-9)


@pytest.mark.vectors("pid", "pid.clamp")
def test_limits_the_output(vector: Vector) -> None:
    low, high = vector["inputs"]["limits"]
    pid = PidController(
        kp=1.0,
        ki=0.0,
        kd=0.0,
        setpoint=0.0,
        low=-inf if low is None else low,
        high=inf if high is None else high,
    )
    assert pid.compute(vector["inputs"]["value"], 1.0) == vector["expected"]["value"]


@pytest.mark.vectors("pid", "pid.twoDofPid")
def test_filters_and_unwinds_by_the_book(vector: Vector) -> None:
    """The book adds to I after its output, this controller before: so I is compared one step on.

    P, with the book's setpoint weight b, is taken off. The outputs fed back are the book's.
    """
    c, inputs, expected = vector["config"], vector["inputs"], vector["expected"]
    pid = PidController(
        kp=c["K"],
        ki=c["K"] / c["Ti"],
        kd=c["K"] * c["Td"],
        setpoint=0.0,
        direction="direct",
        filter=c["N"],
        tracking=c["Tt"] or 1e12,  # 0: no tracking
    )
    derivatives, integrals = [], []
    rows = list(zip(inputs["setpoints"], inputs["measurements"], strict=True))
    for number, (setpoint, measured) in enumerate(rows):
        pid.tune(
            kp=pid.kp,
            ki=pid.ki,
            kd=pid.kd,
            setpoint=setpoint,
            dead_band=0.0,
            filter=c["N"],
            tracking=pid.tracking,
        )
        pid.compute(measured, c["h"])
        derivatives.append(pid.derivative)
        beyond = expected["outputs"][number] - expected["unsaturated"][number]
        assert pid.unlimited is not None
        pid.track(pid.unlimited + beyond)
        share = c["h"] / pid.tracking
        integrals.append(pid.integral + share * beyond)
    for number in range(1, len(rows)):
        setpoint, measured = rows[number]
        proportional = c["K"] * (c["b"] * setpoint - measured)
        book = expected["unsaturated"][number] - proportional - derivatives[number]
        assert integrals[number - 1] == pytest.approx(book, abs=1e-9)


def test_runs_most_of_the_cases(vectors: Callable[[str, str], list[Vector]]) -> None:
    cases = vectors("pid", "pid.simplePid")
    assert sum(unfit(case) is None for case in cases) >= 11
