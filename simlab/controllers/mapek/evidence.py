"""Evidence: what speaks for a service or a link as the place where trouble begins.

    crash, out_of_memory, storage_full      logged there                          2 each kind
    config                                  a setting of it changed before       15
    own errors      share of its answers that are errors of its own, not of what it calls      2 x
    own time        share of its latency that is not spent in calls                            2 x
    odd replicas    some of it are far from its others                            1

A change shortly before the onset outweighs all else: most outages begin with one (Beyer et al.,
Site Reliability Engineering, 2016, chapter 1). From metrics: of outcomes `error` and `dependency`
the first is one's own; own time is the mean latency less that of its calls, each weighed by how
often it is made. Where spans were sampled they say both, attempt by attempt (time outside of all
child spans).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from simlab.controllers.mapek.issues import Change
from simlab.controllers.mapek.numbers import due_replicas, silent
from simlab.controllers.mapek.symptoms import service_of
from simlab.core import MISSING, LogLine, Observation, ReplicaSeen, Span

LOGGED: Final[Mapping[str, float]] = {"crash": 2.0, "out_of_memory": 2.0, "storage_full": 2.0}
CHANGED: Final = 15.0
OWN: Final = 2.0
ODD: Final = 1.0
FAR: Final = 3.0  # Times the median of its peers.
FLOOR: Final = 0.05  # Seconds, or the share of errors: less is never odd.
OWN_ERRORS: Final = ("error", "overloaded", "crashed")


@dataclass(slots=True)
class Evidence:
    """What speaks for each node: a weight, in words, and what plans can use of it."""

    weights: dict[str, float] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    logged: list[str] = field(default_factory=list)
    odd: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, node: str, weight: float, words: str) -> None:
        """Add something that speaks for `node`."""
        if weight > 0.0:
            self.weights[node] = self.weights.get(node, 0.0) + weight
            self.words.setdefault(node, []).append(words)


def gathered(
    seen: Observation,
    services: Sequence[str],
    logs: Iterable[LogLine],
    spans: Sequence[Span],
    changes: Iterable[Change],
) -> Evidence:
    """Return all that speaks for any of `services` and the links to them."""
    found = Evidence()
    for node, kind in dict.fromkeys(
        (f"services.{service_of(one.target)}", one.kind) for one in logs
    ):
        if kind in LOGGED:
            found.add(node, LOGGED[kind], f"{kind} logged")
            found.logged.append(node)
    for change in changes:
        if change.subject not in found.changes:
            found.add(change.subject, CHANGED, f"{change.path} was changed")
        found.changes.setdefault(change.subject, []).append(change)
    for name in services:
        _own(found, seen, name, [one for one in spans if one.service == name], spans)
        due = [one.number for one in due_replicas(seen, name)]
        odd = odd_replicas(seen.services[name].replicas, due)
        if odd:
            found.odd[f"services.{name}"] = odd
            found.add(f"services.{name}", ODD, f"replicas {', '.join(map(str, odd))} stand out")
    return found


def _own(
    found: Evidence, seen: Observation, name: str, mine: Sequence[Span], spans: Sequence[Span]
) -> None:
    """Add how much of a service's errors and of its time are its own."""
    node = f"services.{name}"
    errors = own_errors_of_spans(mine, spans) if mine else own_errors(seen, name)
    if errors is not None:
        found.add(node, OWN * errors, f"{100.0 * errors:.3g} % of its answers are its own errors")
    share = own_time_of_spans(mine, spans) if mine else own_time(seen, name)
    if share is not None:
        found.add(node, OWN * share, f"{100.0 * share:.3g} % of its latency is its own")


def own_errors(seen: Observation, name: str) -> float | None:
    """Return the share of a service's answers that are errors of its own; None: unknown."""
    readings = seen.services[name].readings
    own = dependency = fine = 0.0
    for word in (*OWN_ERRORS, "dependency", "ok", "degraded"):
        rate = readings.get(f"rate.{word}", MISSING).value
        if rate is None:
            return None
        own += rate if word in OWN_ERRORS else 0.0
        dependency += rate if word == "dependency" else 0.0
        fine += rate if word in ("ok", "degraded") else 0.0
    total = own + dependency + fine
    return own / total if total > 0.0 else None


def own_time(seen: Observation, name: str) -> float | None:
    """Return the share of a service's mean latency that is not spent in calls; None: unknown."""
    readings = seen.services[name].readings
    mean = readings.get("latency_mean", MISSING).value
    rate = readings.get("arrival_rate", MISSING).value
    if not mean or not rate:
        return None
    left = mean
    for key, link in seen.links.items():
        if key.partition("->")[0] == name:
            took = link.readings.get("latency_mean", MISSING).value
            often = link.readings.get("arrival_rate", MISSING).value
            if took is None or often is None:
                return None
            left -= took * often / rate
    return min(1.0, max(0.0, left / mean))


def own_errors_of_spans(mine: Sequence[Span], spans: Sequence[Span]) -> float | None:
    """Return the share of attempts that failed while all that they called went well."""
    valid = [one for one in mine if one.outcome not in ("invalid", "cancelled")]
    if not valid:
        return None
    failed = {(one.trace, one.parent) for one in spans if one.outcome not in ("ok", "degraded")}
    own = [one for one in valid if one.outcome in OWN_ERRORS and (one.trace, one.id) not in failed]
    return len(own) / len(valid)


def own_time_of_spans(mine: Sequence[Span], spans: Sequence[Span]) -> float | None:
    """Return the share of attempts' time outside of the attempts that they made."""
    took = inside = 0.0
    children: dict[tuple[str, int], float] = {}
    for one in spans:
        key = (one.trace, one.parent)
        children[key] = children.get(key, 0.0) + (one.end - one.start)
    for one in mine:
        took += one.end - one.start
        inside += min(one.end - one.start, children.get((one.trace, one.id), 0.0))
    return (took - inside) / took if took > 0.0 else None


def odd_replicas(replicas: Sequence[ReplicaSeen], due: Sequence[int]) -> tuple[int, ...]:
    """Return the replicas that are worse than their others; none, where all are alike.

    They are not ready though they are `due`, take requests and end none, or have FAR times the
    latency or the errors that the median of the others has.
    """
    there = [one for one in replicas if not one.deleting]
    odd = [one.number for one in there if (one.number in due and not one.ready) or silent(one)]
    for name in ("latency_mean", "error_rate"):
        known = [
            (one.number, value)
            for one in there
            if one.ready and (value := one.readings.get(name, MISSING).value) is not None
        ]
        for number, value in known:
            others = sorted(other for key, other in known if key != number)
            if others and value > max(FLOOR, FAR * others[(len(others) - 1) // 2]):
                odd.append(number)
    found = tuple(sorted(dict.fromkeys(odd)))
    return found if len(found) < len(there) else ()
