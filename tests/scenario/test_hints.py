"""Annotations: what they say about files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pytest

from simlab.core import Count, Limit, Name, Seconds, Settings, Unit
from simlab.scenario.hints import (
    Choice,
    Either,
    Flag,
    Hint,
    Many,
    Maybe,
    Named,
    OneOf,
    Record,
    Row,
    Word,
    fields_of,
    hint_of,
    settings_in,
)


@dataclass(frozen=True, kw_only=True)
class Round(Settings):
    kind: Literal["round"] = "round"
    size: Count = 1


@dataclass(frozen=True, kw_only=True)
class Square(Settings):
    kind: Literal["square", "box"] = "square"


@dataclass(frozen=True, kw_only=True)
class AnyStep(Settings):
    else_: "tuple[Walk | Run, ...]" = ()


@dataclass(frozen=True, kw_only=True)
class Walk(AnyStep):
    walk: Seconds


@dataclass(frozen=True, kw_only=True)
class Run(AnyStep):
    run: Seconds
    from_: Name = "here"


@dataclass(frozen=True, kw_only=True)
class Plain(Settings):
    names: tuple[Name, ...] = ()
    round: Round = field(default_factory=Round)


STEPS = OneOf("", (("walk", Walk), ("run", Run)))


@pytest.mark.parametrize(
    ("annotation", "hint"),
    [
        pytest.param(Seconds, Word("duration"), id="a mark says the kind"),
        pytest.param(Seconds | None, Maybe(Word("duration")), id="None may stand there"),
        pytest.param(int, Word("whole"), id="a bare int"),
        pytest.param(float, Word("number"), id="a bare float"),
        pytest.param(str, Word("text"), id="a bare text"),
        pytest.param(bool, Flag(), id="a flag, though bools are ints"),
        pytest.param(Literal["a", "b"], Choice(("a", "b")), id="a choice"),
        pytest.param(tuple[Name, ...], Many(Word("name")), id="a list"),
        pytest.param(tuple[Seconds, Count], Row((Word("duration"), Word("count"))), id="a pair"),
        pytest.param(
            Mapping[Name, tuple[Seconds, ...]],
            Named("name", Many(Word("duration"))),
            id="a mapping",
        ),
        pytest.param(Plain, Record(Plain), id="a class without a kind"),
        pytest.param(
            Round, OneOf("kind", (("round", Round),)), id="a class with a kind is one of one"
        ),
        pytest.param(
            Round | Square,
            OneOf("kind", (("round", Round), ("square", Square), ("box", Square))),
            id="a class may have several words",
        ),
        pytest.param(Walk | Run, STEPS, id="steps are told apart by their first own field"),
        pytest.param(
            int | Name, Either((Word("whole"), Word("name"))), id="several forms, in order"
        ),
        pytest.param(Name | int, Either((Word("name"), Word("whole"))), id="in the other order"),
        pytest.param(
            Name | Literal["full"], Either((Choice(("full",)), Word("name"))), id="choices go first"
        ),
        pytest.param(
            Round | Limit | None,
            Maybe(Either((OneOf("kind", (("round", Round),)), Word("limit")))),
            id="a class or a word",
        ),
        pytest.param(Annotated[Plain, "?"], Record(Plain), id="marks of others say nothing"),
        pytest.param(Annotated[object, Unit("tree")], Word("tree"), id="a mark on anything"),
    ],
)
def test_an_annotation_says(annotation: object, hint: Hint) -> None:
    assert hint_of(annotation) == hint


def test_what_no_file_can_hold_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="complex"):
        hint_of(complex)


def test_unions_are_told_apart_by_one_tag() -> None:
    with pytest.raises(AssertionError, match="Plain is not told apart by kind"):
        hint_of(Round | Plain)


def test_keywords_lose_their_underscore_in_files() -> None:
    fields = fields_of(Run)
    assert list(fields) == ["else", "run", "from"]
    assert fields["from"].name == "from_"
    assert fields["else"].hint == Many(STEPS)


def test_fields_know_their_defaults() -> None:
    assert fields_of(Walk)["walk"].required
    assert fields_of(Plain)["round"].default == Round()
    assert not fields_of(Plain)["round"].required
    assert fields_of(Plain)["names"].default == ()


@pytest.mark.parametrize(
    ("hint", "classes"),
    [
        (Word("name"), ()),
        (Record(Plain), (Plain,)),
        (STEPS, (Walk, Run)),
        (Named("name", Many(Maybe(STEPS))), (Walk, Run)),
        (Row((Word("share"), Record(Plain))), (Plain,)),
        (Either((Record(Plain), STEPS)), (Plain, Walk, Run)),
        (hint_of(Round | Square), (Round, Square)),
    ],
)
def test_classes_are_found_inside(hint: Hint, classes: tuple[type[Settings], ...]) -> None:
    assert settings_in(hint) == classes
