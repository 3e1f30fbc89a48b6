"""The shipped strategy files: they are well, and decide in scenarios that know nothing of them."""

from pathlib import Path

import pytest

import simlab
from simlab.controllers import AdaptiveSettings, AdaptiveSystemSettings
from simlab.scenario import load_strategy

TOP = Path(__file__).parents[2]
FILES = sorted((TOP / "experiments" / "strategies").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_is_well_and_says_what_it_is(path: Path) -> None:
    assert simlab.check(path) == ([], [])
    assert load_strategy(path).name == path.stem
    assert "about: >-" in path.read_text(encoding="utf-8")


def test_the_adaptive_one_has_a_balancer_and_a_breaker_for_each_dependency() -> None:
    scenario = simlab.load(
        TOP / "scenarios" / "first-look.yaml", sets={"duration": "4m", "warmup": "0s"}
    )
    strategy = load_strategy(TOP / "experiments" / "strategies" / "adaptive.yaml")
    world = scenario.resolve(strategy)
    assert isinstance(world.loops["brain"], AdaptiveSystemSettings)
    assert all(isinstance(link.balancer, AdaptiveSettings) for link in world.links.values())
    assert all(link.breaker is not None for link in world.links.values())
    run = simlab.run(scenario, strategy, seed=1)
    terms = {
        term.partition(".")[0]
        for one in run.record.events
        if (one.kind, one.who) == ("decision", "brain")
        for term in one.data["because"]
    }
    assert {"health/web", "scaling/web"} <= terms
