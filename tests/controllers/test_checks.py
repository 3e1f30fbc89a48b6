"""The checks that settings of controllers share."""

from math import inf, nan

import pytest

from simlab.controllers.checks import require_counts, require_percents


@pytest.mark.parametrize("good", [1, 2, 3.0, 10**6])
def test_takes_whole_numbers_from_the_least_on(good: float) -> None:
    require_counts(1, room=good)


@pytest.mark.parametrize("bad", [0, -1, 1.5, nan, inf])
def test_refuses_what_is_no_count(bad: float) -> None:
    with pytest.raises(ValueError, match=r"^room must be a whole number from 1 on, got "):
        require_counts(1, fine=1, room=bad)


@pytest.mark.parametrize("good", [0.1, 50, 100])
def test_takes_percentages(good: float) -> None:
    require_percents(rate=good)


@pytest.mark.parametrize("bad", [0, -1, 100.1, nan])
def test_refuses_what_is_no_percentage(bad: float) -> None:
    with pytest.raises(ValueError, match=r"^rate must be a percentage above 0, up to 100, got "):
        require_percents(rate=bad)
