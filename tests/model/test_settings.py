"""What a world is made of: what its settings refuse, and what they work out."""

from math import inf
from typing import Any

import pytest

from simlab.core import Constant
from simlab.model.settings import (
    CallSettings,
    CallStep,
    Cost,
    CpuStep,
    DoStep,
    Errors,
    Limits,
    LinkSettings,
    Memory,
    ParallelStep,
    Platform,
    Requests,
    ServiceSettings,
    WaitStep,
    Warmup,
    WorldSettings,
    changeable,
    current,
)
from simlab.model.settings.steps import Amount

SECOND = Amount(base=Constant(value=1.0))


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        (ServiceSettings, {"replicas": -1}, "replicas must not be negative"),
        (ServiceSettings, {"cores": 0.0}, "cores must be positive"),
        (ServiceSettings, {"slots": 0}, "slots must be a whole number from 1 on"),
        (ServiceSettings, {"slots": 2.5}, "slots must be a whole number from 1 on"),
        (ServiceSettings, {"line": -1}, "line must be a whole number"),
        (ServiceSettings, {"line": 0.5}, "line must be a whole number"),
        (ServiceSettings, {"linger": -1.0}, "linger must not be negative"),
        (ServiceSettings, {"grace": -1.0}, "grace must not be negative"),
        (Memory, {"base": -1.0}, "base must not be negative"),
        (Memory, {"per_request": -1.0}, "per_request must not be negative"),
        (Memory, {"base": 5.0, "limit": 5.0}, "limit must be more than base"),
        (Requests, {"cores": 0.0}, "cores must be positive"),
        (Requests, {"memory": 0.0}, "memory must be positive"),
        (Warmup, {"time": -1.0}, "time must not be negative"),
        (Warmup, {"from_": 0.0}, "from must be a share above 0"),
        (Warmup, {"from_": 1.5}, "from must be a share above 0"),
        (CallSettings, {"timeout": 0.0}, "timeout must be positive"),
        (CallSettings, {"timeout": inf}, "timeout must be positive"),
        (CallSettings, {"deadline": -1.0}, "deadline must be positive"),
        (LinkSettings, {"loss": 1.5}, "loss must be a share"),
        (LinkSettings, {"loss": 0.1}, "loss needs a timeout"),
        (
            LinkSettings,
            {"loss": 0.1, "timeout": 1.0, "operations": {"get": CallSettings()}},
            "loss needs a timeout",
        ),
        (Limits, {"in_flight": 0}, "in_flight must be from 1 on"),
        (Limits, {"per_endpoint": 0}, "per_endpoint must be from 1 on"),
        (Limits, {"rate": 0.0}, "rate must be positive"),
        (Limits, {"rate": inf}, "rate must be positive"),
        (Limits, {"wait": -1.0}, "wait must not be negative"),
        (CpuStep, {"cpu": SECOND, "chance": 1.5}, "chance must be a share"),
        (ParallelStep, {"parallel": ()}, "parallel must have at least one branch"),
        (DoStep, {"do": (), "times": -1}, "times must not be negative"),
        (Errors, {"share": 2.0}, "share must be a share"),
        (Errors, {"after": -1.0}, "after must not be negative"),
        (Cost, {"scaling": -1.0}, "scaling must not be negative"),
        (Platform, {"discovery": -1.0}, "discovery must not be negative"),
        (Platform, {"actuation": -1.0}, "actuation must not be negative"),
        (WorldSettings, {"duration": 0.0}, "duration must be positive"),
        (WorldSettings, {"duration": 5.0, "warmup": 5.0}, "warmup must be shorter"),
    ],
)
def test_refuses_what_makes_no_sense(kind: Any, words: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        kind(**words)


def test_takes_what_is_at_the_edge() -> None:
    ServiceSettings(replicas=0, slots=1, line=0, linger=0.0, grace=0.0)
    ServiceSettings(slots=inf, line=inf)
    LinkSettings(loss=0.1, timeout=1.0, operations={"get": CallSettings(timeout=2.0)})
    Limits(in_flight=1, per_endpoint=1, wait=0.0)
    Warmup(time=0.0, from_=1.0)
    WorldSettings(duration=5.0, warmup=None)


def test_steps_may_be_named() -> None:
    steps = (WaitStep(wait=SECOND), CallStep(call="db.get"))
    assert DoStep(do=steps, times="lines").times == "lines"


def test_autoscalers_divide_by_the_request_else_by_the_cores() -> None:
    assert ServiceSettings(cores=2.0).cpu_request == 2.0
    assert ServiceSettings(cores=2.0, request=Requests(cores=0.5)).cpu_request == 0.5


@pytest.mark.parametrize(
    ("service", "billed"),
    [
        (ServiceSettings(), 0.0),
        (ServiceSettings(request=Requests(memory=5.0)), 5.0),
        (ServiceSettings(request=Requests(memory=5.0), memory=Memory(limit=8.0)), 8.0),
        (ServiceSettings(request=Requests(memory=5.0), memory=Memory(limit=inf)), 5.0),
    ],
)
def test_a_replica_is_billed_for_its_limit_else_its_request(
    service: ServiceSettings, billed: float
) -> None:
    assert service.billed_memory == billed


def test_an_operation_without_its_own_has_the_links() -> None:
    put = CallSettings(timeout=4.0)
    link = LinkSettings(timeout=8.0, operations={"put": put})
    assert link.call("put") is put
    assert link.call("get") is link


def test_says_what_kind_of_quantity_can_change_and_what_it_is() -> None:
    world = WorldSettings(duration=5.0, services={"web": ServiceSettings(linger=7.0)})
    assert changeable(world, "services.web.linger").kind == "duration"
    assert changeable(world, "services.web.replicas").kind == "count"
    assert current(world, "services.web.linger") == 7.0
