"""Learning: a tabular Q-learning agent as a `Loop`, and the parts that environments share with it.

    features   dimensionless numbers made of what is seen, and the state that buckets make of them
    moves      what an action is: how many replicas, or a restart; and the guard rails
    table      what is known: values, visits, the choice and the update
    policy     a table in a file, with all that it was learned for
    agent      the loop

Rule 1: one text. Who trains and who plays computes features, states and actions by these functions.
Rule 2: telemetry alone is looked at, and what is missing or stale is unknown: the agent then holds.
Rule 3: no generator. Exploring is decided by the step's luck, so that a run can be repeated.
"""

from simlab.controllers.learning.agent import QLearning
from simlab.controllers.learning.features import FEATURES, BucketSettings, Scales, Sight
from simlab.controllers.learning.moves import HEADROOMS, Guard, Moves, moves_of
from simlab.controllers.learning.policy import Policy, manifest_of, read_policy, write_policy
from simlab.controllers.learning.settings import (
    Prices,
    QLearningSettings,
    Schedule,
)
from simlab.controllers.learning.table import QTable
from simlab.controllers.learning.watching import Watcher

__all__ = [
    "FEATURES",
    "HEADROOMS",
    "BucketSettings",
    "Guard",
    "Moves",
    "Policy",
    "Prices",
    "QLearning",
    "QLearningSettings",
    "QTable",
    "Scales",
    "Schedule",
    "Sight",
    "Watcher",
    "manifest_of",
    "moves_of",
    "read_policy",
    "write_policy",
]
