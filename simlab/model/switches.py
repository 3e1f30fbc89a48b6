"""Switches: shares of the calls meant for one service that go to another one instead.

An attempt is switched between the link's limits and its balancer: latency, loss, time-out, retries,
breaker, limits and counts are those of the link it is on; the other service's endpoints have a
balancer of their own. Calls that were switched once are not switched again.
"""

from collections.abc import Iterator, Mapping, Sequence

from simlab.core import Ratio
from simlab.model.agenda import Agenda
from simlab.model.plan import CALL, Operation, Step
from simlab.model.reference.client import Edge, Split
from simlab.model.reference.limiter import Limiter
from simlab.model.reference.service import Service

CLOSE = 1e-9  # Of a share: 70 % and 30 % are 1, though perhaps not in floats.


class Switches:
    """Sends traffic to and fro.

    Args:
        operations: By service and name.
        asked: What sources ask for, as ``service.operation``.
    """

    def __init__(
        self,
        agenda: Agenda,
        limiter: Limiter,
        services: Mapping[str, Service],
        operations: Mapping[str, Mapping[str, Operation]],
        asked: Sequence[str],
    ) -> None:
        self._agenda, self._limiter, self._services = agenda, limiter, services
        self._operations = operations
        self._shares: dict[str, dict[str, Ratio]] = {}
        called = [one for each in operations.values() for op in each.values() for one in _calls(op)]
        self._called = {f"{one.service}.{one.name}": one for one in called}
        for path in asked:
            service, _, name = path.partition(".")
            self._called[path] = operations[service][name]

    def switch(self, away: Service, to: Service, share: Ratio) -> None:
        """Send this share of the calls meant for `away` to `to` instead; 0 gives all back.

        Raises:
            ValueError: `to` cannot stand in for `away`.
        """
        shares = {**self._shares.get(away.name, {}), to.name: share}
        self._check(away.name, to.name, shares)
        self._shares[away.name] = shares
        for edge in away.callers:
            split = next((one for one in edge.splits if one.to == to.name), None)
            if split is None:
                names = self._operations[to.name]
                split = Split(to.name, to.endpoints, to.by_number, names)
                to.detours.append(edge)
            edge.divert(split, share)
            self._wake(edge)

    def _wake(self, edge: Edge) -> None:
        for client in edge.clients.values():
            self._agenda.soon.append((self._limiter.wake, client))

    def _check(self, away: str, to: str, shares: Mapping[str, Ratio]) -> None:
        share, total = shares[to], 0.0
        for one in shares.values():
            total = total + one
        if away == to:
            raise ValueError(f"traffic of {away} cannot be switched to itself")
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"a share must be from 0 to 1, got {share:g}")
        if total > 1.0 + CLOSE:
            raise ValueError(f"{away} would have {total:.0%} of its traffic switched")
        if share == 0.0:
            return
        for name in self._names(away):
            if name not in self._operations[to]:
                raise ValueError(f"{to} has no operation {name!r}, which {away} is called for")
        self._check_circles({**self._shares, away: shares})

    def _names(self, service: str) -> list[str]:
        """Return the operations that `service` is called for."""
        return [one.name for one in self._called.values() if one.service == service]

    def _check_circles(self, shares: Mapping[str, Mapping[str, Ratio]]) -> None:
        """Raise `ValueError` where calls would go in a circle with these shares switched."""
        done: set[str] = set()

        def visit(operation: Operation, way: tuple[str, ...]) -> None:
            path = f"{operation.service}.{operation.name}"
            if path in way:
                circle = " -> ".join([*way[way.index(path) :], path])
                raise ValueError(f"calls would go in a circle: {circle}")
            if path in done:
                return
            for one in _calls(operation):
                visit(one, (*way, path))
                for to, share in shares.get(one.service, {}).items():
                    if share > 0.0:
                        visit(self._operations[to][one.name], (*way, path))
            done.add(path)

        for each in self._operations.values():
            for operation in each.values():
                visit(operation, ())


def _calls(operation: Operation) -> Iterator[Operation]:
    """Yield the operations that `operation` may call, in the order of its steps."""
    yield from _calls_of(operation.steps)


def _calls_of(steps: Sequence[Step]) -> Iterator[Operation]:
    for step in steps:
        if step.kind == CALL:
            yield step.operation
        for branch in (*step.branches, step.body, step.otherwise):
            yield from _calls_of(branch)
