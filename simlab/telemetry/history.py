"""History: what one pipeline has heard of one thing, as far back as anybody may still ask.

    scrape at t, all well       hears the samples of [t - window, t], the new one last
    ... a missing rule is on    hears a hole
    ... a stale rule is on      hears what the last scrape before that rule heard
    ... a failing rule is on    hears a hole, or what there is
    ... a late rule is on       is seen that much later
    ... a warping rule is on    remembers it, for the readings

What is seen at t is what the newest scrape at or before t - lag heard: an earlier scrape does not
stand in for a hole. Of scrapes that are late, the newest one that has come by now is seen. Kept are
the scrapes that can still be seen, with their windows; how many is bounded by lag, window, scrape
and how late faults make them, never by the length of a run.
"""

from collections.abc import Callable
from math import inf
from typing import Any, Generic, NamedTuple, TypeVar

from simlab.core import Seconds, TelemetrySettings
from simlab.telemetry.probes import Named
from simlab.telemetry.rules import (
    BiasedRule,
    FailingRule,
    LateRule,
    MetricRule,
    MissingRule,
    NoisyRule,
    StaleRule,
    Warp,
)
from simlab.telemetry.samples import Sample

TIE: Seconds = 1e-6  # Times of scrapes are k * scrape: 0.3 - 0.1 is to count as 0.2.

ProbeT = TypeVar("ProbeT", bound=Named)
SampleT = TypeVar("SampleT", bound=Sample)


class Heard(NamedTuple, Generic[SampleT]):
    """What a scrape heard.

    Args:
        at: When it was made.
        samples: Those of its window, oldest first; empty for a hole.
        measured_at: Of the newest sample; for a hole, of the newest one before it (-inf: none).
        late: How much later than by the pipeline's lag it is seen.
        warps: What multiplies the readings made of it.
    """

    at: Seconds
    samples: tuple[SampleT, ...]
    measured_at: Seconds
    late: Seconds = 0.0
    warps: tuple[NoisyRule | BiasedRule, ...] = ()

    def warp(self, name: str) -> Warp | None:
        """Return what multiplies the readings of the thing of this name; None: nothing."""
        return Warp(self.warps, name, self.measured_at) if self.warps else None

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
        late = lateness(rules)
        if any(self._is_hole(rule, now) for rule in rules):
            self._hear(Heard(now, (), last.measured_at, late))
        elif stale:
            self._hear(self._frozen[stale[0]]._replace(at=now, late=late))
        else:
            self._recent = (*self._since(now - self._window), self._sample(self._probe, now))
            warps = tuple(rule for rule in rules if isinstance(rule, NoisyRule | BiasedRule))
            self._hear(Heard(now, self._recent, now, late, warps))

    def _is_hole(self, rule: MetricRule, now: Seconds) -> bool:
        """Return whether `rule` lets the scrape of `now` fail."""
        if isinstance(rule, FailingRule):
            return rule.fails(self._probe.name, now)
        return isinstance(rule, MissingRule)

    def seen(self, now: Seconds) -> Heard[SampleT]:
        """Return what is seen at `now`, which is not before the last scrape."""
        return self._heard[self._newest(now)]

    def _newest(self, now: Seconds) -> int:
        """Return which of those kept is the newest that has come by `now`."""
        for at in range(len(self._heard) - 1, -1, -1):
            heard = self._heard[at]
            if heard.at <= now - self._lag - heard.late + TIE:
                return at
        raise AssertionError(f"asked for {now} s, which is before the last scrape")

    def _hear(self, heard: Heard[SampleT]) -> None:
        """Remember `heard`, and forget what nobody can see from now on."""
        self._heard.append(heard)
        del self._heard[: self._newest(heard.at)]

    def _since(self, start: Seconds) -> tuple[SampleT, ...]:
        """Return the recent samples from `start` on."""
        recent = self._recent
        for at, sample in enumerate(recent):
            if sample.counts.at >= start - TIE:
                return recent[at:]
        return ()


def lateness(rules: list[MetricRule]) -> Seconds:
    """Return how much later than else a scrape is seen that is made under these rules."""
    late = 0.0
    for rule in rules:
        if isinstance(rule, LateRule):
            late = late + rule.by
    return late
