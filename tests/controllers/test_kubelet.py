"""The kubelet's probe worker: published cases, and its rules by example."""

from typing import Any

import pytest

from simlab.controllers import KubeletProbe, KubeletProbes
from simlab.controllers.healing import ProbeWorker, Result

Vector = dict[str, Any]
FIELDS = ("initialDelaySeconds", "successThreshold", "failureThreshold")


def worker_of(config: dict[str, Any]) -> ProbeWorker:
    settings = KubeletProbe(**{name: config[name] for name in FIELDS if name in config})
    return ProbeWorker(settings, config["kind"])


def play(worker: ProbeWorker, step: dict[str, Any]) -> None:
    if step["op"] == "setResult":
        worker.result = Result[step["result"].upper()]
    elif step["op"] == "newContainer":
        worker.new_container()
    elif (
        worker.asks(
            running=step.get("running", True),
            running_for=step.get("runningFor_s", 1000.0),
            started=step.get("started", True),
            deleting=step.get("deleting", False),
        )
        and step["outcome"] != "error"
    ):
        worker.record(step["outcome"] == "Success")


@pytest.mark.vectors("health", "health.probe")
def test_as_the_kubelet_does(vector: Vector) -> None:
    if not vector["config"]:
        for name, value in vector["expected"].items():
            assert getattr(KubeletProbe(), name) == value
        return
    worker = worker_of(vector["config"])
    for step in vector["inputs"]["steps"]:
        play(worker, step)
        expected = step.get("expect", {})
        if "result" in expected:
            assert worker.result.name.title() == expected["result"], step
        if "onHold" in expected:
            assert worker.on_hold == expected["onHold"], step


def asks(worker: ProbeWorker, **other: Any) -> bool:
    facts: dict[str, Any] = {"running": True, "running_for": 1000.0, "started": True}
    return worker.asks(**{**facts, **other})


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        pytest.param("readiness", Result.FAILURE, id="readiness: not until it has passed"),
        pytest.param("liveness", Result.SUCCESS, id="liveness: until it fails"),
        pytest.param("startup", Result.UNKNOWN, id="startup: nobody knows"),
    ],
)
def test_what_a_new_container_begins_with(kind: Any, result: Result) -> None:
    worker = ProbeWorker(KubeletProbe(failureThreshold=1), kind)
    assert worker.result == result
    worker.record(False)
    worker.record(True)
    worker.new_container()
    assert worker.result == result
    assert not worker.on_hold


@pytest.mark.parametrize("kind", ["readiness", "liveness"])
def test_the_others_wait_for_startup(kind: Any) -> None:
    worker = ProbeWorker(KubeletProbe(), kind)
    assert not asks(worker, started=False)
    assert asks(worker, started=True)


def test_startup_is_not_asked_again() -> None:
    worker = ProbeWorker(KubeletProbe(), "startup")
    assert asks(worker, started=False)
    assert not asks(worker, started=True)


@pytest.mark.parametrize("kind", ["liveness", "startup"])
def test_after_a_failure_it_is_on_hold_until_there_is_a_new_container(kind: Any) -> None:
    worker, started = ProbeWorker(KubeletProbe(failureThreshold=2), kind), kind != "startup"
    worker.record(False)
    assert (worker.on_hold, asks(worker, started=started)) == (False, True)
    worker.record(False)
    assert (worker.on_hold, asks(worker, started=started)) == (True, False)
    worker.new_container()
    assert asks(worker, started=started)
    worker.record(False)
    assert not worker.on_hold, "the run begins anew"


def test_readiness_is_never_on_hold() -> None:
    worker = ProbeWorker(KubeletProbe(failureThreshold=1), "readiness")
    worker.record(False)
    assert worker.result == Result.FAILURE
    assert asks(worker)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param(
            {"periodSeconds": 0}, "periodSeconds must be a whole number from 1", id="period"
        ),
        pytest.param({"timeoutSeconds": 0}, "timeoutSeconds must be", id="timeout"),
        pytest.param({"successThreshold": 0}, "successThreshold must be", id="success"),
        pytest.param({"failureThreshold": 0}, "failureThreshold must be", id="failure"),
        pytest.param({"initialDelaySeconds": -1}, "initialDelaySeconds must be", id="delay"),
        pytest.param(
            {"terminationGracePeriodSeconds": 0}, "terminationGracePeriodSeconds must", id="grace"
        ),
    ],
)
def test_refuses_what_the_api_refuses(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        KubeletProbe(**fields)


@pytest.mark.parametrize(
    ("probes", "said"),
    [
        ({"liveness": KubeletProbe(successThreshold=2)}, "liveness.successThreshold must be 1"),
        ({"startup": KubeletProbe(successThreshold=2)}, "startup.successThreshold must be 1"),
        (
            {"readiness": KubeletProbe(terminationGracePeriodSeconds=5)},
            "readiness.terminationGracePeriodSeconds has no meaning",
        ),
    ],
)
def test_refuses_what_makes_no_sense_together(probes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        KubeletProbes(**probes)


@pytest.mark.vectors("health", "health.crashloop")
def test_crash_loop_back_off_as_documented(vector: Vector) -> None:
    """The platform's rule is `model.restarts.backoff`; the runs are counted as lives do."""
    from simlab.model.life import RUNS_WELL
    from simlab.model.restarts import FIRST_BACKOFF, LONGEST_BACKOFF, backoff

    config = vector["config"]
    assert (config["initial_s"], config["max_s"]) == (FIRST_BACKOFF, LONGEST_BACKOFF)
    assert config["resetAfter_s"] == RUNS_WELL
    waits, crashes = [], 0
    for ran in vector["inputs"]["ranFor_s"]:
        crashes = 1 if ran >= RUNS_WELL else crashes + 1
        waits.append(backoff(crashes))
    assert waits == vector["expected"]["waitBeforeRestart_s"]
