"""False alarms: what healers raised or did in a run in which nothing was wrong.

A healer is a MAPE-K loop or a health checker, by itself or within an adaptive system. Counted are
symptoms and failed probes that it reports, and accepted actions that it asks for.
"""

from simlab.core import Seconds
from simlab.model.settings.world import WorldSettings
from simlab.telemetry import Event, Record

HEALERS = ("mape_k", "health")
SYSTEM = "adaptive_system"
ALARMS = ("symptom", "probe_failed")
ACCEPTED = ("accepted", "done")
HOUR: Seconds = 3600.0


def false_alarms(record: Record, world: WorldSettings) -> float | None:
    """Return false alarms per hour of [warmup, duration); None with faults, or without a healer."""
    healers = [name for name, loop in world.loops.items() if loop.kind in (*HEALERS, SYSTEM)]
    if record.faults or not healers:
        return None
    seen = [
        one
        for one in record.events
        if one.who in healers and record.warmup <= one.at < record.duration
    ]
    systems = [name for name in healers if world.loops[name].kind == SYSTEM]
    actions = {
        (one.who, one.data["action"]["id"]) for one in seen if _acted(one, one.who in systems)
    }
    alarms = len(actions)
    for one in seen:
        alarms += one.kind in ALARMS
    return alarms / ((record.duration - record.warmup) / HOUR)


def _acted(event: Event, in_system: bool) -> bool:
    """Say whether a healer's action was accepted; of a system's, only those of its healers."""
    if event.kind != "action" or event.data["status"] not in ACCEPTED:
        return False
    issuer = str(event.data["action"].get("issuer", "")).partition("/")[0]
    return not in_system or issuer in HEALERS
