"""Faults in the control path: stale and missing metrics, the actuator; and settings changed."""

from dataclasses import dataclass
from typing import Literal

from simlab.core import ConfigPath, Ratio, Seconds, Selector, Setting, require, require_not_negative
from simlab.core.settings import require_share
from simlab.faults.common import AnyFault, Breakable, Hit
from simlab.faults.rules import Actuator, Missing, Override, Rule, Stale


@dataclass(frozen=True, kw_only=True)
class MetricsFault(AnyFault):
    """A fault of what telemetry knows about a target, in every pipeline.

    Args:
        target: A service (with its replicas), a link `a->b`, a tag, or `all` (sources, too).
    """

    target: Selector


def _push(world: Breakable, hit: Hit, rule: Rule) -> None:
    for target in (*hit.services, *hit.links, *hit.sources):
        world.push_metrics(target, rule)


def _pop(world: Breakable, hit: Hit, rule: Rule) -> None:
    for target in (*hit.services, *hit.links, *hit.sources):
        world.pop_metrics(target, rule)


@dataclass(frozen=True, kw_only=True)
class StaleMetricsSettings(MetricsFault):
    """Telemetry keeps the last scrape before the start, with its old time."""

    kind: Literal["stale_metrics"] = "stale_metrics"

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Stale(hit.key))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Stale(hit.key))


@dataclass(frozen=True, kw_only=True)
class MissingMetricsSettings(MetricsFault):
    """Scrapes are holes: what they would tell is missing, never zero."""

    kind: Literal["missing_metrics"] = "missing_metrics"

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Missing(hit.key))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Missing(hit.key))


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
class SetSettings(AnyFault):
    """A setting has another value for a while; it has no target.

    Args:
        path: One of the closed list of paths that can change while the system runs.
        to: The value, as a file would write it there.
    """

    kind: Literal["set"] = "set"
    path: ConfigPath
    to: Setting

    def start(self, world: Breakable, hit: Hit) -> None:
        world.push_setting(Override(hit.key, self.path, self.to))

    def stop(self, world: Breakable, hit: Hit) -> None:
        world.pop_setting(Override(hit.key, self.path, self.to))
