"""When a piece's integral reaches a volume: in closed form on straight lines, else by Newton.

    level x + slope x^2 / 2 = v    =>    x = 2 v / (level + sqrt(level^2 + 2 slope v))

which loses no digits for either sign of the slope. With curves: Newton's method within a bracket
that only ever shrinks; where a step would leave it, the bracket is halved instead. So the answer
depends on nothing but the numbers, and a larger volume is never reached earlier.
"""

from math import inf, sqrt

from simlab.core import Seconds
from simlab.load.pieces import Piece

TIME = 1e-14  # Relative, far below a microsecond in a day.
VOLUME = 4e-16  # Relative: less than this is the rounding of the integral itself.
STEPS = 300  # Halving alone needs 60 from any bracket, doubling as many before.


def time_at(piece: Piece, volume: float, after: Seconds) -> Seconds:
    """Return the first time in `piece`, not before `after`, at which its integral is `volume`.

    `volume` is at most that of the whole piece; `after` is any time at which it is not passed.
    """
    if volume <= 0:
        return max(piece.start, after)
    time = bent(piece, volume, after) if piece.curves else piece.start + straight(piece, volume)
    return max(after, min(time, piece.end))


def straight(piece: Piece, volume: float) -> Seconds:
    """Return after how long a piece without curves has had `volume`."""
    level, slope = piece.level, piece.slope
    if slope == 0.0:
        return volume / level
    root = level * level + 2.0 * slope * volume
    return 2.0 * volume / (level + sqrt(max(root, 0.0)))


def bent(piece: Piece, volume: float, after: Seconds) -> Seconds:
    """Return when a piece with curves has had `volume`, to a few units of the last place."""
    low, high, stride = max(after, piece.start), piece.end, 1.0
    time = low
    for _ in range(STEPS):
        short = volume - piece.volume(time)
        if abs(short) <= VOLUME * volume:
            break
        low, high = (time, high) if short > 0 else (low, time)
        rate = piece.rate(time)
        step = time + short / rate if rate > 0 else inf
        if abs(step - time) <= TIME * time:
            return step
        if not low < step < high:
            stride *= 2.0
            step = low + stride if high == inf else low + 0.5 * (high - low)
            if step in {low, high}:
                break
        time = step
    return time


__all__ = ["bent", "straight", "time_at"]
