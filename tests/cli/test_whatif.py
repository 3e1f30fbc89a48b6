"""`simlab whatif`: what faults do, asked from the shell."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import SMALL, Said

Say = Callable[..., Said]
FAULTS = """\
faults:
  errs: {kind: errors, target: web, at: 5s, lasts: 5s, share: 50%}
  dies: {kind: crash, target: web, at: 10s, replicas: 1}
"""
ASKED = """\
schema: simlab/experiment/v1
name: asked
kind: whatif
scenarios: [small.yaml]
strategies: [two]
faults: [errs]
replications: 2
"""


@pytest.fixture
def broken(scenario: Path) -> Path:
    """Return a small scenario with faults."""
    scenario.write_text(SMALL + FAULTS)
    return scenario


def test_it_tells_of_each_fault_and_keeps_a_picture(simlab_says: Say, broken: Path) -> None:
    said = simlab_says("whatif", broken, "--replications", 2, "--strategies", "two")
    assert said.code == 0
    assert "small: what faults do, and how they are met" in said.out
    assert "errs (errors)" in said.out
    assert "dies (crash)" in said.out
    assert "false_alarms" in said.out
    assert Path("results/small-whatif/whatif.png").stat().st_size > 10_000
    assert "kept in results/small-whatif" in said.out


def test_an_experiment_says_which_faults(simlab_says: Say, broken: Path) -> None:
    Path("asked.yaml").write_text(ASKED)
    said = simlab_says("whatif", "asked.yaml", "--json", "--no-plot")
    document = json.loads(said.out)
    assert list(document["faults"]) == ["errs"]
    assert document["replications"] == 2
    other = simlab_says("whatif", "asked.yaml", "--json", "--no-plot", "--faults", "dies")
    assert list(json.loads(other.out)["faults"]) == ["dies"]


def test_it_goes_on_from_where_it_was(simlab_says: Say, broken: Path) -> None:
    words = ("whatif", broken, "--replications", 2, "--strategies", "two", "--no-plot")
    assert "6 of 6 runs" in simlab_says(*words, "--progress").err
    assert " runs" not in simlab_says(*words, "--progress").err
    refused = simlab_says("results", "show", "results/small-whatif")
    assert refused.code == 2
    assert "is a whatif; `simlab whatif`" in refused.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("faults: [errs]", "faults: [ers]"), "faults[0]: small has no fault 'ers'"),
        (("kind: whatif", "kind: compare"), "faults has no meaning in a compare"),
        (("kind: whatif\n", "kind: whatif\neach: some\n"), "asked.yaml:4:7: each"),
    ],
)
def test_a_file_that_is_wrong_says_where(
    simlab_says: Say, broken: Path, change: tuple[str, str], said: str
) -> None:
    Path("asked.yaml").write_text(ASKED.replace(*change))
    answer = simlab_says("whatif", "asked.yaml")
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_each_command_takes_its_own_kind(simlab_says: Say, broken: Path) -> None:
    Path("asked.yaml").write_text(ASKED)
    answer = simlab_says("compare", "asked.yaml")
    assert answer.code == 2
    assert "whatif came, compare is asked for; try `simlab whatif`" in answer.err
