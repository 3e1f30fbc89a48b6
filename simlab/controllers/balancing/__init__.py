"""Balancers: which endpoint an attempt goes to, by what its caller knows.

Rule 1: a caller knows its own attempts and their answers, never the true state of an endpoint.
Rule 2: ties are broken by luck, never by place.
"""

from simlab.controllers.balancing.adaptive import Adaptive, AdaptiveSettings
from simlab.controllers.balancing.balancer import Balancer
from simlab.controllers.balancing.least_request import LeastRequest, LeastRequestSettings
from simlab.controllers.balancing.p2c import P2c, P2cSettings
from simlab.controllers.balancing.random_choice import Random, RandomSettings
from simlab.controllers.balancing.response_time import ResponseTime, ResponseTimeSettings
from simlab.controllers.balancing.round_robin import RoundRobin, RoundRobinSettings
from simlab.controllers.balancing.weighted_round_robin import (
    WeightedRoundRobin,
    WeightedRoundRobinSettings,
)

__all__ = [
    "Adaptive",
    "AdaptiveSettings",
    "Balancer",
    "LeastRequest",
    "LeastRequestSettings",
    "P2c",
    "P2cSettings",
    "Random",
    "RandomSettings",
    "ResponseTime",
    "ResponseTimeSettings",
    "RoundRobin",
    "RoundRobinSettings",
    "WeightedRoundRobin",
    "WeightedRoundRobinSettings",
]
