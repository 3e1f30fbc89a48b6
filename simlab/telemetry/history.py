"""History: what one pipeline has heard of one thing, as far back as anybody may still ask.

    scrape at t, all well       hears the samples of [t - window, t], the new one last
    ... a missing rule is on    hears a hole
    ... a stale rule is on      hears what the last scrape before that rule heard

What is seen at t is what the newest scrape at or before t - lag heard: an earlier scrape does not
stand in for a hole. Kept are the scrapes that can still be seen, with their windows; how many is
bounded by lag, window and scrape, never by the length of a run or of a fault.
"""

from collections.abc import Callable
from math import inf
from typing import Any, Generic, NamedTuple, TypeVar

from simlab.core import Seconds, TelemetrySettings
from simlab.telemetry.rules import MetricRule, MissingRule, StaleRule
from simlab.telemetry.samples import Sample

TIE: Seconds = 1e-6  # Times of scrapes are k * scrape: 0.3 - 0.1 is to count as 0.2.

ProbeT = TypeVar("ProbeT")
SampleT = TypeVar("SampleT", bound=Sample)


class Heard(NamedTuple, Generic[SampleT]):
    """What a scrape heard.

    Args:
        at: When it was made.
        samples: Those of its window, oldest first; empty for a hole.
        measured_at: Of the newest sample; for a hole, of the newest one before it (-inf: none).
    """

    at: Seconds
    samples: tuple[SampleT, ...]
    measured_at: Seconds

    def __deepcopy__(self, memo: dict[int, Any]) -> "Heard[SampleT]":
        return self  # Of immutable samples: forks share it.


class History(Generic[ProbeT, SampleT]):
    """Scrapes of one thing.

    Args:
        probe: What is scraped.
        sample: How: a function of the probe and the time.
        settings: Whose `window` and `lag` hold.
    """

    __slots__ = ("_frozen", "_heard", "_lag", "_probe", "_recent", "_sample", "_window")

    def __init__(
        self,
        probe: ProbeT,
        sample: Callable[[ProbeT, Seconds], SampleT],
        settings: TelemetrySettings,
    ) -> None:
        self._probe, self._sample = probe, sample
        self._window, self._lag = settings.window, settings.lag
        self._recent: tuple[SampleT, ...] = ()
        self._heard: list[Heard[SampleT]] = [Heard(-inf, (), -inf)]
        self._frozen: dict[StaleRule, Heard[SampleT]] = {}

    def scrape(self, now: Seconds, rules: list[MetricRule]) -> None:
        """Scrape at `now`, under the `rules` that hit this thing, oldest first."""
        last = self._heard[-1]
        assert now > last.at, f"scraped at {last.at} s and again at {now} s"
        stale = [rule for rule in rules if isinstance(rule, StaleRule)]
        self._frozen = {rule: self._frozen.get(rule, last) for rule in stale}
        if any(isinstance(rule, MissingRule) for rule in rules):
            self._hear(Heard(now, (), last.measured_at))
        elif stale:
            self._hear(self._frozen[stale[0]]._replace(at=now))
        else:
            self._recent = (*self._since(now - self._window), self._sample(self._probe, now))
            self._hear(Heard(now, self._recent, now))

    def seen(self, now: Seconds) -> Heard[SampleT]:
        """Return what is seen at `now`, which is not before the last scrape."""
        for heard in reversed(self._heard):
            if heard.at <= now - self._lag + TIE:
                return heard
        raise AssertionError(f"asked for {now} s, which is before the last scrape")

    def _hear(self, heard: Heard[SampleT]) -> None:
        """Remember `heard`, and forget what nobody can see from now on."""
        self._heard.append(heard)
        while len(self._heard) > 1 and self._heard[1].at <= heard.at - self._lag + TIE:
            del self._heard[0]

    def _since(self, start: Seconds) -> tuple[SampleT, ...]:
        """Return the recent samples from `start` on."""
        recent = self._recent
        for at, sample in enumerate(recent):
            if sample.counts.at >= start - TIE:
                return recent[at:]
        return ()
