"""Text becomes a located tree: places, quotes, anchors; and what YAML it does not take."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simlab.core import FileError
from simlab.scenario.compose import MOST_BYTES, compose, compose_value, read
from simlab.scenario.nodes import Listing, Node, Scalar, Source, Table, every

SOURCE = Source("x.yaml", "/")


def plain(node: Node | None) -> object:
    """Return `node` as Python values, for comparison."""
    match node:
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return [plain(item) for item in items]
        case Table():
            return {key: plain(value) for key, value in node.items()}
    return None


def complaint(text: str) -> str:
    with pytest.raises(FileError) as error:
        compose(text, SOURCE)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("a: 010", {"a": "010"}, id="scalars stay as they stand"),
        pytest.param("a: 2020-01-01", {"a": "2020-01-01"}, id="dates are text"),
        pytest.param("a: yes\nb: 1:30", {"a": "yes", "b": "1:30"}, id="words of YAML 1.1 are text"),
        pytest.param("{web->cart: {b: 5%}}", {"web->cart": {"b": "5%"}}, id="links are keys"),
        pytest.param("a: [1, [2], {b: 3}]", {"a": ["1", ["2"], {"b": "3"}]}, id="lists nest"),
        pytest.param("a: |\n  b\n  c\n", {"a": "b\nc\n"}, id="blocks"),
        pytest.param("a: &x {b: 1}\nc: *x", {"a": {"b": "1"}, "c": {"b": "1"}}, id="aliases"),
        pytest.param("a: &x 1\nb: *x", {"a": "1", "b": "1"}, id="aliases of scalars"),
        pytest.param(
            "a: &x 1\nb: &x 2\nc: *x", {"a": "1", "b": "2", "c": "2"}, id="the last anchor"
        ),
        pytest.param("a:", {"a": ""}, id="nothing is an empty scalar"),
        pytest.param("%YAML 1.2\n---\na: 1", {"a": "1"}, id="its own version"),
    ],
)
def test_reads(text: str, value: object) -> None:
    assert plain(compose(text, SOURCE)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(
            "x: &x {a: 1, b: 2}\ny: {b: 3, <<: *x}",
            {"b": "3", "a": "1"},
            id="lends what is not said",
        ),
        pytest.param(
            "x: &x {a: 1}\nz: &z {a: 2, c: 3}\ny: {<<: [*x, *z]}",
            {"a": "1", "c": "3"},
            id="the earlier lender wins",
        ),
        pytest.param(
            "x: &x {a: {p: 1}}\ny: {<<: *x, a: {q: 2}}", {"a": {"q": "2"}}, id="lends whole values"
        ),
        pytest.param('x: 1\ny: {"<<": 2}', {"<<": "2"}, id="in quotes it is a key like others"),
    ],
)
def test_merge_keys_lend(text: str, value: object) -> None:
    assert plain(compose(text, SOURCE).get("y")) == value


def test_nodes_know_their_line_their_column_and_their_path() -> None:
    root = compose("a:\n  b: [x,\n    {c: y}]\n", SOURCE)
    places = {node.path: (node.place.line, node.place.column) for node in every(root)}
    assert places == {"": (1, 1), "a": (2, 3), "a.b": (2, 6), "a.b[0]": (2, 7), "a.b[1]": (3, 5),
                      "a.b[1].c": (3, 9)}  # fmt: skip


def test_an_alias_is_where_it_was_written_and_what_it_is_used_as() -> None:
    node = compose("x-a: &x\n  b: 1\nc: *x\n", SOURCE).table("c").get("b")
    assert node is not None
    assert (node.path, node.place.line) == ("c.b", 2)


def test_quotes_are_remembered() -> None:
    root = compose("a: none\nb: 'none'\nc: \"none\"\n", SOURCE)
    nodes = [value for _, value in root.items()]
    assert [isinstance(node, Scalar) and node.plain for node in nodes] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "x.yaml:1:1: is empty: it must say keys and values", id="nothing"),
        pytest.param("# only words", "x.yaml:1:1: is empty", id="a comment"),
        pytest.param("[a, b]", "x.yaml:1:1: holds no mapping", id="a list"),
        pytest.param("a: 1\nb: 2\na: 3", "x.yaml:3:1: a: duplicate key 'a': it stands in line 1 already",
                     id="a key twice"),
        pytest.param("a: {b: 1, b: 2}", "x.yaml:1:11: a.b: duplicate key", id="a key twice, inside"),
        pytest.param("a: !!int 5", "x.yaml:1:4: tags are not used here (tag:yaml.org,2002:int)",
                     id="a tag of YAML's"),
        pytest.param("a: !python/object:os.system x", "x.yaml:1:4: tags are not used here",
                     id="a tag that asks for code"),
        pytest.param("a: *b", "x.yaml:1:4: alias *b has no anchor above it", id="an alias of nothing"),
        pytest.param("a: &x [*x]", "x.yaml:1:4: a[0]: an anchor must not hold an alias of itself",
                     id="an alias in its anchor"),
        pytest.param("a: 1\n---\nb: 2", "x.yaml:2:1: a second document begins here", id="two documents"),
        pytest.param("%YAML 1.1\n---\na: 1", "is not YAML 1.2", id="another version"),
        pytest.param("? [a]\n: b", "x.yaml:1:3: a key must be a word, not a list or a mapping",
                     id="a list as a key"),
        pytest.param("a: {<<: 5}", "x.yaml:1:9: a.<<: `<<` takes a mapping", id="a number lends nothing"),
        pytest.param("a: [1, 2", "x.yaml:1:9: is not YAML 1.2", id="a bracket left open"),
        pytest.param("a: b: c", "x.yaml:1:5: is not YAML 1.2: mapping values are not allowed here",
                     id="two colons"),
        pytest.param("a:\n\t- b", "is not YAML 1.2: found character '\\t'", id="a tab"),
        pytest.param('a: "\\U00110000"', "is not YAML 1.2", id="an escape beyond Unicode"),
        pytest.param('a: "\\ud800"', "x.yaml:1:4: holds half of a surrogate pair", id="half a letter"),
        pytest.param("a: \x07", "is not YAML 1.2", id="a control character"),
        pytest.param("[" * 100, "is nested deeper than 60 levels", id="a deep list"),
        pytest.param("{a: " * 100, "is nested deeper than 60 levels", id="a deep mapping"),
    ],
)  # fmt: skip
def test_refuses(text: str, said: str) -> None:
    assert said in complaint(text)


def test_tells_all_that_is_wrong() -> None:
    assert complaint("a: !x 1\nc: *y\nb: &b [*b]").count("\n") == 2


def laughs(levels: int) -> str:
    """Return a text of aliases of aliases: ten to the power of `levels` nodes."""
    text = "a0: &a0 [" + ", ".join(["x"] * 10) + "]\n"
    return text + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
        for level in range(1, levels)
    )


def test_aliases_may_be_told_out_within_reason() -> None:
    assert sum(1 for _ in every(compose(laughs(4), SOURCE))) > 10_000


def test_a_handful_of_aliases_cannot_become_a_million_nodes() -> None:
    assert "holds more, or is nested deeper, than files may be" in complaint(laughs(9))


def test_aliases_cannot_nest_deeper_than_text_can() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 100))
    assert "nested deeper" in complaint(text)


def test_a_value_by_itself_may_be_anything() -> None:
    assert plain(compose_value("200ms", SOURCE)) == "200ms"
    assert plain(compose_value("{kind: p2c}", SOURCE)) == {"kind": "p2c"}
    assert compose_value("", SOURCE) is None


def test_a_value_begins_its_paths_where_it_goes() -> None:
    root = compose_value("{a: [1]}", SOURCE, "links.x->y")
    assert root is not None
    assert [node.path for node in every(root)] == ["links.x->y", "links.x->y.a", "links.x->y.a[0]"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda _: None, "cannot be read: No such file", id="no file"),
        pytest.param(lambda path: path.mkdir(), "cannot be read: Is a directory", id="a directory"),
        pytest.param(
            lambda path: path.write_bytes(b"ok: 1\nno: \xff"),
            ":2:5: is not UTF-8",
            id="other letters",
        ),
        pytest.param(
            lambda path: path.write_bytes(b"#" * (MOST_BYTES + 1)), "is longer than", id="too long"
        ),
    ],
)
def test_refuses_files(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    path = tmp_path / "x.yaml"
    make(path)
    with pytest.raises(FileError, match=said) as error:
        read(path)
    assert str(error.value).startswith(str(path))


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    text, source = read(path)
    assert (text, source.directory) == ("a: 1", str(tmp_path))


def test_a_path_with_a_nul_is_no_path() -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read("a\0b")
