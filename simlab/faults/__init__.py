"""Faults: what breaks, when, for how long; in the system and in the control path.

Rule 1: a fault pushes its own rule and pops that rule, and restores nothing else.
Rule 2: the agenda calls both, so no fault can forget to heal. Rule 3: its luck is addressed by its
name and occurrence. To add one: write its settings with `start` and `stop`, and name them in the
union below; the language, the schema and the reference read it.

Longer than most: a list of names.
"""

from typing import TypeAlias

from simlab.faults.aims import is_loop, links_of, named
from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import (
    AnyFault,
    LinkFault,
    MetricsFault,
    PathFault,
    RandomTimes,
    ReplicaFault,
    ServiceFault,
    Some,
    SourceFault,
)
from simlab.faults.config import (
    BadConfigSettings,
    SetSettings,
)
from simlab.faults.control import (
    ActuatorSettings,
    ControllerSettings,
)
from simlab.faults.control_rules import (
    Actuator,
    Biased,
    Halt,
    Late,
    MetricsRule,
    Misset,
    Missing,
    Noisy,
    Override,
    ScrapeFails,
    Stale,
)
from simlab.faults.links import (
    DelaySettings,
    LossSettings,
    PartitionSettings,
)
from simlab.faults.lives import (
    BootFailsSettings,
    CrashLoopSettings,
    CrashSettings,
    EvictSettings,
)
from simlab.faults.load import (
    SurgeSettings,
)
from simlab.faults.metrics import (
    BiasedMetricsSettings,
    LateMetricsSettings,
    MissingMetricsSettings,
    NoisyMetricsSettings,
    ScrapeFailsSettings,
    StaleMetricsSettings,
)
from simlab.faults.replicas import (
    ClockSkewSettings,
    ErrorsSettings,
    FastErrorsSettings,
    PauseSettings,
    SlowSettings,
    UnreachableSettings,
)
from simlab.faults.resources import CpuHogSettings, DiskFillSettings, LeakSettings
from simlab.faults.rules import (
    BootFails,
    CrashLoop,
    Cut,
    Delay,
    Fail,
    FailFast,
    Fill,
    Hog,
    Leak,
    LinkRule,
    Lose,
    Pause,
    ReplicaRule,
    Skew,
    Slow,
    Surge,
    Vanish,
)

Rule: TypeAlias = (
    ReplicaRule | BootFails | LinkRule | Surge | MetricsRule | Halt | Actuator | Override | Misset
)
FaultSettings: TypeAlias = (
    CrashSettings
    | CrashLoopSettings
    | BootFailsSettings
    | EvictSettings
    | PauseSettings
    | SlowSettings
    | ErrorsSettings
    | FastErrorsSettings
    | LeakSettings
    | UnreachableSettings
    | CpuHogSettings
    | DiskFillSettings
    | ClockSkewSettings
    | DelaySettings
    | LossSettings
    | PartitionSettings
    | SurgeSettings
    | BadConfigSettings
    | SetSettings
    | StaleMetricsSettings
    | MissingMetricsSettings
    | NoisyMetricsSettings
    | BiasedMetricsSettings
    | LateMetricsSettings
    | ScrapeFailsSettings
    | ActuatorSettings
    | ControllerSettings
)

__all__ = [
    "Actuator",
    "ActuatorSettings",
    "AnyFault",
    "BadConfigSettings",
    "Biased",
    "BiasedMetricsSettings",
    "BootFails",
    "BootFailsSettings",
    "Breakable",
    "ClockSkewSettings",
    "ControllerSettings",
    "CpuHogSettings",
    "CrashLoop",
    "CrashLoopSettings",
    "CrashSettings",
    "Cut",
    "Delay",
    "DelaySettings",
    "DiskFillSettings",
    "ErrorsSettings",
    "EvictSettings",
    "Fail",
    "FailFast",
    "FastErrorsSettings",
    "FaultSettings",
    "Fill",
    "Halt",
    "Hit",
    "Hog",
    "Late",
    "LateMetricsSettings",
    "Leak",
    "LeakSettings",
    "LinkFault",
    "LinkRule",
    "Lose",
    "LossSettings",
    "MetricsFault",
    "MetricsRule",
    "Misset",
    "Missing",
    "MissingMetricsSettings",
    "Noisy",
    "NoisyMetricsSettings",
    "Override",
    "PartitionSettings",
    "PathFault",
    "Pause",
    "PauseSettings",
    "RandomTimes",
    "ReplicaFault",
    "ReplicaRule",
    "Rule",
    "ScrapeFails",
    "ScrapeFailsSettings",
    "ServiceFault",
    "SetSettings",
    "Skew",
    "Slow",
    "SlowSettings",
    "Some",
    "SourceFault",
    "Stale",
    "StaleMetricsSettings",
    "Surge",
    "SurgeSettings",
    "UnreachableSettings",
    "Vanish",
    "is_loop",
    "links_of",
    "named",
]
