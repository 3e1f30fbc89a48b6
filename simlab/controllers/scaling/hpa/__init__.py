"""Kubernetes' horizontal pod autoscaler, by its own rules and in its own words.

pods         which pods count                  limits      how far one step may go
calculator   what one metric asks for          behavior    the rules for that
proposing    from what is seen to that         metrics     what can be watched
hpa          the loop                          settings    all of it, as files say it

What it decides is checked against the platform's own test cases.
"""

from simlab.controllers.scaling.hpa.behavior import Behavior, ScalingPolicy, ScalingRules
from simlab.controllers.scaling.hpa.hpa import Hpa
from simlab.controllers.scaling.hpa.metrics import (
    DescribedObject,
    ExternalMetric,
    MetricIdentifier,
    MetricSpec,
    MetricTarget,
    ObjectMetric,
    PodsMetric,
    ResourceMetric,
)
from simlab.controllers.scaling.hpa.settings import HpaSettings, cpu_utilization

__all__ = [
    "Behavior",
    "DescribedObject",
    "ExternalMetric",
    "Hpa",
    "HpaSettings",
    "MetricIdentifier",
    "MetricSpec",
    "MetricTarget",
    "ObjectMetric",
    "PodsMetric",
    "ResourceMetric",
    "ScalingPolicy",
    "ScalingRules",
    "cpu_utilization",
]
