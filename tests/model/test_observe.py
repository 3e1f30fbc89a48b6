"""What loops see: the platform's state as it is, readings late and holed, each loop its own way."""

from dataclasses import replace
from math import inf

import pytest

from simlab.core import (
    Decision,
    Observation,
    Restart,
    ScaleTo,
    TelemetrySettings,
    UpdateConfig,
)
from simlab.faults import MissingMetricsSettings, StaleMetricsSettings
from simlab.model import World
from tests.model.scenes import Arrivals, Puppet, begin, resolve

HEAD = "scrape: 2s, window: 6s"


def world_of(
    *,
    telemetry: str = HEAD,
    service: str = "replicas: 2",
    get: str = "[{cpu: 500ms}]",
    shape: str = "{kind: constant, rate: 0/s}",
    more: str = "",
    acts: dict[int, Decision] | None = None,
    period: float = 1.0,
    **others: object,
) -> tuple[World, Puppet]:
    text = f"""
        services: {{web: {{{service}, operations: {{get: {get}}}}}}}
        load: {{users: {{to: web.get, arrivals: even, shape: {shape}}}}}
        telemetry: {{{telemetry}}}
        {more}
    """
    hand = Puppet(period, acts, **others)
    return begin(text, loops={"hand": hand}), hand


def test_a_loop_steps_at_exact_multiples_of_its_period_first_after_one() -> None:
    world, hand = world_of(period=0.1, more="duration: 10s")
    world.finish()
    assert [seen.now for seen in hand.seen] == [0.1 * k for k in range(1, 101)]


def test_readings_are_of_the_newest_scrape_before_now_less_the_lag() -> None:
    """Scrapes at 0, 2, 4 s, ...; with a lag of 1.5 s that of 4 s is seen from 5.5 s on."""
    world, hand = world_of(telemetry=HEAD + ", lag: 1.5s", period=0.5)
    world.advance(8.0)
    seen = {one.now: one.services["web"].reading("in_flight").measured_at for one in hand.seen}
    assert (seen[1.0], seen[1.5], seen[3.0], seen[3.5]) == (-inf, 0.0, 0.0, 2.0)
    assert (seen[5.0], seen[5.5], seen[7.5]) == (2.0, 4.0, 6.0)


def test_a_scrape_of_the_instant_comes_before_the_step() -> None:
    world, hand = world_of(period=2.0)
    world.advance(4.0)
    assert [one.services["web"].reading("in_flight").measured_at for one in hand.seen] == [2, 4]


def test_scrapes_do_not_drift() -> None:
    world, hand = world_of(telemetry="scrape: 100ms, window: 1s", period=0.1, more="duration: 5s")
    world.finish()
    times = [one.services["web"].reading("in_flight").measured_at for one in hand.seen]
    assert times == [0.1 * k for k in range(1, 51)]


def test_a_rate_is_of_the_scrapes_within_the_window() -> None:
    """4 requests/s until 10 s, none after it. At 12 s the window reaches back to 6 s."""
    shape = "{kind: steps, points: [[0s, 4/s], [10s, 0/s]]}"
    world, hand = world_of(shape=shape, period=2.0, get="[]")
    world.advance(20.0)
    rates = {one.now: one.services["web"].reading("arrival_rate") for one in hand.seen}
    assert rates[2.0].value == pytest.approx(3.5)  # Those before 2 s; the one of 2 s comes later.
    assert (rates[2.0].window, rates[8.0].window) == (2.0, 6.0)
    assert rates[8.0].value == pytest.approx(4.0)
    assert rates[12.0].value == pytest.approx((40 - 23) / 6)
    assert rates[18.0].value == 0.0


