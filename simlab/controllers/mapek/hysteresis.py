"""Hysteresis: windows become symptoms, and stop being them, without flapping.

    raise    beyond the bound in `raise_after` of the latest `of` windows, this one among them; a
             service that the platform itself says has no replica ready: at once
    clear    calm (within `clear` times the bound) as often, one after the other; what was known
             before and is unknown now is not calm
    dedupe   one open symptom for each subject and type: seen again, it is brought up to date

As alarms on m of n data points.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from simlab.controllers.mapek.monitor_settings import MonitorSettings
from simlab.controllers.mapek.symptoms import SEVERITIES, Part, Symptom, Tracked
from simlab.core import Seconds

OVER: Final = "over"
CALM: Final = "calm"
BETWEEN: Final = "between"
UNKNOWN: Final = "unknown"


@dataclass(slots=True)
class Watched:
    """What one look came to.

    Args:
        open: Every symptom that is open now, by subject and type.
        unknown: How many checks had nothing to go by, and of how many.
    """

    open: list[Symptom]
    raised: list[Symptom] = field(default_factory=list)
    cleared: list[Symptom] = field(default_factory=list)
    unknown: int = 0
    checks: int = 0


class Judge:
    """Remembers the latest windows of every check.

    Args:
        settings: How many windows raise and clear.
        period: The time that a window stands for, where its numbers say none.
    """

    def __init__(self, settings: MonitorSettings, period: Seconds) -> None:
        self.settings, self._period = settings, period
        self._tracked: dict[tuple[str, str], Tracked] = {}

    @property
    def open(self) -> list[Symptom]:
        """Return the symptoms that are open."""
        return [one.symptom for one in self._tracked.values() if one.symptom is not None]

    def judge(
        self, now: Seconds, subject: str, kind: str, parts: Sequence[Part], result: Watched
    ) -> None:
        """Take in one check of this window; what it raises or clears is added to `result`."""
        tracked = self._tracked.setdefault((subject, kind), Tracked())
        mark = _mark(tracked, parts)
        result.checks += 1
        result.unknown += mark == UNKNOWN
        tracked.marks = [*tracked.marks, mark][-self.settings.of :]
        if OVER not in tracked.marks and tracked.symptom is None:
            tracked.since = None
        if mark == OVER:
            tracked.since = now if tracked.since is None else tracked.since
            fact = any(part.fact and part.over for part in parts)
            enough = tracked.marks.count(OVER) >= self.settings.raise_after
            if tracked.symptom is not None or enough or fact:
                fresh = tracked.symptom is None
                tracked.symptom = self._symptom(now, subject, kind, parts, tracked)
                if fresh:
                    result.raised.append(tracked.symptom)
        elif tracked.symptom is not None and mark == CALM and self._over(tracked):
            result.cleared.append(replace(tracked.symptom, timestamp=now))
            tracked.symptom = tracked.since = None

    def _over(self, tracked: Tracked) -> bool:
        return all(mark == CALM for mark in tracked.marks[-self.settings.raise_after :])

    def _symptom(
        self, now: Seconds, subject: str, kind: str, parts: Sequence[Part], tracked: Tracked
    ) -> Symptom:
        over = [part for part in parts if part.over]
        worst = 0.0
        for part in over:
            worst = max(worst, part.beyond)
        words = [
            part.evidence or f"{part.name} is {part.value:.4g}, {part.beyond:.3g} times its bound"
            for part in over
        ]
        return Symptom(
            type=kind,
            severity=severity(worst, self.settings.severities),
            subject=subject,
            metrics={part.name: part.value for part in over if part.value is not None},
            timestamp=now,
            since=now if tracked.since is None else tracked.since,
            window=max([part.window for part in over], default=0.0) or self._period,
            evidence=tuple(words),
            goals=tuple(dict.fromkeys(part.goal for part in over if part.goal is not None)),
        )


def severity(times: float, levels: Sequence[float]) -> str:
    """Return how severe something is that is so many times its bound.

    >>> [severity(times, (1.5, 2, 4)) for times in (1.0, 1.5, 3.9, 1e9)]
    ['Low', 'Medium', 'High', 'Critical']
    """
    return SEVERITIES[sum(1 for level in levels if times >= level)]


def _mark(tracked: Tracked, parts: Sequence[Part]) -> str:
    """Return what a window says, all parts together."""
    known = [part for part in parts if part.value is not None]
    tracked.known = list(dict.fromkeys([*tracked.known, *(part.name for part in known)]))
    if any(part.over for part in known):
        return OVER
    missing = [name for name in tracked.known if name not in [part.name for part in known]]
    if not known or missing:
        return UNKNOWN
    return CALM if all(part.calm for part in known) else BETWEEN
