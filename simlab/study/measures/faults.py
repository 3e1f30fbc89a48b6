"""Measures of faults, by name. What needs a twin run without the fault is None without one."""

from collections.abc import Sequence

from simlab.core import Seconds
from simlab.study.measures.requests import Values
from simlab.study.measures.table import MEASURES
from simlab.study.statistics import mean
from simlab.telemetry import FaultRecord


def of_faults(records: Sequence[FaultRecord]) -> dict[str, Values]:
    """Return the measures of each fault that occurred, in order of its first occurrence.

    A fault that occurred several times has the mean over its occurrences, and None as soon as one
    of them was never detected (or acted on): a mean of the easy ones would flatter.
    """
    names = [name for name, measure in MEASURES.items() if "faults" in measure.of]
    found: dict[str, Values] = {}
    for fault in dict.fromkeys(one.fault for one in records):
        own = [one for one in records if one.fault == fault]
        found[fault] = dict.fromkeys(names)
        found[fault]["started"] = own[0].start
        found[fault]["occurrences"] = len(own)
        found[fault]["time_to_detect"] = _after([(one.start, one.detected) for one in own])
        found[fault]["time_to_act"] = _after([(one.start, one.acted) for one in own])
        ranks = [one.rank for one in own if one.rank is not None]
        found[fault]["diagnosis_rank"] = mean(ranks) if len(ranks) == len(own) else None
    return found


def _after(times: Sequence[tuple[Seconds, Seconds | None]]) -> Seconds | None:
    waits = [then - start for start, then in times if then is not None]
    return mean(waits) if len(waits) == len(times) else None
