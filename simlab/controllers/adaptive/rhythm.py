"""Rhythm: one period for loops of several, exact on the decimals that people write."""

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from simlab.core import Seconds


def common_period(periods: Sequence[Seconds]) -> tuple[Seconds, tuple[int, ...]]:
    """Return the greatest period of which all `periods` are multiples, and which multiples.

    A float is the decimal that it is written as: 0.1 is a tenth.

    >>> common_period([30.0, 60.0, 10.0, 300.0]), common_period([0.1, 0.25])
    ((10.0, (3, 6, 1, 30)), (0.05, (2, 5)))
    """
    exact = [Fraction(repr(float(period))) for period in periods]
    common = exact[0]
    for one in exact[1:]:
        below = common.denominator * one.denominator
        common = Fraction(
            gcd(common.numerator * one.denominator, one.numerator * common.denominator), below
        )
    return float(common), tuple(int(one / common) for one in exact)
