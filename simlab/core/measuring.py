"""How a telemetry pipeline measures: how often, over what window, how late."""

from dataclasses import dataclass

from simlab.core.settings import Settings, require_not_negative, require_positive, require_share
from simlab.core.units import Ratio, Seconds


@dataclass(frozen=True, kw_only=True)
class TelemetrySettings(Settings):
    """A pipeline.

    Args:
        scrape: Every how long counters and gauges are copied, from 0 on.
        window: The span of scrapes behind a rate, a mean or a quantile.
        lag: What is seen at t was scraped at or before t - lag.
        traces: The share of requests whose spans are kept.
    """

    scrape: Seconds = 15.0
    window: Seconds = 60.0
    lag: Seconds = 0.0
    traces: Ratio = 0.0

    def __post_init__(self) -> None:
        require_positive(scrape=self.scrape, window=self.window)
        require_not_negative(lag=self.lag)
        require_share(traces=self.traces)
