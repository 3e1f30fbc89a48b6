"""Rivals: loops of one strategy that move one lever, with nobody to say which of them may.

What a kind of loop may move is in the table; of a script its steps say it, of an adaptive system
the loops that it has.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from simlab.controllers import AdaptiveSystemSettings, ScriptSettings
from simlab.controllers.adaptive.parts import parts_of
from simlab.controllers.targets import targeted
from simlab.model.settings.world import WorldSettings

COUNT: Final = "replicas"
RESTART: Final = "restart"
QUOTA: Final = "quota"
TRAFFIC: Final = "traffic"
CLEAN: Final = "clean_up"

MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "hpa": (COUNT,),
    "pid": (COUNT,),
    "qlearning": (COUNT, RESTART),
    "resources": (QUOTA,),
    "health": (RESTART, CLEAN, TRAFFIC),
    "mape_k": (COUNT, RESTART, TRAFFIC, CLEAN),
    "adaptive_system": (COUNT, RESTART, QUOTA, TRAFFIC, CLEAN),
}
"""What each kind of loop may move of the services that it targets."""

LAST: Final = "with no arbiter between them the last one wins"
WORDS: Final = {
    COUNT: "scale",
    RESTART: "restart",
    QUOTA: "size",
    TRAFFIC: "switch the traffic of",
    CLEAN: "clean up",
}


def rivals(world: WorldSettings) -> Iterator[tuple[str, str]]:
    """Yield the path of each loop that may move what an earlier one may move, and what."""
    moves = {name: _moves(loop, world) for name, loop in world.loops.items()}
    for first, second in combinations(moves, 2):
        both = [one for one in moves[second] if one in moves[first]]
        if both:
            service, lever = both[0]
            message = f"may {WORDS[lever]} {service}, and so may {first}: {LAST}"
            yield f"loops.{second}", message


def _moves(loop: Any, world: WorldSettings) -> list[tuple[str, str]]:
    """Return (service, lever) for all that `loop` may move."""
    if isinstance(loop, ScriptSettings):
        return list(_scripted(loop))
    if isinstance(loop, AdaptiveSystemSettings):
        kinds = [(part.settings.kind, part.target) for part in parts_of(loop)]
    else:
        kinds = [(loop.kind, loop.target)]
    return [
        (name, word)
        for kind, target in kinds
        for name in targeted(target, world.services)
        for word in MOVES[kind]
    ]


def _scripted(script: ScriptSettings) -> Iterator[tuple[str, str]]:
    for step in script.steps:
        found = [
            *((name, COUNT) for name in step.scale),
            *((name, RESTART) for name in step.restart),
            *((path.split(".")[1], COUNT) for path in step.set if path.endswith(".replicas")),
        ]
        yield from (one for one in found if script.target in ("all", one[0]))
