"""Monitor: symptoms from what was seen, without a word twice and without flapping.

    raise    beyond the bound in `raise_after` of the latest `of` windows, this one among them; a
             service that the platform itself says has no replica ready: at once
    clear    calm (within `clear` times the bound) in as many; what was known before and is
             unknown now is not calm
    dedupe   one open symptom for each subject and type: seen again, it is brought up to date

Hysteresis as in alarms on m of n data points. A link has a symptom of its own only where its
callee does not show it itself: what is lost or late in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from simlab.controllers.checks import require_counts
from simlab.controllers.mapek import collecting
from simlab.controllers.mapek.collecting import Looking
from simlab.controllers.mapek.symptoms import (
    HIGH_ERROR_RATE,
    HIGH_LATENCY,
    HIGH_RESOURCE_USAGE,
    MEMORY_LEAK,
    SERVICE_DOWN,
    SEVERITIES,
    Part,
    Symptom,
    Tracked,
)
from simlab.controllers.mapek.thresholds import CustomSymptom, OwnThresholds, Thresholds
from simlab.controllers.mapek.trend import Point
from simlab.core import (
    Count,
    LogLine,
    Number,
    Observation,
    Ratio,
    Seconds,
    Settings,
    Span,
    require,
    require_share,
)

OVER: Final = "over"
CALM: Final = "calm"
BETWEEN: Final = "between"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class MonitorSettings(Settings):
    """When a symptom is raised and cleared.

    Args:
        raise_after: Windows (periods) beyond the bound that raise a symptom.
        of: Among so many latest windows.
        clear: A symptom may clear within this share of its bound.
        stale: A reading that is older than so many periods is unknown.
        answers: With fewer answers than this in its window a rate or a quantile is unknown.
        trend: Windows that a memory leak is looked for in.
        severities: From how many times the bound on a symptom is Medium, High and Critical.
    """

    raise_after: Count = 2
    of: Count = 3
    clear: Ratio = 0.8
    stale: Count = 3
    answers: Count = 20
    trend: Count = 20
    severities: tuple[Number, Number, Number] = (1.5, 2.0, 4.0)

    def __post_init__(self) -> None:
        require_counts(1, raise_after=self.raise_after, of=self.of, stale=self.stale)
        require(self.raise_after <= self.of, f"raise_after must not be above of, got {self.of:g}")
        require_share(clear=self.clear)
        require_counts(0, answers=self.answers)
        require_counts(8, trend=self.trend)
        medium, high, critical = self.severities
        require(
            1.0 <= medium <= high <= critical,
            "severities must be three numbers from 1 on, none below the one before it, got "
            f"{medium:g}, {high:g}, {critical:g}",
        )


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


class Monitor:
    """Looks at the targets once a period; what it remembers are its latest windows."""

    def __init__(
        self,
        settings: MonitorSettings,
        thresholds: Thresholds,
        own: Mapping[str, OwnThresholds],
        customs: Sequence[CustomSymptom],
        period: Seconds,
    ) -> None:
        self.settings, self.thresholds, self.customs = settings, thresholds, tuple(customs)
        self._own, self._period = dict(own), period
        self._tracked: dict[tuple[str, str], Tracked] = {}
        self._logs: list[tuple[LogLine, ...]] = []
        self._spans: list[tuple[Span, ...]] = []
        self._failed: list[dict[str, int]] = []
        self._memory: dict[tuple[str, int], tuple[int, list[Point]]] = {}

    def bounds(self, service: str) -> Thresholds:
        """Return the thresholds of `service`."""
        return self.thresholds.under(self._own.get(service))

    def look(self, seen: Observation, targets: Sequence[str], restarting: Sequence[str]) -> Watched:
        """Return what is wrong with `targets` and the links to them.

        Args:
            seen: This window.
            targets: Names of services.
            restarting: Those that are being restarted on purpose: that they are not ready says
                nothing.
        """
        look = self._looking(seen, targets)
        result = Watched(open=[])
        for name in targets:
            for (subject, kind), parts in self._checks(look, name, restarting).items():
                self._judge(seen.now, subject, kind, parts, result)
        for one in self.customs:
            if one.subject.partition(".")[2].rpartition("->")[2] in targets:
                parts = collecting.custom(look, one)
                self._judge(seen.now, one.subject, f"Custom({one.name})", parts, result)
        result.open = [one.symptom for one in self._tracked.values() if one.symptom is not None]
        return result

    def _looking(self, seen: Observation, targets: Sequence[str]) -> Looking:
        settings = self.settings
        oldest = seen.now - settings.stale * self._period
        self._logs = [*self._logs, tuple(seen.logs)][-settings.of :]
        self._spans = [*self._spans, tuple(seen.traces)][-settings.of :]
        failed: dict[str, int] = {}
        for probe in seen.probes:
            failed[probe.service] = failed.get(probe.service, 0) + (not probe.passed)
        self._failed = [*self._failed, failed][-settings.of :]
        self._keep_memory(seen, targets, oldest)
        spans: dict[str, list[Span]] = {}
        for span in (one for window in self._spans for one in window):
            spans.setdefault(span.service, []).append(span)
        return Looking(
            seen=seen,
            oldest=oldest,
            least=settings.answers,
            clear=settings.clear,
            logs=[line for window in self._logs for line in window],
            spans=spans,
            failed={name: sum(window.get(name, 0) for window in self._failed) for name in targets},
            memory={key: points for key, (_, points) in self._memory.items()},
        )

    def _keep_memory(self, seen: Observation, targets: Sequence[str], oldest: Seconds) -> None:
        """Add a point to the series of each replica; one that was restarted begins anew."""
        kept: dict[tuple[str, int], tuple[int, list[Point]]] = {}
        for name in targets:
            there = [(name, one.number) for one in seen.services[name].replicas]
            found = collecting.memory_points(seen, name, oldest)
            for key in there:
                restarts, points = self._memory.get(key, (0, []))
                if key in found:
                    now, point = found[key]
                    before = points if now == restarts else []
                    again = bool(before) and before[-1].at >= point.at  # The same scrape.
                    kept[key] = (
                        now,
                        (before if again else [*before, point])[-self.settings.trend :],
                    )
                elif points:
                    kept[key] = (restarts, points)
        self._memory = kept

    def _checks(
        self, look: Looking, name: str, restarting: Sequence[str]
    ) -> dict[tuple[str, str], list[Part]]:
        """Return the parts of every check of service `name` and the links to it."""
        bounds, path = self.bounds(name), f"services.{name}"
        checks = {
            (path, HIGH_LATENCY): collecting.latency(look, path, bounds),
            (path, HIGH_ERROR_RATE): collecting.errors(look, path, bounds),
            (path, HIGH_RESOURCE_USAGE): collecting.resources(look, name, bounds),
            (path, SERVICE_DOWN): collecting.down(
                look, name, bounds, restarting=name in restarting
            ),
            (path, MEMORY_LEAK): collecting.leak(look, name, bounds),
        }
        for kind, judge in (
            (HIGH_LATENCY, collecting.latency),
            (HIGH_ERROR_RATE, collecting.errors),
        ):
            shown = any(part.over for part in checks[path, kind])
            for link in look.seen.links:
                if link.partition("->")[2] == name:
                    parts = judge(look, f"links.{link}", bounds)
                    checks[f"links.{link}", kind] = [_unless(shown, part) for part in parts]
        return checks

    def _judge(
        self, now: Seconds, subject: str, kind: str, parts: Sequence[Part], result: Watched
    ) -> None:
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
        return tracked.marks.count(CALM) >= self.settings.raise_after

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

    >>> [severity(times, (1.5, 2, 4)) for times in (1.0, 1.5, 3.9, inf)]
    ['Low', 'Medium', 'High', 'Critical']
    """
    return SEVERITIES[sum(1 for level in levels if times >= level)]


def _unless(shown: bool, part: Part) -> Part:
    """Return `part`, as unknown where what it says is shown elsewhere."""
    return Part(name=part.name) if shown else part


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
