"""Handlers: what custom actions do in a run; given from Python, by the name of the action.

A handler is a function of a module, so that forks and pickles of a world can share it: what it
remembers belongs in the world. It is told the world, at the instant at which the action takes
effect, and the action's parameters; what it returns is told as the outcome's reason, and a
`ValueError` that it raises refuses the action.
"""

from collections.abc import Callable, Mapping
from sys import modules
from typing import TYPE_CHECKING, TypeAlias

from simlab.core import UserError

if TYPE_CHECKING:
    from simlab.model.world import World

Handler: TypeAlias = Callable[["World", Mapping[str, float | str | None]], str | None]


def checked(handlers: Mapping[str, Handler]) -> dict[str, Handler]:
    """Return `handlers`; raise `UserError` for one that is no function of a module."""
    for name, handler in handlers.items():
        found: object = modules.get(getattr(handler, "__module__", ""))
        for part in getattr(handler, "__qualname__", "").split("."):
            found = getattr(found, part, None)
        if found is not handler:
            raise UserError(
                f"handlers: {name!r} must be a function that a module has under its name, "
                f"got {handler!r}"
            )
    return dict(handlers)