def test_utilization_is_usage_over_the_request() -> None:
    """1 request/s of 0.5 core-seconds; of two replicas that request a quarter of a core: 1."""
    world, hand = world_of(
        service="replicas: 2, request: {cores: 0.25}", shape="{kind: constant, rate: 1/s}"
    )
    world.advance(50.0)
    (seen,) = [one for one in hand.seen if one.now == 48.0]
    assert seen.services["web"].reading("utilization").value == pytest.approx(1.0)
    assert [one.cpu_request for one in seen.services["web"].replicas] == [0.25, 0.25]
    assert [one.cpu_limit for one in seen.services["web"].replicas] == [1.0, 1.0]
    cpu = [one.readings["cpu"].value for one in seen.services["web"].replicas]
    assert sum(value or 0.0 for value in cpu) == pytest.approx(0.5)


def test_the_platforms_state_is_seen_as_it_is_now_though_readings_lag() -> None:
    acts = {3: Decision([ScaleTo("web", 3, 1)])}
    world, hand = world_of(
        acts=acts, telemetry=HEAD + ", lag: 30s", service="replicas: 1, boot: 2.5s"
    )
    world.advance(8.0)
    three = {one.now: one.services["web"] for one in hand.seen}
    assert (three[3.0].wanted, three[4.0].wanted) == (1, 3)
    assert [len(three[at].replicas) for at in (3.0, 4.0)] == [1, 3]
    assert [three[at].ready for at in (3.0, 4.0, 5.0, 6.0)] == [1, 1, 1, 3]
    assert three[6.0].reading("in_flight").value is None


def test_the_phases_of_a_replica_as_they_are_seen() -> None:
    """Started at 2 s, ready at 4 s, drained at 10 s, gone at 15 s."""
    acts = {2: Decision([ScaleTo("web", 2, 1)]), 10: Decision([ScaleTo("web", 1, 2)])}
    world, hand = world_of(acts=acts, service="replicas: 1, boot: 2s")
    world.advance(20.0)
    lives = {
        one.now: [
            (r.number, r.phase, r.ready, r.ready_since, r.started_at, r.deleting)
            for r in one.services["web"].replicas
        ]
        for one in hand.seen
    }
    first = (0, "Running", True, -inf, -inf, False)
    assert lives[1.0] == [first]
    assert lives[3.0] == [first, (1, "Running", False, 2.0, 2.0, False)]
    assert lives[5.0] == [first, (1, "Running", True, 4.0, 2.0, False)]
    assert lives[11.0] == [first, (1, "Running", False, 10.0, 2.0, True)]
    assert lives[16.0] == [first]


def test_a_crashed_replica_is_running_not_ready_and_started_when_it_was() -> None:
    more = """
        faults:
          f: {kind: crash, target: web, at: 2.5s}
          g: {kind: crash, target: web, at: 4.5s}
    """
    world, hand = world_of(service="replicas: 1", more=more)
    world.advance(20.0)
    lives = {
        one.now: (r.phase, r.ready, r.ready_since, r.started_at, r.deleting, r.restarts)
        for one in hand.seen
        for r in one.services["web"].replicas
    }
    assert lives[3.0] == ("Running", True, 2.5, -inf, False, 1)
    assert lives[5.0] == ("Running", False, 4.5, -inf, False, 1)
    assert lives[15.0] == ("Running", True, 14.5, -inf, False, 2)


def test_a_crashed_replica_is_not_scraped_and_its_counters_go_on() -> None:
    more = """
        faults:
          f: {kind: crash, target: web, at: 6.5s}
          g: {kind: crash, target: web, at: 7.5s}
    """
    world, hand = world_of(service="replicas: 1", shape="{kind: constant, rate: 1/s}", more=more)
    world.advance(30.0)
    cpu = {one.now: one.services["web"].replicas[0].readings["cpu"] for one in hand.seen}
    assert cpu[7.0].value == pytest.approx(5 * 0.5 / 6)  # Requests of 1, ..., 5 s.
    assert cpu[9.0].value is None
    assert cpu[9.0].measured_at == 6.0
    assert cpu[18.0].value is None  # One scrape since: a rate needs two within the window.
    assert cpu[20.0].value == pytest.approx(0.5)
    assert cpu[20.0].window == 2.0


