"""Shapes: how a load goes over time. Settings say it; `build` makes the rate.

A new shape is a module here and its name in the union.
"""

from simlab.load.shapes.constant import ConstantSettings
from simlab.load.shapes.diurnal import DiurnalSettings
from simlab.load.shapes.flash_crowd import FlashCrowdSettings
from simlab.load.shapes.mmpp import MmppSettings, StateSettings
from simlab.load.shapes.ramp import RampSettings
from simlab.load.shapes.spikes import SpikesSettings
from simlab.load.shapes.steps import StepsSettings
from simlab.load.shapes.trace import TraceSettings
from simlab.load.shapes.union import ShapeSettings, SumSettings, UsersSettings, added

__all__ = [
    "ConstantSettings",
    "DiurnalSettings",
    "FlashCrowdSettings",
    "MmppSettings",
    "RampSettings",
    "ShapeSettings",
    "SpikesSettings",
    "StateSettings",
    "StepsSettings",
    "SumSettings",
    "TraceSettings",
    "UsersSettings",
    "added",
]
