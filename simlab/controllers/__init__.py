"""Decisions. Synchronous and deterministic, with no clock, queue or simulator in sight.

    guarding/    may this attempt go?      Gate     breakers
    balancing/   which one?                Picker   balancers
    retrying/    when again?               Retry    backoff, budgets
    healing/     what is broken?           Loop     health checker; the kubelet's probes
    scaling/     how many replicas?        Loop     HPA, PID, scripts
    learning/    what has been learned?    Loop     Q-learning
    tuning/      how much for each?        Loop     resource manager
    mapek/       what helps against it?    Loop     MAPE-K
    adaptive/    who may move what?        Loop     all of it: loops with an arbiter between them

To add one: write its module, then name its settings in the union below. The scenario format, the
command line, the docs and the conformance tests all read the unions. What can change while a
controller runs is its settings' `CHANGEABLE`; its `reconfigure(name, value)` does it.
"""

from typing import TypeAlias

from simlab.controllers.adaptive import (
    AdaptiveSystem,
    AdaptiveSystemSettings,
    AgentSettings,
    ArbiterSettings,
    CheckingSettings,
    Claim,
    CycleSettings,
    ScalingSettings,
    SizingSettings,
)
from simlab.controllers.balancing import (
    AdaptiveSettings,
    Balancer,
    LeastRequestSettings,
    P2cSettings,
    RandomSettings,
    ResponseTimeSettings,
    RoundRobinSettings,
    WeightedRoundRobinSettings,
)
from simlab.controllers.guarding import Resilience4jBreaker, Resilience4jSettings
from simlab.controllers.healing import (
    HealthChecker,
    HealthSettings,
    KubeletProbe,
    KubeletProbes,
    PhiSettings,
    RecoveryBackoff,
)
from simlab.controllers.learning import (
    BucketSettings,
    Prices,
    QLearning,
    QLearningSettings,
    Schedule,
)
from simlab.controllers.mapek import MapeK, MapeKSettings
from simlab.controllers.retrying import Backoff, BackoffSettings, TokenBucketSettings
from simlab.controllers.scaling import (
    CustomStep,
    Hpa,
    HpaSettings,
    PidController,
    PidScaler,
    PidSettings,
    QuotaStep,
    Script,
    ScriptSettings,
    ScriptStep,
    SwitchStep,
)
from simlab.controllers.tuning import ResourceManager, ResourcesSettings

BreakerSettings: TypeAlias = Resilience4jSettings
BalancerSettings: TypeAlias = (
    RoundRobinSettings
    | WeightedRoundRobinSettings
    | RandomSettings
    | LeastRequestSettings
    | P2cSettings
    | ResponseTimeSettings
    | AdaptiveSettings
)
RetrySettings: TypeAlias = BackoffSettings
LoopSettings: TypeAlias = (
    HpaSettings
    | PidSettings
    | HealthSettings
    | ResourcesSettings
    | QLearningSettings
    | MapeKSettings
    | AdaptiveSystemSettings
    | ScriptSettings
)

__all__ = [
    "AdaptiveSettings",
    "AdaptiveSystem",
    "AdaptiveSystemSettings",
    "AgentSettings",
    "ArbiterSettings",
    "Backoff",
    "BackoffSettings",
    "Balancer",
    "BalancerSettings",
    "BreakerSettings",
    "BucketSettings",
    "CheckingSettings",
    "Claim",
    "CustomStep",
    "CycleSettings",
    "HealthChecker",
    "HealthSettings",
    "Hpa",
    "HpaSettings",
    "KubeletProbe",
    "KubeletProbes",
    "LeastRequestSettings",
    "LoopSettings",
    "MapeK",
    "MapeKSettings",
    "P2cSettings",
    "PhiSettings",
    "PidController",
    "PidScaler",
    "PidSettings",
    "Prices",
    "QLearning",
    "QLearningSettings",
    "QuotaStep",
    "RandomSettings",
    "RecoveryBackoff",
    "Resilience4jBreaker",
    "Resilience4jSettings",
    "ResourceManager",
    "ResourcesSettings",
    "ResponseTimeSettings",
    "RetrySettings",
    "RoundRobinSettings",
    "ScalingSettings",
    "Schedule",
    "Script",
    "ScriptSettings",
    "ScriptStep",
    "SizingSettings",
    "SwitchStep",
    "TokenBucketSettings",
    "WeightedRoundRobinSettings",
]
