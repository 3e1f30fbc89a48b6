"""Calls: who calls what, read from the trees of operations; and what is wrong with it.

Rule 1: links are the pairs (caller, callee), in order of first mention: services, then sources.
Rule 2: calls in a circle are an error, which names the circle.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from simlab.load import SourceSettings
from simlab.scenario.names import fault_of
from simlab.scenario.nodes import Listing, Node, Scalar, Table
from simlab.scenario.problems import Problems, nearest
from simlab.scenario.shorthands import field_written_out

DEEPEST: Final = 100  # Levels of calls: no system has so many, and engines go down level by level.
INSIDE: Final = ("steps", "parallel", "do", "else")

Operation = tuple[str, str]


def calls_in(node: Node) -> Iterator[Scalar]:
    """Yield the `call` of every step below `node`, in the order written."""
    match node:
        case Listing(items=items):
            for item in items:
                yield from calls_in(item)
        case Table():
            for key, value in node.items():
                if key == "call" and isinstance(value, Scalar):
                    yield value
                elif key in INSIDE:
                    yield from calls_in(value)


def operation_of(node: Scalar) -> Operation | None:
    """Return the service and operation that `node` names; None if it is no such word."""
    if fault_of("operation", node.text):
        return None
    service, _, operation = node.text.partition(".")
    return service, operation


class CallGraph:
    """The calls of services and sources, checked.

    Args:
        services: The resolved mapping of services.
        load: The mapping of sources.

    Attributes:
        pairs: (caller, callee), in order of first mention.
        whole: Whether every call is of a service that is there.
    """

    def __init__(self, services: Table, load: Table, problems: Problems) -> None:
        self._operations = {
            name: tuple(service.table("operations").entries)
            for name, service in services.items()
            if isinstance(service, Table)
        }
        self._problems = problems
        self._calls: dict[Operation, list[tuple[Scalar, Operation]]] = {}
        self.pairs: dict[tuple[str, str], None] = {}
        self.whole = True
        for name, service in services.items():
            if isinstance(service, Table):
                self._of_service(name, service.table("operations"))
        for name, source in load.items():
            if isinstance(source, Table):
                self._of_source(name, source)
        _Circles(self._calls, problems).find()

    @property
    def operations(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of each service's operations."""
        return self._operations

    def _of_service(self, name: str, operations: Table) -> None:
        for operation, steps in operations.items():
            found = []
            for call in calls_in(steps):
                callee = self._callee(name, call)
                if callee is not None:
                    found.append((call, callee))
            self._calls[name, operation] = found

    def _of_source(self, name: str, source: Table) -> None:
        to = source.get("to")
        to = None if to is None else field_written_out(to, SourceSettings, "to")
        for key, entry in to.entries.items() if isinstance(to, Table) else ():
            word = Scalar(entry.key, entry.value.path, key)
            self._callee(name, word)

    def _callee(self, caller: str, call: Scalar) -> Operation | None:
        """Return what `call` calls, having noted the link; None, with a problem, if nothing."""
        callee = operation_of(call)
        if callee is None:
            return None  # As a word it is refused where it is read.
        service, operation = callee
        if service not in self._operations:
            self.whole = False
            hint = nearest(service, self._operations)
            self._problems.at(call, f"there is no service {service!r}{hint}")
            return None
        self.pairs.setdefault((caller, service))
        if operation not in self._operations[service]:
            hint = nearest(operation, self._operations[service])
            self._problems.at(call, f"{service} has no operation {operation!r}{hint}")
            return None
        return callee


class _Circles:
    """A search for calls that come back to where they began."""

    def __init__(
        self, calls: Mapping[Operation, list[tuple[Scalar, Operation]]], problems: Problems
    ) -> None:
        self._calls = calls
        self._problems = problems
        self._depth: dict[Operation, int] = {}

    def find(self) -> None:
        """Note every call that closes a circle."""
        for operation in self._calls:
            self._visit(operation)

    def _visit(self, first: Operation) -> None:
        """Go down from `first`; a list instead of recursion: chains may be long."""
        trail: list[Operation] = []
        todo: list[tuple[Operation, int]] = [(first, 0)]
        while todo:
            operation, index = todo.pop()
            if index == 0:
                if operation in self._depth:
                    continue
                trail.append(operation)
            calls = self._calls.get(operation, [])
            if index == len(calls):
                self._finish(trail.pop(), calls)
                continue
            todo.append((operation, index + 1))
            call, callee = calls[index]
            if callee in trail:
                self._note(call, [*trail[trail.index(callee) :], callee])
            else:
                todo.append((callee, 0))

    def _finish(self, operation: Operation, calls: list[tuple[Scalar, Operation]]) -> None:
        """Count the levels below `operation`, all of whose calls have been visited."""
        depth = 1 + max((self._depth.get(callee, 0) for _, callee in calls), default=0)
        if depth == DEEPEST + 1:
            message = f"calls must not be nested deeper than {DEEPEST} levels"
            self._problems.at(calls[0][0], message)
        self._depth[operation] = depth

    def _note(self, call: Scalar, circle: list[Operation]) -> None:
        words = " -> ".join(f"{service}.{operation}" for service, operation in circle)
        self._problems.at(call, f"calls must not go in a circle: {words}")
