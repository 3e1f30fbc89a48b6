"""Probes that a loop asks for: a loop with `probes` has them answered before each of its steps.

`probes` is a mapping from services to wishes; `all` stands for every service that has no wish of
its own. Who drives the loop sends a probe to each replica that exists and does not drain, `timeout`
before each step; what came back until then is `Observation.probes` of that step.
"""

from dataclasses import dataclass

from simlab.core.settings import require, require_positive
from simlab.core.units import Seconds

ALL = "all"


@dataclass(frozen=True, slots=True)
class ProbeWish:
    """How the replicas of a service are to be probed.

    Args:
        operation: What each is asked; None: only whether it is there.
        timeout: How long an answer may take, in seconds; at most the loop's period.
    """

    operation: str | None
    timeout: Seconds

    def __post_init__(self) -> None:
        require_positive(timeout=self.timeout)


def require_in_time(timeout: Seconds, period: Seconds) -> None:
    """Raise ``ValueError`` where answers within `timeout` would miss the step, `period` apart."""
    require_positive(timeout=timeout)
    require(
        timeout <= period,
        f"timeout must not be longer than the period ({period:g} s), got {timeout:g} s",
    )
