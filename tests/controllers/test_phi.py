"""Phi accrual: Akka's own cases, and its rules by example."""

from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers import PhiSettings
from simlab.controllers.healing import PhiDetector
from simlab.controllers.healing.phi import Intervals, phi

Vector = dict[str, Any]
FIELDS = {
    "threshold": ("threshold", 1.0),
    "maxSampleSize": ("samples", 1),
    "minStdDeviation_ms": ("deviation", 1e-3),
    "acceptableHeartbeatPause_ms": ("pause", 1e-3),
    "firstHeartbeatEstimate_ms": ("first", 1e-3),
}


def detector_of(config: dict[str, Any]) -> PhiDetector:
    values = {name: config[key] * unit for key, (name, unit) in FIELDS.items() if key in config}
    return PhiDetector(PhiSettings(**values))


@pytest.mark.vectors("health", "phi.sequence")
def test_as_akka_does(vector: Vector) -> None:
    detector = detector_of(vector["config"])
    for step in vector["inputs"]["steps"]:
        at = step["t_ms"] * 1e-3
        if step["op"] == "heartbeat":
            for k in range(step.get("repeat", 1)):
                detector.heartbeat(at + k * step.get("every_ms", 0) * 1e-3)
            continue
        for name, value in step["expect"].items():
            match name:
                case "phi":
                    tolerance = step.get("tolerance", 1e-9)
                    assert detector.phi(at) == pytest.approx(value, abs=tolerance)
                case "phiAbove":
                    assert detector.phi(at) > value
                case "monitoring":
                    assert detector.monitoring == value
                case "available":
                    assert detector.available(at) == value


@pytest.mark.vectors("health", "phi.cdf", "phi.outlier", "phi.realistic")
def test_the_curve(vector: Vector) -> None:
    config, expected = vector["config"], vector["expected"]
    found = phi(vector["inputs"]["timeDiff_ms"], config["mean_ms"], config["stdDeviation_ms"])
    if "cdf" in expected:
        found, wanted = 1.0 - 10.0**-found, expected["cdf"]
    else:
        wanted = expected["phi"]
    assert found == pytest.approx(wanted, abs=expected["tolerance"])


@pytest.mark.vectors("health", "phi.stats")
def test_the_statistics(vector: Vector) -> None:
    intervals = Intervals(vector["config"]["maxSampleSize"])
    for one in vector["inputs"]["intervals_ms"]:
        intervals.add(one)
    expected = vector["expected"]
    assert intervals.mean == pytest.approx(expected["mean"], abs=expected["tolerance"])
    assert intervals.variance == pytest.approx(expected["variance"], abs=expected["tolerance"])


def test_the_oldest_intervals_are_forgotten() -> None:
    intervals = Intervals(3)
    for one in (100.0, 2.0, 4.0, 6.0):
        intervals.add(one)
    assert (len(intervals), intervals.mean) == (3, 4.0)
    assert intervals.variance == pytest.approx(8.0 / 3.0)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(1e-3, 1e3), st.floats(0, 1e6))
@settings(max_examples=50, deadline=None)
def test_suspicion_only_grows(elapsed: float, more: float, deviation: float, mean: float) -> None:
    assert 0.0 <= phi(elapsed, mean, deviation) <= phi(elapsed + more, mean, deviation)


def test_long_silence_is_certainty() -> None:
    assert phi(1e9, 1.0, 0.1) == inf
    assert phi(0.0, 1e9, 0.1) == 0.0


def test_the_interval_that_ends_a_failure_is_not_remembered() -> None:
    detector = PhiDetector(PhiSettings(), first=10.0)
    for k in range(20):
        detector.heartbeat(10.0 * k)
    mean = detector.intervals.mean
    detector.heartbeat(1000.0)
    assert detector.intervals.mean == mean
    detector.heartbeat(1008.0)
    assert detector.intervals.mean < mean


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"threshold": 0.0}, "threshold must be positive"),
        ({"deviation": 0.0}, "deviation must be positive"),
        ({"first": 0.0}, "first must be positive"),
        ({"pause": -1.0}, "pause must not be negative"),
        ({"samples": 0}, "samples must be a whole number from 1 on"),
    ],
)
def test_refuses(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        PhiSettings(**fields)
