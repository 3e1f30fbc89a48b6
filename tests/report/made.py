"""Comparisons and records made by hand, so that what is drawn and said of them is known."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from simlab.load import Slo
from simlab.model.settings.service import ServiceSettings
from simlab.model.settings.world import WorldSettings
from simlab.study.comparison import Comparison
from simlab.study.judging import Difference
from simlab.study.question import Question
from simlab.study.statistics import NOTHING, Estimate
from simlab.telemetry import Event, Record
from simlab.telemetry.record import Floats, ServiceRecord, SourceRecord

VERDICTS = (
    "better", "worse", "not distinguishable", "equivalent", "higher", "lower", "identical",
    "tail too thin", "not available",
)  # fmt: skip
MEASURES = ("cost", "links.web->cart.attempts_per_call", "bad_share", "latency_p99", "requests")


def compared(
    names: Sequence[str],
    *,
    measures: Sequence[str] = MEASURES,
    estimates: Mapping[tuple[str, str], Estimate] | None = None,
    verdicts: Mapping[tuple[str, str], str] | None = None,
    margin: Mapping[str, float] | None = None,
    scale: float = 1.0,
) -> Comparison:
    """Return a comparison of strategies with these names.

    Args:
        names: Of the strategies.
        measures: That are compared.
        estimates: By (strategy, measure); else something that rises along both lists.
        verdicts: By (measure, "a b"); else each of VERDICTS in turn.
        margin: By measure.
        scale: Of the numbers that are made up.
    """
    question = Question(
        scenario="made", strategies=tuple(names), replications=10, seed=1,
        measures=tuple(measures), margin=dict(margin or {}),
    )  # fmt: skip
    means = {
        name: {
            measure: (estimates or {}).get((name, measure), _estimate(i, j, scale))
            for j, measure in enumerate(measures)
        }
        for i, name in enumerate(names)
    }
    found = [
        _difference(measure, a, b, (verdicts or {}).get((measure, f"{a} {b}"), VERDICTS[k % 9]), k)
        for k, (measure, (a, b)) in enumerate(
            (measure, pair) for measure in measures for pair in combinations(names, 2)
        )
    ]
    return Comparison(question=question, estimates=means, found=found, values={})


def _estimate(i: int, j: int, scale: float) -> Estimate:
    middle = scale * (i + 1) * (j + 1) / 100
    return Estimate(middle, middle - scale / 100, middle + scale / 50)


def _difference(measure: str, a: str, b: str, verdict: str, k: int) -> Difference:
    middle = (k % 11 - 5) / 100
    estimate = Estimate(middle, middle - 0.01, middle + 0.01)
    if verdict == "not available":
        estimate = NOTHING
    return Difference(
        measure=measure, a=a, b=b, estimate=estimate, p=0.2, p_adjusted=0.4, verdict=verdict
    )


def world(**replicas: int) -> WorldSettings:
    """Return a world of services with so many replicas."""
    services = {name: ServiceSettings(replicas=count) for name, count in replicas.items()}
    return WorldSettings(duration=60.0, slo=Slo(within=0.2), services=services)


def record(
    events: Sequence[Event] = (),
    *,
    services: Mapping[str, Mapping[str, Sequence[float]]],
    sources: Sequence[str] = ("users",),
    within: float | None = 0.2,
    **words: Any,
) -> Record:
    """Return a record of six steps of 10 s.

    Args:
        events: That happened.
        services: By name, columns; those that are missing are 2 throughout.
        sources: Names; their columns are plain.
        within: What is good.
        words: Of the record, beside.
    """
    steps = 6
    timeline: dict[str, Floats] = {"t": 10.0 * np.arange(1.0, steps + 1)}
    for name in sources:
        for column, value in (
            ("arrival_rate", 5.0), ("latency_p50", 0.02), ("latency_p99", 0.3), ("bad_share", 0.1),
        ):  # fmt: skip
            timeline[f"sources.{name}.{column}"] = np.full(steps, value)
    for name, columns in services.items():
        for column in ("wanted", "ready", "utilization"):
            values = columns.get(column, [2.0] * steps)
            timeline[f"services.{name}.{column}"] = np.array(values, np.float64)
    objective = None if within is None else 0.99
    given: dict[str, Any] = {"duration": 60.0, "warmup": 0.0, **words}
    return Record(
        sources={name: SourceRecord(within=within, objective=objective) for name in sources},
        services={name: ServiceRecord() for name in services},
        events=list(events),
        timeline=timeline,
        **given,
    )


def scaled(at: float, service: str, replicas: int, status: str = "done") -> Event:
    """Return that a loop had a service scaled."""
    action = {"kind": "scale", "service": service, "replicas": replicas, "id": 1}
    return Event(
        at=at, kind="action", who="loop", data={"action": action, "status": status, "reason": ""}
    )
