"""Tuners: how much of each resource a replica should have. Each is a `Loop` of one service."""

from simlab.controllers.tuning.manager import ResourceManager
from simlab.controllers.tuning.settings import ResourcesSettings

__all__ = ["ResourceManager", "ResourcesSettings"]
