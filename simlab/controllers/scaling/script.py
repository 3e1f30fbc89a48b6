"""A script: actions at set times, a runbook or a baseline. It looks at nothing but the clock.

Each step is carried out at the first decision at or after its time, once, in the order of the
times. With the target `all` that is everything; a target that is one service takes of each step
only what is about that service: to scale, restart, resize or clean it up, to switch its traffic,
and settings of it and of its own links; custom actions are about all.

Longer than most: every action has its step here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from simlab.controllers.changing import changed
from simlab.controllers.checks import require_counts
from simlab.core import (
    RESOURCES,
    Action,
    Bytes,
    CleanUp,
    ConfigPath,
    Cores,
    Count,
    Custom,
    Decision,
    Name,
    Observation,
    Ratio,
    Resource,
    Restart,
    ScaleTo,
    Seconds,
    Selector,
    SetQuota,
    Setting,
    Settings,
    SwitchTraffic,
    TelemetrySettings,
    Text,
    UpdateConfig,
    require,
    require_not_negative,
    require_positive,
    require_share,
)


@dataclass(frozen=True, kw_only=True)
class SwitchStep(Settings):
    """Where a share of the calls of a service goes instead.

    Args:
        from_: The service that they are meant for.
        to: The one that takes them.
        percentage: The share of them; 0 gives all back.
    """

    from_: Name
    to: Name
    percentage: Ratio = 1.0

    def __post_init__(self) -> None:
        require_share(percentage=self.percentage)
        require(self.to != self.from_, f"to must not be from, {self.from_}")


@dataclass(frozen=True, kw_only=True)
class QuotaStep(Settings):
    """What each replica of a service is to have. What is not named stays.

    Args:
        cores: Cores.
        memory: The limit of its memory.
        storage: The limit of its storage.
    """

    cores: Cores | None = None
    memory: Bytes | None = None
    storage: Bytes | None = None

    def __post_init__(self) -> None:
        require(bool(self.given()), "a quota must name cores, memory or storage")
        require_positive(**self.given())

    def given(self) -> dict[Resource, float]:
        """Return the amounts that are named, by resource."""
        amounts = {resource: getattr(self, resource) for resource in RESOURCES}
        return {resource: amount for resource, amount in amounts.items() if amount is not None}


@dataclass(frozen=True, kw_only=True)
class CustomStep(Settings):
    """An action of a kind that only whoever runs the system knows.

    Args:
        name: What it is called.
        params: What it is told: numbers, or texts.
    """

    name: Name
    params: Mapping[Name, Text] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ScriptStep(Settings):
    """What to do at one time, in this order.

    Args:
        at: When, in seconds.
        scale: How many replicas each named service is to run.
        restart: Services of which all replicas are restarted, one at a time.
        set: What each path is set to, of those that can change while running.
        switch: Which traffic goes elsewhere.
        clean_up: A service whose logs are thrown away.
        quota: What each replica of each named service is to have.
        custom: Something else, which the run must have been given a handler for.
    """

    at: Seconds
    scale: Mapping[Name, Count] = field(default_factory=dict)
    restart: tuple[Name, ...] = ()
    set: Mapping[ConfigPath, Setting] = field(default_factory=dict)
    switch: SwitchStep | None = None
    clean_up: Name | None = None
    quota: Mapping[Name, QuotaStep] = field(default_factory=dict)
    custom: CustomStep | None = None

    def __post_init__(self) -> None:
        require_not_negative(at=self.at)
        require_counts(0, **{f"scale.{name}": count for name, count in self.scale.items()})
        acts = (self.scale, self.restart, self.set, self.switch, self.clean_up, self.quota)
        require(
            any(acts) or self.custom is not None,
            f"the step at {self.at:g} s does nothing: it needs scale, restart, set, switch,"
            " clean_up, quota or custom",
        )

    def __hash__(self) -> int:
        tables = (self.scale, self.set, self.quota)
        return hash((self.at, self.restart, *(frozenset(one.items()) for one in tables)))


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
            *self._others(step),
        ]

    def _others(self, step: ScriptStep) -> Iterator[Action]:
        """Yield what a step does beside scaling, restarting and setting."""
        switch, custom = step.switch, step.custom
        if switch is not None and self._concerns(switch.from_):
            yield SwitchTraffic(switch.from_, switch.to, switch.percentage, id=self._id())
        if step.clean_up is not None and self._concerns(step.clean_up):
            yield CleanUp(step.clean_up, self._id())
        for name, quota in step.quota.items():
            if self._concerns(name):
                for resource, amount in quota.given().items():
                    yield SetQuota(name, resource, amount, self._id())
        if custom is not None and self.settings.target == "all":
            params = {name: _param(text) for name, text in custom.params.items()}
            yield Custom(custom.name, params, self._id())

    def _concerns(self, service: str) -> bool:
        return self.settings.target in ("all", service)

    def _id(self) -> int:
        self.ids += 1
        return self.ids


def _param(text: str) -> float | str:
    """Return the number that `text` is, else the text."""
    try:
        return float(text)
    except ValueError:
        return text


def _owner(path: str) -> str:
    """Return the service whose setting `path` is: of a link, the caller's."""
    room, _, rest = path.partition(".")
    name = rest.partition(".")[0]
    return name.partition("->")[0] if room == "links" else name
