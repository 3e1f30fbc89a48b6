"""A mix: each request asks one of several operations, by their shares."""

from collections.abc import Mapping

from simlab.core import Purpose, Ratio
from simlab.load.place import Place


class Mix:
    """Which operation each request of a source asks.

    Args:
        to: The share of each operation; they sum to 1.
        source: The source's name; part of the address.
    """

    __slots__ = ("_edges", "_operations", "_stream")

    def __init__(
        self, to: Mapping[str, Ratio], *, seed: int, replication: int, source: str
    ) -> None:
        asked = {operation: share for operation, share in to.items() if share > 0}
        self._operations = tuple(asked)
        self._edges: list[float] = []
        edge = 0.0
        for share in asked.values():
            edge += share
            self._edges.append(edge)
        self._stream = Place(seed, replication, source).stream(Purpose.MIX)

    def pick(self, number: int) -> str:
        """Return the operation that request `number` asks."""
        operations = self._operations
        if len(operations) == 1:
            return operations[0]
        luck = self._stream.uniform(number)
        for operation, edge in zip(operations, self._edges, strict=True):
            if luck < edge:
                return operation
        return operations[-1]  # The shares may miss 1 by a rounding.


__all__ = ["Mix"]
