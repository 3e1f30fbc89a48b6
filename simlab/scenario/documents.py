"""Documents: what scenarios and strategies hold, as classes whose annotations are walked.

They are never made as a whole: a scenario is resolved into `WorldSettings`, strategy by strategy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from simlab.controllers import LoopSettings
from simlab.core import (
    Count,
    DistributionSettings,
    Name,
    Seconds,
    Settings,
    Text,
    Unit,
)
from simlab.faults import FaultSettings
from simlab.load import Slo, SourceSettings
from simlab.model.settings.link import LinkSettings
from simlab.model.settings.service import ServiceSettings
from simlab.model.settings.world import Cost, Platform
from simlab.scenario.hints import fields_of
from simlab.telemetry import TelemetrySettings

LinkSelector: TypeAlias = Annotated[str, Unit("link")]

SCENARIO = "simlab/scenario/v1"
STRATEGY = "simlab/strategy/v1"
EXPERIMENT = "simlab/experiment/v1"
SYSTEM = "simlab/system/v1"
MAY_SET = "loops, links and services"


@dataclass(frozen=True, kw_only=True)
class Defaults(Settings):
    """What holds where nothing else is written.

    Args:
        service: Of every service.
        link: Of every link.
    """

    service: ServiceSettings = field(default_factory=ServiceSettings)
    link: LinkSettings = field(default_factory=LinkSettings)


@dataclass(frozen=True, kw_only=True)
class Made(Settings):
    """Where a tuned or trained strategy came from.

    Args:
        by: What made it.
        on: When.
        scenario: On which scenario.
        seeds: With which seeds.
        manifest: The record of how.
    """

    by: Text | None = None
    on: Text | None = None
    scenario: Text | None = None
    seeds: tuple[Count, ...] = ()
    manifest: Text | None = None


@dataclass(frozen=True, kw_only=True)
class StrategyDocument(Settings):
    """What decides in a world; never the world itself.

    Args:
        about: What it is, in a sentence.
        extends: The strategy that it is merged over; beside a strategy file, a file's path too.
        loops: What decides from period to period, by name. A loop whose target selects several
            services becomes one for each, named ``loop/service``.
        links: By selector; all of a link but latency and loss.
        services: What an operator can set: replicas, slots, line, request, linger, grace.
        made: Where it came from.
    """

    about: Text | None = None
    extends: Text | None = None
    loops: Mapping[Name, LoopSettings] = field(default_factory=dict)
    links: Mapping[LinkSelector, LinkSettings] = field(default_factory=dict)
    services: Mapping[Name, ServiceSettings] = field(default_factory=dict)
    made: Made = field(default_factory=Made)


@dataclass(frozen=True, kw_only=True)
class StrategyFile(StrategyDocument):
    """A file with one strategy.

    Args:
        schema: Comes first.
        name: What it is called; the file's name unless said.
    """

    schema: Literal["simlab/strategy/v1"]
    name: Name | None = None


@dataclass(frozen=True, kw_only=True)
class ScenarioDocument(Settings):
    """A world: services, links, load, faults, telemetry, goals; it may carry strategies.

    Args:
        schema: Comes first.
        name: What it is called; the file's name unless said.
        about: What it is, in a sentence.
        duration: Arrivals stop here; the run then drains.
        warmup: Requests before it are not counted; ``auto``: to be found (steady state only).
        analysis: An incident of fixed length (``terminating``), or a long run (``steady_state``).
        slo: What is good enough.
        cost: Prices.
        carries: Numbers that requests bring, with what they are unless their source says.
        defaults: What holds for every service and link that does not say otherwise.
        services: By name.
        links: By selector, such as ``web->cart`` or ``all->cart``.
        load: Sources, by name.
        faults: By name.
        telemetry: How it is measured.
        platform: What runs the replicas.
        strategies: By name.
    """

    schema: Literal["simlab/scenario/v1"]
    name: Name | None = None
    about: Text | None = None
    duration: Seconds
    warmup: Seconds | None = 0.0
    analysis: Literal["terminating", "steady_state"] = "terminating"
    slo: Slo | None = None
    cost: Cost = field(default_factory=Cost)
    carries: Mapping[Name, DistributionSettings] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)
    services: Mapping[Name, ServiceSettings]
    links: Mapping[LinkSelector, LinkSettings] = field(default_factory=dict)
    load: Mapping[Name, SourceSettings] = field(default_factory=dict)
    faults: Mapping[Name, FaultSettings] = field(default_factory=dict)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    platform: Platform = field(default_factory=Platform)
    strategies: Mapping[Name, StrategyDocument] = field(default_factory=dict)


def refused(cls: type[Settings], key: str) -> str | None:
    """Return why `key` does not stand in a document of `cls`, if another one has it."""
    if issubclass(cls, StrategyDocument) and key in fields_of(ScenarioDocument):
        return f"a strategy may not set {key}, which is the world's; it may set {MAY_SET}"
    if cls is ScenarioDocument and key in fields_of(StrategyDocument):
        return f"{key} stand in a strategy: strategies.NAME.{key}"
    return None
