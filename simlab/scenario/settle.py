"""Settle: values whose kind only the path beside them knows, read once the world is there.

    faults.X  {kind: set, path: links.web->cart.timeout, to: 100ms}
    loops.X   {kind: script, steps: [{at: 5m, set: {services.web.slots: 64}}]}

The paths are those that can change while the system runs.
"""

from dataclasses import replace
from typing import Any

from simlab.controllers import LoopSettings, ScriptSettings, ScriptStep
from simlab.core import UserError
from simlab.faults import FaultSettings, PathFault
from simlab.model.settings.changes import changeable
from simlab.model.settings.world import WorldSettings
from simlab.scenario.kinds import PARSERS, parse
from simlab.scenario.nodes import Listing, Node, Place, Scalar, Table, is_none, join
from simlab.scenario.problems import Problems, nearest


class Settling:
    """One world's values, read by the kinds of their paths.

    Args:
        world: As structured from `tree`.
        problems: Where to note paths that cannot change, and values of another kind.
    """

    def __init__(self, world: WorldSettings, tree: Table, problems: Problems) -> None:
        self._world, self._tree, self._problems = world, tree, problems

    def settled(self) -> WorldSettings:
        """Return the world with all of its values read."""
        faults, loops = self._tree.table("faults"), self._tree.table("loops")
        return replace(
            self._world,
            faults={n: self._fault(one, faults.table(n)) for n, one in self._world.faults.items()},
            loops={n: self._loop(one, loops.table(n)) for n, one in self._world.loops.items()},
        )

    def _fault(self, fault: FaultSettings, node: Table) -> FaultSettings:
        if not isinstance(fault, PathFault):
            return fault
        path, to = node.get("path"), node.get("to")
        assert path is not None, "it has been read"
        assert to is not None, "it has been read"
        return replace(fault, to=self._value(fault.path, path.place, path.path, to))

    def _loop(self, loop: LoopSettings, node: Table) -> LoopSettings:
        if not isinstance(loop, ScriptSettings):
            return loop
        steps = node.get("steps")
        assert isinstance(steps, Listing), "it has been read"
        return replace(loop, steps=tuple(map(self._step, loop.steps, steps.items)))

    def _step(self, step: ScriptStep, node: Node) -> ScriptStep:
        assert isinstance(node, Table), "it has been read"
        for name, entry in node.table("scale").entries.items():
            self._service(name, entry.key, join(f"{node.path}.scale", name))
        restart = node.get("restart")
        for word in restart.items if isinstance(restart, Listing) else ():
            if isinstance(word, Scalar):
                self._service(word.text, word.place, word.path)
        self._others(node)
        values = {
            path: self._value(path, entry.key, join(f"{node.path}.set", path), entry.value)
            for path, entry in node.table("set").entries.items()
        }
        return replace(step, set=values)

    def _others(self, node: Table) -> None:
        """Note services of switches, quotas and cleaning up that are not there."""
        for name, entry in node.table("quota").entries.items():
            self._service(name, entry.key, join(f"{node.path}.quota", name))
        words = [node.get("clean_up"), *(node.table("switch").get(end) for end in ("from", "to"))]
        for word in words:
            if isinstance(word, Scalar) and not is_none(word):
                self._service(word.text, word.place, word.path)

    def _service(self, name: str, place: Place, path: str) -> None:
        if name not in self._world.services:
            hint = nearest(name, self._world.services)
            self._problems.add(place, path, f"there is no service {name!r}{hint}")

    def _value(self, path: str, place: Place, where: str, value: Node) -> Any:
        """Return what `value` says for the setting at `path`, which stands at `place`."""
        try:
            unit = changeable(self._world, path)
        except UserError as error:
            self._problems.add(place, where, str(error))
            return None
        if is_none(value):
            return None
        assert isinstance(value, Scalar), "it has been read"
        try:
            return parse(unit.kind, value.text) if unit.kind in PARSERS else value.text
        except ValueError as error:
            self._problems.at(value, str(error))
            return None
