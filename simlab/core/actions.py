"""Actions: what a controller can ask for. A closed union: it grows, the ports do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from simlab.core.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an action should bring about: `measure` `relation` `value`, by `deadline`.

    Args:
        measure: The path of a seen number, such as ``services.web.latency_p99``.
        relation: ``"<"`` or ``">"``.
        value: The bound, in the measure's unit.
        deadline: When to judge, in seconds on the controller's clock.
    """

    measure: str
    relation: str
    value: float
    deadline: Seconds


@dataclass(frozen=True, slots=True)
class ScaleTo:
    """Have `service` run `replicas` replicas (an absolute count)."""

    service: str
    replicas: int
    id: int = 0
    expected: Expected | None = None

    @property
    def target(self) -> str:
        return f"services.{self.service}"


@dataclass(frozen=True, slots=True)
class Restart:
    """Restart replicas of `service`, one at a time: all of them, or those numbered `replicas`."""

    service: str
    replicas: tuple[int, ...] = ()
    id: int = 0
    expected: Expected | None = None

    @property
    def target(self) -> str:
        return f"services.{self.service}"


@dataclass(frozen=True, slots=True)
class UpdateConfig:
    """Set each path of `values` (of the closed list that can change while running) to its value."""

    values: Mapping[str, float | str | None]
    id: int = 0
    expected: Expected | None = None

    @property
    def target(self) -> str:
        return next(iter(self.values), "")


Action: TypeAlias = ScaleTo | Restart | UpdateConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOutcome:
    """What became of an action: told to the loop that asked for it.

    Args:
        action: As it was asked for, with the id that the loop gave it.
        at: When this became known, in seconds.
        status: ``accepted``, ``refused``, ``done`` or ``failed``.
        reason: Why it was refused or failed, or what of it was applied; else empty.
    """

    action: Action
    at: Seconds
    status: str
    reason: str = ""
