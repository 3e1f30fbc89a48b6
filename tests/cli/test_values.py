"""Values: what the words of a command line become."""

import pytest

from simlab.cli.values import Bound, WrongError, bounds, margins, words


@pytest.mark.parametrize(
    ("text", "measure", "relation", "value"),
    [
        pytest.param("bad_share>1%", "bad_share", ">", 0.01, id="a share"),
        pytest.param("bad_share > 0.5", "bad_share", ">", 0.5, id="with spaces"),
        pytest.param("latency_p99>250ms", "latency_p99", ">", 0.25, id="a duration"),
        pytest.param("goodput<30/min", "goodput", "<", 0.5, id="a rate"),
        pytest.param("replica_hours>3", "replica_hours", ">", 3.0, id="a number"),
        pytest.param(
            "links.web->cart.attempts_per_call>1.5", "links.web->cart.attempts_per_call", ">", 1.5,
            id="of a link, whose name has an arrow",
        ),
        pytest.param(
            "links.web->cart.error_rate<1%", "links.web->cart.error_rate", "<", 0.01,
            id="of a link, and below",
        ),
    ],
)  # fmt: skip
def test_a_bound_is_written_as_files_write_it(
    text: str, measure: str, relation: str, value: float
) -> None:
    assert bounds([text]) == [Bound(measure=measure, relation=relation, value=value, text=text)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cost", "must be MEASURE>VALUE or MEASURE<VALUE"),
        ("links.web->cart.attempts_per_call", "must be MEASURE>VALUE or MEASURE<VALUE"),
        ("bad_shore>1%", "unknown measure 'bad_shore'; did you mean bad_share?"),
        ("xyzzy>1", "unknown measure 'xyzzy'; see `simlab list measures`"),
        ("latency_p99>5%", "--fail-on latency_p99>5%: '5%'"),
        ("cost>", "--fail-on cost>: "),
    ],
)
def test_a_bound_that_is_none(text: str, complaint: str) -> None:
    with pytest.raises(WrongError) as error:
        bounds([text])
    assert complaint in error.value.message


@pytest.mark.parametrize(
    ("relation", "value", "holds"),
    [(">", 1.0, False), (">", 1.1, True), ("<", 1.0, False), ("<", 0.9, True), (">", None, True)],
)
def test_a_bound_holds_beyond_its_value(relation: str, value: float | None, holds: bool) -> None:
    bound = Bound(measure="cost", relation=relation, value=1.0, text="")
    assert bound.holds(value) is holds


def test_margins_are_in_the_unit_of_their_measure() -> None:
    assert margins(["latency_p99=10ms", "bad_share = 0.1%", "cost=0.01"]) == {
        "latency_p99": 0.01, "bad_share": 0.001, "cost": 0.01,
    }  # fmt: skip


def test_words_of_a_list() -> None:
    assert words(" cost, bad_share ,", "--measures") == ("cost", "bad_share")
    assert words(None, "--measures") == ()
    with pytest.raises(WrongError, match="--measures ',': names nothing"):
        words(",", "--measures")
