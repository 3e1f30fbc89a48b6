"""Test cases of the real products, where they are at hand: beside the repository, never in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "vectors"
ABSENT = f"the products' test cases are not at hand ({FOLDER.name})"

Vector = dict[str, Any]


def read(book: str, kind: str) -> list[Vector]:
    """Return the cases of a kind; none where the folder is absent."""
    path = FOLDER / f"{book}.json"
    if not path.exists():
        return []
    vectors: list[Vector] = json.loads(path.read_text())["vectors"]
    return [vector for vector in vectors if vector["kind"] == kind]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vectors(book, *kinds): run for each such case, `vector`")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    mark = metafunc.definition.get_closest_marker("vectors")
    if mark is None or "vector" not in metafunc.fixturenames:
        return
    book, *kinds = mark.args
    cases = [pytest.param(one, id=one["id"]) for kind in kinds for one in read(book, kind)]
    absent = pytest.param({}, marks=pytest.mark.skip(reason=ABSENT), id="absent")
    metafunc.parametrize("vector", cases or [absent])


@pytest.fixture
def vectors() -> Callable[[str, str], list[Vector]]:
    """Read the cases of a kind; skip the test where the folder is absent."""
    if not FOLDER.exists():
        pytest.skip(ABSENT)
    return read
