"""Kinds of scalars: what is said of text that is of another kind."""

import pytest

from simlab.scenario.kinds import EXPECTED, PARSERS, parse


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        pytest.param(
            "duration",
            "2Gi",
            "'2Gi' is a size; allowed is a duration such as 250ms, 2s, 5m or 1h30m"
            " (a bare number is seconds)",
            id="names the kind that it is",
        ),
        pytest.param(
            "cores",
            "5%",
            "'5%' is a share; allowed is cores such as 2, 0.5 or 500m",
            id="names a share",
        ),
        pytest.param(
            "number",
            "010",
            "'010' is not a number (a leading zero: write it without); allowed is a number without"
            " a unit",
            id="says what no kind reads",
        ),
        pytest.param(
            "duration",
            "90m",
            "'90m': m is minutes, and only up to 60m; write 1h30m",
            id="does not take minutes for thousandths of cores",
        ),
        pytest.param(
            "share",
            "1h90m",
            "'1h90m' is not a number; allowed is a share such as 5% or 0.05",
            id="does not name a kind that refuses it too",
        ),
    ],
)
def test_says_what_came_and_what_is_allowed(kind: str, text: str, message: str) -> None:
    with pytest.raises(ValueError) as error:
        parse(kind, text)
    assert str(error.value) == message


def test_every_kind_of_number_says_what_it_expects() -> None:
    assert set(PARSERS) == set(EXPECTED)


@pytest.mark.parametrize("kind", PARSERS)
def test_every_kind_takes_a_bare_number(kind: str) -> None:
    assert parse(kind, "3") == 3
