"""A fake shop: things that can be probed, whose numbers a test sets by hand."""

from dataclasses import dataclass, field

import pytest

from simlab.core import Outcome, TelemetrySettings
from simlab.telemetry import (
    Counters,
    MetricRules,
    Pipeline,
    Probes,
    ReplicaCounters,
    SourceBook,
)


@dataclass
class Replica:
    number: int
    alive: bool = True
    in_flight: int = 0
    waiting: int = 0
    used: float = 0.0
    held: float = 0.0
    stored: float = 0.0
    cpu_request: float = 2.0
    counters: ReplicaCounters = field(default_factory=ReplicaCounters)

    def cpu_seconds(self, now: float) -> float:
        return self.used

    def memory(self, now: float) -> float:
        return self.held

    def storage(self, now: float) -> float:
        return self.stored


@dataclass
class Service:
    name: str
    replicas: list[Replica]
    counters: Counters = field(default_factory=Counters)
    restarts: int = 0
    stores: bool = False
    wanted: int = 2
    ready: int = 2


@dataclass
class Link:
    name: str
    counters: Counters = field(default_factory=Counters)
    not_closed: int = 0

    def breakers_open(self) -> int:
        return self.not_closed


class Shop:
    """Services web (two replicas) and cart (none), a link between them, a source of shoppers."""

    def __init__(self, **settings: float) -> None:
        self.web = Service("web", [Replica(0), Replica(1)])
        self.cart = Service("cart", [])
        self.link = Link("web->cart")
        self.shoppers = SourceBook("shoppers", duration=1000.0, warmup=0.0, within=0.5)
        self.rules = MetricRules()
        self.settings = TelemetrySettings(**{"scrape": 10.0, "window": 30.0, **settings})
        self.pipeline = Pipeline(self.settings, self.probes, self.rules)

    @property
    def probes(self) -> Probes:
        return Probes(services=(self.web, self.cart), links=(self.link,), sources=(self.shoppers,))

    def serve(self, replica: int, outcome: Outcome, took: float, *, cpu: float = 0.0) -> None:
        """Let an attempt arrive at a replica of web and end, all at once."""
        one = self.web.replicas[replica]
        for counters in (self.web.counters, one.counters):
            counters.started += 1
            counters.end(outcome, took)
        one.used += cpu


@pytest.fixture(scope="session")
def make_shop() -> type[Shop]:
    return Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()
