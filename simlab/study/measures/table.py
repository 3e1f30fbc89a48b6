"""The table of measures: one name, one formula, everywhere. SI units.

A measure that does not exist in a run (no fault, no goal, nothing answered) is None, never 0.
A run counts requests that arrive in [warmup, duration); W = duration - warmup. valid = requests -
invalid; what is in flight at the end of the drain is bad.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from simlab.core import OUTCOMES

Level = Literal["total", "sources", "services", "links", "faults"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a measure is.

    Args:
        name: As in files, tables and documents.
        unit: SI; ``1`` for a count.
        better: Which is better; None where neither is: its differences are higher or lower.
        formula: How it is made, in words.
        of: The levels that have it.
    """

    name: str
    unit: str
    better: Literal["less", "more"] | None
    formula: str
    of: tuple[Level, ...]


_Better = Literal["-", "+", " "]
_BETTER: Mapping[str, Literal["less", "more"] | None] = {"-": "less", "+": "more", " ": None}


def _rows(of: tuple[Level, ...], *rows: tuple[str, str, _Better, str]) -> tuple[Measure, ...]:
    return tuple(
        Measure(name=name, unit=unit, better=_BETTER[sign], formula=formula, of=of)
        for name, unit, sign, formula in rows
    )


_REQUESTS = _rows(
    ("total", "sources"),
    ("requests", "1", " ", "arrivals in [warmup, duration)"),
    ("in_flight", "1", " ", "of those, without an outcome at the end of the drain"),
    ("good", "1", "+", "ok or degraded, and latency <= slo.within"),
    ("bad_share", "ratio", "-", "(valid - good) / valid"),
    ("goodput", "1/s", "+", "good / W"),
    ("throughput", "1/s", "+", "(ok + degraded) / W"),
    ("failure_share", "ratio", "-", "(valid - ok - degraded) / valid"),
    ("degraded_share", "ratio", "-", "degraded / valid"),
    ("latency_max", "s", "-", "the longest latency of ok and degraded"),
    (
        "apdex",
        "ratio",
        "+",
        "(good + answered within 4 x slo.within, later than good, / 2) / valid",
    ),
    ("bad_minutes", "min", "-", "whole minutes of W with a bad share above 1 - objective"),
    ("burn", "1", "-", "bad_share / (1 - objective)"),
    ("budget_used", "ratio", "-", "burn x W / period"),
)
_ANSWERS = _rows(
    ("total", "sources", "links"),
    ("error_rate", "ratio", "-", "failures / (ended - invalid)"),
    ("latency_mean", "s", "-", "mean latency of ok and degraded"),
    *(
        (f"latency_p{rank}", "s", "-", f"{text} % of ok and degraded are answered within it")
        for rank, text in (("50", "50"), ("90", "90"), ("95", "95"), ("99", "99"), ("999", "99.9"))
    ),
)
_OUTCOMES = tuple(
    one
    for name in OUTCOMES
    for one in _rows(
        ("services", "links") if name == "cancelled" else ("total", "sources", "services", "links"),
        (f"outcomes.{name}", "1", " ", f"ended {name}"),
    )
)
_CALLS = _rows(
    ("links",),
    ("calls", "1", " ", "calls begun in [warmup, duration)"),
    ("attempts", "1", " ", "their attempts; refusals by the link's own breaker or limits are none"),
    ("attempts_per_call", "1", "-", "attempts / calls"),
)
_RESOURCES = _rows(
    ("total", "services"),
    ("replica_hours", "h", "-", "integral of replicas that exist / 3600"),
    ("replica_hours_ready", "h", "-", "integral of replicas that are ready / 3600"),
    ("core_hours", "h", "-", "integral of cores of replicas that exist / 3600"),
    ("gib_hours", "h", "-", "integral of billed memory of replicas that exist / 2^30 / 3600"),
    ("core_utilization", "ratio", " ", "busy core-seconds / core-seconds of ready replicas"),
    ("scaling_operations", "1", "-", "accepted actions with a new wanted count"),
    ("reversals", "1", "-", "of those, against the sign of the service's last within 10 min"),
    ("restarts", "1", "-", "restarts by the platform or by actions"),
    ("killed", "1", "-", "replicas killed for want of memory"),
)
_SERVICES = _rows(
    ("services",),
    ("in_vain", "1", "-", "attempts that nobody listened to any more when they ended"),
    ("theta_U", "ratio", "-", "mean of max(demand - supply, 0) / demand on a 15 s grid"),
    ("theta_O", "ratio", "-", "mean of max(supply - demand, 0) / demand on a 15 s grid"),
    ("tau_U", "ratio", "-", "share of time with less supply than demand"),
    ("tau_O", "ratio", "-", "share of time with more supply than demand"),
    ("instability", "ratio", "-", "share of steps in which supply and demand change differently"),
)
_TOTAL = _rows(
    ("total",),
    ("cost", "money", "-", "the sum of its terms"),
    ("cost.terms.core_hour", "money", "-", "core_hours x cost.core_hour"),
    ("cost.terms.gib_hour", "money", "-", "gib_hours x cost.gib_hour"),
    ("cost.terms.bad_request", "money", "-", "(valid - good) x cost.bad_request"),
    ("cost.terms.scaling", "money", "-", "scaling_operations x cost.scaling"),
    ("retry_amplification", "1", "-", "attempts at all links / calls at all links"),
    ("false_alarms", "1/h", "-", "symptoms and actions of healers, in runs without faults"),
)
_FAULTS = _rows(
    ("faults",),
    ("started", "s", " ", "when it first started"),
    ("occurrences", "1", " ", "how often it started"),
    ("time_to_detect", "s", "-", "from start to the first symptom that names the target"),
    ("time_to_act", "s", "-", "from start to the first accepted action on the target"),
    ("time_to_recover", "s", "-", "until good again for 60 s; needs a twin run without the fault"),
    ("recovered", "1", "+", "1 if it was good again before the end, else 0; needs a twin run"),
    ("requests_lost", "1", "-", "sum of max(Q0 - Q, 0) x valid; needs a twin run"),
    ("loss_area", "s", "-", "integral of max(Q0 - Q, 0); needs a twin run"),
    ("depth", "ratio", "-", "max of Q0 - Q; needs a twin run"),
    ("diagnosis_rank", "1", "-", "place of the true root cause in the analyzer's list"),
)

_ALL = (
    *_REQUESTS, *_ANSWERS, *_OUTCOMES, *_CALLS, *_RESOURCES, *_SERVICES, *_TOTAL, *_FAULTS,
)  # fmt: skip
MEASURES: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in _ALL})
DEFAULT = ("cost", "bad_share", "latency_p99", "replica_hours")
