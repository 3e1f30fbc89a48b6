"""Settings of the MAPE-K loop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from simlab.controllers.mapek.analyzer_settings import AnalyzerSettings
from simlab.controllers.mapek.executor import ExecutorSettings
from simlab.controllers.mapek.loop import MapeK
from simlab.controllers.mapek.monitor_settings import MonitorSettings
from simlab.controllers.mapek.planner_settings import PlannerSettings
from simlab.controllers.mapek.remembered import read_knowledge
from simlab.controllers.mapek.thresholds import CustomSymptom, OwnThresholds, Thresholds
from simlab.core import File, Name, Seconds, Selector, Settings, TelemetrySettings, require_positive

ONES = ("latency_p99", "error_rate", "utilization", "memory", "storage", "ready", "unreachable")


@dataclass(frozen=True, kw_only=True)
class MapeKSettings(Settings):
    """A MAPE-K loop: it monitors, analyzes, plans and executes over shared knowledge.

    Args:
        target: What it watches and acts on: ``all``, a service, or those with a tag.
        period: From one cycle to the next.
        telemetry: A pipeline of its own; None: the scenario's.
        thresholds: From where on something is a symptom.
        services: Thresholds of single services, where they differ.
        custom: Symptoms of one's own.
        monitor: When symptoms are raised and cleared.
        analyzer: How root causes are looked for.
        planner: What is done about issues.
        executor: How plans are carried out.
        knowledge: A file of what an earlier run has learned, which `simlab run` writes; None: it
            begins with nothing.
    """

    kind: Literal["mape_k"] = "mape_k"
    target: Selector = "all"
    period: Seconds = 30.0
    telemetry: TelemetrySettings | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    services: Mapping[Name, OwnThresholds] = field(default_factory=dict)
    custom: tuple[CustomSymptom, ...] = ()
    monitor: MonitorSettings = field(default_factory=MonitorSettings)
    analyzer: AnalyzerSettings = field(default_factory=AnalyzerSettings)
    planner: PlannerSettings = field(default_factory=PlannerSettings)
    executor: ExecutorSettings = field(default_factory=ExecutorSettings)
    knowledge: File | None = None

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        *(f"thresholds.{name}" for name in ONES),
        "planner.max_replicas",
        "planner.cooldown",
    )

    def __post_init__(self) -> None:
        require_positive(period=self.period)
        if self.knowledge is not None:
            read_knowledge(self.knowledge)

    def __hash__(self) -> int:
        return hash((self.target, self.period, self.thresholds, self.custom, self.planner))

    def build(self) -> MapeK:
        return MapeK(self)
