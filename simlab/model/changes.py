"""Changes: settings that change while the system runs, by path, and where they take effect.

A new value holds for what starts later: a time-out keeps the value that it began with.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import inf
from typing import Any

from simlab.core import Loop, UserError
from simlab.faults import Override
from simlab.model.agenda import Agenda
from simlab.model.life import Lives
from simlab.model.reference.client import Client, Edge
from simlab.model.reference.server import Server
from simlab.model.reference.service import Service
from simlab.model.reference.source import AnySource
from simlab.model.settings.changes import changeable, current
from simlab.model.settings.world import WorldSettings
from simlab.model.settings_stack import SettingStack, Value


class Changes:
    """Applies values to the parts of a running world."""

    def __init__(
        self,
        agenda: Agenda,
        settings: WorldSettings,
        *,
        lives: Lives,
        server: Server,
        services: Mapping[str, Service],
        edges: Mapping[str, Edge],
        sources: Mapping[str, AnySource],
        loops: Mapping[str, Loop],
    ) -> None:
        self._agenda, self._settings, self._lives, self._server = agenda, settings, lives, server
        self._services, self._edges, self._sources, self._loops = services, edges, sources, loops
        self._stack = SettingStack()
        self._before: dict[tuple[str, int], int] = {}  # Wanted counts that `set` faults replaced.

    # For actions and people.

    def set(self, path: str, value: Value) -> None:
        """Have `value` at `path`. Raises UserError or ValueError where it may not be there."""
        changeable(self._settings, path)
        if path.endswith(".replicas"):
            self._scale(path, value)
            return
        if not any(rule.path == path for rule in self._stack.overridden):
            self._apply(path, value)
        self._stack.rebase(path, value)

    # For `set` faults.

    def push(self, rule: Override) -> None:
        """Override a value."""
        if rule.path.endswith(".replicas"):
            self._before[rule.key] = self._service(rule.path).wanted
            self._scale(rule.path, rule.to)
            return
        self._stack.push(rule, current(self._settings, rule.path))
        self._apply(rule.path, rule.to)

    def pop(self, rule: Override) -> None:
        """Take an override back. A count that somebody else has changed since is left to them."""
        if rule.path.endswith(".replicas"):
            before = self._before.pop(rule.key)
            if self._service(rule.path).wanted == _count(rule.to):
                self._scale(rule.path, before)
            return
        self._stack.pop(rule)
        self._apply(rule.path, self._stack.value(rule.path))

    # Where they take effect.

    def _service(self, path: str) -> Service:
        return self._services[path.split(".")[1]]

    def _scale(self, path: str, value: Value) -> None:
        self._lives.scale(self._service(path), _count(value))

    def _apply(self, path: str, value: Value) -> None:
        head, name, *rest = path.split(".")
        match head:
            case "services":
                self._apply_service(self._services[name], rest[0], _number(path, value))
            case "links":
                self._apply_link(self._edges[name], rest, value)
            case "load":
                self._sources[name].rescale(_number(path, value))
            case _:
                loop: Any = self._loops[name]
                loop.reconfigure(".".join(rest), value)

    def _apply_service(self, service: Service, field: str, value: float) -> None:
        _replaced(service.settings, field, value)  # Refuses what a file may not say either.
        setattr(service, field, value)
        if field == "slots":
            self._server.fill(service)
        elif field == "cores":
            for replica in service.replicas:
                replica.cores.set_cores(value)
            self._lives.told(service)

    def _apply_link(self, edge: Edge, rest: list[str], value: Value) -> None:
        if rest[0] == "operations":
            _set_rule(edge.special[rest[1]], rest[2], value)
        elif len(rest) == 1:
            _set_rule(edge.rules, rest[0], value)
        elif rest[0] == "limits":
            assert edge.settings.limits is not None
            changed = _replaced(edge.settings.limits, rest[1], value)
            edge.settings = replace(edge.settings, limits=changed)
            for client in edge.clients.values():
                _set_limit(client, rest[1], _number(rest[1], value))
        else:
            self._apply_kind(edge, rest[0], ".".join(rest[1:]), _number(rest[-1], value))

    def _apply_kind(self, edge: Edge, part: str, field: str, value: float) -> None:
        settings = getattr(edge.settings, part)
        changed = _replaced(settings, field, value)
        edge.settings = replace(edge.settings, **{part: changed})
        if part == "retry" and field == "within":
            edge.rules.within = value
            return
        for client in edge.clients.values():
            face = {"retry": client.retry, "breaker": client.breaker, "balancer": client.picker}[
                part
            ]
            face.reconfigure(field, value)  # type: ignore[union-attr]


def _replaced(settings: Any, field: str, value: Value) -> Any:
    part, _, inner = field.partition(".")
    if inner:
        return replace(settings, **{part: _replaced(getattr(settings, part), inner, value)})
    return replace(settings, **{field: value})


def _set_rule(rules: Any, field: str, value: Value) -> None:
    number = inf if value is None else _number(field, value)
    if number <= 0:
        raise UserError(f"{field} must be positive, got {number:g} s")
    setattr(rules, field, number)
    rules.timed = min(rules.timeout, rules.deadline) < inf


def _set_limit(client: Client, field: str, value: float) -> None:
    if field == "in_flight":
        client.most = value
    elif field == "rate":
        client.rate = value
    else:
        client.picker.cap = value  # type: ignore[attr-defined]


def _number(path: str, value: Value) -> float:
    if value is None or isinstance(value, str):
        raise UserError(f"{path} must be a number, got {value!r}")
    return float(value)


def _count(value: Value) -> int:
    number = _number("replicas", value)
    if number < 0 or number != int(number):
        raise UserError(f"replicas must be a whole number from 0 on, got {number:g}")
    return int(number)
