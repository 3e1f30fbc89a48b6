"""What is measured: late and lossy for controllers, exact for those who judge a run.

Rule 1: to measure changes nothing; what is scraped is probed through `Probes`, never reached into.
Rule 2: what a controller sees was scraped at or before t - lag; what was not heard is missing.
Rule 3: memory is bounded by settings and duration, never by the number of requests (but for a
`RequestLog`, which is kept only where it is asked for).

    histogram, counters   what everything counts of itself
    probes                what of the world can be looked at
    samples, history      what a scrape copies, and how much of it is kept
    formulas, readings    what windows of samples say
    rules                 metric faults
    pipeline              scrape and observe: the way of controllers
    timeline, requests,   the way of those who judge: columns over time, the books of sources,
    log, record           rows of requests, and what a run leaves behind
"""

from simlab.core import TelemetrySettings
from simlab.telemetry.counters import Counters, ReplicaCounters
from simlab.telemetry.histogram import BUCKETS, bucket, difference, edge, quantile, quantiles
from simlab.telemetry.log import RequestLog
from simlab.telemetry.pipeline import Pipeline
from simlab.telemetry.probes import LinkProbe, Probes, ReplicaProbe, ServiceProbe, SourceProbe
from simlab.telemetry.readings import Measured, Readings
from simlab.telemetry.record import (
    BIN,
    GRID,
    Event,
    FaultRecord,
    LinkRecord,
    Record,
    ServiceRecord,
    SourceRecord,
)
from simlab.telemetry.requests import SourceBook
from simlab.telemetry.rules import (
    BiasedRule,
    FailingRule,
    LateRule,
    MetricRule,
    MetricRules,
    MissingRule,
    NoisyRule,
    StaleRule,
)
from simlab.telemetry.timeline import Timeline, step_for

__all__ = [
    "BIN",
    "BUCKETS",
    "GRID",
    "BiasedRule",
    "Counters",
    "Event",
    "FailingRule",
    "FaultRecord",
    "LateRule",
    "LinkProbe",
    "LinkRecord",
    "Measured",
    "MetricRule",
    "MetricRules",
    "MissingRule",
    "NoisyRule",
    "Pipeline",
    "Probes",
    "Readings",
    "Record",
    "ReplicaCounters",
    "ReplicaProbe",
    "RequestLog",
    "ServiceProbe",
    "ServiceRecord",
    "SourceBook",
    "SourceProbe",
    "SourceRecord",
    "StaleRule",
    "TelemetrySettings",
    "Timeline",
    "bucket",
    "difference",
    "edge",
    "quantile",
    "quantiles",
    "step_for",
]
