"""The request log: one row for each request, kept only where it is asked for.

It grows with the load; everything else that telemetry keeps does not.
"""

from array import array
from collections.abc import Sequence
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simlab.core import OUTCOMES, Outcome, Seconds

IN_FLIGHT = len(OUTCOMES)
WORDS = (*OUTCOMES, "in_flight")


class RequestLog:
    """Every request of a run, the warm-up's included.

    Args:
        sources: Their names, in the order of the scenario.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = {name: at for at, name in enumerate(sources)}
        self._source, self._number, self._outcome = array("q"), array("q"), array("q")
        self._arrival, self._latency = array("d"), array("d")
        self._row: dict[tuple[str, int], int] = {}  # Of those in flight.

    def arrive(self, source: str, number: int, at: Seconds) -> None:
        """Open the row of request `number` of `source`."""
        assert (source, number) not in self._row, f"request {number} of {source} arrived twice"
        self._row[source, number] = len(self._number)
        self._source.append(self._sources[source])
        self._number.append(number)
        self._arrival.append(at)
        self._latency.append(nan)
        self._outcome.append(IN_FLIGHT)

    def end(self, source: str, number: int, latency: Seconds, outcome: Outcome) -> None:
        """Close the row of request `number` of `source`."""
        row = self._row.pop((source, number))
        self._latency[row], self._outcome[row] = latency, outcome

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns ``source``, ``number``, ``arrival``, ``latency``, ``outcome``.

        By source, then by number; each of the shape (requests,). What has not ended has the
        latency nan and the outcome ``in_flight``.
        """
        source, number = np.array(self._source), np.array(self._number)
        order = np.lexsort((number, source))
        return {
            "source": np.array(list(self._sources) or [""])[source[order]],
            "number": number[order],
            "arrival": np.array(self._arrival)[order],
            "latency": np.array(self._latency)[order],
            "outcome": np.array(WORDS)[np.array(self._outcome)[order]],
        }
