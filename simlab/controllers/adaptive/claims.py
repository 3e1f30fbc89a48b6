"""Claims: how much priority each loop of an adaptive system has, and how long it holds a lever."""

from dataclasses import dataclass
from typing import Final

from simlab.core import Count, Seconds, Settings, require_not_negative

PARTS: Final = ("health", "mape_k", "scaling", "resources", "learning")
"""The loops of an adaptive system, in the order in which they are stepped, and go first in a step
where their priorities are equal: who restarts one replica before who restarts a service."""


@dataclass(frozen=True, kw_only=True)
class Claim(Settings):
    """What a loop may claim.

    Args:
        priority: The higher one takes levers over from the lower one.
        lease: How long a lever that it has moved stays its own; at least for that one step.
    """

    priority: Count
    lease: Seconds

    def __post_init__(self) -> None:
        require_not_negative(priority=self.priority, lease=self.lease)


@dataclass(frozen=True, kw_only=True)
class ArbiterSettings(Settings):
    """Who wins where two loops want one lever.

    Healing goes first: it acts seldom, on evidence that something is broken, and what it repairs
    is lost if another loop moves it meanwhile. Its two loops have one rank, so that neither
    restarts what the other is about to mend. Scaling and sizing act on what is measured now;
    learning, which also tries things out, gives way to all.

    A lease is as long as the effect of an action takes to show. A replica boots and then fills a
    window of telemetry (a minute, as a rule); what MAPE-K plans is judged some cycles later, so it
    holds two minutes. With longer leases fewer actions cross, but the others also stand still for
    longer where the first one was wrong.

    Args:
        mape_k: Of the MAPE-K loop.
        health: Of the health checker.
        scaling: Of the autoscalers.
        resources: Of the resource manager.
        learning: Of the learning agent.
    """

    mape_k: Claim = Claim(priority=3, lease=120.0)
    health: Claim = Claim(priority=3, lease=60.0)
    scaling: Claim = Claim(priority=2, lease=60.0)
    resources: Claim = Claim(priority=2, lease=60.0)
    learning: Claim = Claim(priority=1, lease=60.0)

    def claim(self, loop: str) -> Claim:
        """Return what `loop` may claim: ``scaling/web`` is one of the loops of ``scaling``."""
        found: Claim = getattr(self, loop.partition("/")[0])
        return found
