"""Healers: what is broken is found by probes, and brought back.

    kubelet   the platform's probes: which replicas are endpoints, which containers are replaced
    health    a `Loop` with probes of its own and a ladder of recoveries

Rule 1: no answer to a probe that was sent is a failure; no probe says nothing. Rule 2: a recovery
is done once an episode, which ends when the replica is healthy again.
"""

from simlab.controllers.healing.checker import HealthChecker
from simlab.controllers.healing.kubelet import (
    PROBE_KINDS,
    KubeletProbe,
    KubeletProbes,
    ProbeKind,
    ProbeWorker,
    Result,
)
from simlab.controllers.healing.phi import PhiDetector, PhiSettings
from simlab.controllers.healing.settings import HealthSettings, RecoveryBackoff

__all__ = [
    "PROBE_KINDS",
    "HealthChecker",
    "HealthSettings",
    "KubeletProbe",
    "KubeletProbes",
    "PhiDetector",
    "PhiSettings",
    "ProbeKind",
    "ProbeWorker",
    "RecoveryBackoff",
    "Result",
]
