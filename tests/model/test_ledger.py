"""The record of a run: integrals and counts between the end of the warm-up and of arrivals."""

import pytest

from simlab.core import Decision, Outcome, ScaleTo
from simlab.telemetry import Record
from tests.model.scenes import Arrivals, Puppet, begin, counts, play, sent


def scaled(
    *acts: tuple[int, int],
    service: str = "",
    warmup: str = "10s",
    duration: str = "100s",
    more: str = "",
) -> Record:
    hand = Puppet(1.0, {when: Decision([ScaleTo("web", count, when)]) for when, count in acts})
    text = f"""
        duration: {duration}
        warmup: {warmup}
        services:
          web: {{{service}, operations: {{get: []}}}}
        {more}
    """
    return begin(text, loops={"hand": hand}).finish()


@pytest.mark.parametrize(
    ("acts", "exists", "ready"),
    [
        pytest.param([], 2 * 90, 2 * 90, id="from the end of the warm-up to the end"),
        pytest.param([(20, 3)], 180 + 80, 180 + 75, id="a new one exists while it boots"),
        pytest.param([(20, 1)], 180 - 75, 180 - 80, id="a draining one exists and is not ready"),
        pytest.param([(5, 3)], 3 * 90, 3 * 90, id="a change in the warm-up counts from its end"),
        pytest.param([(8, 3)], 3 * 90, 180 + 87, id="one that boots across the end of the warm-up"),
        pytest.param([(20, 3), (22, 2)], 180 + 2, 180, id="one that never became ready"),
        pytest.param([(98, 5)], 180 + 6, 180, id="near the end"),
    ],
)
def test_replicas_that_exist_and_that_are_ready(
    acts: list[tuple[int, int]], exists: float, ready: float
) -> None:
    """Boots take 5 s, drains 5 s."""
    service = "replicas: 2, boot: 5s, cores: 4, memory: {base: 1Mi, limit: 512Mi}"
    web = scaled(*acts, service=service).services["web"]
    assert (web.exists, web.ready) == (exists, ready)
    assert (web.cores, web.ready_cores) == (4 * exists, 4 * ready)
    assert web.memory == exists * 512 * 2**20


def test_what_changes_in_the_drain_does_not_count(at: Arrivals) -> None:
    """Two replicas until 95 s, when one drains; it is gone at 125 s. A request ends at 130 s."""
    text = f"""
        duration: 100s
        services:
          web: {{replicas: 2, linger: 30s, operations: {{get: []}}}}
          db: {{operations: {{get: [{{wait: 40s}}]}}}}
        load: {{users: {{to: db.get, shape: {at(90)}}}}}
        strategies: {{s: {{loops: {{l: {{kind: script, steps: [{{at: 95s, scale: {{web: 1}}}}]}}}}}}}}
    """
    record = play(text, "s")
    web = record.services["web"]
    assert (record.ended, web.exists, web.ready) == (130.0, 200.0, 195.0)


@pytest.mark.parametrize(
    ("service", "billed"),
    [
        pytest.param("memory: {base: 1Mi, limit: 8Mi}, request: {memory: 4Mi}", 8, id="the limit"),
        pytest.param("memory: {base: 1Mi}, request: {memory: 4Mi}", 4, id="else the request"),
        pytest.param("memory: {base: 1Mi}", 0, id="else nothing"),
    ],
)
def test_memory_is_billed_by(service: str, billed: float) -> None:
    assert scaled(service=service, warmup="0s").services["web"].memory == billed * 2**20 * 100


def test_a_crashed_replica_exists_and_is_not_ready() -> None:
    more = """
        faults:
          f: {kind: crash, target: web, at: 20s}
          g: {kind: crash, target: web, at: 30s}
          h: {kind: crash, target: web, at: 50s, restart: false}
    """
    web = scaled(service="replicas: 1", more=more).services["web"]
    assert (web.exists, web.ready) == (90.0, 30.0)  # Ready from 10 to 30 s and from 40 to 50 s.


