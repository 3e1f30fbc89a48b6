"""Settings: frozen values, and refusals that name the field, the bound and what came."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass
from math import inf, nan

import pytest

from simlab.core import (
    Settings,
    require,
    require_not_negative,
    require_positive,
    require_share,
)


@dataclass(frozen=True, kw_only=True)
class Pause(Settings):
    """For the tests.

    Args:
        lasts: How long.
    """

    lasts: float = 1.0

    def __post_init__(self) -> None:
        require_positive(lasts=self.lasts)


def test_settings_are_values() -> None:
    assert Pause(lasts=2) == Pause(lasts=2) != Pause(lasts=3)
    assert hash(Pause(lasts=2)) == hash(Pause(lasts=2))
    with pytest.raises(FrozenInstanceError):
        Pause().lasts = 2.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        Pause(2)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("check", "value", "message"),
    [
        (require_positive, 0, "wait must be positive, got 0"),
        (require_positive, -1, "wait must be positive, got -1"),
        (require_positive, inf, "wait must be positive, got inf"),
        (require_positive, nan, "wait must be positive, got nan"),
        (require_not_negative, -0.5, "wait must not be negative, got -0.5"),
        (require_not_negative, inf, "wait must not be negative, got inf"),
        (require_not_negative, nan, "wait must not be negative, got nan"),
        (require_share, -0.1, r"wait must be a share from 0 to 1 \(0 % to 100 %\), got -0.1"),
        (require_share, 1.1, r"wait must be a share from 0 to 1 \(0 % to 100 %\), got 1.1"),
        (require_share, nan, r"wait must be a share from 0 to 1 \(0 % to 100 %\), got nan"),
    ],
)
def test_refuses(check: Callable[..., None], value: float, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        check(fine=0.5, wait=value)


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (require_positive, 5e-324),
        (require_positive, 1e300),
        (require_not_negative, 0),
        (require_not_negative, 7),
        (require_share, 0),
        (require_share, 1),
    ],
)
def test_accepts(check: Callable[..., None], value: float) -> None:
    check(wait=value)


def test_require_says_what_it_is_told_to() -> None:
    require(True, "never said")
    with pytest.raises(ValueError, match=r"^a must be b, got c$"):
        require(False, "a must be b, got c")
