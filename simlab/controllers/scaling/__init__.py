"""Scalers: how many replicas a service should have. Each is a `Loop` of one service.

Rule 1: what is wanted now is read from the observation, never remembered. Rule 2: no data is
neither zero nor unchanged. Rule 3: every decision says why.
"""

from simlab.controllers.scaling.hpa import Behavior, Hpa, HpaSettings, MetricSpec
from simlab.controllers.scaling.pid import PidController
from simlab.controllers.scaling.pid_scaler import PidScaler
from simlab.controllers.scaling.pid_settings import PidSettings
from simlab.controllers.scaling.script import (
    CustomStep,
    QuotaStep,
    Script,
    ScriptSettings,
    ScriptStep,
    SwitchStep,
)
from simlab.controllers.seen import seen_reading

__all__ = [
    "Behavior",
    "CustomStep",
    "Hpa",
    "HpaSettings",
    "MetricSpec",
    "PidController",
    "PidScaler",
    "PidSettings",
    "QuotaStep",
    "Script",
    "ScriptSettings",
    "ScriptStep",
    "SwitchStep",
    "seen_reading",
]
