"""The simulated world. SimPy is imported here and nowhere else.

settings    what a world is made of: plain values, without SimPy
world       wires the parts together; forks; runs
reference   requests, one SimPy event for each event of the model
the rest    the control side: lives, faults, changes, actions, telemetry, loops
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simlab.model.world import World, simulate

MODEL_VERSION = 2  # Raised whenever simulated numbers change; part of the key of stored runs.

__all__ = ["MODEL_VERSION", "World", "simulate"]


def __getattr__(name: str) -> Any:
    """Import the engine when it is first asked for: who only reads settings needs no SimPy."""
    if name in ("World", "simulate"):
        from simlab.model import world

        return getattr(world, name)
    raise AttributeError(name)
