"""Steps: what an operation does, in order. A step is known by its verb: `cpu`, `wait`, `call`, ...

cpu: AMOUNT     work on the replica's cores, in core-seconds
wait: AMOUNT    a delay that uses no core
call: S.OP      a call over the link to S
parallel: [..]  branches that start together; done when all are
do: [..]        a group; may be repeated `times`
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from simlab.core import (
    DistributionSettings,
    Name,
    OperationPath,
    Ratio,
    Seconds,
    Settings,
    require,
    require_not_negative,
    require_share,
)


@dataclass(frozen=True, kw_only=True)
class Amount(Settings):
    """How much: a base, and for each carried number so much more per unit of it.

    Args:
        base: Drawn first.
        per: By carried number, drawn in the order named; each draw is multiplied by the number.
    """

    base: DistributionSettings
    per: Mapping[Name, DistributionSettings] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AnyStep(Settings):
    """What every step takes.

    Args:
        chance: The share of times that the step is taken; else it is skipped.
        else_: Runs when the step failed or was skipped by chance; the step then counts as done.
        optional: Whether the operation goes on if the step fails; its reply is then degraded.
    """

    chance: Ratio = 1.0
    else_: "tuple[StepSettings, ...]" = ()
    optional: bool = False

    def __post_init__(self) -> None:
        require_share(chance=self.chance)


@dataclass(frozen=True, kw_only=True)
class CpuStep(AnyStep):
    """Work on the replica's cores, in core-seconds."""

    cpu: Amount


@dataclass(frozen=True, kw_only=True)
class WaitStep(AnyStep):
    """A delay that uses no core: a disk, a third party."""

    wait: Amount


@dataclass(frozen=True, kw_only=True)
class CallStep(AnyStep):
    """A call of another service's operation; if it fails, the operation fails (`dependency`).

    Args:
        call: ``service.operation``.
    """

    call: OperationPath


@dataclass(frozen=True, kw_only=True)
class ParallelStep(AnyStep):
    """Branches, each a list of steps; all start at the same instant, in order.

    It fails when the first branch fails; the others go on unheard.
    """

    parallel: "tuple[tuple[StepSettings, ...], ...]"

    def __post_init__(self) -> None:
        super().__post_init__()
        require(len(self.parallel) > 0, "parallel must have at least one branch")


@dataclass(frozen=True, kw_only=True)
class DoStep(AnyStep):
    """A group of steps.

    Args:
        do: The steps.
        times: How often, one after another: a whole number, or the name of a carried number
            (its floor counts).
    """

    do: "tuple[StepSettings, ...]"
    times: int | Name = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.times, int):
            require(self.times >= 0, f"times must not be negative, got {self.times}")


StepSettings: TypeAlias = CpuStep | WaitStep | CallStep | ParallelStep | DoStep


@dataclass(frozen=True, kw_only=True)
class Errors(Settings):
    """How often an operation fails by itself.

    Args:
        share: The share that fails, drawn when the operation starts.
        after: Fail this long after the start and skip the steps; None: fail after the steps.
    """

    share: Ratio = 0.0
    after: Seconds | None = None

    def __post_init__(self) -> None:
        require_share(share=self.share)
        if self.after is not None:
            require_not_negative(after=self.after)


@dataclass(frozen=True, kw_only=True)
class OperationSettings(Settings):
    """What a service can be asked."""

    steps: tuple[StepSettings, ...] = ()
    errors: Errors = field(default_factory=Errors)
