"""Guards: whether an attempt may go ahead. What is refused here costs the callee nothing."""

from simlab.controllers.guarding.resilience4j import Resilience4jBreaker, Resilience4jSettings
from simlab.controllers.guarding.resilience4j_row import CLOSED, HALF_OPEN, OPEN, Resilience4jRow

__all__ = [
    "CLOSED",
    "HALF_OPEN",
    "OPEN",
    "Resilience4jBreaker",
    "Resilience4jRow",
    "Resilience4jSettings",
]
