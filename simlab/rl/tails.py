"""Waiting in the steady state of a service, tabled: M/M/c over all replicas' servers (Erlang C).

    late       P(T > t), T the time in the system; t the bound
    inside     the mean number in the system: a + C rho / (1 - rho)

C is Erlang's probability to wait, made from Erlang B's recursion. Tables are over replicas and
utilization, on a grid of GRID cells up to TOP; between points they are interpolated by whoever
reads them, with the same arithmetic for one service and for many.

    P(T > t) = e^(-nu t) (1 + C (1 - e^(-(c - 1 - a) nu t)) / (c - 1 - a))     c servers of rate nu

Reference: D. Gross et al., Fundamentals of Queueing Theory, 4th ed., section 2.3.
"""

from functools import lru_cache
from math import exp, inf
from typing import Final

from simlab.core import PerSecond, Seconds

GRID: Final = 128
TOP: Final = 0.995


@lru_cache(maxsize=64)
def tables(
    most: int, servers: int, capacity: PerSecond, within: Seconds
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return `late` and `inside` for 0 to `most` replicas, GRID + 1 points each, end to end."""
    late, inside = [1.0] * (GRID + 1), [0.0] * (GRID + 1)  # Without replicas all is late.
    for replicas in range(1, most + 1):
        for point in range(GRID + 1):
            count = replicas * servers
            offered = TOP * point / GRID * count
            waits = erlang_c(count, offered)
            late.append(beyond(count, offered, waits, capacity / servers, within))
            inside.append(offered + waits * offered / (count - offered))
    return tuple(late), tuple(inside)


def erlang_c(servers: int, offered: float) -> float:
    """Return the probability to wait for one of `servers` under `offered` < servers erlangs.

    >>> round(erlang_c(2, 1.0), 6)
    0.333333
    """
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered * blocked / (count + offered * blocked)
    return servers * blocked / (servers - offered * (1.0 - blocked))


def beyond(servers: int, offered: float, waits: float, rate: PerSecond, within: Seconds) -> float:
    """Return P(T > within) of M/M/c whose servers work at `rate`.

    >>> round(beyond(1, 0.5, 0.5, 1.0, 2.0), 6) == round(exp(-1.0), 6)  # M/M/1: e^(-(1 - rho) t)
    True
    """
    if within == inf:
        return 0.0
    gap = servers - 1.0 - offered
    tail = exp(-rate * within)
    if abs(gap) < 1e-9:
        return tail * (1.0 + waits * rate * within)
    return tail + waits * (tail - exp(-(gap + 1.0) * rate * within)) / gap
