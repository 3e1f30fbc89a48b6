"""What is scraped when, and what time it bears."""

import pytest

from simlab.core import TelemetrySettings
from simlab.live.watch import Scrapes
from simlab.telemetry import Counters, MetricRules, Pipeline, Probes


class Link:
    name = "a->b"

    def __init__(self) -> None:
        self.counters = Counters()

    def breakers_open(self) -> int:
        return 0


@pytest.mark.parametrize(
    ("times", "window"),
    [
        pytest.param([0.0, 1.002, 2.0, 3.004], 3.0, id="a little late: as due"),
        pytest.param([0.0, 1.002, 2.0, 3.2], 2.2, id="late: as it was, and what is too old is out"),
        pytest.param([0.0, 0.5, 1.0, 1.5], 1.0, id="not before it is due"),
        pytest.param([0.0, 2.0, 2.5, 3.0], 3.0, id="what was missed is skipped"),
    ],
)
def test_windows_are_whole_though_timers_are_late(times: list[float], window: float) -> None:
    settings = TelemetrySettings(scrape=1.0, window=3.0)
    scrapes = Scrapes(Pipeline(settings, Probes(links=(Link(),)), MetricRules()))
    for now in times:
        scrapes.catch_up(now)
    seen = scrapes.pipeline.observe(times[-1]).links["a->b"]["arrival_rate"]
    assert seen.window == pytest.approx(window)
