"""Actions: what a controller can ask for. A closed union: it grows, the ports do not.

Each has an `id`, given by the loop that asks (its counter); an `issuer`, the loop within a system
of loops that asked (empty: the loop itself); and where it makes sense what is `expected` of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from simlab.core.units import Seconds

Resource: TypeAlias = Literal["cores", "memory", "storage"]
RESOURCES: tuple[Resource, ...] = ("cores", "memory", "storage")


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
    issuer: str = ""

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
    issuer: str = ""

    @property
    def target(self) -> str:
        return f"services.{self.service}"


@dataclass(frozen=True, slots=True)
class UpdateConfig:
    """Set each path of `values` (of the closed list that can change while running) to its value."""

    values: Mapping[str, float | str | None]
    id: int = 0
    expected: Expected | None = None
    issuer: str = ""

    @property
    def target(self) -> str:
        return next(iter(self.values), "")


@dataclass(frozen=True, slots=True)
class SwitchTraffic:
    """Send `share` of the calls meant for service `away` to service `to`; 0 gives all back.

    With a `service`, `away` and `to` are versions of it.
    """

    away: str
    to: str
    share: float
    service: str | None = None
    id: int = 0
    expected: Expected | None = None
    issuer: str = ""

    @property
    def target(self) -> str:
        return f"services.{self.service or self.away}"


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Free what `service` has logged on its replicas' storage, and what it caches."""

    service: str
    id: int = 0
    expected: Expected | None = None
    issuer: str = ""

    @property
    def target(self) -> str:
        return f"services.{self.service}"


@dataclass(frozen=True, slots=True)
class SetQuota:
    """Let each replica of `service` have `amount` of `resource` (cores, or bytes)."""

    service: str
    resource: Resource
    amount: float
    id: int = 0
    expected: Expected | None = None
    issuer: str = ""

    @property
    def target(self) -> str:
        return f"services.{self.service}"


@dataclass(frozen=True, slots=True)
class Custom:
    """Anything else: refused, unless whoever runs the system has a handler of this `name`."""

    name: str
    params: Mapping[str, float | str | None] = field(default_factory=dict)
    id: int = 0
    expected: Expected | None = None
    issuer: str = ""

    @property
    def target(self) -> str:
        return f"custom.{self.name}"


Action: TypeAlias = ScaleTo | Restart | UpdateConfig | SwitchTraffic | CleanUp | SetQuota | Custom


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
