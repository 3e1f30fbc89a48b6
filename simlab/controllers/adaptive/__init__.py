"""The adaptive system: loops side by side, with an arbiter between them and the levers."""

from simlab.controllers.adaptive.arbiter import Arbiter, Contest, Lease, Verdict
from simlab.controllers.adaptive.claims import ArbiterSettings, Claim
from simlab.controllers.adaptive.levers import levers_of
from simlab.controllers.adaptive.settings import AdaptiveSystemSettings
from simlab.controllers.adaptive.system import AdaptiveSystem
from simlab.controllers.adaptive.templates import (
    AgentSettings,
    CheckingSettings,
    CycleSettings,
    ScalingSettings,
    SizingSettings,
)
from simlab.controllers.adaptive.words import said

__all__ = [
    "AdaptiveSystem",
    "AdaptiveSystemSettings",
    "AgentSettings",
    "Arbiter",
    "ArbiterSettings",
    "CheckingSettings",
    "Claim",
    "Contest",
    "CycleSettings",
    "Lease",
    "ScalingSettings",
    "SizingSettings",
    "Verdict",
    "levers_of",
    "said",
]
