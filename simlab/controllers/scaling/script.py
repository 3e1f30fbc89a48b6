"""A script: actions at set times, a runbook or a baseline. It looks at nothing but the clock.

Each step is carried out at the first decision at or after its time, once, in the order of the
times. With the target `all` that is everything; a target that is one service takes of each step
only what is about that service: to scale or restart it, and settings of it and of its own links.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from simlab.controllers.changing import changed
from simlab.controllers.checks import require_counts
from simlab.core import (
    Action,
    ConfigPath,
    Count,
    Decision,
    Name,
    Observation,
    Restart,
    ScaleTo,
    Seconds,
    Selector,
    Setting,
    Settings,
    TelemetrySettings,
    UpdateConfig,
    require,
    require_not_negative,
    require_positive,
)


@dataclass(frozen=True, kw_only=True)
class ScriptStep(Settings):
    """What to do at one time: first scale, then restart, then set.

    Args:
        at: When, in seconds.
        scale: How many replicas each named service is to run.
        restart: Services of which all replicas are restarted, one at a time.
        set: What each path is set to, of those that can change while running.
    """

    at: Seconds
    scale: Mapping[Name, Count] = field(default_factory=dict)
    restart: tuple[Name, ...] = ()
    set: Mapping[ConfigPath, Setting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_not_negative(at=self.at)
        require_counts(0, **{f"scale.{name}": count for name, count in self.scale.items()})
        require(
            bool(self.scale or self.restart or self.set),
            f"the step at {self.at:g} s does nothing: it needs scale, restart or set",
        )

    def __hash__(self) -> int:
        scale, values = frozenset(self.scale.items()), frozenset(self.set.items())
        return hash((self.at, scale, self.restart, values))


@dataclass(frozen=True, kw_only=True)
class ScriptSettings(Settings):
    """Actions at set times.

    Args:
        target: ``all``, or the one service that it is about.
        steps: What is done when.
        period: How often it looks at the clock.
    """

    kind: Literal["script"] = "script"
    target: Selector = "all"
    steps: tuple[ScriptStep, ...]
    period: Seconds = 1.0

    telemetry: ClassVar[TelemetrySettings | None] = None  # It reads nothing.
    CHANGEABLE: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        require(bool(self.steps), "steps must name at least one")
        require_positive(period=self.period)

    def build(self) -> "Script":
        return Script(self)


class Script:
    """A `Loop` that knows beforehand."""

    def __init__(self, settings: ScriptSettings) -> None:
        self.settings = settings
        self.steps = sorted(settings.steps, key=lambda step: step.at)  # Equal times: as written.
        self.done = 0
        self.ids = 0

    @property
    def period(self) -> Seconds:
        return self.settings.period

    def step(self, seen: Observation) -> Decision:
        actions: list[Action] = []
        while self.done < len(self.steps) and self.steps[self.done].at <= seen.now:
            actions += self._actions(self.steps[self.done])
            self.done += 1
        return Decision(actions, because={"steps_done": self.done, "steps": len(self.steps)})

    def reconfigure(self, name: str, value: float) -> None:
        """Raise ``ValueError``: a script cannot change while it runs."""
        self.settings = changed(self.settings, name, value)

    def _actions(self, step: ScriptStep) -> list[Action]:
        scale = {name: n for name, n in step.scale.items() if self._concerns(name)}
        restart = [name for name in step.restart if self._concerns(name)]
        values = {path: to for path, to in step.set.items() if self._concerns(_owner(path))}
        return [
            *(ScaleTo(name, replicas, self._id()) for name, replicas in scale.items()),
            *(Restart(name, (), self._id()) for name in restart),
            *([UpdateConfig(values, self._id())] if values else []),
        ]

    def _concerns(self, service: str) -> bool:
        return self.settings.target in ("all", service)

    def _id(self) -> int:
        self.ids += 1
        return self.ids


def _owner(path: str) -> str:
    """Return the service whose setting `path` is: of a link, the caller's."""
    room, _, rest = path.partition(".")
    name = rest.partition(".")[0]
    return name.partition("->")[0] if room == "links" else name
