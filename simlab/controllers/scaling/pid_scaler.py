"""A scaler made of a PID controller: the output is how many replicas should be wanted.

    wanted = floor(u + 1/2), at most `maxStep` away from what is wanted now, from min to max

It takes over without a jump: at its first measurement, and whenever someone else moved what is
wanted. What really became of its last decision (rounded, bounded, perhaps refused) is told back to
the controller, so nothing winds up. It follows that errors are left alone that would not add up to
half a replica within the tracking time: those below 1 / (2 ki tracking).

Reference: `pid`; Åström and Hägglund's order of use: measure, compute, actuate, then learn what
was actuated.
"""

from math import floor, isfinite
from typing import TYPE_CHECKING, TypeAlias

from simlab.controllers.changing import changed
from simlab.controllers.seen import seen_reading
from simlab.core import Decision, Observation, ScaleTo, Seconds

if TYPE_CHECKING:
    from simlab.controllers.scaling.pid_settings import PidSettings

Because: TypeAlias = dict[str, float | str | None]


class PidScaler:
    """A `Loop` that scales one service."""

    def __init__(self, settings: "PidSettings") -> None:
        self.settings = settings
        self.pid = settings.controller()
        self.ids = 0
        self._last: Seconds | None = None  # When it last had a measurement to go by.
        self._mine: tuple[int, int] = (-1, -1)  # What was wanted at its last decision, and then.

    @property
    def period(self) -> Seconds:
        return self.settings.period

    def step(self, seen: Observation) -> Decision:
        service = seen.services.get(self.settings.target)
        if service is None:
            return Decision(because={"held": f"{self.settings.target} is not seen"})
        reading = seen_reading(seen, self.settings.metric, self.settings.target)
        because: Because = {
            "metric": self.settings.metric,
            "measured": reading.value,
            "setpoint": self.settings.setpoint,
            "wanted": service.wanted,
        }
        if reading.value is None or not isfinite(reading.value):
            return Decision(because={**because, "held": "the metric is missing"})
        because["measured_at"] = reading.measured_at
        output = self._compute(reading.value, seen.now, service.wanted)
        if output is None:
            return Decision(because={**because, "held": "the metric is out of all bounds"})
        return self._decide(output, service.wanted, {**because, **self.pid.terms})

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`; no gain makes the output jump."""
        self.settings = now = changed(self.settings, name, value)
        self.pid.tune(
            kp=now.kp,
            ki=now.ki,
            kd=now.kd,
            setpoint=now.setpoint,
            dead_band=now.deadBand,
            filter=now.filter,
            tracking=now.tracking,
        )
        self.pid.limit(now.minReplicas, now.maxReplicas)

    def _compute(self, measured: float, now: Seconds, wanted: int) -> float | None:
        """Return the controller's output, after telling it what became of the last one."""
        if self._last is None or wanted not in self._mine:
            self.pid.start(wanted)
        else:
            self.pid.track(wanted)
        dt = self.period if self._last is None else now - self._last
        self._last = now
        return self.pid.compute(measured, dt)

    def _decide(self, output: float, wanted: int, because: Because) -> Decision:
        count = floor(output + 0.5)
        unlimited = self.pid.unlimited
        if unlimited is not None and unlimited != output:
            because["limit"] = "maxReplicas" if unlimited > output else "minReplicas"
        step = self.settings.maxStep
        if step is not None and abs(count - wanted) > step:
            count = wanted + step if count > wanted else wanted - step
            because["limit"] = "maxStep"
        count = min(max(count, self.settings.minReplicas), self.settings.maxReplicas)
        because["replicas"] = count
        self._mine = (wanted, count)
        if count == wanted:
            return Decision(because=because)
        self.ids += 1
        return Decision([ScaleTo(self.settings.target, count, self.ids)], because)
