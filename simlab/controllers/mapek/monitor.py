"""Monitor: symptoms from what was seen, without a word twice and without flapping.

It looks at metrics, logs and traces (`collecting`) of each target and each link to one, and judges
them by their latest windows (`hysteresis`). A link has a symptom of its own only where its callee
does not show it itself: what is lost or late in between.
"""

from collections.abc import Mapping, Sequence

from simlab.controllers.mapek import collecting
from simlab.controllers.mapek.collecting import Looking
from simlab.controllers.mapek.hysteresis import Judge, Watched
from simlab.controllers.mapek.monitor_settings import MonitorSettings
from simlab.controllers.mapek.symptoms import (
    HIGH_ERROR_RATE,
    HIGH_LATENCY,
    HIGH_RESOURCE_USAGE,
    MEMORY_LEAK,
    SERVICE_DOWN,
    Part,
)
from simlab.controllers.mapek.thresholds import CustomSymptom, OwnThresholds, Thresholds
from simlab.controllers.mapek.trend import Point
from simlab.core import (
    LogLine,
    Observation,
    Seconds,
    Span,
)


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
        self._judge = Judge(settings, period)
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
                self._judge.judge(seen.now, subject, kind, parts, result)
        for one in self.customs:
            if one.subject.partition(".")[2].rpartition("->")[2] in targets:
                parts = collecting.custom(look, one)
                self._judge.judge(seen.now, one.subject, f"Custom({one.name})", parts, result)
        result.open = self._judge.open
        return result

    def _looking(self, seen: Observation, targets: Sequence[str]) -> Looking:
        settings = self.settings
        oldest = seen.now - settings.stale * self._period
        self._logs = [*self._logs, tuple(seen.logs)][-settings.of :]
        self._spans = [*self._spans, tuple(seen.traces)][-settings.of :]
        self._failed = [*self._failed, collecting.failed_probes(seen)][-settings.of :]
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


def _unless(shown: bool, part: Part) -> Part:
    """Return `part`, as unknown where what it says is shown elsewhere."""
    return Part(name=part.name) if shown else part