def test_busy_is_of_the_time_between_the_marks(at: Arrivals) -> None:
    """Work of 20 s from 5 s on, in a window from 10 to 20 s; half of it counts."""
    for replicas in (1, 0):
        text = f"""
            duration: 20s
            warmup: 10s
            services: {{web: {{operations: {{get: 20s}}, grace: 2s}}}}
            load: {{users: {{to: web.get, shape: {at(5)}}}}}
            strategies:
              s: {{loops: {{l: {{kind: script, steps: [{{at: 12s, scale: {{web: {replicas}}}}}]}}}}}}
        """
        busy = play(text, "s").services["web"].busy
        assert busy == (10.0 if replicas else 4.0)  # What a replica did that is gone counts, too.


def test_outcomes_are_of_what_ended_between_the_marks(at: Arrivals) -> None:
    """Attempts of 4 s from 1, 8, 12 and 18 s, between 10 and 20 s."""
    text = f"""
        duration: 20s
        warmup: 10s
        services: {{web: {{operations: {{get: [{{wait: 4s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(1, 8, 12, 18)}}}}}
    """
    record = play(text)
    assert counts(record, "web") == {"ok": 2}
    assert sent(record, "users->web") == {"ok": 2}
    link = record.links["users->web"]
    assert (link.calls, link.attempts) == (2, 2)  # Those begun at 12 and 18 s.
    assert sum(link.histogram) == 2
    assert link.latency_sum == 8.0
    assert record.sources["users"].requests == 2
    assert record.sources["users"].outcomes[Outcome.OK] == 2


def test_in_vain_is_what_nobody_waited_for(at: Arrivals) -> None:
    text = f"""
        duration: 20s
        warmup: 10s
        services: {{web: {{operations: {{get: [{{wait: 4s}}]}}}}}}
        links: {{users->web: {{timeout: 1s}}}}
        load: {{users: {{to: web.get, shape: {at(1, 8, 12, 18)}}}}}
    """
    assert play(text).services["web"].in_vain == 2


def test_restarts_and_kills_are_of_the_time_between_the_marks(at: Arrivals) -> None:
    text = f"""
        duration: 100s
        warmup: 10s
        services:
          web: {{memory: {{base: 1Mi, per_request: 1Mi, limit: 1.5Mi}}, operations: {{get: [{{wait: 1s}}]}}}}
        load: {{users: {{to: web.get, shape: {at(1, 20, 50)}}}}}
    """
    web = play(text).services["web"]
    assert (web.restarts, web.killed) == (2, 2)


def test_scalings_are_those_within_the_measured_time() -> None:
    web = scaled((5, 3), (10, 4), (99, 5), service="replicas: 2").services["web"]
    assert web.scalings == [(10.0, 3, 4), (99.0, 4, 5)]
    assert web.scaled


def test_a_service_is_scaled_if_a_loop_has_it_for_its_target() -> None:
    loop = "{kind: hpa, target: web, maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]}"
    text = f"""
        services: {{web: {{operations: {{get: []}}}}, db: {{operations: {{get: []}}}}}}
        strategies: {{s: {{loops: {{l: {loop}}}}}}}
    """
    record = play(text, "s")
    assert (record.services["web"].scaled, record.services["db"].scaled) == (True, False)


def test_work_is_counted_by_the_arrival_of_its_attempt(at: Arrivals) -> None:
    """Bins of 15 s from 0 on, the warm-up included."""
    text = f"""
        duration: 60s
        warmup: 10s
        services: {{web: {{operations: {{get: [{{cpu: 1s}}, {{cpu: 2s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(0, 14, 15, 50)}}}}}
    """
    assert play(text).services["web"].drawn == [6.0, 3.0, 0.0, 3.0, 0.0]


def test_work_that_is_drawn_in_vain_counts(at: Arrivals) -> None:
    text = f"""
        services: {{web: {{operations: {{get: 4s}}}}}}
        links: {{users->web: {{timeout: 1s, cancel: all, retry: {{kind: backoff, attempts: 2, base: 1s, jitter: none}}}}}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
    """
    assert play(text).services["web"].drawn[0] == 8.0


def test_supply_is_what_is_ready_on_the_grid() -> None:
    web = scaled((15, 3), (29, 4), (46, 1), service="replicas: 2", duration="75s").services["web"]
    assert web.supply == [2, 2, 4, 4, 1]  # At 0, 15 (before the step of that instant), 30, 45, 60.


def test_the_number_of_cores_is_told() -> None:
    assert scaled(service="cores: 2.5").services["web"].unit_cores == 2.5
