"""simlab: a simulation and research workbench for self-healing, self-tuning services.

>>> import simlab
>>> scenario = simlab.load("scenarios/flash-crowd.yaml")                   # doctest: +SKIP
>>> simlab.run(scenario, strategy="hpa", seed=1).summary                   # doctest: +SKIP
>>> simlab.compare(scenario, ["static", "hpa"], jobs=2).verdicts()         # doctest: +SKIP

Names are imported when they are first asked for, so that this costs next to nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simlab.core import UserError
    from simlab.scenario import (
        Experiment,
        Scenario,
        Strategy,
        check,
        load,
        load_experiment,
        load_strategy,
    )
    from simlab.study import MEASURES, Comparison, Run, Store, Sweep, World
    from simlab.study.faces import compare, run, start, whatif
    from simlab.study.sweeping import sweep

    __version__: str

_HOMES = {
    "MEASURES": "simlab.study",
    "Comparison": "simlab.study",
    "Experiment": "simlab.scenario",
    "Run": "simlab.study",
    "Scenario": "simlab.scenario",
    "Store": "simlab.study",
    "Strategy": "simlab.scenario",
    "Sweep": "simlab.study",
    "UserError": "simlab.core",
    "World": "simlab.study",
    "check": "simlab.scenario",
    "compare": "simlab.study.faces",
    "load_experiment": "simlab.scenario",
    "load_strategy": "simlab.scenario",
    "run": "simlab.study.faces",
    "start": "simlab.study.faces",
    "sweep": "simlab.study.sweeping",
    "whatif": "simlab.study.faces",
}

__all__ = [
    "MEASURES",
    "Comparison",
    "Experiment",
    "Run",
    "Scenario",
    "Store",
    "Strategy",
    "Sweep",
    "UserError",
    "World",
    "__version__",
    "check",
    "compare",
    "load",
    "load_experiment",
    "load_strategy",
    "run",
    "start",
    "sweep",
    "whatif",
]


def __getattr__(name: str) -> Any:
    """Import a name's module when it is first asked for."""
    if name == "__version__":
        from simlab.study.host import version_of

        return version_of("simlab")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__


class _Package(ModuleType):
    """A package in which `load` is the function, though there is a subpackage of that name.

    Python binds a subpackage in its parent when it is imported; `import simlab.load` and
    `from simlab.load import ...` find it without that.
    """

    @property
    def load(self) -> Any:
        """Return `simlab.scenario.load`."""
        return import_module("simlab.scenario").load

    @load.setter
    def load(self, subpackage: ModuleType) -> None:
        """Leave the subpackage where it is: in `sys.modules`."""


sys.modules[__name__].__class__ = _Package
