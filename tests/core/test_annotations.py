"""Unit marks are found wherever they stand in an annotation."""

from dataclasses import dataclass

import pytest

from simlab.core import Gamma, Number, Seconds, Settings, Unit
from simlab.core.annotations import hints, unit_of


@dataclass(frozen=True, kw_only=True)
class Wait(Settings):
    """For the tests."""

    plain: float = 0.0
    marked: Seconds = 0.0
    perhaps: Seconds | None = None
    many: tuple[Number, ...] = ()


@pytest.mark.parametrize(
    ("kind", "field", "unit"),
    [
        pytest.param(Wait, "marked", "duration", id="marked"),
        pytest.param(Wait, "perhaps", "duration", id="in a union"),
        pytest.param(Wait, "many", "number", id="in a tuple"),
        pytest.param(Wait, "plain", "number", id="none is a plain number"),
        pytest.param(Wait, "absent", "number", id="nor has an unknown field one"),
        pytest.param(Gamma, "mean", "quantity", id="a distribution's"),
    ],
)
def test_the_unit_of_a_field(kind: type[Settings], field: str, unit: str) -> None:
    assert unit_of(kind, field) == Unit(unit)


def test_hints_keep_marks() -> None:
    assert hints(Wait)["marked"].__metadata__ == (Unit("duration"),)
