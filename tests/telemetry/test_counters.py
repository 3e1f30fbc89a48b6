"""Counters: ends by outcome; latencies only of answers; copies of their own."""

from copy import deepcopy

import pytest

from simlab.core import Outcome
from simlab.telemetry import BUCKETS, Counters, ReplicaCounters, bucket

ANSWERS = (Outcome.OK, Outcome.DEGRADED)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_latency_is_of_answers_only(outcome: Outcome) -> None:
    counters = Counters()
    counters.end(outcome, 0.25)
    answered = int(outcome in ANSWERS)
    assert counters.ended == [int(one == outcome) for one in Outcome]
    assert counters.latency == [answered * (at == bucket(0.25)) for at in range(BUCKETS)]
    assert counters.latency_sum == 0.25 * answered


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_replica_keeps_sums_and_counts(outcome: Outcome) -> None:
    counters = ReplicaCounters()
    counters.end(outcome, 0.25)
    assert counters.ended == [int(one == outcome) for one in Outcome]
    assert counters.latency_sum == (0.25 if outcome in ANSWERS else 0.0)


def test_a_copy_counts_for_itself() -> None:
    counters = Counters()
    counters.started, counters.retries = 5, 2
    counters.end(Outcome.OK, 0.25)
    twin = deepcopy(counters)
    counters.end(Outcome.OK, 0.25)
    assert (twin.started, twin.retries, twin.latency_sum) == (5, 2, 0.25)
    assert (twin.ended[Outcome.OK], sum(twin.latency)) == (1, 1)


def test_what_was_shared_is_shared_in_the_copy() -> None:
    counters = Counters()
    one, other = deepcopy((counters, counters))
    assert one is other
    assert one is not counters
