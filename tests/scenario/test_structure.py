"""Trees become settings; what is wrong is told with its place, all of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from simlab.core import Count, File, Limit, Name, Ratio, Seconds, Settings, Text, require
from simlab.scenario.hints import Hint, hint_of
from simlab.scenario.marks import ABSENT, BAD
from simlab.scenario.nodes import Node
from simlab.scenario.problems import Problems
from simlab.scenario.structure import Structure


@dataclass(frozen=True, kw_only=True)
class Round(Settings):
    kind: Literal["round"] = "round"
    size: Count = 1

    def __post_init__(self) -> None:
        require(self.size < 10, f"size must be less than 10, got {self.size}")


@dataclass(frozen=True, kw_only=True)
class Square(Settings):
    kind: Literal["square"] = "square"
    side: Seconds


@dataclass(frozen=True, kw_only=True)
class Go(Settings):
    go: Seconds
    fast: bool = False


@dataclass(frozen=True, kw_only=True)
class Stop(Settings):
    stop: Name


@dataclass(frozen=True, kw_only=True)
class Thing(Settings):
    timeout: Seconds | None = 5.0
    share: Ratio = 0.5
    room: Limit = 1.0
    how: Literal["none", "some"] = "some"
    said: Text = ""
    shape: Round | Square = field(default_factory=Round)
    shapes: Mapping[Name, Round | Square] = field(default_factory=dict)
    steps: tuple[Go | Stop, ...] = ()
    pairs: tuple[tuple[Seconds, Ratio], ...] = ()
    times: int | Name = 1
    most: Literal["all"] | Count | None = None
    from_: Name = "here"

    def __post_init__(self) -> None:
        require(self.share <= 1, "share must be at most 1")
        require(self.room > 0, "the room is too small")


@dataclass(frozen=True, kw_only=True)
class Needy(Settings):
    name: Name
    file: File | None = None


Read = Callable[..., tuple[Any, list[str]]]


@pytest.fixture
def read(tree: Callable[[str], Node]) -> Read:
    """Return a function that reads text as a class, and says what is wrong with it."""

    def of(text: str, hint: Any = Thing, *, build: bool = True) -> tuple[Any, list[str]]:
        problems = Problems()
        shape: Hint = hint_of(hint)
        value = Structure(problems, build=build).value(tree(text), shape)
        return value, [str(problem) for problem in problems.sorted()]

    return of


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        pytest.param("{}", Thing(), id="nothing said is all by default"),
        pytest.param("{timeout: 200ms}", Thing(timeout=0.2), id="a word by its unit"),
        pytest.param("{timeout: none}", Thing(timeout=None), id="none where None may stand"),
        pytest.param("{share: none}", Thing(), id="none elsewhere is as if not written"),
        pytest.param("{how: none}", Thing(how="none"), id="none where it is a word of its own"),
        pytest.param("{said: none}", Thing(said="none"), id="none in a text is text"),
        pytest.param("{room: unlimited}", Thing(room=float("inf")), id="unlimited"),
        pytest.param("{room: '3'}", Thing(room=3.0), id="quotes do not matter to numbers"),
        pytest.param("{from: there}", Thing(from_="there"), id="a keyword"),
        pytest.param("{shape: {kind: square, side: 1s}}", Thing(shape=Square(side=1.0)), id="a kind"),
        pytest.param("{shape: {size: 2}}", Thing(shape=Round(size=2)), id="the default's kind"),
        pytest.param("{shapes: {a: none, b: {kind: round}}}", Thing(shapes={"b": Round()}),
                     id="none removes a name"),
        pytest.param("{steps: [{go: 1s, fast: true}, {stop: x}]}",
                     Thing(steps=(Go(go=1.0, fast=True), Stop(stop="x"))), id="steps by their verbs"),
        pytest.param("{pairs: [[1s, 5%], [2, 0.1]]}", Thing(pairs=((1.0, 0.05), (2.0, 0.1))), id="pairs"),
        pytest.param("{times: 3}", Thing(times=3), id="the first form that fits"),
        pytest.param("{times: lines}", Thing(times="lines"), id="the second form"),
        pytest.param("{most: all}", Thing(most="all"), id="a word of a form's own"),
        pytest.param("{most: 7}", Thing(most=7), id="a form beside words"),
        pytest.param("{most: none}", Thing(most=None), id="none of all forms"),
    ],
)  # fmt: skip
def test_reads(read: Read, text: str, thing: Thing) -> None:
    assert read(text) == (thing, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("{shar: 1}", "x.yaml:1:2: shar: unknown key 'shar'; did you mean 'share'?",
                     id="a slip gets the nearest key of its class"),
        pytest.param("{shape: {kind: round, side: 1s}}",
                     "x.yaml:1:23: shape.side: unknown key 'side'; did you mean 'size'?",
                     id="of that class, not of others"),
        pytest.param("{zzz: 1}", "x.yaml:1:2: zzz: unknown key 'zzz'; allowed is timeout, share,",
                     id="else all keys"),
        pytest.param("{timeout: 2Gi}", "x.yaml:1:11: timeout: '2Gi' is a size; allowed is a duration",
                     id="a unit of another kind"),
        pytest.param("{timeout: [1]}", "x.yaml:1:11: timeout: a list came; allowed is a duration",
                     id="a list for a word"),
        pytest.param("{timeout: }", "x.yaml:1:10: timeout: nothing came; allowed is a duration such as"
                     " 250ms, 2s, 5m or 1h30m (a bare number is seconds); to remove what stands there,"
                     " write none", id="nothing"),
        pytest.param("{timeout: null}", "timeout: 'null' came", id="null"),
        pytest.param("{timeout: ~}", "timeout: '~' came", id="a tilde"),
        pytest.param("{timeout: 'none'}", "timeout: 'none' is not a number", id="none in quotes"),
        pytest.param("{how: som}", "how: 'som' came; allowed is none or some; did you mean 'some'?",
                     id="a word that is not of the list"),
        pytest.param("{shape: round}", "shape: 'round' came; allowed is a mapping with a kind:"
                     " round or square", id="a word for a mapping"),
        pytest.param("{shape: {kind: rund}}",
                     "x.yaml:1:16: shape.kind: unknown kind 'rund'; did you mean 'round'?", id="a slip of kind"),
        pytest.param("{shape: {kind: [a]}}", "shape.kind: a list came", id="a list for a kind"),
        pytest.param("{shapes: {a: {size: 1}}}", "x.yaml:1:14: shapes.a: has no kind; allowed is round or"
                     " square", id="no kind"),
        pytest.param("{shapes: {A_b: {kind: round}}}", "x.yaml:1:11: shapes.A_b: 'A_b' came; allowed is a"
                     " name", id="a name against the rule"),
        pytest.param("{shapes: [1]}", "shapes: a list came; allowed is a mapping from names, each to a"
                     " mapping with a kind: round or square", id="a list for names"),
        pytest.param("{steps: {go: 1s}}", "steps: a mapping came; allowed is a list, each of it a mapping"
                     " with one verb: go or stop", id="a mapping for a list"),
        pytest.param("{steps: [{fast: true}]}", "steps[0]: has no verb; allowed is go or stop",
                     id="a step without a verb"),
        pytest.param("{steps: [{go: 1s, stop: x}]}", "steps[0]: has more than one verb: go and stop",
                     id="a step with two"),
        pytest.param("{steps: [{go: 1s, fast: yes}]}", "steps[0].fast: 'yes' came; allowed is true or false",
                     id="a flag of YAML 1.1"),
        pytest.param("{steps: [{go: 1s, fast: 'true'}]}", "'true' came; allowed is true or false, without",
                     id="a flag in quotes"),
        pytest.param("{pairs: [[1s]]}", "pairs[0]: a list of 1 came; allowed is a list of 2: a duration",
                     id="half a pair"),
        pytest.param(
            "{pairs: [[1s, none]]}",
            "pairs[0][1]: 'none' came; allowed is a share",
            id="nothing can be removed from a pair",
        ),
        pytest.param("{pairs: [1s]}", "pairs[0]: '1s' came; allowed is a list of 2", id="no pair at all"),
        pytest.param("{times: 1.5}", "times: '1.5' came; allowed is a whole number, or a name",
                     id="no form fits"),
        pytest.param("{times: [1]}", "times: a list came; allowed is a whole number, or a name",
                     id="a list for forms of words"),
        pytest.param("{most: -1}", "most: '-1' came; allowed is all, or a whole number from 0 on",
                     id="no form fits, beside words"),
        pytest.param("{shape: {kind: square}}", "x.yaml:1:9: shape.side: is missing; allowed is a duration",
                     id="a field without default"),
        pytest.param("{shape: {kind: square, side: none}}", "shape.side: is missing", id="none is not there"),
        pytest.param("{shape: {kind: round, size: 10}}",
                     "x.yaml:1:29: shape.size: size must be less than 10, got 10",
                     id="settings that refuse, at the field they name"),
        pytest.param("{share: 200%}", "x.yaml:1:9: share: share must be at most 1", id="at the top too"),
        pytest.param("{room: 0}", "x.yaml:1:1: the room is too small", id="naming no field, at the mapping"),
        pytest.param("5", "x.yaml:1:1: '5' came; allowed is a mapping", id="a word for it all"),
    ],
)  # fmt: skip
def test_refuses(read: Read, text: str, said: str) -> None:
    value, problems = read(text)
    assert value is BAD
    assert len(problems) == 1
    assert said in problems[0]


def test_tells_all_that_is_wrong_in_the_order_of_the_text(read: Read) -> None:
    _, problems = read("{steps: [{go: x}, {stop: A}], shar: 1,\n room: -1, shape: {kind: a}}")
    assert [one.split(": ")[1] for one in problems] == [
        "steps[0].go", "steps[1].stop", "shar", "room", "shape.kind",
    ]  # fmt: skip


def test_what_holds_something_bad_is_not_made(read: Read) -> None:
    _, problems = read("{share: 200%, room: x}")
    assert len(problems) == 1  # That 200 % is too much is not said of what is not made.


def test_only_looking_misses_nothing_and_makes_nothing(read: Read) -> None:
    assert read("{shape: {kind: square}}", build=False) == (BAD, [])
    assert read("{shapes: {a: {size: 1}}}", build=False) == (BAD, [])
    assert read("{share: 200%}", build=False) == (BAD, [])
    assert "timeout" in read("{timeout: x}", build=False)[1][0]
    assert "shar" in read("{shar: 1}", build=False)[1][0]


def test_what_is_required_must_be_there(read: Read) -> None:
    value, problems = read("{}", Needy)
    assert value is BAD
    assert problems[0].startswith(
        "x.yaml:1:1: name: is missing; allowed is a name of small letters"
    )


def test_a_file_is_made_absolute(read: Read, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text("1")
    assert read("{name: a, file: x.csv}", Needy)[0].file == str(tmp_path / "x.csv")
    assert "there is no file 'y.csv' in" in read("{name: a, file: y.csv}", Needy)[1][0]
    assert "there is no file" in read(f"{{name: a, file: {tmp_path}}}", Needy)[1][0]


def test_what_is_removed_is_absent(read: Read) -> None:
    assert read("none") == (ABSENT, [])
    assert read("none", Seconds | None) == (None, [])


def test_trees_that_are_shared_are_read_once(tree: Callable[[str], Node]) -> None:
    structure = Structure(Problems())
    node = tree("{shape: {kind: round}}")
    hint = hint_of(Thing)
    assert structure.value(node, hint) is structure.value(node, hint)


def test_the_kind_of_quantities_is_told_by_the_field(read: Read) -> None:
    from simlab.load import SourceSettings  # The fields of sources are the example.

    text = "{to: a.b, shape: {kind: constant, rate: 1}, carries: {lines: {dist: exponential, mean: %s}}}"
    assert read(text % "3", SourceSettings)[0].carries["lines"].mean == 3.0
    assert "allowed is a number without a unit" in read(text % "3ms", SourceSettings)[1][0]
