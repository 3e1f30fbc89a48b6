"""Elasticity: how well the supply of ready replicas follows the demand for them.

    demand d(t)    max(1, ceil(W60 / (60 x cores x headroom)));  W60: core-seconds drawn by attempts
                   that arrived in (t - 60, t], as this strategy made them, retries included
    supply s(t)    ready replicas
    theta_U/O      mean of max(d - s, 0) / d,  of max(s - d, 0) / d
    tau_U/O        share of time with d > s,  with s > d
    instability    share of grid steps in which sign of the change of s differs from that of d

All on one grid: on the events' own times no two changes would ever fall together.

Reference: N. Herbst et al., *Ready for Rain?*, SPEC RG technical report SPEC-RG-2016-01.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, fsum

from simlab.core import Cores, Ratio, Seconds
from simlab.telemetry import GRID, ServiceRecord

WINDOW: Seconds = 60.0
NAMES = ("theta_U", "theta_O", "tau_U", "tau_O", "instability")


def demand(drawn: Sequence[float], at: int, cores: Cores, headroom: Ratio) -> int:
    """Return d at grid point `at`, from the core-seconds `drawn` in each bin of the grid."""
    bins = int(WINDOW / GRID)
    work = fsum(drawn[max(at - bins, 0) : at])
    return max(1, ceil(work / (WINDOW * cores * headroom)))


def elasticity(demands: Sequence[int], supplies: Sequence[int]) -> dict[str, float | None]:
    """Return the five measures of two curves on one grid; None where the grid has no point."""
    n = len(demands)
    if n == 0:
        return dict.fromkeys(NAMES)
    pairs = list(zip(demands, supplies, strict=True))
    changes = zip(_signs(demands), _signs(supplies), strict=True)
    return {
        "theta_U": fsum(max(d - s, 0) / d for d, s in pairs) / n,
        "theta_O": fsum(max(s - d, 0) / d for d, s in pairs) / n,
        "tau_U": sum(d > s for d, s in pairs) / n,
        "tau_O": sum(s > d for d, s in pairs) / n,
        "instability": sum(d != s for d, s in changes) / (n - 1) if n > 1 else None,
    }


def _signs(curve: Sequence[int]) -> list[int]:
    return [(after > before) - (after < before) for before, after in pairwise(curve)]


def of_scaled(
    seen: ServiceRecord, *, warmup: Seconds, duration: Seconds, headroom: Ratio
) -> dict[str, float | None]:
    """Return the measures on the grid points in [warmup, duration); None: nothing scales it."""
    if not seen.scaled:
        return dict.fromkeys(NAMES)
    points = [at for at in range(len(seen.supply)) if warmup <= at * GRID < duration]
    demands = [demand(seen.drawn, at, seen.unit_cores, headroom) for at in points]
    return elasticity(demands, [seen.supply[at] for at in points])
