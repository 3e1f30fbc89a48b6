"""A PID controller without a clock: told what is measured and how long ago it last was.

    u = P + I + D, cut to [low, high]         e = setpoint - y (direct), y - setpoint (reverse)
    P = kp e
    I = I + ki e dt + min(1, dt / Tt) (actuated - u before)      back-calculation against windup
    D = (Tf D + kd de) / (Tf + dt)            filtered, Tf = kd / (kp filter), and de only by what
                                              the measurement moved, not the setpoint

`reverse` is the way of a scaler: the output rises while the measurement is above the setpoint.
I holds ki e dt, so that a change of ki moves nothing at once; one of kp is made up for in I. What
cannot be used (no measurement, NaN, no time passed) holds the last output. After a long gap dt is
cut and D begins anew.

Reference: K. J. Åström and T. Hägglund, *Advanced PID Control*, ISA, 2006, ch. 3 and 13.
"""

from math import inf, isfinite, sqrt
from typing import Literal, TypeAlias

from simlab.core import Number, Seconds, require, require_not_negative, require_positive

Direction: TypeAlias = Literal["reverse", "direct"]


class PidController:
    """Computes an output from measurements, one by one.

    >>> pid = PidController(kp=2.0, ki=0.5, kd=0.0, setpoint=10.0, direction="direct")
    >>> pid.compute(0.0, dt=0.1), pid.compute(1.0, dt=0.1)
    (20.5, 18.95)

    Args:
        kp: Output for each unit of error.
        ki: Output for each unit of error and second.
        kd: Output for each unit by which the measurement moves in a second.
        setpoint: What the measurement should be.
        direction: ``reverse`` (the output rises while the measurement is above the setpoint) or
            ``direct``.
        dead_band: An error of no more than this counts as none, a larger one as what is beyond.
        low: The least output.
        high: The greatest output.
        filter: How many times faster than the derivative acts (kd / kp) it is smoothed; infinite:
            not at all, which is also so where kp is 0.
        tracking: How fast I follows what was actuated, Tt; None: sqrt(kd / ki), or kp / ki
            without a kd. No I, no tracking.
        longest: A dt above it counts as a gap, and as long as this.
    """

    def __init__(
        self,
        *,
        kp: Number,
        ki: Number,
        kd: Number,
        setpoint: Number,
        direction: Direction = "reverse",
        low: Number = -inf,
        high: Number = inf,
        dead_band: Number = 0.0,
        filter: Number = inf,  # noqa: A002 (the field's standard term)
        tracking: Seconds | None = None,
        longest: Seconds = inf,
    ) -> None:
        self.sign = 1.0 if direction == "reverse" else -1.0
        self.longest = longest
        self.reset()
        self.kp = kp
        self.tune(
            kp=kp,
            ki=ki,
            kd=kd,
            setpoint=setpoint,
            dead_band=dead_band,
            filter=filter,
            tracking=tracking,
        )
        self.limit(low, high)

    def reset(self) -> None:
        """Forget everything that was measured and summed up."""
        self.error = self.integral = self.derivative = 0.0
        self.unlimited: float | None = None
        self.actuated: float | None = None
        self.output: float | None = None
        self._measured: float | None = None
        self._start: float | None = None

    def start(self, output: float) -> None:
        """Take over at `output`: the next computation gives it, and moves on from there."""
        self._start = output

    def tune(
        self,
        *,
        kp: Number,
        ki: Number,
        kd: Number,
        setpoint: Number,
        dead_band: Number,
        filter: Number,  # noqa: A002
        tracking: Seconds | None,
    ) -> None:
        """Set the gains; the output does not jump by a new gain (by a new setpoint it does).

        Raises:
            ValueError: A gain is negative (turn the direction instead), or a number makes no sense.
        """
        require_not_negative(kp=kp, ki=ki, kd=kd, dead_band=dead_band)
        require(isfinite(setpoint), f"setpoint must be a number, got {setpoint:g}")
        require(filter > 0, f"filter must be positive, got {filter:g}")
        if tracking is not None:
            require_positive(tracking=tracking)
        if self.unlimited is not None:
            self.integral += (self.kp - kp) * self.error
        self.kp, self.ki, self.kd = kp, ki, kd
        self.setpoint, self.dead_band = setpoint, dead_band
        self.smoothing = kd / (kp * filter) if kp > 0 else 0.0
        self.tracking = self._tracking() if tracking is None else tracking

    def limit(self, low: Number, high: Number) -> None:
        """Set the least and the greatest output."""
        require(low <= high, f"low must not be above high, got {low:g} and {high:g}")
        self.low, self.high = low, high

    def compute(self, measured: float | None, dt: Seconds) -> float | None:
        """Return the output for what was measured, `dt` after the last computation.

        Returns:
            The last output where there is nothing to go by; None if there never was.
        """
        if measured is None or not isfinite(measured) or not dt > 0:
            return self.output
        gap = dt > self.longest
        dt = min(dt, self.longest)
        error = self._beyond(self.sign * (measured - self.setpoint))
        derivative = 0.0 if gap else self._derivative(measured, dt)
        integral = self._integral(error, derivative, dt)
        unlimited = self.kp * error + integral + derivative
        if not isfinite(unlimited):
            return self.output
        self.error, self.integral, self.derivative = error, integral, derivative
        self.unlimited, self._measured, self._start = unlimited, measured, None
        self.output = self.actuated = min(max(unlimited, self.low), self.high)
        return self.output

    def track(self, actuated: float) -> None:
        """Say what really became of the last output, where that is not the output itself."""
        self.actuated = actuated

    @property
    def terms(self) -> dict[str, float | None]:
        """Return what the last output is made of."""
        return {
            "error": self.error,
            "proportional": self.kp * self.error,
            "integral": self.integral,
            "derivative": self.derivative,
            "unlimited": self.unlimited,
            "output": self.output,
        }

    def _beyond(self, error: float) -> float:
        """Return what of `error` is outside of the dead band: it sets in without a jump."""
        if error > self.dead_band:
            return error - self.dead_band
        return min(error + self.dead_band, 0.0)

    def _derivative(self, measured: float, dt: Seconds) -> float:
        if self._measured is None:
            return 0.0
        moved = self.sign * (measured - self._measured)
        return (self.smoothing * self.derivative + self.kd * moved) / (self.smoothing + dt)

    def _integral(self, error: float, derivative: float, dt: Seconds) -> float:
        if self._start is not None:
            return self._start - self.kp * error - derivative
        integral = self.integral + self.ki * error * dt
        if self.ki > 0 and self.unlimited is not None and self.actuated is not None:
            share = 1.0 if dt >= self.tracking else dt / self.tracking
            integral += share * (self.actuated - self.unlimited)
        return integral

    def _tracking(self) -> Seconds:
        if self.ki == 0:
            return inf
        return sqrt(self.kd / self.ki) if self.kd > 0 else self.kp / self.ki
