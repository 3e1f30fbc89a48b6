"""Holm's adjustment: many questions at once, one risk of a false answer in all.

    sorted p(1) <= ... <= p(m):   adjusted p(i) = max over j <= i of min(1, (m - j + 1) p(j))

Reference: S. Holm, *Scandinavian Journal of Statistics* 6(2), 1979.
"""

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the adjusted p-values, in the order given.

    >>> holm([0.01, 0.04, 0.03, 0.005])
    [0.03, 0.06, 0.06, 0.02]
    """
    m = len(p_values)
    adjusted = [0.0] * m
    largest = 0.0
    for rank, at in enumerate(sorted(range(m), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (m - rank) * p_values[at]))
        adjusted[at] = largest
    return adjusted
