"""A small shop, and what is said of it when something in it is changed."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from simlab.core import FileError
from simlab.scenario import Scenario, parse
from simlab.scenario.compose import compose_value
from simlab.scenario.nodes import Node, Source

SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")


@pytest.fixture
def shop() -> Scenario:
    return parse(SHOP, name="shop.yaml")


@pytest.fixture
def changed() -> Callable[..., Scenario]:
    """Return a function that parses the shop with some of its text replaced."""

    def with_changes(*changes: tuple[str, str], sets: Sequence[tuple[str, str]] = ()) -> Scenario:
        text = SHOP
        for old, new in changes:
            assert old in text, f"the shop has no {old!r}"
            text = text.replace(old, new)
        return parse(text, name="shop.yaml", sets=sets)

    return with_changes


@pytest.fixture
def complaints(changed: Callable[..., Scenario]) -> Callable[..., list[str]]:
    """Return a function that says what is wrong with the shop once it is changed."""

    def of(*changes: tuple[str, str], sets: Sequence[tuple[str, str]] = ()) -> list[str]:
        try:
            changed(*changes, sets=sets)
        except FileError as error:
            return [str(problem) for problem in error.problems]
        return []

    return of


@pytest.fixture
def tree() -> Callable[[str], Node]:
    """Return a function that composes any value."""

    def of(text: str) -> Node:
        node = compose_value(text, Source("x.yaml", str(Path.cwd())))
        assert node is not None
        return node

    return of
