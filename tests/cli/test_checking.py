"""`simlab check`: errors and warnings, told apart."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import SMALL, Said

Say = Callable[..., Said]


def test_what_is_well_is_said_to_be(simlab_says: Say, experiment: Path) -> None:
    said = simlab_says("check", "small.yaml", experiment)
    assert said == Said(0, "small.yaml: well\nasked.yaml: well\n", "")
    assert simlab_says("check", "--quiet", "small.yaml", experiment) == Said(0, "", "")


def test_errors_of_all_files_are_told_with_their_places(simlab_says: Say, scenario: Path) -> None:
    Path("a.yaml").write_text(SMALL.replace("replicas: 2", "replica: 2"))
    Path("b.yaml").write_text(SMALL.replace("duration: 20s", "duration: 20q"))
    said = simlab_says("check", "a.yaml", scenario, "b.yaml")
    assert (said.code, said.out) == (2, "small.yaml: well\n")
    assert [line.split(":")[:2] for line in said.err.splitlines()] == [
        ["a.yaml", "7"], ["b.yaml", "4"],
    ]  # fmt: skip


def test_warnings_are_no_errors_unless_it_is_strict(simlab_says: Say, scenario: Path) -> None:
    scenario.write_text(SMALL.replace("rate: 30/s", "rate: 3000/s"))
    said = simlab_says("check", scenario)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("small.yaml:")
    assert said.out.endswith(" (warning)\n")
    strict = simlab_says("check", "--strict", scenario)
    assert (strict.code, strict.out) == (1, said.out)


def test_errors_weigh_more_than_warnings(simlab_says: Say, scenario: Path) -> None:
    scenario.write_text(SMALL.replace("rate: 30/s", "rate: 3000/s"))
    assert simlab_says("check", "--strict", scenario, "none.yaml").code == 2
