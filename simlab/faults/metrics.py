"""Faults of what telemetry knows: stale, missing, noisy, biased, late; scrapes that fail."""

from dataclasses import dataclass
from typing import Literal

from simlab.core import Number, Ratio, Seconds, require_not_negative, require_positive
from simlab.core.settings import require_share
from simlab.faults.breaking import Breakable, Hit
from simlab.faults.common import MetricsFault
from simlab.faults.control_rules import (
    Biased,
    Late,
    MetricsRule,
    Missing,
    Noisy,
    ScrapeFails,
    Stale,
)


def _push(world: Breakable, hit: Hit, rule: MetricsRule) -> None:
    for target in (*hit.services, *hit.links, *hit.sources):
        world.push_metrics(target, rule)


def _pop(world: Breakable, hit: Hit, rule: MetricsRule) -> None:
    for target in (*hit.services, *hit.links, *hit.sources):
        world.pop_metrics(target, rule)


@dataclass(frozen=True, kw_only=True)
class StaleMetricsSettings(MetricsFault):
    """Telemetry keeps the last scrape before the start, with its old time."""

    kind: Literal["stale_metrics"] = "stale_metrics"

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Stale(hit.key))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Stale(hit.key))


@dataclass(frozen=True, kw_only=True)
class MissingMetricsSettings(MetricsFault):
    """Scrapes are holes: what they would tell is missing, never zero."""

    kind: Literal["missing_metrics"] = "missing_metrics"

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Missing(hit.key))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Missing(hit.key))


@dataclass(frozen=True, kw_only=True)
class NoisyMetricsSettings(MetricsFault):
    """Each reading of a scrape is multiplied by a lognormal number of mean 1.

    Args:
        cv: Of that number: its standard deviation, as its mean is 1.
    """

    kind: Literal["noisy_metrics"] = "noisy_metrics"
    cv: Number

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(cv=self.cv)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Noisy(hit.key, self.cv))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Noisy(hit.key, self.cv))


@dataclass(frozen=True, kw_only=True)
class BiasedMetricsSettings(MetricsFault):
    """Each reading is multiplied by a factor.

    Args:
        factor: 0.5 says half of what is, 2 twice as much.
    """

    kind: Literal["biased_metrics"] = "biased_metrics"
    factor: Number

    def __post_init__(self) -> None:
        super().__post_init__()
        require_not_negative(factor=self.factor)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Biased(hit.key, self.factor))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Biased(hit.key, self.factor))


@dataclass(frozen=True, kw_only=True)
class LateMetricsSettings(MetricsFault):
    """Scrapes come later: telemetry's lag is longer for what is scraped meanwhile.

    Args:
        by: By how much.
    """

    kind: Literal["late_metrics"] = "late_metrics"
    by: Seconds

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(by=self.by)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, Late(hit.key, self.by))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, Late(hit.key, self.by))


@dataclass(frozen=True, kw_only=True)
class ScrapeFailsSettings(MetricsFault):
    """Scrapes fail by chance: those that do are holes.

    Args:
        share: Of scrapes, each of the target as a whole.
    """

    kind: Literal["scrape_fails"] = "scrape_fails"
    share: Ratio

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(share=self.share)

    def start(self, world: Breakable, hit: Hit) -> None:
        _push(world, hit, ScrapeFails(hit.key, self.share))

    def stop(self, world: Breakable, hit: Hit) -> None:
        _pop(world, hit, ScrapeFails(hit.key, self.share))
