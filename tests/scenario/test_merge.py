"""One tree over another: what merges, what is replaced, what `none` does."""

from collections.abc import Callable

import pytest

from simlab.scenario.merge import merge
from simlab.scenario.nodes import Listing, Node, Scalar, Table


def plain(node: Node | None) -> object:
    match node:
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return [plain(item) for item in items]
        case Table():
            return {key: plain(value) for key, value in node.items()}
    return None


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        pytest.param("{a: 1, b: 2}", "{b: 3, c: 4}", "{a: 1, b: 3, c: 4}", id="mappings merge"),
        pytest.param("{a: {b: 1}}", "{a: {c: 2}}", "{a: {b: 1, c: 2}}", id="inner ones too"),
        pytest.param("{a: [1, 2]}", "{a: [3]}", "{a: [3]}", id="lists are replaced"),
        pytest.param("{a: 1}", "{a: {b: 2}}", "{a: {b: 2}}", id="a word by a mapping"),
        pytest.param("{a: {b: 2}}", "{a: 1}", "{a: 1}", id="a mapping by a word"),
        pytest.param(
            "{a: {kind: x, p: 1}}", "{a: {q: 2}}", "{a: {kind: x, p: 1, q: 2}}", id="keeps its kind"
        ),
        pytest.param(
            "{a: {kind: x, p: 1}}",
            "{a: {kind: x, q: 2}}",
            "{a: {kind: x, p: 1, q: 2}}",
            id="says the same kind",
        ),
        pytest.param(
            "{a: {kind: x, p: 1}}", "{a: {kind: y}}", "{a: {kind: y}}", id="another kind replaces"
        ),
        pytest.param(
            "{a: {dist: x, p: 1}}", "{a: {dist: y}}", "{a: {dist: y}}", id="another law replaces"
        ),
        pytest.param(
            "{a: {p: 1}}", "{a: {kind: y}}", "{a: {kind: y}}", id="a kind over none replaces"
        ),
        pytest.param("{a: {b: 1}}", "{a: none}", "{a: none}", id="none stands in its place"),
        pytest.param("{a: none}", "{a: {b: 1}}", "{a: {b: 1}}", id="what is over none replaces it"),
    ],
)
def test_merges(tree: Callable[[str], Node], base: str, over: str, merged: str) -> None:
    assert plain(merge(tree(base), tree(over))) == plain(tree(merged))


def test_what_is_not_there_changes_nothing(tree: Callable[[str], Node]) -> None:
    node = tree("{a: 1}")
    assert merge(node, None) is node
    assert merge(None, node) is node
    assert merge(None, None) is None


def test_nodes_remember_where_they_came_from(tree: Callable[[str], Node]) -> None:
    merged = merge(tree("{a: 1, b: {c: 2}}"), tree("\n{b: {d: 3}}"))
    assert isinstance(merged, Table)
    inner = merged.table("b")
    lines = {key: value.place.line for key, value in inner.items()}
    assert (lines, inner.place.line, merged.place.line) == ({"c": 1, "d": 2}, 2, 2)
