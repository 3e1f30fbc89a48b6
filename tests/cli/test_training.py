"""`simlab train` and `simlab evaluate`: from the shell, with their errors."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import SMALL, Said

Say = Callable[..., Said]
ASKED = """\
schema: simlab/experiment/v1
name: learns
kind: train
scenarios: [small.yaml]
train:
  agent: {kind: qlearning, target: web, maxReplicas: 4, period: 1s, buckets: [{feature: load, edges: [0.5]}]}
  episode: 60s
  steps: 2000
  every: 1000
  validation: 2
evaluate: {seeds: 2, calibration: 1, targets: [50%], founding: false}
"""


@pytest.fixture
def asked(scenario: Path) -> Path:
    scenario.write_text(SMALL.replace("scrape: 1s, window: 5s", "scrape: 1s, window: 3s"))
    Path("learns.yaml").write_text(ASKED.replace("period: 1s", "period: 15s"))
    return Path("learns.yaml")


def test_a_policy_and_a_strategy_come_out(simlab_says: Say, asked: Path) -> None:
    said = simlab_says("train", asked, "--progress")
    assert said.code == 0
    assert "best by validation:" in said.out
    assert "2 of 2 k steps" in said.err
    assert "strategy: results/learns/trained.yaml" in said.out
    assert Path("results/learns/policy.json").exists()
    compared = simlab_says(
        "compare", "small.yaml", "--strategies", "two,results/learns/trained.yaml",
        "--replications", 2, "--no-plot",
    )  # fmt: skip
    assert compared.code == 0
    assert "trained" in compared.out


def test_it_goes_on_where_it_was(simlab_says: Say, asked: Path) -> None:
    first = json.loads(simlab_says("train", asked, "--json").out)
    again = simlab_says("train", asked, "--json", "--progress")
    assert json.loads(again.out) == first
    assert "k steps" not in again.err


def test_it_is_judged_on_held_out_seeds(simlab_says: Say, asked: Path) -> None:
    early = simlab_says("evaluate", asked)
    assert early.code == 2
    assert "`simlab train learns.yaml` first" in early.err
    simlab_says("train", asked, "--quiet")
    said = simlab_says("evaluate", asked, "--quiet")
    assert said.code == 0
    assert "static-best: " in said.out
    assert "mean [95 % interval] of 2 replications" in said.out
    document = json.loads(simlab_says("evaluate", asked, "--json", "--quiet").out)
    assert document["seed"] == 10_000
    assert set(document["chosen"]) == {"constant-best", "static-best", "hpa-best"}


def test_tiers_are_compared(simlab_says: Say, asked: Path) -> None:
    assert "rank correlation of costs" in simlab_says("evaluate", asked, "--tiers").out


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(("kind: train", "kind: compare"), "train has no meaning in a compare", id="kind"),
        pytest.param(("target: web", "target: db"), "'db'", id="a service that is not there"),
        pytest.param(("target: web,", "target: web, file: learns.yaml,"), "not a policy", id="a file"),
        pytest.param(("steps: 2000", "steps: 0"), "steps must be positive", id="no steps"),
        pytest.param(("validation: 2", "validation: 31"), "validation must be at most 30", id="seeds"),
        pytest.param(("seeds: 2", "seeds: 101"), "seeds must be 2 to 100", id="test seeds"),
        pytest.param(("calibration: 1", "calibration: 0"), "calibration must be", id="none"),
        pytest.param(("targets: [50%]", "targets: []"), "targets must name", id="no targets"),
        pytest.param(("episode: 60s", "scale: [2, 1]"), "scale must be two rising", id="scale"),
        pytest.param(("feature: load", "feature: luck"), "'luck' came", id="a feature"),
        pytest.param(("period: 15s", "period: 20s"), "multiple of tick", id="a period"),
    ],
)  # fmt: skip
def test_words_that_make_no_sense_are_told(
    simlab_says: Say, asked: Path, command: str, change: tuple[str, str], why: str
) -> None:
    asked.write_text(asked.read_text().replace(*change))
    said = simlab_says(command, asked)
    assert said.code == 2
    if command == "train" or "first" not in said.err:
        assert why in said.err
    assert "Traceback" not in said.err
    assert not Path("results/learns/policy.npz").exists()


def test_other_files_are_no_trainings(simlab_says: Say, asked: Path) -> None:
    said = simlab_says("train", "small.yaml")
    assert said.code == 2
    assert "is no experiment" in said.err
    asked.write_text(ASKED.partition("train:")[0].replace("kind: train", "kind: compare"))
    assert "train is asked for; try `simlab compare`" in simlab_says("train", asked).err
