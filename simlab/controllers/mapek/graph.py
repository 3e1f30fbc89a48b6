"""The call graph, and a random walk on it that ends up where trouble begins.

Nodes are services and the links between them: a, a->b, b. From a node the walk goes

    on      to a node it calls, in proportion to how anomalous that (or what is behind it) is
    back    to a node that calls it, RHO times in proportion
    stays   where its own anomaly is above that of all it calls

and with the chance RESTART it begins anew at a node, in proportion to the nodes' anomalies. The
share of time at a node is its score. Errors spread from a callee to its callers, so the walk
follows them against their spread.

References: Kim, Sumbaly and Shah (2013), MonitorRank (SIGMETRICS): backward and self edges; Wu et
al. (2020), MicroRCA (NOMS): personalised by anomaly, with links weighed.
"""

from collections.abc import Iterable, Mapping
from typing import Final

RHO: Final = 0.2
RESTART: Final = 0.15
ROUNDS: Final = 60


class Graph:
    """Who calls whom.

    Args:
        links: Names of links, ``a->b``; a source is a caller that is no service.
        services: Names of services.
    """

    def __init__(self, links: Iterable[str], services: Iterable[str]) -> None:
        self.services = list(services)
        self.links = [one for one in links if one.partition("->")[2] in self.services]
        self.nodes = [
            *(f"services.{one}" for one in self.services),
            *(f"links.{one}" for one in self.links),
        ]
        self._on: dict[str, list[str]] = {one: [] for one in self.nodes}
        self._back: dict[str, list[str]] = {one: [] for one in self.nodes}
        for link in self.links:
            caller, _, callee = link.partition("->")
            self._join(f"services.{caller}", f"links.{link}")
            self._join(f"links.{link}", f"services.{callee}")

    def _join(self, one: str, other: str) -> None:
        if one in self._on:
            self._on[one].append(other)
            self._back[other].append(one)

    def beside(self, node: str) -> list[str]:
        """Return the nodes next to `node`, on either side."""
        return [*self._on.get(node, []), *self._back.get(node, [])]

    def downstream(self, node: str) -> list[str]:
        """Return `node` and all that it calls, nearest first."""
        return self._closure(node, self._on)

    def upstream(self, node: str) -> list[str]:
        """Return `node` and all that call it, nearest first."""
        return self._closure(node, self._back)

    def _closure(self, node: str, steps: Mapping[str, list[str]]) -> list[str]:
        found = [node]
        for one in found:
            found.extend(two for two in steps.get(one, ()) if two not in found)
        return found

    def walk(self, anomaly: Mapping[str, float]) -> dict[str, float]:
        """Return the share of time at each node, which sum to 1; all 0 without an anomaly.

        Args:
            anomaly: How anomalous each node is, not negative; one that is not named is not.
        """
        own = {one: anomaly.get(one, 0.0) for one in self.nodes}
        total = _total(own.values())
        if total <= 0.0:
            return dict.fromkeys(self.nodes, 0.0)
        start = {one: own[one] / total for one in self.nodes}
        moves = {one: self._moves(one, own) for one in self.nodes}
        share = start
        for _ in range(ROUNDS):
            after = {one: RESTART * start[one] for one in self.nodes}
            for one, ways in moves.items():
                for other, chance in ways:
                    after[other] += (1.0 - RESTART) * share[one] * chance
            share = after
        return share

    def _moves(self, node: str, own: Mapping[str, float]) -> list[tuple[str, float]]:
        """Return where the walk goes from `node`, with the chance of each; they sum to 1."""
        ways: list[tuple[str, float]] = []
        most = 0.0
        for other in self._on[node]:
            behind = own[other]
            if other.startswith("links."):
                behind = max([behind, *(own[callee] for callee in self._on[other])])
            most = max(most, behind)
            ways.append((other, behind))
        ways += [(other, RHO * own[other]) for other in self._back[node]]
        ways.append((node, max(0.0, own[node] - most)))
        total = _total(weight for _, weight in ways)
        if total <= 0.0:
            return [(node, 1.0)]
        return [(other, weight / total) for other, weight in ways if weight > 0.0]


def _total(values: Iterable[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total
