"""The strip above a timeline: a row for each fault, each link that something happens to, and for
what loops notice, a row for each kind of it, whichever loop it was.

Each has a row of its own, so that no label can lie on another, whatever happens at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from simlab.report.happenings import KINDS, Mark, times_of
from simlab.telemetry import Record

MOST = 14  # Rows; what is beyond is counted in the last.
SAID = {"opens": "breaker opens", "config": "config", "refused": "refused"}
PLURAL = {
    "symptom": "symptoms",
    "issue": "issues",
    "plan": "plans",
    "probe failed": "failing probes",
    "contest": "contests of loops",
    "loop failed": "failing loops",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row.

    Args:
        label: Said beside it.
        bars: (start, end) of what lasts.
        marks: Times of what does not, by kind.
    """

    label: str
    bars: tuple[tuple[float, float], ...] = ()
    marks: tuple[tuple[str, tuple[float, ...]], ...] = ()


def rows_of(record: Record, marks: Sequence[Mark]) -> list[Row]:
    """Return the rows: faults in order of their first start, what loops noticed, then links."""
    rows = [*_faults(record), *_noticed(marks), *_links(marks)]
    if len(rows) <= MOST:
        return rows
    return [*rows[: MOST - 1], Row(label=f"and {len(rows) - MOST + 1} more")]


def _faults(record: Record) -> list[Row]:
    bars: dict[str, list[tuple[float, float]]] = {}
    crashes: dict[str, list[float]] = {}
    for one in record.faults:
        label = f"{one.fault} ({one.kind.replace('_', ' ')})"
        lasting, instant = bars.setdefault(label, []), crashes.setdefault(label, [])
        if one.instant:
            instant.append(one.start)
        else:
            lasting.append((one.start, record.duration if one.stop is None else one.stop))
    return [
        Row(label=label, bars=tuple(bars[label]), marks=_only("crash", crashes[label]))
        for label in bars
    ]


def _only(kind: str, times: Sequence[float]) -> tuple[tuple[str, tuple[float, ...]], ...]:
    return ((kind, tuple(times)),) if times else ()


def _noticed(marks: Sequence[Mark]) -> list[Row]:
    return [
        Row(label=PLURAL[kind], marks=_only(kind, times))
        for kind, times in times_of(marks, "loops").items()
    ]


def _links(marks: Sequence[Mark]) -> list[Row]:
    names = dict.fromkeys(one.what for one in marks if one.what.startswith("links."))
    rows = []
    for name in names:
        for kind, times in times_of(marks, name).items():
            label = f"{name.removeprefix('links.')}: {SAID[kind]}"
            rows.append(Row(label=label, marks=_only(kind, times)))
    return rows


assert {*SAID, *PLURAL} <= set(KINDS)
