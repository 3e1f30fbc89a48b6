"""How fast an HPA may scale, in the fields of autoscaling/v2, with the API's defaults.

    scaleUp     no stabilization; the larger of 4 pods and 100 % in 15 s
    scaleDown   the controller's downscale stabilization; 100 % in 15 s

Reference: Kubernetes API, `autoscaling/v2`, HPAScalingRules; `apis/autoscaling/v2/defaults.go`.
"""

# ruff: noqa: N815 (the product's field names)

from dataclasses import dataclass, replace
from typing import Literal

from simlab.controllers.checks import require_counts
from simlab.controllers.scaling.hpa.limits import Direction, Policy
from simlab.core import Count, Ratio, Seconds, Settings, WholeSeconds, require, require_not_negative


@dataclass(frozen=True, kw_only=True)
class ScalingPolicy(Settings):
    """How much may change in a period.

    Args:
        type: ``Pods``, or ``Percent`` of the pods at the period's start.
        value: How many, from 1 on.
        periodSeconds: 1 to 1800.
    """

    type: Literal["Pods", "Percent"]
    value: Count
    periodSeconds: WholeSeconds

    def __post_init__(self) -> None:
        require_counts(1, value=self.value, periodSeconds=self.periodSeconds)
        require(
            self.periodSeconds <= 1800, f"periodSeconds must be 1 to 1800, got {self.periodSeconds}"
        )


@dataclass(frozen=True, kw_only=True)
class ScalingRules(Settings):
    """Scaling in one direction; what is left out is as the API has it by default.

    Args:
        stabilizationWindowSeconds: How far back recommendations are looked at, 0 to 3600.
        selectPolicy: The policy that allows the largest change (``Max``), or the smallest
            (``Min``); ``Disabled``: no scaling in this direction.
        policies: At least one.
        tolerance: How far the metric may be from its target; None: the controller's.
    """

    stabilizationWindowSeconds: WholeSeconds | None = None
    selectPolicy: Literal["Max", "Min", "Disabled"] | None = None
    policies: tuple[ScalingPolicy, ...] | None = None
    tolerance: Ratio | None = None

    def __post_init__(self) -> None:
        window = self.stabilizationWindowSeconds
        if window is not None:
            require_counts(0, stabilizationWindowSeconds=window)
            require(window <= 3600, f"stabilizationWindowSeconds must be 0 to 3600, got {window}")
        require(self.policies != (), "policies must name at least one")
        if self.tolerance is not None:
            require_not_negative(tolerance=self.tolerance)


@dataclass(frozen=True, kw_only=True)
class Behavior(Settings):
    """How fast to scale.

    Args:
        scaleUp: None: the API's default.
        scaleDown: None: the API's default.
    """

    scaleUp: ScalingRules | None = None
    scaleDown: ScalingRules | None = None


def up_rules(rules: ScalingRules | None) -> Direction:
    """Return the effective rules of scaling up."""
    policies = (Policy(True, 4, 15.0), Policy(False, 100, 15.0))
    return _effective(Direction(0.0, "Max", policies), rules)


def down_rules(rules: ScalingRules | None, stabilization: Seconds) -> Direction:
    """Return the effective rules of scaling down; `stabilization` is the controller's window."""
    return _effective(Direction(stabilization, "Max", (Policy(False, 100, 15.0),)), rules)


def _effective(default: Direction, rules: ScalingRules | None) -> Direction:
    if rules is None:
        return default
    if rules.stabilizationWindowSeconds is not None:
        default = replace(default, window=float(rules.stabilizationWindowSeconds))
    if rules.selectPolicy is not None:
        default = replace(default, select=rules.selectPolicy)
    if rules.policies is not None:
        policies = tuple(
            Policy(one.type == "Pods", one.value, float(one.periodSeconds))
            for one in rules.policies
        )
        default = replace(default, policies=policies)
    return default
