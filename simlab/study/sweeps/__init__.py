"""Sweeps: strategies compared at every point of a grid of factors, and judged as one answer.

Rule 1: a point is a comparison like any other: same luck, same keys, so either finds the other's
runs in a store. Rule 2: p-values are adjusted over all points together. Rule 3: whatever was
interrupted, and however many processes ran it, the answer is the same to the byte.

    plan, field   what is asked: points, what their runs are stored by; what makes these
    making        rounds of runs, and the answer from what the store has then
    sweep, flips, the answer: rows, estimates, differences, where the ranking flips; as words
    document      and as data
    estimate      how long it would take, and how much disk, without doing it
"""

from simlab.study.sweeps.estimate import Estimate, estimate_of
from simlab.study.sweeps.flips import Flip
from simlab.study.sweeps.making import make_sweep
from simlab.study.sweeps.plan import Cell, Plan
from simlab.study.sweeps.sweep import Spot, Sweep

__all__ = ["Cell", "Estimate", "Flip", "Plan", "Spot", "Sweep", "estimate_of", "make_sweep"]
