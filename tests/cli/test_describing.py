"""`simlab schema` and `simlab list`: what the language knows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from simlab import controllers, core, faults
from simlab.load import ShapeSettings
from simlab.study import MEASURES
from tests.cli.conftest import SMALL, Said

Say = Callable[..., Said]


@pytest.mark.parametrize("kind", ["scenario", "strategy", "experiment"])
def test_a_schema_is_printed(simlab_says: Say, kind: str) -> None:
    said = simlab_says("schema", kind)
    assert said.code == 0
    assert json.loads(said.out)["properties"]["schema"]


def test_other_kinds_are_refused(simlab_says: Say) -> None:
    assert simlab_says("schema", "sweep").code == 2
    assert simlab_says("list", "colors").code == 2


def first_words(said: Said) -> list[str]:
    return [line.split()[0] for line in said.out.splitlines()]


@pytest.mark.parametrize(
    ("what", "unions"),
    [
        ("controllers", [controllers.LoopSettings, controllers.BreakerSettings,
                         controllers.BalancerSettings, controllers.RetrySettings]),
        ("faults", [faults.FaultSettings]),
        ("loads", [ShapeSettings]),
        ("distributions", [core.DistributionSettings]),
    ],
)  # fmt: skip
def test_every_kind_that_there_is_is_listed(
    simlab_says: Say, what: str, unions: list[type]
) -> None:
    said = simlab_says("list", what)
    assert len(first_words(said)) == sum(len(get_args(one)) or 1 for one in unions)
    assert all(len(line.split()) >= 3 for line in said.out.splitlines())


@pytest.mark.parametrize(
    ("what", "known"),
    [
        ("controllers", ["hpa", "pid", "script", "resilience4j", "p2c", "backoff"]),
        ("faults", ["crash", "stale_metrics", "actuator"]),
        ("loads", ["flash_crowd", "users", "trace"]),
        ("distributions", ["lognormal", "hyperexponential"]),
    ],
)
def test_kinds_are_listed_by_the_word_that_chooses_them(
    simlab_says: Say, what: str, known: list[str]
) -> None:
    assert set(known) <= set(first_words(simlab_says("list", what)))


def test_measures_are_listed_with_direction_unit_and_formula(simlab_says: Say) -> None:
    lines = simlab_says("list", "measures").out.splitlines()
    assert len(lines) == len(MEASURES)
    [line] = [line for line in lines if line.startswith("bad_share ")]
    assert line.split(maxsplit=3)[1:] == ["(-)", "ratio", MEASURES["bad_share"].formula]
    assert "(+)" in next(line for line in lines if line.startswith("goodput "))


def test_scenarios_are_those_in_the_directory(simlab_says: Say, scenario: Path) -> None:
    assert simlab_says("list", "scenarios").out == "none  in ./scenarios\n"
    Path("scenarios").mkdir()
    Path("scenarios/a.yaml").write_text(SMALL)
    Path("scenarios/bad.yaml").write_text("nothing")
    assert simlab_says("list", "scenarios").out.splitlines() == [
        "scenarios/a.yaml    One service, small enough for a test.",
        "scenarios/bad.yaml  has errors: see `simlab check`",
    ]


def test_a_terminal_is_given_no_longer_lines_than_it_has_room_for(
    simlab_says: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simlab.cli.printing.width", lambda: 40)
    lines = simlab_says("list", "measures").out.splitlines()
    assert max(len(line) for line in lines) == 40
    assert any(line.endswith("…") for line in lines)
