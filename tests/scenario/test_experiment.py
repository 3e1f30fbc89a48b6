"""Experiments: what they name is read and found right; what is wrong is told, wherever it is."""

from pathlib import Path

import pytest

from simlab.core import FileError
from simlab.scenario import load_experiment

SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")
CALM = """\
schema: simlab/strategy/v1
loops: {web: {kind: hpa, target: web, maxReplicas: 4}}
"""
ASKED = """\
schema: simlab/experiment/v1
about: Which is better?
kind: compare
scenarios: [../scenarios/shop.yaml, {from: ../scenarios/shop.yaml, set: {services.cart.replicas: 3, links.web->cart.balancer: {kind: p2c}}}]
strategies: [static, {from: calm.yaml}, hpa]
replications: 5
seed: 7
measures: [cost, latency_p99]
margin: {cost: 0.01}
"""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "experiments").mkdir()
    (tmp_path / "scenarios" / "shop.yaml").write_text(SHOP)
    (tmp_path / "experiments" / "calm.yaml").write_text(CALM)
    path = tmp_path / "experiments" / "which.yaml"
    path.write_text(ASKED)
    return path


def test_an_experiment_reads_what_it_names(asked: Path) -> None:
    made = load_experiment(asked)
    assert (made.name, made.about, made.kind, made.path) == (
        "which", "Which is better?", "compare", str(asked),
    )  # fmt: skip
    assert made.strategies == ("static", "calm", "hpa")
    assert [scenario.name for scenario in made.scenarios] == ["shop", "shop-2"]
    assert (made.replications, made.replicate, made.seed) == (5, "luck", 7)
    assert (made.measures, made.margin) == (("cost", "latency_p99"), {"cost": 0.01})
    worlds = [scenario.resolve("calm") for scenario in made.scenarios]
    assert [world.services["cart"].replicas for world in worlds] == [2, 3]
    assert [world.links["web->cart"].balancer.kind for world in worlds] == ["least_request", "p2c"]
    assert [world.loops["web"].maxReplicas for world in worlds] == [4, 4]


def test_what_is_left_out_is_by_default(asked: Path) -> None:
    asked.write_text("schema: simlab/experiment/v1\nscenarios: [../scenarios/shop.yaml]\n")
    made = load_experiment(asked)
    assert made.strategies == ("static", "hpa")
    assert (made.replications, made.seed, made.measures, made.margin) == (30, 1, (), {})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("experiment/v1", "scenario/v1", "this file says that it is a scenario", id="another kind"),
        pytest.param("kind: compare", "kind: tune", "which.yaml:3:7: kind: not yet: tuning", id="a kind to come"),
        pytest.param("kind: compare", "kind: compere", "did you mean 'compare'?", id="a slip of kind"),
        pytest.param("seed: 7", "replicate: days", "replicate: not yet: replications over days", id="over days"),
        pytest.param("replications: 5", "replications: {until: 5%}",
                     "which.yaml:6:15: replications: not yet: as many replications", id="until"),
        pytest.param("replications: 5", "replications: 0", "replications must be from 1 on, got 0", id="none"),
        pytest.param("seed: 7", "sed: 7", "sed: unknown key 'sed'; did you mean 'seed'?", id="a slip"),
        pytest.param("[../scenarios/shop.yaml,", "[../scenarios/shap.yaml,",
                     "scenarios[0]: there is no file '../scenarios/shap.yaml'", id="no such scenario"),
        pytest.param("from: calm.yaml", "from: clam.yaml", "strategies[1].from: there is no file", id="no strategy"),
        pytest.param("[static,", "[statik,", "which.yaml:5:14: strategies[0]: shop has no strategy 'statik';"
                     " did you mean 'static'?", id="a slip of a strategy"),
        pytest.param("hpa]", "static]", "strategies[2]: strategy 'static' stands here already", id="one twice"),
        pytest.param("hpa]", "{from: calm.yaml}]", "strategies[2].from: a strategy 'calm' stands here already",
                     id="one file twice"),
        pytest.param("hpa]", "{}]", "strategies[2]: a strategy is a name, or {from: FILE}", id="no strategy at all"),
        pytest.param("services.cart.replicas", "services.cart.replica",
                     "which.yaml:4:74: services.cart has no such field: unknown key 'replica'", id="a slip of a path"),
        pytest.param("services.cart.replicas: 3", "services.cart.replicas: x",
                     "which.yaml:4:98: scenarios[1].set[services.cart.replicas]: 'x' is not a number",
                     id="a value that is none"),
        pytest.param("services.cart.replicas", "'a..b'", "which.yaml:4:74: 'a..b' is not a path", id="no path"),
        pytest.param("{cost: 0.01}", "{apdex: 0.01}", "margin.apdex: is not among the measures", id="a margin"),
        pytest.param("{cost: 0.01}", "{cost: -1}", "margin.cost must not be negative", id="a negative margin"),
        pytest.param("scenarios: [", "scenarios: [] #", "scenarios must name at least one", id="no scenario"),
        pytest.param("scenarios: ", "x-scenarios: ", "scenarios: is missing", id="nothing to ask about"),
    ],
)  # fmt: skip
def test_refuses(asked: Path, old: str, new: str, said: str) -> None:
    assert old in ASKED
    asked.write_text(ASKED.replace(old, new))
    with pytest.raises(FileError) as error:
        load_experiment(asked)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_wrong_with_a_scenario_is_told_as_of_that_file(asked: Path) -> None:
    path = asked.parents[1] / "scenarios" / "shop.yaml"
    path.write_text(
        SHOP.replace("replicas: 3", "replica: 3").replace("duration: 10m", "duration: x")
    )
    with pytest.raises(FileError) as error:
        load_experiment(asked)
    lines = str(error.value).splitlines()
    assert len(lines) == 2
    assert all("/experiments/../scenarios/shop.yaml:" in line for line in lines)


