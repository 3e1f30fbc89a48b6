"""What settings say of themselves: one paragraph, then their fields, those of their bases too."""

from dataclasses import dataclass

from simlab.core import Count, Name, Settings
from simlab.scenario.docstrings import meanings_of, summary_of


@dataclass(frozen=True, kw_only=True)
class Base(Settings):
    """What all have.

    Args:
        size: How big;
            in metres.
        color: What it looks like.
    """

    size: Count = 1
    color: Name = "red"


@dataclass(frozen=True, kw_only=True)
class House(Base):
    """A house. It stands
    somewhere.

    Formula: none.

    Args:
        color: Of the walls: paint.
        doors, windows: How many.

    Raises:
        ValueError: Never.
    """

    doors: Count = 1
    windows: Count = 1


class Bare(Settings):
    __doc__ = None


def test_a_summary_is_one_paragraph() -> None:
    assert summary_of(House) == "A house. It stands somewhere. Formula: none."
    assert summary_of(Bare) == ""


def test_fields_mean_what_the_nearest_class_says() -> None:
    assert meanings_of(House) == {
        "size": "How big; in metres.",
        "color": "Of the walls: paint.",
        "doors": "How many.",
        "windows": "How many.",
    }
    assert meanings_of(Bare) == {}