def test_a_new_replica_has_no_rate_until_its_second_scrape() -> None:
    acts = {3: Decision([ScaleTo("web", 2, 1)])}
    world, hand = world_of(acts=acts, service="replicas: 1, boot: 500ms")
    world.advance(10.0)
    seen = {one.now: one.services["web"].replicas for one in hand.seen}
    assert [seen[at][1].readings["cpu"].value for at in (4.0, 5.0, 6.0)] == [None, None, 0.0]
    assert seen[4.0][1].readings["memory"].value == 0.0


def test_logs_are_told_once_to_every_loop() -> None:
    other = Puppet(5.0)
    text = """
        services: {web: {operations: {get: []}, memory: {base: 1Mi, limit: 2Mi}}}
        faults: {f: {kind: crash, target: web, at: 2.5s}}
    """
    acts = {
        3: Decision([Restart("web", (), 1)]),
        4: Decision([UpdateConfig({"services.web.slots": 3.0}, 2)]),
    }
    hand = Puppet(1.0, acts)
    world = begin(text, loops={"hand": hand, "other": other})
    world.advance(10.0)
    mine = [(one.now, log.at, log.kind, log.target) for one in hand.seen for log in one.logs]
    assert mine == [
        (3.0, 2.5, "crash", "services.web/0"),
        (3.0, 2.5, "restart", "services.web/0"),
        (3.0, 2.5, "ready", "services.web/0"),
        (4.0, 3.0, "drain", "services.web/0"),
        (5.0, 4.0, "config", "services.web"),
        (8.0, 8.0, "restart", "services.web/0"),
        (8.0, 8.0, "ready", "services.web/0"),
    ]
    theirs = [(one.now, log.kind) for one in other.seen for log in one.logs]
    assert theirs == [(5.0, kind) for _, _, kind, _ in mine[:5]] + [
        (10.0, kind) for _, _, kind, _ in mine[5:]
    ]


def test_a_config_log_names_what_was_changed() -> None:
    text = """
        services: {web: {operations: {get: []}}}
        links: {users->web: {timeout: 2s}}
        load: {users: {to: web.get, shape: {kind: constant, rate: 0/s}}}
    """
    values = {"links.users->web.timeout": 1.0, "load.users.scale": 2.0}
    hand = Puppet(1.0, {1: Decision([UpdateConfig(values, 1)])})
    world = begin(text, loops={"hand": hand})
    world.advance(3.0)
    targets = [log.target for one in hand.seen for log in one.logs]
    assert targets == ["links.users->web", "load.users"]


def test_traces_are_scraped_and_seen_with_the_lag_once() -> None:
    """Spans of the request of 1 s are scraped at 2 s and seen from 3.5 s on."""
    world, hand = world_of(
        telemetry=HEAD + ", lag: 1.5s, traces: 100%",
        shape="{kind: constant, rate: 1/s}",
        more="duration: 9s",
    )
    world.finish()
    seen = [(one.now, span.trace) for one in hand.seen for span in one.traces]
    assert seen == [
        (4.0, "users/0"),  # It ended at 1.5 s.
        (6.0, "users/1"),
        (6.0, "users/2"),
        (8.0, "users/3"),
        (8.0, "users/4"),
    ]


def test_only_a_share_of_requests_is_traced_by_their_own_luck() -> None:
    world, hand = world_of(
        telemetry=HEAD + ", traces: 25%",
        shape="{kind: constant, rate: 10/s}",
        get="[]",
        more="duration: 200s",
    )
    record = world.finish()
    assert len(record.spans) / 1999 == pytest.approx(0.25, abs=0.04)
    assert len({span.trace for span in record.spans}) == len(record.spans)
    assert len([1 for one in hand.seen for _ in one.traces]) >= len(record.spans) - 10


def test_each_loop_may_have_a_pipeline_of_its_own() -> None:
    fast = Puppet(1.0, telemetry=TelemetrySettings(scrape=1.0, window=3.0))
    slow = Puppet(1.0)
    text = """
        services: {web: {operations: {get: []}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 4/s}}}
        telemetry: {scrape: 5s, window: 20s}
    """
    world = begin(text, loops={"fast": fast, "slow": slow})
    world.advance(13.5)
    one, other = fast.seen[-1].sources["users"], slow.seen[-1].sources["users"]
    assert one.readings["arrival_rate"].measured_at == 13.0
    assert one.readings["arrival_rate"].window == 3.0
    assert other.readings["arrival_rate"].measured_at == 10.0
    assert other.readings["arrival_rate"].window == 10.0
    assert len(world._watch._pipelines) == 2