def test_what_is_wrong_with_a_strategy_is_told_as_of_that_file(asked: Path) -> None:
    (asked.parent / "calm.yaml").write_text(CALM.replace("target", "taget"))
    with pytest.raises(
        FileError, match=r"experiments/calm.yaml:2:26: loops.web.taget: unknown key"
    ):
        load_experiment(asked)


def test_a_strategy_that_the_scenario_has_already_is_told(asked: Path) -> None:
    (asked.parent / "calm.yaml").write_text(CALM.replace("loops:", "name: hpa\nloops:"))
    with pytest.raises(FileError, match=r"calm.yaml:1:1: there is a strategy 'hpa' already"):
        load_experiment(asked)


def test_scenarios_without_strategies_have_nothing_to_compare(asked: Path) -> None:
    path = asked.parents[1] / "scenarios" / "shop.yaml"
    path.write_text(SHOP[: SHOP.index("strategies:")])
    asked.write_text("schema: simlab/experiment/v1\nscenarios: [../scenarios/shop.yaml]\n")
    with pytest.raises(FileError, match=r"which.yaml:1:1: strategies: is missing; shop carries no"):
        load_experiment(asked)


def test_others_can_say_what_is_wrong_at_a_place(asked: Path) -> None:
    made = load_experiment(asked)
    assert str(made.error("measures[1]", "is unknown")) == f"{asked}:8:18: measures[1]: is unknown"
    assert str(made.error("nowhere", "is odd")) == f"{asked}:1:1: nowhere: is odd"


def test_a_margin_may_be_of_a_measure_that_is_compared_by_default(asked: Path) -> None:
    asked.write_text(ASKED.replace("measures: [cost, latency_p99]\n", ""))
    assert load_experiment(asked).margin == {"cost": 0.01}


def test_scenarios_of_one_name_are_told_apart(asked: Path) -> None:
    shop = "../scenarios/shop.yaml"
    asked.write_text(f"schema: simlab/experiment/v1\nscenarios: [{shop}, {shop}, {shop}]\n")
    names = [scenario.name for scenario in load_experiment(asked).scenarios]
    assert names == ["shop", "shop-2", "shop-3"]
