"""The kubelet's probes: runs of equal outcomes make a result; a container that fails is replaced.

Rule 1: a result changes only after a run of equal outcomes, as long as its threshold.
Rule 2: a container that does not run is a failure at once; a pod that is deleted is left alone.
Rule 3: readiness and liveness wait for the startup probe, which is not run again once it passed.
Rule 4: after a failure of liveness or startup the worker is on hold until there is a new container.

Reference: Kubernetes, `pkg/kubelet/prober/worker.go` (`doProbe`).
"""

# ruff: noqa: N815 (the product's field names)

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, TypeAlias

from simlab.controllers.checks import require_counts
from simlab.core import Count, Name, Seconds, Settings, WholeSeconds, require

ProbeKind: TypeAlias = Literal["readiness", "liveness", "startup"]
PROBE_KINDS: tuple[ProbeKind, ...] = ("readiness", "liveness", "startup")


class Result(IntEnum):
    """What a worker holds true of its container."""

    SUCCESS = 0
    FAILURE = 1
    UNKNOWN = 2


INITIAL = {"readiness": Result.FAILURE, "liveness": Result.SUCCESS, "startup": Result.UNKNOWN}


@dataclass(frozen=True, kw_only=True)
class KubeletProbe(Settings):
    """A probe as the kubelet runs it, with its field names.

    Args:
        operation: What the replica is asked, through its door, line and slots; None: only whether
            it is there.
        initialDelaySeconds: No probe until the container has run for so long.
        periodSeconds: From one probe to the next.
        timeoutSeconds: Without an answer by then it has failed.
        successThreshold: So many in a row make it a success; of liveness and startup 1.
        failureThreshold: So many in a row make it a failure.
        terminationGracePeriodSeconds: How long the container may take to finish what is inside once
            liveness or startup has failed; None: the service's grace.
    """

    operation: Name | None = None
    initialDelaySeconds: WholeSeconds = 0
    periodSeconds: WholeSeconds = 10
    timeoutSeconds: WholeSeconds = 1
    successThreshold: Count = 1
    failureThreshold: Count = 3
    terminationGracePeriodSeconds: WholeSeconds | None = None

    def __post_init__(self) -> None:
        require_counts(0, initialDelaySeconds=self.initialDelaySeconds)
        require_counts(
            1,
            periodSeconds=self.periodSeconds,
            timeoutSeconds=self.timeoutSeconds,
            successThreshold=self.successThreshold,
            failureThreshold=self.failureThreshold,
        )
        if self.terminationGracePeriodSeconds is not None:
            require_counts(1, terminationGracePeriodSeconds=self.terminationGracePeriodSeconds)


@dataclass(frozen=True, kw_only=True)
class KubeletProbes(Settings):
    """The probes of a service's replicas.

    Args:
        readiness: A replica is an endpoint only while it succeeds.
        liveness: A container is replaced when it fails.
        startup: The others wait until it has succeeded; a container is replaced when it fails.
    """

    readiness: KubeletProbe | None = None
    liveness: KubeletProbe | None = None
    startup: KubeletProbe | None = None

    def __post_init__(self) -> None:
        for kind in ("liveness", "startup"):
            probe = self.of(kind)
            require(
                probe is None or probe.successThreshold == 1,
                f"{kind}.successThreshold must be 1",
            )
        require(
            self.readiness is None or self.readiness.terminationGracePeriodSeconds is None,
            "readiness.terminationGracePeriodSeconds has no meaning: readiness ends nothing",
        )

    def of(self, kind: ProbeKind) -> KubeletProbe | None:
        """Return the probe of this kind."""
        probe: KubeletProbe | None = getattr(self, kind)
        return probe


class ProbeWorker:
    """One probe of one replica: a row, and what moves it.

    Args:
        settings: Of the probe.
        kind: What it is for.
        result: What it begins with; None: as a new container does.
    """

    def __init__(
        self, settings: KubeletProbe, kind: ProbeKind, result: Result | None = None
    ) -> None:
        self.settings, self.kind = settings, kind
        self.result = INITIAL[kind] if result is None else result
        self.last: bool | None = None  # The last outcome, and how many like it came in a row.
        self.run = 0
        self.on_hold = False

    @property
    def replaces(self) -> bool:
        """Return whether a failure has the container replaced."""
        return self.kind != "readiness"

    def new_container(self) -> None:
        """Begin anew with another container. (A run of outcomes goes on, as the kubelet's does.)"""
        self.result, self.on_hold = INITIAL[self.kind], False

    def asks(
        self, *, running: bool, running_for: Seconds, started: bool, deleting: bool = False
    ) -> bool:
        """Return whether to probe now; what is known without a probe becomes the result.

        Args:
            running: Whether there is a container that runs.
            running_for: For how long it has.
            started: Whether its startup probe has passed, or there is none.
            deleting: Whether the pod is being deleted.
        """
        if self.on_hold:
            return False
        if not running:
            self.result = Result.FAILURE
            return False
        if deleting and self.replaces:
            self.result = Result.SUCCESS
            return False
        if running_for < self.settings.initialDelaySeconds:
            return False
        return started != (self.kind == "startup")

    def record(self, passed: bool) -> None:
        """Take in the outcome of a probe. One that the prober itself broke is not recorded."""
        if passed == self.last:
            self.run += 1
        else:
            self.last, self.run = passed, 1
        enough = self.settings.successThreshold if passed else self.settings.failureThreshold
        if self.run < enough:
            return
        self.result = Result.SUCCESS if passed else Result.FAILURE
        if not passed and self.replaces:
            self.on_hold, self.run = True, 0
