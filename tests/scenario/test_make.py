"""Settings that refuse: told at the field they name, or at what was set by path, or as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from simlab.core import File, Number, Settings, Text, require
from simlab.load import TraceSettings
from simlab.scenario.make import make
from simlab.scenario.nodes import Entry, Node, Place, Scalar, Source, Table
from simlab.scenario.problems import Problems


@dataclass(frozen=True, kw_only=True)
class Picky(Settings):
    say: Text = ""
    file: File | None = None
    from_: Number = 1.0

    def __post_init__(self) -> None:
        require(not self.say, self.say)


def complaint(node: Node, **values: object) -> str:
    assert isinstance(node, Table)
    problems = Problems()
    assert make(Picky, values, node, problems) is None
    return str(problems.sorted()[0])


TEXT = "say: x\nfile: x.csv\nfrom: 1\n"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param("file must be", "x.yaml:2:7: file: file must be", id="a field"),
        pytest.param(
            "from must be", "x.yaml:3:7: from: from must be", id="a keyword, as files say"
        ),
        pytest.param(
            "from_ must be", "x.yaml:3:7: from: from_ must be", id="a keyword, as Python says"
        ),
        pytest.param("files are odd", "x.yaml:1:1: files are odd", id="a word that only begins so"),
        pytest.param("1 is odd", "x.yaml:1:1: 1 is odd", id="no word at all"),
        pytest.param(
            "/data/x.csv: line 3", "x.yaml:2:7: file: /data/x.csv: line 3", id="a file's path"
        ),
    ],
)
def test_a_refusal_is_told_at_the_field_it_names(
    tree: Callable[[str], Node], message: str, told: str
) -> None:
    assert complaint(tree(TEXT), say=message, file="/data/x.csv") == told


def test_a_field_that_is_not_written_is_told_at_the_mapping(tree: Callable[[str], Node]) -> None:
    assert complaint(tree("say: x"), say="file must be") == "x.yaml:1:1: file: file must be"


def test_a_value_that_was_set_by_path_is_to_blame(tree: Callable[[str], Node]) -> None:
    place = Place(Source("--set a.say", "/", lined=False))
    node = tree(TEXT)
    assert isinstance(node, Table)
    entries = {**node.entries, "say": Entry(place, Scalar(place, "a.say", "x"))}
    told = complaint(Table(node.place, "a", entries), say="this is odd")
    assert told == "--set a.say: a: this is odd"


@dataclass(frozen=True, kw_only=True)
class Big(Settings):
    value: Number

    def __post_init__(self) -> None:
        assert 10.0**self.value > 0
        assert 1 / (self.value - 1) > 0


@pytest.mark.parametrize("value", [1e300, 1.0], ids=["too large", "nothing to divide by"])
def test_numbers_that_break_a_formula_are_refused(
    tree: Callable[[str], Node], value: float
) -> None:
    problems = Problems()
    node = tree("value: 1")
    assert isinstance(node, Table)
    assert make(Big, {"value": value}, node, problems) is None
    assert "these numbers cannot be computed with" in str(problems.sorted()[0])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("t_seconds,rate\n0,x\n60,-1\n", ["x.csv:2", "x.csv:3"], id="line by line"),
        pytest.param("", ["x.csv"], id="an empty file"),
        pytest.param(
            "t_seconds,rate\n0,1\n60,1\n", ["start must be before the end"], id="too short"
        ),
    ],
)
def test_a_recorded_load_is_read_at_once(
    tree: Callable[[str], Node], tmp_path: Path, content: str, told: list[str]
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    problems = Problems()
    node = tree("kind: trace\nfile: x.csv\nstart: 2h")
    assert isinstance(node, Table)
    values = {"file": str(path), "start": 7200.0}
    assert make(TraceSettings, values, node, problems) is None
    found = list(map(str, problems.sorted()))
    assert len(found) == len(told)
    for one, words in zip(found, told, strict=True):
        assert one.startswith("x.yaml:2:7: file: ")
        assert words in one
