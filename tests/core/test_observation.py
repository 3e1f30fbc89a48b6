"""Observations: what is not known is missing, never zero."""

import copy
import pickle
from dataclasses import replace
from math import inf

from simlab.core import (
    MISSING,
    LinkSeen,
    Observation,
    Reading,
    ReplicaSeen,
    ServiceSeen,
    SourceSeen,
)

REPLICA = ReplicaSeen(
    number=1,
    phase="Running",
    ready=True,
    ready_since=-inf,
    started_at=-inf,
    deleting=False,
    restarts=0,
    cpu_request=1.0,
    cpu_limit=1.0,
    memory_request=None,
    memory_limit=None,
)


def test_a_reading_that_is_not_there_is_missing() -> None:
    web = ServiceSeen(wanted=1, readings={"line": Reading(3.0, 15.0)})
    assert web.reading("line") == Reading(3.0, 15.0, 0.0)
    assert web.reading("memory") is MISSING
    assert (MISSING.value, MISSING.measured_at) == (None, -inf)


def test_ready_counts_what_is_ready_and_stays() -> None:
    replicas = (
        REPLICA,
        replace(REPLICA, number=2, ready=False),
        replace(REPLICA, number=3, deleting=True),
        replace(REPLICA, number=4),
    )
    assert ServiceSeen(wanted=4, replicas=replicas).ready == 2
    assert ServiceSeen(wanted=4).ready == 0


def test_observations_can_be_copied_and_sent() -> None:
    """Worlds are forked by deepcopy, and loops hold what they have seen."""
    seen = Observation(
        now=60.0,
        services={"web": ServiceSeen(wanted=1, replicas=(REPLICA,))},
        links={"shoppers->web": LinkSeen()},
        sources={"shoppers": SourceSeen(readings={"arrival_rate": Reading(80.0, 45.0, 60.0)})},
    )
    assert copy.deepcopy(seen) == seen
    assert pickle.loads(pickle.dumps(seen)) == seen
