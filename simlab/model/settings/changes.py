"""What can change while the system runs: a closed list of paths, for actions and `set` faults.

services.NAME.{replicas, slots, line, cores, linger, grace, memory.limit, storage.limit}
links.A->B.{timeout, deadline}, also below operations.OP
links.A->B.limits.{in_flight, per_endpoint, rate}
links.A->B.{retry, retry.budget, breaker, balancer}.FIELD, FIELD as its kind allows
load.NAME.scale
loops.NAME.FIELD, as its kind allows

What holds for a link holds for its operations, where they were not given something of their own.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeVar

from simlab.controllers.changing import changed
from simlab.core import Settings, Unit, UserError, require_not_negative
from simlab.core.annotations import unit_of
from simlab.model.settings.link import CallSettings, LinkSettings
from simlab.model.settings.service import ServiceSettings
from simlab.model.settings.world import WorldSettings

SERVICE = ("replicas", "slots", "line", "cores", "linger", "grace")
CALL = ("timeout", "deadline")
LIMITS = ("in_flight", "per_endpoint", "rate")
SIZED = ("memory", "storage")
MAY_BE_NONE = (*CALL, "rate", "limit")

S = TypeVar("S", bound=Settings)


def paths(world: WorldSettings) -> dict[str, tuple[Any, str]]:
    """Return every path that can change in `world`, with its settings object and field name."""
    found: dict[str, tuple[Any, str]] = {}
    for name, service in world.services.items():
        _add(found, f"services.{name}", service, SERVICE)
        for part in SIZED:
            _add(found, f"services.{name}.{part}", getattr(service, part), ("limit",))
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
        owner, (*parts, field) = settings, name.split(".")
        for part in parts:  # budget.per_call
            owner = None if owner is None else getattr(owner, part)
        if owner is not None:
            found[f"{path}.{name}"] = (owner, field)


def path_of(service: str, resource: str) -> str:
    """Return the path of what each replica of `service` has of a resource.

    >>> path_of("web", "cores"), path_of("web", "memory")
    ('services.web.cores', 'services.web.memory.limit')
    """
    return f"services.{service}.{resource}" + ("" if resource == "cores" else ".limit")


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


def number(path: str, value: object) -> float:
    """Return `value` if it is a number; raise ``UserError`` if it is none."""
    if not isinstance(value, int | float):
        raise UserError(f"{path} must be a number, got {value!r}")
    return float(value)


def count(path: str, value: object) -> int:
    """Return `value` if it is a whole number from 0 on; raise ``UserError`` if it is none."""
    amount = number(path, value)
    if not amount >= 0 or amount != int(amount):
        raise UserError(f"{path} must be a whole number from 0 on, got {amount:g}")
    return int(amount)


def check_change(world: WorldSettings, path: str, value: float | str | None) -> None:
    """Check that `value` may be at `path`, as far as `world` at its start can tell.

    Raises:
        UserError, ValueError: where it may not be there, or `path` cannot change.
    """
    changeable(world, path)
    head, name, *rest = path.split(".")
    match head:
        case "services" if rest == ["replicas"]:
            count(path, value)
        case "services":
            with_service(world.services[name], path, value)
        case "links":
            with_link(world.links[name], rest, value)
        case "load":
            require_not_negative(scale=number(path, value))


def with_service(service: ServiceSettings, path: str, value: object) -> ServiceSettings:
    """Return `service` with `value` at the end of `path`; raise as settings do."""
    above, _, field = path.rpartition(".")
    part = above.rpartition(".")[2]
    if field == "limit":
        sized = _with(getattr(service, part), field, _amount(path, field, value))
        return _with(service, part, sized)
    return _with(service, field, number(path, value))


def with_link(
    link: LinkSettings, rest: Sequence[str], value: object, followers: Sequence[str] = ()
) -> LinkSettings:
    """Return `link` with `value` at `rest`, for `followers` among its operations too."""
    match rest:
        case ["operations", operation, field]:
            return _with_calls(link, field, value, [operation])
        case ["limits", field]:
            assert link.limits is not None
            return replace(link, limits=_with(link.limits, field, _amount(field, field, value)))
        case [field]:
            link = _with_calls(link, field, value, followers)
            return _with(link, field, _amount(field, field, value))
    part, *inner = rest
    kind = changed(getattr(link, part), ".".join(inner), value)
    if part == "retry":
        link = _with_calls(link, part, kind, followers)
    return _with(link, part, kind)


def followers(link: LinkSettings, field: str) -> tuple[str, ...]:
    """Return the operations of `link` that were given no `field` of their own at the start."""
    mine = getattr(link, field, None)
    return tuple(name for name, one in link.operations.items() if getattr(one, field, None) == mine)


def _with_calls(
    link: LinkSettings, field: str, value: Any, operations: Sequence[str]
) -> LinkSettings:
    amount = value if field == "retry" else _amount(field, field, value)
    calls: dict[str, CallSettings] = {
        name: _with(one, field, amount) if name in operations else one
        for name, one in link.operations.items()
    }
    return replace(link, operations=calls)


def _amount(path: str, field: str, value: object) -> float | None:
    return None if value is None and field in MAY_BE_NONE else number(path, value)


def _with(settings: S, field: str, value: Any) -> S:
    values: dict[str, Any] = {field: value}
    return replace(settings, **values)
