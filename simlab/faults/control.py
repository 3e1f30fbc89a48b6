"""Faults in the control path: the actuator, and controllers themselves."""

from dataclasses import dataclass
from typing import Literal

from simlab.core import Name, Ratio, Seconds, require, require_not_negative
from simlab.core.settings import require_share
from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import AnyFault
from simlab.faults.control_rules import Actuator, Halt


@dataclass(frozen=True, kw_only=True)
class ActuatorSettings(AnyFault):
    """Actions of all controllers are refused, late, or applied in part.

    Args:
        refuse: The share that is refused.
        slow: Added to `platform.actuation`.
        partial: The share of each scaling step that is applied.
    """

    kind: Literal["actuator"] = "actuator"
    refuse: Ratio = 0.0
    slow: Seconds = 0.0
    partial: Ratio = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(refuse=self.refuse, partial=self.partial)
        require_not_negative(slow=self.slow)
        require(
            self.refuse > 0 or self.slow > 0 or self.partial < 1,
            "one of refuse, slow and partial must be given: as it stands the actuator is well",
        )

    def rule(self, hit: Hit) -> Actuator:
        return Actuator(hit.key, self.refuse, self.slow, self.partial)

    def start(self, world: Breakable, hit: Hit) -> None:
        world.push_actuator(self.rule(hit))

    def stop(self, world: Breakable, hit: Hit) -> None:
        world.pop_actuator(self.rule(hit))


@dataclass(frozen=True, kw_only=True)
class ControllerSettings(AnyFault):
    """A loop makes no steps while it lasts. Where a strategy has no such loop, it hits nothing.

    Args:
        loop: Its name; of one that is a controller for each of several services, all of them.
        how: `crash`: its state is lost; it is built anew in the end, and its first step comes one
            period later. `pause`: it keeps its state, and goes on at its next step.
    """

    kind: Literal["controller"] = "controller"
    loop: Name
    how: Literal["crash", "pause"] = "crash"

    def rule(self, hit: Hit) -> Halt:
        return Halt(hit.key, self.loop, self.how == "crash")

    def start(self, world: Breakable, hit: Hit) -> None:
        world.push_loop(self.rule(hit))

    def stop(self, world: Breakable, hit: Hit) -> None:
        world.pop_loop(self.rule(hit))
