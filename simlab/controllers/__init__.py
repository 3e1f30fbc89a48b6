"""Decisions. Synchronous and deterministic, with no clock, queue or simulator in sight.

    guarding/    may this attempt go?      Gate     breakers
    balancing/   which one?                Picker   balancers
    retrying/    when again?               Retry    backoff, budgets
    scaling/     how many replicas?        Loop     HPA, PID, scripts
    mapek/       what is wrong, and what helps?     Loop     MAPE-K

To add one: write its module, then name its settings in the union below. The scenario format, the
command line, the docs and the conformance tests all read the unions. What can change while a
controller runs is its settings' `CHANGEABLE`; its `reconfigure(name, value)` does it.
"""

from typing import TypeAlias

from simlab.controllers.balancing import (
    AdaptiveSettings,
    Balancer,
    LeastRequestSettings,
    P2cSettings,
    RandomSettings,
    RoundRobinSettings,
)
from simlab.controllers.guarding import Resilience4jBreaker, Resilience4jSettings
from simlab.controllers.mapek import MapeK, MapeKSettings
from simlab.controllers.retrying import Backoff, BackoffSettings, TokenBucketSettings
from simlab.controllers.scaling import (
    Hpa,
    HpaSettings,
    PidController,
    PidScaler,
    PidSettings,
    Script,
    ScriptSettings,
    ScriptStep,
)

BreakerSettings: TypeAlias = Resilience4jSettings
BalancerSettings: TypeAlias = (
    RoundRobinSettings | RandomSettings | LeastRequestSettings | P2cSettings | AdaptiveSettings
)
RetrySettings: TypeAlias = BackoffSettings
LoopSettings: TypeAlias = HpaSettings | PidSettings | ScriptSettings | MapeKSettings

__all__ = [
    "AdaptiveSettings",
    "Backoff",
    "BackoffSettings",
    "Balancer",
    "BalancerSettings",
    "BreakerSettings",
    "Hpa",
    "HpaSettings",
    "LeastRequestSettings",
    "LoopSettings",
    "MapeK",
    "MapeKSettings",
    "P2cSettings",
    "PidController",
    "PidScaler",
    "PidSettings",
    "RandomSettings",
    "Resilience4jBreaker",
    "Resilience4jSettings",
    "RetrySettings",
    "RoundRobinSettings",
    "Script",
    "ScriptSettings",
    "ScriptStep",
    "TokenBucketSettings",
]
