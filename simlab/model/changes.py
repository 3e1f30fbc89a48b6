"""Changes: settings that change while the system runs, by path, and where they take effect.

A new value holds for what starts later: a time-out keeps the value that it began with.

Longer than most: what each kind of path means to the running world is told in one place.
"""

from collections.abc import Mapping
from copy import deepcopy
from math import inf
from typing import Any

from simlab.core import RESOURCES, Loop, Resource, UserError
from simlab.faults import FaultSettings, Misset, Override, PathFault
from simlab.model.life import Lives
from simlab.model.reference.client import Client, Edge
from simlab.model.reference.limiter import Limiter
from simlab.model.reference.rules import CallRules
from simlab.model.reference.server import Server
from simlab.model.reference.service import Service
from simlab.model.reference.source import AnySource
from simlab.model.settings.changes import (
    check_change,
    count,
    current,
    followers,
    number,
    path_of,
    with_link,
    with_service,
)
from simlab.model.settings.world import WorldSettings
from simlab.model.settings_stack import SettingStack, Value


class Changes:
    """Applies values to the parts of a running world."""

    def __init__(
        self,
        settings: WorldSettings,
        *,
        lives: Lives,
        server: Server,
        limiter: Limiter,
        services: Mapping[str, Service],
        edges: Mapping[str, Edge],
        sources: Mapping[str, AnySource],
        loops: Mapping[str, Loop],
    ) -> None:
        self._settings, self._lives, self._server, self._limiter = settings, lives, server, limiter
        self._services, self._edges, self._sources, self._loops = services, edges, sources, loops
        self._stack = SettingStack()

    def check_faults(self, faults: Mapping[str, FaultSettings]) -> None:
        """Raise UserError where a fault would put what may not be at its path."""
        for name, fault in faults.items():
            if isinstance(fault, PathFault):
                try:
                    self.check(fault.path, fault.to)
                except ValueError as error:
                    raise UserError(f"faults.{name}: {fault.path}: {error}") from None

    # For actions and people.

    def check(self, path: str, value: Value) -> None:
        """Raise UserError or ValueError where `value` may not be at `path`."""
        check_change(self._settings, path, value)
        head, name, *rest = path.split(".")
        if head == "loops":
            deepcopy(self._adjustable(name)).reconfigure(".".join(rest), value)

    def value(self, path: str) -> Value:
        """Return what holds at `path` now; it is one that can change."""
        if path.endswith(".replicas"):
            return self._service(path).wanted
        if self._stack.knows(path):
            return self._stack.value(path)
        return current(self._settings, path)

    def give(self, service: Service, resource: Resource, amount: float) -> list[int]:
        """Give each replica of `service` so much of a resource as its service may be resized.

        Return the numbers of the replicas that must start anew to have it.
        """
        path = path_of(service.name, resource)
        self.check(path, amount)
        if service.settings.resize == "in_place":
            self.set(path, amount)
            return []
        if not self._stack.overridden(path):
            self._new_limit(service, resource, amount)
        self._stack.rebase(path, amount)
        return [one.number for one in service.replicas if one.has(resource) != amount]

    def set(self, path: str, value: Value) -> None:
        """Have `value` at `path`. Raises UserError or ValueError where it may not be there."""
        self.check(path, value)
        if path.endswith(".replicas"):
            self._stack.heal(path)
            self._scale(path, value)
            return
        if not self._stack.overridden(path):
            self._apply(path, value)
        self._stack.rebase(path, value)

    # For faults: `set` and `bad_config`.

    def push(self, rule: Override | Misset) -> None:
        """Override a value, or have a wrong one configured."""
        path = rule.path
        if path.endswith(".replicas"):
            wanted = self._service(path).wanted
            if not self._stack.on(path) or wanted != self._stack.value(path):
                self._stack.rebase(path, wanted)  # A count that somebody else has set since.
            self._stack.push(rule, wanted)
            self._scale(path, self._stack.value(path))
            return
        self._stack.push(rule, current(self._settings, path))
        self._apply(path, self._stack.value(path))

    def pop(self, rule: Override | Misset) -> bool:
        """Take that back; return whether it was there still.

        A count that somebody else has changed since is left to them.
        """
        path = rule.path
        if path.endswith(".replicas"):
            held = self._service(path).wanted == self._stack.value(path)
            was_on = self._stack.pop(rule)
            if held and was_on:
                self._scale(path, self._stack.value(path))
            return held and was_on
        was_on = self._stack.pop(rule)
        if was_on:
            self._apply(path, self._stack.value(path))
        return was_on

    def hold(self, start: str) -> None:
        """Apply again what holds at the paths that begin with `start`: what is there is new."""
        for path in self._stack.paths(start):
            self._apply(path, self._stack.value(path))

    # Where they take effect.

    def _service(self, path: str) -> Service:
        return self._services[path.split(".")[1]]

    def _scale(self, path: str, value: Value) -> None:
        self._lives.scale(self._service(path), count(path, value))

    def _apply(self, path: str, value: Value) -> None:
        head, name, *rest = path.split(".")
        match head:
            case "services":
                with_service(self._settings.services[name], path, value)
                self._apply_service(self._services[name], rest, path, value)
            case "links":
                self._apply_link(self._edges[name], rest, value)
            case "load":
                self._sources[name].rescale(number(path, value))
            case _:
                self._adjustable(name).reconfigure(".".join(rest), value)

    def _adjustable(self, name: str) -> Any:
        loop = self._loops[name]
        if not hasattr(loop, "reconfigure"):
            raise UserError(f"the loop {name} cannot change while it runs: it has no reconfigure")
        return loop

    def _apply_service(self, service: Service, rest: list[str], path: str, value: Value) -> None:
        for resource in RESOURCES:
            if resource == rest[0]:
                amount = inf if value is None else number(path, value)
                self._new_limit(service, resource, amount)
                self._have(service, resource)
                return
        setattr(service, rest[0], number(path, value))
        if rest[0] == "slots":
            self._server.fill(service)

    def _have(self, service: Service, resource: Resource) -> None:
        """Have all replicas take what their service now gives them, at once."""
        for replica in tuple(service.replicas):
            replica.take_limit(resource, self._lives.now)
            if resource != "cores":
                self._lives.fits(service, replica)
        self._lives.told(service)

    def _new_limit(self, service: Service, resource: Resource, amount: float) -> None:
        setattr(service, "cores" if resource == "cores" else f"{resource}_limit", amount)

    def _apply_link(self, edge: Edge, rest: list[str], value: Value) -> None:
        operations = self._followers(edge.name, rest)
        edge.settings = with_link(edge.settings, rest, value, operations)
        every = [edge.rules, *(edge.special[name] for name in operations)]
        match rest:
            case ["operations", operation, field]:
                _set_rule(edge.special[operation], field, value)
            case ["limits", field]:
                for client in edge.clients.values():
                    self._limiter.change(client, field, _limit(value))
            case [field] | ["retry", "within" as field]:
                for rules in every:
                    _set_rule(rules, field, value)
            case [part, *inner]:
                for client in edge.clients.values():
                    for face in _faces(client, part):
                        face.reconfigure(".".join(inner), value)

    def _followers(self, link: str, rest: list[str]) -> tuple[str, ...]:
        """Return the operations for which a link's value holds, too."""
        if len(rest) > 1 and rest[0] != "retry":
            return ()
        field = rest[0]
        return tuple(
            name
            for name in followers(self._settings.links[link], field)
            if not self._stack.knows(f"links.{link}.operations.{name}.{field}")
        )


def _limit(value: Value) -> float | None:
    return None if value is None else number("limits", value)


def _faces(client: Client, part: str) -> tuple[Any, ...]:
    if part == "balancer":
        return client.pickers
    return (client.retry if part == "retry" else client.breaker,)


def _set_rule(rules: CallRules, field: str, value: Value) -> None:
    setattr(rules, field, inf if value is None else number(field, value))
    rules.timed = min(rules.timeout, rules.deadline) < inf
