"""Faults of settings: one has another value for a while (`set`), or a wrong one (`bad_config`)."""

from dataclasses import dataclass
from typing import Literal

from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import PathFault
from simlab.faults.control_rules import Misset, Override


@dataclass(frozen=True, kw_only=True)
class SetSettings(PathFault):
    """A setting has another value for a while; it has no target."""

    kind: Literal["set"] = "set"

    def start(self, world: Breakable, hit: Hit) -> None:
        world.push_setting(Override(hit.key, self.path, self.to))

    def stop(self, world: Breakable, hit: Hit) -> None:
        world.pop_setting(Override(hit.key, self.path, self.to))


@dataclass(frozen=True, kw_only=True)
class BadConfigSettings(PathFault):
    """Somebody gives a setting a wrong value, as an operator would; it has no target.

    It stays until somebody sets that path again, which heals; or until the fault's end, when the
    old value comes back if the wrong one is still there.
    """

    kind: Literal["bad_config"] = "bad_config"

    def start(self, world: Breakable, hit: Hit) -> None:
        world.push_setting(Misset(hit.key, self.path, self.to))

    def stop(self, world: Breakable, hit: Hit) -> None:
        world.pop_setting(Misset(hit.key, self.path, self.to))
