"""Located trees: nodes know where they were written, whatever tree they have come into."""

import pytest

from simlab.scenario.nodes import Entry, Listing, Place, Scalar, Source, Table, every, is_none, said

FILE = Source("x.yaml", "/somewhere")
AT = Place(FILE, 3, 7)


def word(text: str, *, plain: bool = True) -> Scalar:
    return Scalar(AT, "a.b", text, plain)


def table(**values: Scalar | Table) -> Table:
    return Table(AT, "a", {key: Entry(Place(FILE, 9, 1), value) for key, value in values.items()})


@pytest.mark.parametrize(
    ("place", "text"),
    [
        pytest.param(AT, "x.yaml:3:7", id="a file has lines and columns"),
        pytest.param(
            Place(Source("--set a.b", "/", lined=False)), "--set a.b", id="a flag has none"
        ),
    ],
)
def test_a_place_is_told_as_people_look_for_it(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_key_that_is_set_keeps_its_turn_and_a_new_one_comes_last() -> None:
    old = table(a=word("1"), b=word("2"))
    assert [key for key, _ in old.with_entry("a", word("3")).items()] == ["a", "b"]
    assert [key for key, _ in old.with_entry("c", word("3")).items()] == ["a", "b", "c"]
    assert old.with_entry("a", word("3")).get("a") == word("3")


def test_setting_a_key_leaves_the_mapping_as_it_was() -> None:
    old = table(a=word("1"))
    old.with_entry("a", word("3"))
    old.without("a")
    assert old == table(a=word("1"))


def test_a_key_that_is_set_keeps_the_place_of_the_key() -> None:
    assert table(a=word("1")).with_entry("a", word("3")).entries["a"].key == Place(FILE, 9, 1)


def test_what_is_no_mapping_holds_none() -> None:
    assert table(a=word("1")).table("a") == Table(AT, "a.a")
    assert table(a=table(b=word("1"))).table("a").get("b") == word("1")


@pytest.mark.parametrize(
    ("node", "answer"),
    [
        pytest.param(word("none"), True, id="the plain word"),
        pytest.param(word("none", plain=False), False, id="in quotes it is a text"),
        pytest.param(word("None"), False, id="not with a capital"),
        pytest.param(Listing(AT, ""), False, id="a list is not"),
    ],
)
def test_none_is_a_plain_word(node: Scalar | Listing, answer: bool) -> None:
    assert is_none(node) == answer


@pytest.mark.parametrize(
    ("node", "words"),
    [
        pytest.param(word("5x"), "'5x'", id="a scalar"),
        pytest.param(word(""), "nothing", id="an empty one"),
        pytest.param(word("y" * 100), "'" + "y" * 57 + "...'", id="a long one is cut"),
        pytest.param(Listing(AT, ""), "a list", id="a list"),
        pytest.param(table(), "a mapping", id="a mapping"),
    ],
)
def test_nodes_are_said_in_words(node: Scalar | Listing | Table, words: str) -> None:
    assert said(node) == words


def test_every_node_is_visited_in_order() -> None:
    inner = Listing(AT, "", (word("1"), word("2")))
    root = Table(AT, "", {"a": Entry(AT, inner), "b": Entry(AT, word("3"))})
    assert list(every(root)) == [root, inner, word("1"), word("2"), word("3")]
