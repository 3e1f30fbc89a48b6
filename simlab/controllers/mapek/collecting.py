"""Collectors: what metrics, logs and traces say of one service or link in one window.

Each judges parts of symptoms. A reading that is missing, not finite, from before `oldest`, or of
too few answers is unknown: its part has the value None, and neither raises nor clears anything.
Where metrics of latency and errors are unknown, enough spans may stand in for them.
Longer than most: a function for each type of symptom, and `down` has lines for each of its parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from simlab.controllers.mapek.numbers import fresh, links_to, reading_at
from simlab.controllers.mapek.symptoms import Goal, Part
from simlab.controllers.mapek.thresholds import CustomSymptom, Thresholds
from simlab.controllers.mapek.trend import Point, time_to_limit
from simlab.core import FAILURES, MISSING, OUTCOMES, LogLine, Observation, Seconds, Span

CRASHES: Final = ("crash", "out_of_memory")
FULL: Final = ("out_of_memory", "storage_full")
FAILED: Final = tuple(OUTCOMES[one] for one in FAILURES)


@dataclass(slots=True)
class Looking:
    """What one window is looked at by.

    Args:
        oldest: Readings from before it are unknown.
        least: Fewer answers in a window say nothing.
        clear: A symptom may clear below this share of its bound.
        logs: Of the latest windows, oldest first.
        spans: Of the latest windows.
        failed: Probes failed in the latest windows, by service.
        memory: What replicas held, window by window, by (service, replica).
    """

    seen: Observation
    oldest: Seconds
    least: float
    clear: float
    logs: Sequence[LogLine] = ()
    spans: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    memory: Mapping[tuple[str, int], Sequence[Point]] = field(default_factory=dict)

    def number(self, path: str) -> tuple[float | None, Seconds]:
        """Return the number at `path` if it is known, and its window."""
        reading = reading_at(self.seen, path)
        return fresh(reading, self.oldest), reading.window

    def answered(self, path: str) -> bool:
        """Return whether enough went through the service or link at `path` to judge it."""
        rate = reading_at(self.seen, f"{path}.arrival_rate")
        value = fresh(rate, self.oldest)
        return value is not None and value * rate.window >= self.least


def above(look: Looking, measure: str, bound: float, *, ends: float = inf) -> Part:
    """Return the part of the number at `measure`, which is wrong above `bound`.

    How far beyond it is, is told by `beyond`; `ends` is where the number's range ends.
    """
    value, window = look.number(measure)
    return judged(look, measure, value, window, bound, ends)


def judged(
    look: Looking, measure: str, value: float | None, window: Seconds, bound: float, ends: float
) -> Part:
    """Return the part of a number that is wrong above `bound`."""
    name = measure.rpartition(".")[2]
    if value is None:
        return Part(name=name)
    return Part(
        name=name,
        value=value,
        over=value > bound,
        calm=value <= look.clear * bound,
        beyond=beyond(value, bound, ends),
        window=window,
        goal=Goal(measure=measure, relation="<", value=bound),
    )


def beyond(value: float, bound: float, ends: float = inf) -> float:
    """Return how many times its bound a value is, or how many times closer to its range's end.

    >>> beyond(2.0, 1.0), beyond(0.95, 0.9, ends=1.0) > 1.99, beyond(1.0, 0.9, ends=1.0)
    (2.0, True, inf)
    """
    if value <= bound or ends == inf or bound >= ends:
        return value / bound
    return (ends - bound) / (ends - value) if value < ends else inf


# Metrics.


def latency(look: Looking, path: str, bounds: Thresholds) -> list[Part]:
    """Judge the 99th percentile of a service's or link's latency."""
    measure = f"{path}.latency_p99"
    if look.answered(path):
        return [above(look, measure, bounds.latency_p99)]
    spans = look.spans.get(path.partition(".")[2], ()) if path.startswith("services.") else ()
    took = sorted(one.end - one.start for one in spans if one.outcome in ("ok", "degraded"))
    if len(took) < look.least:
        return [Part(name="latency_p99")]
    value = took[min(len(took) - 1, int(0.99 * len(took)))]
    return [judged(look, measure, value, 0.0, bounds.latency_p99, inf)]


def errors(look: Looking, path: str, bounds: Thresholds) -> list[Part]:
    """Judge the share of a service's or link's answers that are failures."""
    measure = f"{path}.error_rate"
    if look.answered(path):
        return [above(look, measure, bounds.error_rate)]
    spans = look.spans.get(path.partition(".")[2], ()) if path.startswith("services.") else ()
    valid = [one for one in spans if one.outcome not in ("invalid", "cancelled")]
    if not valid or len(valid) < look.least:
        return [Part(name="error_rate")]
    failed = [one for one in valid if one.outcome in FAILED]
    share = len(failed) / len(valid)
    return [judged(look, measure, share, 0.0, bounds.error_rate, inf)]


def resources(look: Looking, name: str, bounds: Thresholds) -> list[Part]:
    """Judge a service's cpu, memory and storage; what is logged as full is full."""
    path = f"services.{name}"
    parts = [
        above(look, f"{path}.utilization", bounds.utilization, ends=1.0),
        above(look, f"{path}.memory_share", bounds.memory, ends=1.0),
        above(look, f"{path}.storage_share", bounds.storage, ends=1.0),
    ]
    for kind, place in (("out_of_memory", 1), ("storage_full", 2)):
        lines = logged(look, name, kind)
        if lines:
            measure = f"{path}.{parts[place].name}"
            full = judged(look, measure, 1.0, 0.0, (bounds.memory, bounds.storage)[place - 1], 1.0)
            parts[place] = replace_evidence(full, f"{kind} logged {len(lines)} times")
    return parts


