"""A plan: operations as numbered programs of steps, ready to be run. Shared by all replicas.

It holds nothing that changes, so forks share it.
"""

from dataclasses import dataclass
from math import inf
from typing import Any

from simlab.core import Constant, Sampler, Seconds
from simlab.model.settings.steps import (
    Amount,
    CallStep,
    CpuStep,
    DoStep,
    OperationSettings,
    ParallelStep,
    StepSettings,
    WaitStep,
)
from simlab.model.settings.world import WorldSettings

CPU, WAIT, CALL, PARALLEL, DO = range(5)
PART = 1 << 20  # Draw numbers between the parts of an amount: its base, then each carried number's.


class Shared:
    """A value that forks share."""

    __slots__ = ()

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self


@dataclass(slots=True, eq=False)
class Step(Shared):
    """One step.

    Args:
        kind: CPU, WAIT, CALL, PARALLEL or DO.
        value: The amount where it is always the same, else None.
        sampler: Of the amount's base.
        per: (carried number, sampler) of what is added per unit of it.
        callee, operation: Of a call; `link` is its name.
        branches: Of a parallel step.
        body: Of a group; `times` of it is a number, or the carried number called `repeat`.
    """

    kind: int
    chance: float
    otherwise: "tuple[Step, ...]"
    optional: bool
    value: Seconds | None = None
    sampler: Sampler | None = None
    per: tuple[tuple[str, Sampler], ...] = ()
    callee: str = ""
    link: str = ""
    operation: "Operation" = None  # type: ignore[assignment]  # Set in every call.
    branches: "tuple[tuple[Step, ...], ...]" = ()
    body: "tuple[Step, ...]" = ()
    times: int = 1
    repeat: str = ""


@dataclass(slots=True, eq=False)
class Operation(Shared):
    """One operation of one service."""

    service: str
    name: str
    errors: float
    fails_after: float  # inf: after its steps.
    steps: tuple[Step, ...] = ()


def plan(world: WorldSettings) -> dict[str, dict[str, Operation]]:
    """Return the operations of `world`, by service and name."""
    operations = {
        service: {name: _empty(service, name, one) for name, one in settings.operations.items()}
        for service, settings in world.services.items()
    }
    for service, settings in world.services.items():
        for name in settings.operations:
            steps = settings.operations[name].steps
            operations[service][name].steps = _steps(steps, service, operations)
    return operations


def _empty(service: str, name: str, settings: OperationSettings) -> Operation:
    after = settings.errors.after
    return Operation(service, name, settings.errors.share, inf if after is None else after)


def _steps(
    steps: tuple[StepSettings, ...], caller: str, operations: dict[str, dict[str, Operation]]
) -> tuple[Step, ...]:
    return tuple(_step(step, caller, operations) for step in steps)


def _step(settings: StepSettings, caller: str, operations: dict[str, dict[str, Operation]]) -> Step:
    otherwise = _steps(settings.else_, caller, operations)
    step = Step(0, settings.chance, otherwise, settings.optional)
    match settings:
        case CpuStep():
            _amount(step, CPU, settings.cpu)
        case WaitStep():
            _amount(step, WAIT, settings.wait)
        case CallStep():
            callee, _, name = settings.call.partition(".")
            step.kind, step.callee, step.link = CALL, callee, f"{caller}->{callee}"
            step.operation = operations[callee][name]
        case ParallelStep():
            step.kind = PARALLEL
            step.branches = tuple(_steps(b, caller, operations) for b in settings.parallel)
        case DoStep():
            step.kind, step.body = DO, _steps(settings.do, caller, operations)
            if isinstance(settings.times, int):
                step.times = settings.times
            else:
                step.repeat = settings.times
    return step


def _amount(step: Step, kind: int, amount: Amount) -> None:
    step.kind, step.sampler = kind, amount.base.sampler()
    step.per = tuple((name, law.sampler()) for name, law in amount.per.items())
    if isinstance(amount.base, Constant) and not amount.per:
        step.value = amount.base.value
