"""The horizontal pod autoscaler: one reconciliation each period, in the platform's order.

    wanted 0 and minReplicas not          nothing: autoscaling is disabled
    wanted above max or below min         there, whatever the metrics
    else   the greatest proposal of the metrics; with some of them missing only if it is no fewer
           than wanted, with all missing nothing
           stabilized by what was recommended lately, limited by what was changed lately

Every decision says why, with the platform's own conditions: AbleToScale, ScalingActive,
ScalingLimited. A fresh autoscaler takes what it finds for its first recommendation.

Reference: Kubernetes, `horizontal.go`, reconcileAutoscaler.
"""

from typing import TYPE_CHECKING, TypeAlias

from simlab.controllers.changing import changed, number
from simlab.controllers.scaling.hpa.behavior import down_rules, up_rules
from simlab.controllers.scaling.hpa.calculator import MetricError, Tolerance
from simlab.controllers.scaling.hpa.limits import (
    Bounds,
    Events,
    Mark,
    convert_with_behavior,
    convert_with_rules,
    stabilize,
    stabilize_both,
    store_change,
)
from simlab.controllers.scaling.hpa.pods import Patience
from simlab.controllers.scaling.hpa.proposing import label, propose, see
from simlab.core import Decision, Observation, ScaleTo, Seconds, ServiceSeen

if TYPE_CHECKING:
    from simlab.controllers.scaling.hpa.settings import HpaSettings

Because: TypeAlias = dict[str, float | str | None]


class Hpa:
    """A `Loop` that scales one service."""

    def __init__(self, settings: "HpaSettings") -> None:
        self.settings = settings
        self.recommendations: list[Mark] | None = None
        self.events = Events([], [])
        self.ids = 0
        self._stored: tuple[list[Mark], Mark] | None = None  # The last change, and its log.

    @property
    def period(self) -> Seconds:
        return self.settings.syncPeriod

    def step(self, seen: Observation) -> Decision:
        service = seen.services.get(self.settings.target)
        if service is None:
            return Decision(because={"AbleToScale": "False FailedGetScale"})
        self._forget_refused(seen)
        if self.recommendations is None:
            self.recommendations = [Mark(service.wanted, seen.now)]
        because: Because = {"wanted": service.wanted, "ready": service.ready}
        because["AbleToScale"] = "True SucceededGetScale"
        desired = self._desired(seen, service, because)
        return self._rescale(service.wanted, desired, seen.now, because)

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`; what was recommended before stays in mind."""
        if name == "averageUtilization":
            self.settings = self.settings.with_utilization(number(name, value))
        else:
            self.settings = changed(self.settings, name, value)

    def _desired(self, seen: Observation, service: ServiceSeen, because: Because) -> int:
        settings, current = self.settings, service.wanted
        if current == 0 and settings.minReplicas != 0:
            because["ScalingActive"] = "False ScalingDisabled"
            return current
        if not settings.minReplicas <= current <= settings.maxReplicas:
            return min(max(current, settings.minReplicas), settings.maxReplicas)
        proposal = self._proposal(seen, service, because)
        if proposal is None:
            return current
        return self._normalize(current, proposal, seen.now, because)

    def _proposal(self, seen: Observation, service: ServiceSeen, because: Because) -> int | None:
        """Return the greatest proposal, or None if there is too little to go by."""
        settings = self.settings
        patience = Patience(
            initialization=settings.cpuInitializationPeriod,
            readiness_delay=settings.initialReadinessDelay,
        )
        scaled = see(seen, service, patience)
        greatest: int | None = None
        failed = ""
        for spec in settings.metrics:
            name, reason = label(spec)
            try:
                proposal = propose(spec, seen, service, scaled, self._tolerance())
            except MetricError as error:
                because[f"{name}.missing"] = str(error)
                failed = failed or reason
                continue
            because |= {f"{name}.usage": proposal.usage, f"{name}.proposal": proposal.replicas}
            greatest = proposal.replicas if greatest is None else max(greatest, proposal.replicas)
        if greatest is None or (failed and greatest < service.wanted):
            because["ScalingActive"] = f"False {failed}"
            return None
        because["ScalingActive"] = "True ValidMetricFound"
        return greatest

    def _tolerance(self) -> Tolerance:
        behavior, common = self.settings.behavior, self.settings.tolerance
        up = None if behavior is None or behavior.scaleUp is None else behavior.scaleUp.tolerance
        down = (
            None if behavior is None or behavior.scaleDown is None else behavior.scaleDown.tolerance
        )
        return Tolerance(
            up=common if up is None else up,
            down=common if down is None else down,
        )

    def _normalize(self, current: int, proposal: int, now: Seconds, because: Because) -> int:
        """Return the proposal, stabilized and limited."""
        settings = self.settings
        assert self.recommendations is not None, "the first step makes the log"
        bounds = Bounds(settings.minReplicas, settings.maxReplicas)
        if settings.behavior is None:
            window = settings.downscaleStabilization
            stable = stabilize(self.recommendations, proposal, now, window)
            reason = "ScaleDownStabilized"
            limited = convert_with_rules(current, stable, bounds)
        else:
            up = up_rules(settings.behavior.scaleUp)
            down = down_rules(settings.behavior.scaleDown, settings.downscaleStabilization)
            stable, reason = stabilize_both(
                self.recommendations, current, proposal, now, up=up.window, down=down.window
            )
            limited = convert_with_behavior(
                current, stable, bounds, self.events, now, up=up, down=down
            )
        because |= {"desired": proposal, "stabilized": stable}
        because["AbleToScale"] = f"True {'ReadyForNewScale' if stable == proposal else reason}"
        because["ScalingLimited"] = f"{limited.replicas != stable} {limited.reason}"
        return limited.replicas

    def _rescale(self, current: int, desired: int, now: Seconds, because: Because) -> Decision:
        because["replicas"] = desired
        if desired == current:
            return Decision(because=because)
        because["AbleToScale"] = "True SucceededRescale"
        self._store(current, desired, now)
        self.ids += 1
        return Decision([ScaleTo(self.settings.target, desired, self.ids)], because)

    def _store(self, current: int, desired: int, now: Seconds) -> None:
        behavior = self.settings.behavior
        if behavior is None:
            return
        if desired > current:
            log, rules = self.events.up, up_rules(behavior.scaleUp)
        else:
            log = self.events.down
            rules = down_rules(behavior.scaleDown, self.settings.downscaleStabilization)
        store_change(log, abs(desired - current), rules, now)
        self._stored = next((log, mark) for mark in log if mark.at == now)

    def _forget_refused(self, seen: Observation) -> None:
        """Take the last change out of its log if the platform did not make it."""
        refused = any(
            one.action.id == self.ids and one.status in ("refused", "failed")
            for one in seen.outcomes
        )
        if refused and self._stored is not None:
            log, mark = self._stored
            log[:] = [one for one in log if one is not mark]
