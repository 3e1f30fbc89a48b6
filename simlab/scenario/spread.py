"""Spread: what the values of a factor are, at the place where its path leads in a world.

    linspace: [10s, 30s, 3]     10s, 20s, 30s: the first, the last, how many
    logspace: [1, 100, 3]       1, 10, 100: each the one before times the same
    range:    [2, 7, 2]         2, 4, 6: from the first up to the second, in steps of the third

Between spaced ends 12 figures are kept; where only whole numbers stand, the nearest is taken.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import Final

from simlab.scenario import kinds
from simlab.scenario.asking import Linspace, Logspace, Range, Spaced
from simlab.scenario.factors import Varied, words_of
from simlab.scenario.nodes import Scalar
from simlab.scenario.paths import At
from simlab.scenario.patterns import WHOLE
from simlab.scenario.problems import Problems
from simlab.scenario.values import UNITS, Value, kinds_of, same, spelled, value_of
from simlab.scenario.words import allowed

MOST: Final = 100_000  # Values of one factor.


def spread(varied: Varied, at: At, problems: Problems) -> list[Value]:
    """Return the values that a factor takes at the place `at`; what is wrong is noted."""
    if isinstance(varied.values, tuple):
        found = [
            value_of(at, replace(varied.set, value=node, place=node.place))
            for node in varied.values
        ]
    else:
        found = _spaced(varied, varied.values, at, problems)
    seen: list[Value] = []
    for one in found:
        if any(same(one, other) for other in seen):
            where = varied.set if one.set is None else one.set
            problems.add(where.place, where.path, f"{one.text} stands here already")
        seen.append(one)
    return seen


def _spaced(varied: Varied, values: Spaced, at: At, problems: Problems) -> list[Value]:
    one = varied.set
    try:
        kind, numbers = _numbers(values, at)
    except ValueError as error:
        problems.at(one.value, str(error))
        return []
    found, unit = [], UNITS.get(kind, "")
    for number in numbers:
        node = Scalar(one.value.place, one.path, f"{number:.12g}")
        put = replace(one, value=node, place=node.place)
        found.append(Value(one.path, spelled(number, kind), float(node.text), unit, put))
    return found


def _numbers(values: Spaced, at: At) -> tuple[str, list[float]]:
    """Return the kind of the numbers, and the numbers; `ValueError` if there are none."""
    if not kinds_of(at):
        raise ValueError(f"{at.path} takes no numbers: allowed is {allowed(at.hint)}")
    words = words_of(values)
    nodes = [node for node in words if not isinstance(node, int)]  # All but a count.
    ends = [node.text if isinstance(node, Scalar) else "" for node in nodes]
    down = isinstance(values, Range) and ends[2].startswith("-")
    if down:
        ends[2] = ends[2][1:]  # Even where no number is below 0, steps may go down.
    kind, parsed = _parsed(ends, kinds_of(at))
    first, second = parsed[:2]
    if isinstance(values, Linspace | Logspace):
        found = _between(values, first, second, words[2])
    else:
        found = _stepped(first, second, -parsed[2] if down else parsed[2])
    return kind, [float(round(one)) for one in found] if kind in WHOLE else found


def _parsed(texts: Sequence[str], allowed_kinds: Sequence[str]) -> tuple[str, list[float]]:
    """Return the first kind that all of `texts` are of, and the numbers that they are."""
    for kind in allowed_kinds[:-1]:
        try:
            return kind, [float(kinds.parse(kind, text)) for text in texts]
        except ValueError:
            continue
    last = allowed_kinds[-1]
    return last, [float(kinds.parse(last, text)) for text in texts]


def _between(values: Linspace | Logspace, low: float, high: float, count: int) -> list[float]:
    name = "linspace" if isinstance(values, Linspace) else "logspace"
    if not 2 <= count <= MOST:
        raise ValueError(f"{name} must be of 2 to {MOST:,} values, got {count}")
    if not (isfinite(low) and isfinite(high)):
        raise ValueError(f"{name} must have ends that are finite")
    shares = [at / (count - 1) for at in range(1, count - 1)]
    if isinstance(values, Linspace):
        inner = [low + (high - low) * share for share in shares]
    elif low <= 0 or high <= 0:
        raise ValueError("logspace must have ends above 0")
    else:
        inner = [low * (high / low) ** share for share in shares]
    return [low, *(float(f"{one:.12g}") for one in inner), high]


def _stepped(first: float, last: float, step: float) -> list[float]:
    if not (isfinite(first) and isfinite(last) and isfinite(step)):
        raise ValueError("range must have ends that are finite")
    if step == 0 or (last - first) / step < 0:
        raise ValueError("range must have a step from its first to its last value")
    count = int((last - first) / step * (1 + 1e-12) + 1e-12) + 1
    if count > MOST:
        raise ValueError(f"range must be of at most {MOST:,} values, got {count:,}")
    return [float(f"{first + step * at:.12g}") for at in range(count)]
