"""What a world is made of: frozen values, checked when they are made. No SimPy here."""

from simlab.model.settings.changes import changeable, current, paths
from simlab.model.settings.link import CallSettings, Limits, LinkSettings
from simlab.model.settings.service import Memory, Requests, ServiceSettings, Warmup
from simlab.model.settings.steps import (
    Amount,
    AnyStep,
    CallStep,
    CpuStep,
    DoStep,
    Errors,
    OperationSettings,
    ParallelStep,
    StepSettings,
    WaitStep,
)
from simlab.model.settings.world import Cost, Platform, WorldSettings

__all__ = [
    "Amount",
    "AnyStep",
    "CallSettings",
    "CallStep",
    "Cost",
    "CpuStep",
    "DoStep",
    "Errors",
    "Limits",
    "LinkSettings",
    "Memory",
    "OperationSettings",
    "ParallelStep",
    "Platform",
    "Requests",
    "ServiceSettings",
    "StepSettings",
    "WaitStep",
    "Warmup",
    "WorldSettings",
    "changeable",
    "current",
    "paths",
]
