"""Sampling: what is written down at fixed times, for the record and for loops that read traces."""

from simlab.model.agenda import Agenda, Turn
from simlab.model.journal import Journal
from simlab.model.ledger import Ledger
from simlab.model.reference.server import Server
from simlab.model.settings.world import WorldSettings
from simlab.telemetry import GRID, Timeline


class Sampling:
    """Books the samples of a run on its agenda."""

    def __init__(
        self,
        agenda: Agenda,
        settings: WorldSettings,
        *,
        ledger: Ledger,
        timeline: Timeline,
        journal: Journal,
        server: Server,
    ) -> None:
        self._agenda, self._settings, self._ledger = agenda, settings, ledger
        self._timeline, self._journal, self._server = timeline, journal, server
        duration, warmup = settings.duration, settings.warmup or 0.0
        agenda.at(warmup, Turn.SCRAPE, ledger.mark, warmup)
        agenda.at(duration, Turn.SCRAPE, ledger.mark, duration)
        agenda.at(0.0, Turn.SCRAPE, self._sample_supply, 0)
        first = min(timeline.step, duration)
        agenda.at(first, Turn.SCRAPE, self._sample_timeline, 1)
        if settings.telemetry.traces > 0.0:
            agenda.at(0.0, Turn.SCRAPE, self._collect_spans, 0)

    def _sample_supply(self, count: int) -> None:
        self._ledger.supply()
        if GRID * (count + 1) < self._settings.duration:
            self._agenda.at(GRID * (count + 1), Turn.SCRAPE, self._sample_supply, count + 1)

    def _sample_timeline(self, count: int) -> None:
        now, duration = self._agenda.now, self._settings.duration
        self._timeline.sample(now)
        if now < duration:
            due = min(self._timeline.step * (count + 1), duration)
            self._agenda.at(due, Turn.SCRAPE, self._sample_timeline, count + 1)

    def _collect_spans(self, count: int) -> None:
        self._journal.spans(self._agenda.now, self._server.spans)
        self._server.spans.clear()
        due = self._settings.telemetry.scrape * (count + 1)
        self._agenda.at(due, Turn.SCRAPE, self._collect_spans, count + 1)
