"""Engines: which of them runs a world. All give the same numbers, so no result depends on it."""

from collections.abc import Mapping
from typing import Literal, Protocol, TypeAlias

from simlab.core import Loop, UserError
from simlab.model.handlers import Handler
from simlab.model.settings.world import WorldSettings
from simlab.telemetry import Record

Engine: TypeAlias = Literal["auto", "reference"]
ENGINES: tuple[Engine, ...] = ("auto", "reference")


class Simulate(Protocol):
    """What an engine does: one run of a world whose warm-up is settled."""

    def __call__(
        self,
        settings: WorldSettings,
        /,
        *,
        seed: int,
        replication: int = 0,
        loops: Mapping[str, Loop] | None = None,
        handlers: Mapping[str, Handler] | None = None,
        keep_requests: bool = False,
    ) -> Record: ...


def engine_of(asked: str) -> str:
    """Return the engine that `asked` comes to; `UserError` for one that does not exist."""
    if asked not in ENGINES:
        raise UserError(f"engine must be {' or '.join(ENGINES)}, got {asked!r}")
    return "reference"


def simulator() -> Simulate:
    """Return the reference engine (imported here: it brings SimPy)."""
    from simlab.model import simulate

    return simulate
