"""Values as files write them; what is written is read again as the same value."""

from math import inf
from typing import Any

import pytest

from simlab.controllers import BackoffSettings, RoundRobinSettings
from simlab.core import Constant
from simlab.load import POISSON
from simlab.scenario.compose import compose_value
from simlab.scenario.hints import Choice, Flag, Hint, Many, Maybe, Named, Record, Row, Word, hint_of
from simlab.scenario.nodes import Source
from simlab.scenario.problems import Problems
from simlab.scenario.spelling import spelled
from simlab.scenario.structure import Structure


@pytest.mark.parametrize(
    ("value", "hint", "text"),
    [
        (0.25, Word("duration"), "250ms"),
        (5400, Word("whole_seconds"), "1h30m"),
        (inf, Word("limit"), "unlimited"),
        (64.0, Word("limit"), "64"),
        (0.05, Word("share"), "5%"),
        (50.0, Word("percent"), "50"),
        (0.5, Word("rate"), "0.5/s"),
        (536870912.0, Word("size"), "512Mi"),
        (2.0**30, Word("size"), "1Gi"),
        (1.5 * 2.0**30, Word("size"), "1536Mi"),
        (1000.0, Word("size"), "1000"),
        (0.0, Word("size"), "0"),
        (0.000123456789, Word("number"), "0.000123456789"),
        (3, Word("count"), "3"),
        (True, Flag(), "true"),
        ("ps", Choice(("ps", "fifo")), "ps"),
        ("web", Word("name"), "web"),
        (None, Maybe(Word("duration")), "none"),
        (1.0, Maybe(Word("duration")), "1s"),
        ((), Many(Word("name")), "[]"),
        ((1.0, 2.0), Many(Word("duration")), "[1s, 2s]"),
        ({}, Named("name", Word("duration")), "{}"),
        ({"a": 0.5}, Named("name", Word("share")), "{a: 50%}"),
        (POISSON, Record(type(POISSON)), "{process: poisson}"),
        (RoundRobinSettings(), hint_of(RoundRobinSettings), "{kind: round_robin}"),
        (BackoffSettings(attempts=5), hint_of(BackoffSettings), "{kind: backoff, attempts: 5}"),
    ],
)
def test_a_value_is_spelled_and_read_again(value: Any, hint: Hint, text: str) -> None:
    assert spelled(value, hint) == text
    problems = Problems()
    node = compose_value(text, Source("x", "/"))
    assert node is not None
    assert Structure(problems).value(node, hint) == value


def test_quantities_are_spelled_by_their_kind() -> None:
    assert spelled(3.0, Word("quantity"), "number") == "3"
    assert spelled(3.0, Word("quantity")) == "3s"
    assert spelled(Constant(value=0.5), hint_of(Constant)) == "500ms"


def test_rows_are_lists() -> None:
    assert spelled((1.0, 2.0), Row((Word("duration"), Word("number")))) == "[1, 2]"