def test_links_and_sources_are_seen(at: Arrivals) -> None:
    text = f"""
        services: {{web: {{slots: 1, line: 0, operations: {{get: [{{wait: 500ms}}]}}}}}}
        links:
          users->web:
            breaker: {{kind: resilience4j, slidingWindowSize: 4, minimumNumberOfCalls: 4, failureRateThreshold: 75}}
            retry: {{kind: backoff, base: 250ms, jitter: none, attempts: 2}}
        load: {{users: {{to: web.get, shape: {at(0.5, 0.5, 0.5)}}}}}
        telemetry: {{scrape: 2s, window: 10s}}
    """
    hand = Puppet(1.0)
    world = begin(text, loops={"hand": hand})
    world.advance(4.5)
    link, source = hand.seen[1].links["users->web"], hand.seen[1].sources["users"]
    rates = {name: one.value for name, one in link.readings.items()}
    # Three attempts at 0.5 s, two of them tried again at 0.75 s: the window is full of 4 of them.
    assert (rates["arrival_rate"], rates["retry_rate"]) == (2.5, 1.0)
    assert (rates["rate.overloaded"], rates["rate.ok"]) == (2.0, 0.5)
    assert rates["breakers_open"] == 1.0
    assert source.readings["rate.overloaded"].value == 1.0
    assert source.readings["latency_mean"].value == 0.5


# Metric faults.


KINDS = {"stale": StaleMetricsSettings, "missing": MissingMetricsSettings}


def blind(kind: str, target: str, acts: dict[int, Decision] | None = None) -> list[Observation]:
    """Return what a loop sees while metrics of `target` are stale or missing from 5 to 9.5 s."""
    text = """
        services: {web: {tags: [front], operations: {get: [{cpu: 500ms}]}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 1/s}}}
        telemetry: {scrape: 2s, window: 6s}
    """
    hand = Puppet(1.0, acts)
    fault = KINDS[kind](target=target, at=5.0, lasts=4.5)
    world = World(replace(resolve(text), faults={"f": fault}), seed=1, loops={"hand": hand})
    world.advance(12.0)
    return hand.seen


@pytest.mark.parametrize("target", ["web", "users", "users->web", "all", "front"])
@pytest.mark.parametrize("kind", ["stale", "missing"])
def test_metric_faults_hit_their_target(kind: str, target: str) -> None:
    seen = blind(kind, target)[8]
    readings = {
        "web": seen.services["web"].reading("in_flight"),
        "users": seen.sources["users"].readings["arrival_rate"],
        "users->web": seen.links["users->web"].readings["arrival_rate"],
    }
    hit = readings.keys() if target == "all" else {"web" if target == "front" else target}
    for name, reading in readings.items():
        assert reading.measured_at == (4.0 if name in hit else 8.0)
        assert (reading.value is None) == (name in hit and kind == "missing")
    replica = seen.services["web"].replicas[0].readings["cpu"]
    if "web" not in hit or kind == "stale":
        assert replica.measured_at == (4.0 if "web" in hit else 8.0)
    assert (replica.value is None) == ("web" in hit and kind == "missing")


@pytest.mark.parametrize("kind", ["stale", "missing"])
def test_metric_faults_leave_no_trace(kind: str) -> None:
    reading = blind(kind, "all")[-1].services["web"].reading("in_flight")
    assert (reading.value, reading.measured_at) == (0.0, 12.0)


def test_the_platforms_state_is_untouched_by_metric_faults() -> None:
    seen = blind("missing", "all", {6: Decision([ScaleTo("web", 3, 1)])})[8]
    assert (seen.services["web"].wanted, seen.services["web"].ready) == (3, 3)
