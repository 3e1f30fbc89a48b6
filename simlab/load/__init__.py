"""Load: who asks for what, and when. Settings say it, and it is fixed by addresses before a run.

Rule 1: a load is a rate over time; the n-th arrival is where its integral, times the load's scale,
reaches the n-th point of a process of unit rate. So a load that is scaled keeps its luck.
Rule 2: a rate is known in pieces with exact integrals; nothing is thinned, nothing steps in time.
Rule 3: nothing here knows what the system does. Only users wait for it, and even their chance is
addressed by who asks and how often, not by when.
Rule 4: recorded data is read once, shared by all who use it, and never copied or changed.
"""

from simlab.load.arrivals import Arrivals
from simlab.load.carries import Carries
from simlab.load.mix import Mix
from simlab.load.settings import POISSON, ArrivalSettings, Slo, SourceSettings
from simlab.load.shapes import (
    ConstantSettings,
    DiurnalSettings,
    FlashCrowdSettings,
    MmppSettings,
    RampSettings,
    ShapeSettings,
    SpikesSettings,
    StateSettings,
    StepsSettings,
    SumSettings,
    TraceSettings,
    UsersSettings,
)
from simlab.load.tracefile import ArrivalTrace, RateTrace, read_trace
from simlab.load.users import Users, request_number

__all__ = [
    "POISSON",
    "ArrivalSettings",
    "ArrivalTrace",
    "Arrivals",
    "Carries",
    "ConstantSettings",
    "DiurnalSettings",
    "FlashCrowdSettings",
    "Mix",
    "MmppSettings",
    "RampSettings",
    "RateTrace",
    "ShapeSettings",
    "Slo",
    "SourceSettings",
    "SpikesSettings",
    "StateSettings",
    "StepsSettings",
    "SumSettings",
    "TraceSettings",
    "Users",
    "UsersSettings",
    "read_trace",
    "request_number",
]
