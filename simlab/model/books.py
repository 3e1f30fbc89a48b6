"""Books that balance, at every instant: a debug switch that the tests turn on.

source, link, service, replica   started = ended by outcome + in flight
replica                          a slot is held by one; a line never exceeds its room
cores                            work drawn = done + under way + thrown away
"""

from collections.abc import Mapping
from math import isclose

from simlab.model.reference.client import Edge
from simlab.model.reference.requests import QUEUES, RUNS, TRAVELS
from simlab.model.reference.service import Service
from simlab.model.reference.source import AnySource


def check(
    services: Mapping[str, Service], links: Mapping[str, Edge], sources: Mapping[str, AnySource]
) -> None:
    """Assert that all books balance."""
    for name, source in sources.items():
        counters = source.book.counters
        _balance(f"source {name}", counters.started, sum(counters.ended), source.open)
    for name, edge in links.items():
        _check_link(name, edge)
    for service in services.values():
        _check_service(service)


def _balance(what: str, started: int, ended: int, in_flight: int) -> None:
    assert started == ended + in_flight, (
        f"{what}: {started} started, {ended} ended, {in_flight} in flight"
    )
    assert in_flight >= 0, f"{what}: {in_flight} in flight"


def _check_link(name: str, edge: Edge) -> None:
    in_flight = sum(client.in_flight for client in edge.clients.values())
    counters = edge.counters
    _balance(f"link {name}", counters.started + edge.refusals, sum(counters.ended), in_flight)
    assert edge.calls_started >= sum(edge.calls_ended), f"link {name}: more calls ended than begun"
    for client in edge.clients.values():
        assert client.in_flight >= 0, f"{client.name} on {name}: {client.in_flight} in flight"


def _check_service(service: Service) -> None:
    held = 0
    for replica in service.replicas:
        what = f"{service.name}/{replica.number}"
        inside = len(replica.inside) + len(replica.line) + len(replica.outside)
        held += inside
        counters = replica.counters
        _balance(what, counters.started, sum(counters.ended), inside)
        assert all(one.stage == RUNS and not one.dead for one in replica.inside), what
        assert all(one.stage == QUEUES for one in replica.line), what
        assert all(one.stage != TRAVELS for one in replica.outside), what
        cores = replica.cores
        accounted = cores.done + cores.under_way() + cores.dropped
        assert isclose(cores.drawn, accounted, rel_tol=1e-9, abs_tol=1e-9), (
            f"{what}: work drawn {cores.drawn}, accounted for {accounted}"
        )
    _balance(service.name, service.counters.started, sum(service.counters.ended), held)


class Limits:
    """Room that may only shrink while it is full: what was let in stays."""

    def __init__(self) -> None:
        self.most: dict[str, tuple[float, float]] = {}
        self.most_out: dict[str, float] = {}

    def check(self, services: Mapping[str, Service], links: Mapping[str, Edge]) -> None:
        """Assert that no replica and no client holds more than it ever had room for."""
        for name, service in services.items():
            slots, line = self.most.get(name, (0.0, 0.0))
            slots, line = max(slots, service.slots), max(line, service.line)
            self.most[name] = (slots, line)
            for replica in service.replicas:
                assert len(replica.inside) <= slots, f"{name}: slots overfull"
                assert len(replica.line) <= line, f"{name}: line overfull"
        for name, edge in links.items():
            for client in edge.clients.values():
                self.most_out[name] = max(client.most, self.most_out.get(name, 0.0))
                assert client.in_flight <= self.most_out[name], f"{name}: too many in flight"
