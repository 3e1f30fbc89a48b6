"""Which pods count: each rule of the order, at its edges."""

from dataclasses import replace
from typing import Any

import pytest

from simlab.controllers.scaling.hpa.pods import Patience, Pod, Sample, count_ready, group

NOW = 1000.0
PATIENCE = Patience(initialization=120.0, readiness_delay=10.0)
OLD = Pod(name=0, phase="Running", ready=True, ready_since=0.0, started_at=0.0)
YOUNG = replace(OLD, started_at=900.0, ready_since=920.0)


SAMPLE = Sample(1, 995.0, 60.0)


def kind(pod: Pod, sample: Sample | None = SAMPLE, *, cpu: bool = True) -> str:
    """Return which class the pod is in."""
    samples = {} if sample is None else {pod.name: sample}
    groups = group([pod], samples, cpu=cpu, now=NOW, patience=PATIENCE)
    names = [name for name, value in groups._asdict().items() if value]
    assert len(names) == 1
    return names[0]


@pytest.mark.parametrize(
    ("changes", "sample", "expected"),
    [
        pytest.param({}, ..., "ready", id="ready"),
        pytest.param({"deleting": True}, ..., "ignored", id="being deleted"),
        pytest.param({"phase": "Failed"}, ..., "ignored", id="failed"),
        pytest.param({"phase": "Pending", "deleting": True}, ..., "ignored", id="deleted wins"),
        pytest.param({"phase": "Pending"}, ..., "unready", id="pending"),
        pytest.param({"phase": "Pending"}, None, "unready", id="pending wins over no sample"),
        pytest.param({}, None, "missing", id="no sample"),
        pytest.param({"ready": False}, None, "missing", id="no sample wins over not ready"),
        pytest.param({"ready": None}, ..., "unready", id="no condition"),
        pytest.param({"started_at": None}, ..., "unready", id="never started"),
        pytest.param(
            {"ready": False, "ready_since": 9.9}, ..., "unready", id="old, and never ready"
        ),
        pytest.param(
            {"ready": False, "ready_since": 10.0}, ..., "ready", id="old, and was ready before"
        ),
        pytest.param({"ready": False, "ready_since": 999.0}, ..., "ready", id="unready lately"),
    ],
)
def test_sorts(changes: dict[str, Any], sample: Any, expected: str) -> None:
    found = SAMPLE if sample is ... else sample
    assert kind(replace(OLD, **changes), found) == expected


@pytest.mark.parametrize(
    ("changes", "measured_at", "expected"),
    [
        pytest.param({}, 980.0, "ready", id="one window after it became ready"),
        pytest.param({}, 979.9, "unready", id="less than a window after"),
        pytest.param({"ready": False}, 999.0, "unready", id="not ready"),
        pytest.param({"started_at": 880.1}, 979.9, "unready", id="still young"),
        pytest.param({"started_at": 880.0}, 979.9, "ready", id="just not young any more"),
    ],
)
def test_waits_for_the_young(changes: dict[str, Any], measured_at: float, expected: str) -> None:
    assert kind(replace(YOUNG, **changes), Sample(1, measured_at, 60.0)) == expected


def test_is_patient_only_about_cpu() -> None:
    assert kind(replace(YOUNG, ready=False), cpu=False) == "ready"


def test_keeps_names_in_order() -> None:
    pods = [replace(OLD, name=name, phase="Pending") for name in (5, 2, 9)]
    assert group(pods, {}, cpu=True, now=NOW, patience=PATIENCE).unready == [5, 2, 9]


def test_counts_who_runs_and_is_ready() -> None:
    others = [{"ready": False}, {"ready": None}, {"phase": "Pending"}, {"phase": "Failed"}]
    assert count_ready([OLD, YOUNG, *(replace(OLD, **one) for one in others)]) == 2
