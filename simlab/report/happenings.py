"""Happenings: what the events of a run are as marks on its time axis.

    scaled up, scaled down, refused      of a service: what loops had done, when it took effect
    crash, out of memory, storage full, restart    of a service's replicas
    config, refused                      of links, and of services: what is no scaling
    opens                                of a link: a breaker of one of its clients
    symptom, issue, plan, ...            of `loops`: what any of them has noticed, as one

A scaling goes up or down from what was wanted before it, whoever had wanted that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simlab.telemetry import Event, Record
from simlab.telemetry.record import Floats

if TYPE_CHECKING:
    from simlab.model.settings.world import WorldSettings

KINDS = (
    "scaled up", "scaled down", "refused", "restart", "crash", "out of memory", "storage full",
    "config", "opens", "symptom", "issue", "plan", "probe failed", "contest", "loop failed",
)  # fmt: skip
LOGGED = {
    "crash": "crash",
    "out_of_memory": "out of memory",
    "storage_full": "storage full",
    "restart": "restart",
}
NOTICED = {
    "symptom": "symptom",
    "issue": "issue",
    "plan": "plan",
    "probe_failed": "probe failed",
    "contest": "contest",
    "failed": "loop failed",
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One happening.

    Args:
        kind: One of KINDS.
        what: ``services.NAME`` or ``links.NAME``; ``loops`` for what loops have noticed.
        at: When, in seconds.
    """

    kind: str
    what: str
    at: float


def marks_of(record: Record, world: "WorldSettings") -> list[Mark]:
    """Return every happening of the run that left `record` in `world`, in order."""
    first = {f"services.{name}": float(one.replicas) for name, one in world.services.items()}
    followed = _Following(record.timeline, first)
    return [mark for event in record.events for mark in followed.marks(event)]


def times_of(marks: Sequence[Mark], what: str) -> dict[str, list[float]]:
    """Return when what happened to `what`, by kind, in the order of KINDS."""
    own = {
        kind: [one.at for one in marks if (one.what, one.kind) == (what, kind)] for kind in KINDS
    }
    return {kind: times for kind, times in own.items() if times}


def kinds_of(marks: Sequence[Mark], services: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of what happened to any of `services`, in the order of KINDS."""
    there = {one.kind for one in marks if one.what.removeprefix("services.") in services}
    return tuple(kind for kind in KINDS if kind in there)


def moving(record: Record, marks: Sequence[Mark]) -> list[str]:
    """Return the services whose replicas change, or to which something happens."""
    touched = {one.what for one in marks}
    return [
        name
        for name in record.services
        if f"services.{name}" in touched or _changes(record.timeline, name)
    ]


def _changes(timeline: Mapping[str, Floats], name: str) -> bool:
    columns = (timeline[f"services.{name}.{kind}"] for kind in ("wanted", "ready"))
    return any(len(column) > 0 and np.ptp(column) > 0 for column in columns)


def changes_of(action: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a described action changes, by path; what is no setting has a path of its own."""
    match action["kind"]:
        case "update_config":
            return dict(action["values"])
        case "scale":
            return {f"services.{action['service']}.replicas": action["replicas"]}
        case "switch_traffic":
            owner = action["service"] or action["away"]
            return {f"services.{owner}.traffic.{action['to']}": action["share"]}
        case "set_quota":
            return {f"services.{action['service']}.{action['resource']}": action["amount"]}
        case "custom":
            return {f"custom.{action['name']}": None}
    return {f"services.{action['service']}.{action['kind']}": None}


class _Following:
    """One pass through the events of a run, which follows what is wanted of each service."""

    def __init__(self, timeline: Mapping[str, Floats], first: Mapping[str, float]) -> None:
        self._timeline = timeline
        self._last = {what: (0.0, count) for what, count in first.items()}  # Scaled when, to what.

    def marks(self, event: Event) -> Iterator[Mark]:
        """Yield the marks of the next event."""
        data = event.data
        match event.kind:
            case "log" if data["kind"] in LOGGED:
                yield Mark(kind=LOGGED[data["kind"]], what=f"services.{event.who}", at=event.at)
            case "breaker" if data["state"] == "open":
                yield Mark(kind="opens", what=f"links.{event.who}", at=event.at)
            case "action":
                yield from self._action(event)
            case kind if kind in NOTICED:
                yield Mark(kind=NOTICED[kind], what="loops", at=event.at)

    def _action(self, event: Event) -> Iterator[Mark]:
        action, status = event.data["action"], event.data["status"]
        for path, value in changes_of(action).items():
            what = ".".join(path.split(".")[:2])
            if status == "refused":
                yield Mark(kind="refused", what=what, at=event.at)
            elif status == "done" and action["kind"] not in ("restart", "custom"):
                yield from self._done(event.at, what, path, value)

    def _done(self, at: float, what: str, path: str, value: Any) -> Iterator[Mark]:
        if path != f"{what}.replicas":
            yield Mark(kind="config", what=what, at=at)
            return
        before = self._before(at, what)
        self._last[what] = (at, value)
        if value != before:
            yield Mark(kind="scaled up" if value > before else "scaled down", what=what, at=at)

    def _before(self, at: float, what: str) -> float:
        """Return what was wanted just before `at`: sampled, or asked for since the sample."""
        when, value = self._last[what]
        time = self._timeline["t"]
        sampled = int(np.searchsorted(time, at)) - 1
        if sampled >= 0 and time[sampled] > when:
            return float(self._timeline[f"{what}.wanted"][sampled])
        return value
