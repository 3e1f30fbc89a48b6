"""Adaptive: the endpoint with the least score, made of what is out to it and how fast it answers.

`adaptive_row` has the formula and its rules.

Reference: simlab's founding sketch, score = (connections / 100 + mean response time) / weight;
here all weights are equal.
"""

from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

from simlab.controllers.balancing.adaptive_row import AdaptiveCell, AdaptiveRow, learn, pick
from simlab.controllers.balancing.balancer import Balancer, Rule
from simlab.controllers.checks import require_counts
from simlab.core import (
    Count,
    Ratio,
    Seconds,
    Settings,
    require,
    require_not_negative,
    require_positive,
)


@dataclass(frozen=True, kw_only=True)
class AdaptiveSettings(Settings):
    """The endpoint with the least score of load and response time.

    Args:
        alpha: Weight of the latest response time in the moving average, above 0.
        in_flight_cost: What each attempt that is out adds to the score, in seconds.
        failure_penalty: A failed attempt counts as having taken at least this long.
        unhealthy_after: Failures in a row that keep an endpoint out.
        recovery: How long it is kept out, and how long a response time is remembered.
    """

    kind: Literal["adaptive"] = "adaptive"
    alpha: Ratio = 0.3
    in_flight_cost: Seconds = 0.01
    failure_penalty: Seconds = 1.0
    unhealthy_after: Count = 1
    recovery: Seconds = 10.0

    CHANGEABLE: ClassVar[tuple[str, ...]] = (
        "alpha",
        "in_flight_cost",
        "failure_penalty",
        "unhealthy_after",
        "recovery",
    )

    def __post_init__(self) -> None:
        require(0 < self.alpha <= 1, f"alpha must be a share above 0, up to 1, got {self.alpha:g}")
        require_not_negative(
            in_flight_cost=self.in_flight_cost, failure_penalty=self.failure_penalty
        )
        require_counts(1, unhealthy_after=self.unhealthy_after)
        require_positive(recovery=self.recovery)

    def row(self, cap: float) -> AdaptiveRow:
        return AdaptiveRow(
            cap,
            self.alpha,
            self.in_flight_cost,
            self.failure_penalty,
            self.unhealthy_after,
            self.recovery,
        )

    def build(self, cap: float = inf) -> "Adaptive":
        """Return a picker that sends at most `cap` attempts at once to an endpoint."""
        return Balancer(self, self.row(cap), RULE)


def renew(row: AdaptiveRow, settings: AdaptiveSettings) -> None:
    """Put changed settings into `row`."""
    row.alpha = settings.alpha
    row.in_flight_cost = settings.in_flight_cost
    row.failure_penalty = settings.failure_penalty
    row.unhealthy_after = settings.unhealthy_after
    row.recovery = settings.recovery


Adaptive = Balancer[AdaptiveSettings, AdaptiveRow, AdaptiveCell]
RULE: Rule[AdaptiveSettings, AdaptiveRow, AdaptiveCell] = Rule(AdaptiveCell, pick, learn, renew)
