"""Response time: the endpoint that has answered fastest of late; what is out to it counts nothing.

The formula is that of `adaptive_row`, with nothing for attempts that are out. It herds: all go to
whichever was fastest last, until its answers slow down. It is there to be compared with.

Reference: the response-time algorithm of simlab's founding sketch (an EWMA, alpha 0.3).
"""

from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

from simlab.controllers.balancing.adaptive_row import AdaptiveCell, AdaptiveRow, learn, pick
from simlab.controllers.balancing.balancer import Balancer, Rule
from simlab.controllers.checks import require_counts
from simlab.core import Count, Ratio, Seconds, Settings, require, require_not_negative
from simlab.core.settings import require_positive


@dataclass(frozen=True, kw_only=True)
class ResponseTimeSettings(Settings):
    """The endpoint with the shortest response time of late.

    Args:
        alpha: Weight of the latest response time in the moving average, above 0.
        failure_penalty: A failed attempt counts as having taken at least this long.
        unhealthy_after: Failures in a row that keep an endpoint out.
        recovery: How long it is kept out, and how long a response time is remembered.
    """

    kind: Literal["response_time"] = "response_time"
    alpha: Ratio = 0.3
    failure_penalty: Seconds = 1.0
    unhealthy_after: Count = 1
    recovery: Seconds = 10.0

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        "alpha",
        "failure_penalty",
        "unhealthy_after",
        "recovery",
    )

    def __post_init__(self) -> None:
        require(0 < self.alpha <= 1, f"alpha must be a share above 0, up to 1, got {self.alpha:g}")
        require_not_negative(failure_penalty=self.failure_penalty)
        require_counts(1, unhealthy_after=self.unhealthy_after)
        require_positive(recovery=self.recovery)

    def row(self, cap: float) -> AdaptiveRow:
        return AdaptiveRow(
            cap, self.alpha, 0.0, self.failure_penalty, self.unhealthy_after, self.recovery
        )

    def build(self, cap: float = inf) -> "ResponseTime":
        """Return a picker that sends at most `cap` attempts at once to an endpoint."""
        return Balancer(self, self.row(cap), RULE)


def renew(row: AdaptiveRow, settings: ResponseTimeSettings) -> None:
    """Put changed settings into `row`."""
    row.alpha = settings.alpha
    row.failure_penalty = settings.failure_penalty
    row.unhealthy_after = settings.unhealthy_after
    row.recovery = settings.recovery


ResponseTime = Balancer[ResponseTimeSettings, AdaptiveRow, AdaptiveCell]
RULE: Rule[ResponseTimeSettings, AdaptiveRow, AdaptiveCell] = Rule(AdaptiveCell, pick, learn, renew)
