"""Equivalence: two one-sided tests that the difference lies within a margin.

    p = max( P(difference >= margin), P(difference <= -margin) )

Reference: D. Schuirmann, *Journal of Pharmacokinetics and Biopharmaceutics* 15(6), 1987.
"""

from simlab.study.statistics.student import lower_tail


def equivalence(centre: float, error: float, runs: int, margin: float) -> float:
    """Return the p of a true difference of `margin` > 0 or more, in size, for `runs` >= 2 runs."""
    below = lower_tail(centre - margin, error, runs)
    above = lower_tail(-centre - margin, error, runs)
    return max(below, above)
