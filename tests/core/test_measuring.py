"""Telemetry settings: what a pipeline can be."""

from collections.abc import Callable

import pytest

from simlab.core import TelemetrySettings


def test_the_built_in_values() -> None:
    pipeline = TelemetrySettings()
    assert (pipeline.scrape, pipeline.window, pipeline.lag, pipeline.traces) == (15, 60, 0, 0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TelemetrySettings(scrape=0), "scrape must be positive"),
        (lambda: TelemetrySettings(window=-1), "window must be positive"),
        (lambda: TelemetrySettings(lag=-1), "lag must not be negative"),
        (lambda: TelemetrySettings(traces=2), "traces must be a share"),
    ],
    ids=["scrape", "window", "lag", "traces"],
)
def test_refuses(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