def replace_evidence(part: Part, evidence: str) -> Part:
    """Return `part` with its evidence in words."""
    return Part(
        name=part.name,
        value=part.value,
        over=part.over,
        calm=part.calm,
        beyond=part.beyond,
        window=part.window,
        goal=part.goal,
        evidence=evidence,
    )


def down(look: Looking, name: str, bounds: Thresholds, *, restarting: bool) -> list[Part]:
    """Judge whether a service is there: by its replicas, its callers, its crashes, its probes."""
    path, missing = f"services.{name}", 1.0 - bounds.ready
    parts: list[Part] = []
    for measure in ("ready_share", "answering"):
        share, window = look.number(f"{path}.{measure}")
        if share is None or restarting:
            parts.append(Part(name=measure))
            continue
        parts.append(
            Part(
                name=measure,
                value=share,
                over=share < bounds.ready,
                calm=1.0 - share <= look.clear * missing,
                beyond=inf if share <= 0.0 else (1.0 - share) / missing,
                window=window,
                fact=share == 0.0 and measure == "ready_share",
                goal=Goal(measure=f"{path}.{measure}", relation=">", value=bounds.ready),
            )
        )
    if links_to(look.seen, name):
        parts.append(above(look, f"{path}.unreachable", bounds.unreachable, ends=1.0))
    crashes = sum(len(logged(look, name, kind)) for kind in CRASHES) + look.failed.get(name, 0)
    if not restarting:
        parts.append(
            Part(
                name="crashes",
                value=float(crashes),
                over=crashes >= bounds.crashes,
                calm=crashes <= look.clear * bounds.crashes,
                beyond=crashes / bounds.crashes,
                goal=Goal(measure=f"{path}.ready_share", relation=">", value=bounds.ready),
            )
        )
    return parts


def leak(look: Looking, name: str, bounds: Thresholds) -> list[Part]:
    """Judge by their trend whether replicas' memory will be full before long."""
    soonest: float | None = None
    share = reading_at(look.seen, f"services.{name}.memory_share").value
    for replica in look.seen.services[name].replicas:
        points = look.memory.get((name, replica.number), ())
        if replica.memory_limit and points and points[-1].at >= look.oldest:
            left = time_to_limit(points, replica.memory_limit)
            if left is not None and (soonest is None or left < soonest):
                soonest = left
    if soonest is None:
        return [Part(name="time_to_limit")]
    ratio = inf if soonest == 0.0 else bounds.leak / soonest
    goal = None
    if share is not None:
        goal = Goal(measure=f"services.{name}.memory_share", relation="<", value=share)
    return [
        Part(
            name="time_to_limit",
            value=soonest,
            over=ratio > 1.0,
            calm=ratio <= look.clear,
            beyond=ratio,
            goal=goal,
            evidence=f"memory grows steadily; its limit is {soonest:.0f} s away",
        )
    ]


def custom(look: Looking, one: CustomSymptom) -> list[Part]:
    """Judge a number of one's own."""
    value, window = look.number(one.metric)
    if value is None:
        return [Part(name=one.metric)]
    up = one.relation == "above"
    edge = one.bound - (1.0 - look.clear) * abs(one.bound) * (1.0 if up else -1.0)
    gap = value - one.bound if up else one.bound - value
    return [
        Part(
            name=one.metric,
            value=value,
            over=gap > 0.0,
            calm=value <= edge if up else value >= edge,
            beyond=1.0 + gap / abs(one.bound) if one.bound else inf if gap > 0.0 else 0.0,
            window=window,
            goal=Goal(measure=one.metric, relation="<" if up else ">", value=one.bound),
        )
    ]


# Logs.


def failed_probes(seen: Observation) -> dict[str, int]:
    """Return how many probes failed, by service; those of replicas on their way up say nothing.

    A replica is on its way up until it is first ready; what failed before it became ready is over.
    """
    failed: dict[str, int] = {}
    for probe in seen.probes:
        service = seen.services.get(probe.service)
        there = {one.number: one for one in service.replicas} if service else {}
        one = there.get(probe.replica)
        young = one is not None and (
            one.ready_since > probe.at if one.ready else one.ready_since == one.started_at
        )
        if not probe.passed and not young:
            failed[probe.service] = failed.get(probe.service, 0) + 1
    return failed


def logged(look: Looking, service: str, kind: str) -> list[LogLine]:
    """Return what was logged of this kind by `service` or its replicas."""
    own = f"services.{service}"
    return [
        one
        for one in look.logs
        if one.kind == kind and (one.target == own or one.target.startswith(f"{own}/"))
    ]


def memory_points(
    seen: Observation, name: str, oldest: Seconds
) -> dict[tuple[str, int], tuple[int, Point]]:
    """Return what each replica of a service holds now, with its count of restarts."""
    found = {}
    for replica in seen.services[name].replicas:
        memory = replica.readings.get("memory", MISSING)
        inside = replica.readings.get("in_flight", MISSING)
        value = fresh(memory, oldest)
        if value is not None and replica.ready and not replica.deleting:
            point = Point(memory.measured_at, value, fresh(inside, oldest))
            found[name, replica.number] = (replica.restarts, point)
    return found
