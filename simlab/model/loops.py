"""The loops of a world, and how each is built anew after its controller has crashed."""

from collections.abc import Mapping
from copy import deepcopy

from simlab.core import Loop
from simlab.faults import ControllerSettings
from simlab.model.settings.world import WorldSettings


class Loops:
    """Loops by name: those of the settings, and those given from Python.

    Args:
        given: From Python, beside those of the settings or in their place.
    """

    def __init__(self, settings: WorldSettings, given: Mapping[str, Loop]) -> None:
        self._settings = settings.loops
        self.by_name: dict[str, Loop] = {name: one.build() for name, one in self._settings.items()}
        self.by_name.update(given)
        faults = settings.faults.values()
        crash = any(isinstance(one, ControllerSettings) and one.how == "crash" for one in faults)
        self._given = deepcopy(dict(given)) if crash else {}

    def anew(self, name: str) -> Loop:
        """Put a loop in the place of that of this name: as it was when the run began."""
        given = self._given.get(name)
        loop = self._settings[name].build() if given is None else deepcopy(given)
        self.by_name[name] = loop
        return loop
