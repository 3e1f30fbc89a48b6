"""Changes: what can be set while local processes run, by path; a part of `model.settings.changes`.

services.NAME.{replicas, linger, grace}        links.A->B: all of it        loops.NAME.FIELD

What a process is (its slots, its line, its cores) is its command's, and refused.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from simlab.core import Loop, UserError
from simlab.live.client import LinkClient
from simlab.live.lives import Lives
from simlab.live.messages import Response
from simlab.model.settings import WorldSettings
from simlab.model.settings.changes import (
    check_change,
    count,
    current,
    followers,
    with_link,
    with_service,
)

OF_SERVICES = ("replicas", "linger", "grace")


class Changes:
    """Applies values to the parts of a live system."""

    def __init__(
        self,
        world: WorldSettings,
        *,
        services: Mapping[str, Lives],
        links: Mapping[str, LinkClient[Response]],
        loops: Mapping[str, Loop],
    ) -> None:
        self._world, self._services, self._links, self._loops = world, services, links, loops
        self._known: dict[str, float | str | None] = {}  # What was set since the start.

    def check(self, path: str, value: float | str | None) -> None:
        """Raise UserError or ValueError where `value` may not be at `path`."""
        check_change(self._world, path, value)
        head, name, *rest = path.split(".")
        if head == "loops":
            deepcopy(self._adjustable(name)).reconfigure(".".join(rest), value)
        elif head == "load" or (head == "services" and rest[0] not in OF_SERVICES):
            raise UserError(f"{path} cannot be set from here: it is not the balancer's")

    def set(self, path: str, value: float | str | None) -> float | str | None:
        """Have `value` at `path`; return what stood there before.

        Raises:
            UserError, ValueError: It may not be there.
        """
        self.check(path, value)
        before = self._known.get(path, current(self._world, path))
        if path.endswith(".replicas"):
            before = self._services[path.split(".")[1]].wanted
        self._apply(path, value)
        self._known[path] = value
        return before

    def _apply(self, path: str, value: float | str | None) -> None:
        head, name, *rest = path.split(".")
        match head:
            case "services" if rest == ["replicas"]:
                self._services[name].scale(count(path, value))
            case "services":
                service = self._services[name]
                service.settings = with_service(service.settings, path, value)
            case "links":
                client = self._links[name]
                own = followers(self._world.links[name], rest[0]) if rest[0] != "operations" else ()
                client.renew(with_link(client.settings, rest, value, own), rest, value)
            case _:
                self._adjustable(name).reconfigure(".".join(rest), value)

    def _adjustable(self, name: str) -> Any:
        loop = self._loops[name]
        if not hasattr(loop, "reconfigure"):
            raise UserError(f"the loop {name} cannot change while it runs: it has no reconfigure")
        return loop
