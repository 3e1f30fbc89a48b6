"""Faults: what breaks, when, for how long; in the system and in the control path.

Rule 1: a fault pushes its own rule and pops that rule, and restores nothing else.
Rule 2: the agenda calls both, so no fault can forget to heal. Rule 3: its luck is addressed by its
name and occurrence. To add one: write its settings with `start` and `stop`, and name them in the
union below; the language, the schema and the reference read it.
"""

from typing import TypeAlias

from simlab.faults.common import AnyFault, Breakable, Hit, RandomTimes, ReplicaFault, Some
from simlab.faults.control import (
    ActuatorSettings,
    MetricsFault,
    MissingMetricsSettings,
    SetSettings,
    StaleMetricsSettings,
)
from simlab.faults.links import DelaySettings
from simlab.faults.replicas import (
    CrashSettings,
    ErrorsSettings,
    LeakSettings,
    PauseSettings,
    SlowSettings,
)
from simlab.faults.rules import (
    Actuator,
    Delay,
    Fail,
    Fill,
    Leak,
    Missing,
    Override,
    Pause,
    Rule,
    Slow,
    Stale,
)

FaultSettings: TypeAlias = (
    CrashSettings
    | PauseSettings
    | SlowSettings
    | ErrorsSettings
    | LeakSettings
    | DelaySettings
    | StaleMetricsSettings
    | MissingMetricsSettings
    | ActuatorSettings
    | SetSettings
)

__all__ = [
    "Actuator",
    "ActuatorSettings",
    "AnyFault",
    "Breakable",
    "CrashSettings",
    "Delay",
    "DelaySettings",
    "ErrorsSettings",
    "Fail",
    "FaultSettings",
    "Fill",
    "Hit",
    "Leak",
    "LeakSettings",
    "MetricsFault",
    "Missing",
    "MissingMetricsSettings",
    "Override",
    "Pause",
    "PauseSettings",
    "RandomTimes",
    "ReplicaFault",
    "Rule",
    "SetSettings",
    "Slow",
    "SlowSettings",
    "Some",
    "Stale",
    "StaleMetricsSettings",
]
