"""What can change while the system runs: a closed list of paths, for actions and `set` faults.

services.NAME.{replicas, slots, line, cores, linger, grace}
links.A->B.{timeout, deadline}, also below operations.OP
links.A->B.limits.{in_flight, per_endpoint, rate}
links.A->B.{retry, retry.budget, breaker, balancer}.FIELD, FIELD as its kind allows
load.NAME.scale
loops.NAME.FIELD, as its kind allows
"""

from difflib import get_close_matches
from typing import Any

from simlab.core import Unit, UserError
from simlab.core.annotations import unit_of
from simlab.model.settings.world import WorldSettings

SERVICE = ("replicas", "slots", "line", "cores", "linger", "grace")
CALL = ("timeout", "deadline")
LIMITS = ("in_flight", "per_endpoint", "rate")


def paths(world: WorldSettings) -> dict[str, tuple[Any, str]]:
    """Return every path that can change in `world`, with its settings object and field name."""
    found: dict[str, tuple[Any, str]] = {}
    for name, service in world.services.items():
        _add(found, f"services.{name}", service, SERVICE)
    for name, link in world.links.items():
        path = f"links.{name}"
        _add(found, path, link, CALL)
        for operation, one in link.operations.items():
            _add(found, f"{path}.operations.{operation}", one, CALL)
        if link.limits is not None:
            _add(found, f"{path}.limits", link.limits, LIMITS)
        for part in ("retry", "breaker", "balancer"):
            _add_kind(found, f"{path}.{part}", getattr(link, part))
    for name, source in world.load.items():
        _add(found, f"load.{name}", source, ("scale",))
    for name, loop in world.loops.items():
        _add_kind(found, f"loops.{name}", loop)
    return found


def _add(found: dict[str, tuple[Any, str]], path: str, owner: Any, names: tuple[str, ...]) -> None:
    for name in names:
        found[f"{path}.{name}"] = (owner, name)


def _add_kind(found: dict[str, tuple[Any, str]], path: str, settings: Any) -> None:
    if settings is None:
        return
    for name in settings.CHANGEABLE:
        owner, field = settings, name
        if "." in name:  # budget.per_call
            part, _, field = name.partition(".")
            owner = getattr(settings, part)
            if owner is None:
                continue
        found[f"{path}.{name}"] = (owner, field)


def changeable(world: WorldSettings, path: str) -> Unit:
    """Return what kind of quantity stands at `path`.

    Raises:
        UserError: where `path` is not one that can change while the system runs.
    """
    found = paths(world)
    if path not in found:
        near = get_close_matches(path, found, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UserError(f"{path} cannot change while the system runs, or is not there{hint}")
    owner, field = found[path]
    return unit_of(type(owner), field)


def current(world: WorldSettings, path: str) -> float | str | None:
    """Return the value that `world` has at `path`, which is one that can change."""
    owner, field = paths(world)[path]
    value: float | str | None = getattr(owner, field)
    return value
