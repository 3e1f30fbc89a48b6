"""Twins: a fault's harm, from the quality of a run with it and of the same run without it.

    Q(t)   good / valid by bin of arrival (1 where nothing arrived), with the fault; Q0 without
    time_to_recover   to the first t, not before Q has first fallen below 0.95 Q0, from which on
                      Q >= 0.95 Q0 for 60 s on end; 0 if it never fell
    requests_lost     sum of max(Q0 - Q, 0) x valid      loss_area   integral of max(Q0 - Q, 0)
    depth             the largest Q0 - Q

From the bin in which the fault first started. "Not before it has fallen" is ours: a leak harms
long after its start, and would else have been over before it began.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from simlab.core import Seconds
from simlab.study.measures.requests import Values
from simlab.telemetry import BIN

AGAIN = 0.95  # Of the quality without the fault: as good as before.
CALM: Seconds = 60.0


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Requests of all sources by bin of arrival, from 0 on: `good` of `valid`."""

    valid: Sequence[float]
    good: Sequence[float]

    def at(self, place: int) -> float:
        """Return the share of good ones in a bin; 1 where nothing arrived."""
        return float(self.good[place] / self.valid[place]) if self.valid[place] else 1.0


def of_twins(hurt: Quality, calm: Quality, *, start: Seconds, duration: Seconds) -> Values:
    """Return what a fault that first started at `start` cost a run of `duration` seconds."""
    first, bins = int(start // BIN), ceil(duration / BIN)
    gaps = [max(calm.at(at) - hurt.at(at), 0.0) for at in range(first, bins)]
    lost = area = 0.0
    for at, gap in enumerate(gaps, first):
        lost += gap * float(hurt.valid[at])
        area += gap * (min((at + 1) * BIN, duration) - max(at * BIN, start))
    back = _recovered(hurt, calm, first, bins)
    return {
        "time_to_recover": None if back is None else max(back * BIN - start, 0.0),
        "recovered": 0 if back is None else 1,
        "requests_lost": lost,
        "loss_area": area,
        "depth": max(gaps, default=0.0),
    }


def _recovered(hurt: Quality, calm: Quality, first: int, bins: int) -> int | None:
    """Return the bin from which on all is well again; `first` if it always was; None: none."""
    well = [hurt.at(at) >= AGAIN * calm.at(at) for at in range(first, bins)]
    if all(well):
        return first
    long = ceil(CALM / BIN)
    for at in range(well.index(False) + 1, len(well) - long + 1):
        if all(well[at : at + long]):
            return first + at
    return None
