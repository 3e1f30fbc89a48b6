"""What `simlab` offers: the same run from every face, and nothing imported before it is needed."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import simlab
from simlab.core import Decision, FileError, Observation, ScaleTo, UserError
from simlab.scenario import Scenario
from simlab.study import running

TEXT = """\
schema: simlab/scenario/v1
name: shop
duration: 40s
warmup: {warmup}
analysis: {analysis}
slo: {{within: 500ms, objective: 99%}}
cost: {{core_hour: 0.04, bad_request: 0.001}}
services:
  web: {{replicas: 2, operations: {{browse: [{{cpu: 20ms}}, {{call: cart.get}}]}}}}
  cart: {{operations: {{get: 5ms}}}}
links: {{all->all: {{timeout: 1s}}}}
load: {{shoppers: {{to: web.browse, shape: {{kind: constant, rate: 20/s}}}}}}
faults: {{dies: {{kind: crash, target: web, replicas: 1, at: 20s}}}}
strategies:
  static: {{}}
  one: {{services: {{web: {{replicas: 1}}}}}}
"""


def scenario(tmp_path: Path, warmup: str = "0s", analysis: str = "terminating") -> Scenario:
    path = tmp_path / "shop.yaml"
    path.write_text(TEXT.format(warmup=warmup, analysis=analysis))
    return simlab.load(path)


@pytest.fixture
def shop(tmp_path: Path) -> Scenario:
    return scenario(tmp_path)


class Mine:
    """A controller from a notebook: one more replica, at each step."""

    period = 10.0

    def __init__(self) -> None:
        self.steps = 0

    def step(self, seen: Observation) -> Decision:
        self.steps += 1
        return Decision(
            [ScaleTo("web", seen.services["web"].wanted + 1)], because={"n": self.steps}
        )


def test_a_run_is_the_document_of_the_specification(shop: Scenario) -> None:
    found = simlab.run(shop, strategy="static", seed=3).to_json()
    assert list(found) == [
        "scenario", "strategy", "seed", "engine", "measures", "sources", "services", "links",
        "queues", "faults",
    ]  # fmt: skip
    assert (found["scenario"], found["strategy"], found["seed"]) == ("shop", "static", 3)
    assert found["engine"] == "reference"
    source = found["sources"]["shoppers"]
    assert sum(source["outcomes"].values()) + source["in_flight"] == source["requests"] > 0
    assert set(found["services"]) == {"web", "cart"}
    assert set(found["links"]) == {"shoppers->web", "web->cart"}
    assert set(found["faults"]) == {"dies"}
    json.dumps(found, allow_nan=False)


def test_a_run_has_tables(shop: Scenario) -> None:
    run = simlab.run(shop, strategy="static")
    assert run.timeline.index.name == "t"
    assert run.timeline["services.web.ready"].iloc[0] == 2
    assert len(run.requests) == run.summary["requests"]
    assert list(run.events.columns) == ["at", "kind", "who", "data"]
    assert "fault" in set(run.events["kind"])
    assert run.faults.loc[0, "fault"] == "dies"
    assert run.faults.loc[0, "start"] == 20.0
    assert run.measures.total == run.summary


def test_a_run_without_faults_has_an_empty_table_of_them(shop: Scenario) -> None:
    run = simlab.run(shop.with_sets({"faults.dies": None}))
    assert run.faults.empty
    assert list(run.faults.columns)[:2] == ["fault", "kind"]


def test_requests_must_be_kept_to_be_looked_at(shop: Scenario) -> None:
    run = simlab.run(shop, keep_requests=False)
    with pytest.raises(UserError, match="keep_requests=True"):
        _ = run.requests


def test_html(shop: Scenario) -> None:
    html = simlab.run(shop, strategy="one")._repr_html_()
    assert "shop, one, seed 1" in html
    assert "<th>latency_p99</th>" in html
    assert "no strategy" in simlab.run(shop)._repr_html_()


def test_the_same_words_give_the_same_run_and_others_another(shop: Scenario) -> None:
    first = simlab.run(shop, strategy="static").to_json()
    assert simlab.run(shop, strategy="static", seed=1).to_json() == first
    assert simlab.run(shop, strategy="static", seed=2).to_json() != first
    other = simlab.run(shop, strategy="static", replication=1).to_json()
    assert other["measures"] != first["measures"]


def test_a_controller_of_one_s_own_decides(shop: Scenario) -> None:
    mine = Mine()
    run = simlab.run(shop, loops={"mine": mine})
    assert mine.steps == 4
    assert run.strategy is None
    assert run.measures.services["web"]["scaling_operations"] >= 2  # type: ignore[operator]
    decisions = run.events[run.events["kind"] == "decision"]
    assert set(decisions["who"]) == {"mine"}


def test_a_run_step_by_step_is_the_run_at_once(shop: Scenario) -> None:
    world = simlab.start(shop, strategy="static")
    world.advance("10s")
    assert world.now == 10.0
    world.advance(25)
    run = world.finish()
    whole = simlab.run(shop, strategy="static")
    assert run.to_json() == whole.to_json()
    assert run.requests.equals(whole.requests)


def test_a_fork_goes_on_alike_unless_it_is_changed(shop: Scenario) -> None:
    world = simlab.start(shop, strategy="one")
    world.advance("15s")
    same, other = world.fork(), world.fork()
    other.set("services.web.replicas", 4)
    other.set("links.web->cart.timeout", "200ms")
    assert same.finish().to_json() == world.finish().to_json()
    assert (
        other.finish().summary["replica_hours"] != simlab.run(shop, "one").summary["replica_hours"]
    )


@pytest.mark.parametrize(
    ("until", "message"),
    [
        pytest.param("5s", "advance must be to 10 s to 40 s, got '5s'", id="past"),
        pytest.param("41s", "advance must be to 10 s to 40 s", id="after the end"),
        pytest.param(float("nan"), "advance must be", id="no number"),
        pytest.param("5 apples", "5 apples", id="no time"),
        pytest.param("5/s", "duration", id="a rate"),
    ],
)
def test_a_world_goes_on_to_a_time_ahead(shop: Scenario, until: float | str, message: str) -> None:
    world = simlab.start(shop)
    world.advance("10s")
    with pytest.raises(UserError, match=message):
        world.advance(until)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        pytest.param("services.web.replica", 3, "services.web.replicas", id="no such path"),
        pytest.param("services.web.replicas", "many", "many", id="no number"),
        pytest.param("services.web.replicas", -1, "replicas", id="a number that may not be"),
        pytest.param("services.web.slots", 0, "services.web.slots: ", id="refused by the settings"),
        pytest.param("links.web->cart.timeout", "5/s", "rate", id="another unit"),
    ],
)
def test_what_cannot_be_set_is_told(
    shop: Scenario, path: str, value: float | str, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        simlab.start(shop).set(path, value)


def test_a_limit_can_be_taken_away(shop: Scenario) -> None:
    world = simlab.start(shop)
    world.set("links.web->cart.timeout", "none")
    world.set("services.web.line", "unlimited")
    assert world.finish().summary["requests"]


def test_a_finished_world_is_used_up(shop: Scenario) -> None:
    world = simlab.start(shop)
    world.finish()
    for again in (world.finish, world.fork, lambda: world.now):
        with pytest.raises(UserError, match="finished"):
            again()


def test_compares_with_both_faces_alike(shop: Scenario) -> None:
    found = simlab.compare(shop, ["static", "one"], replications=3, jobs=1)
    assert found.question.seed == 1
    assert found.to_json()["differences"][0]["a"] == "static"
    run = simlab.run(shop, "static", replication=2)
    assert found.values["static"]["cost"][2] == run.summary["cost"]


def test_workers_run_the_real_model(shop: Scenario, tmp_path: Path) -> None:
    together = simlab.compare(shop, replications=2, jobs=2, store=tmp_path / "r")
    alone = simlab.compare(shop, replications=2)
    assert json.dumps(together.to_json()) == json.dumps(alone.to_json())


def test_a_single_run_finds_its_warm_up(tmp_path: Path) -> None:
    steady = scenario(tmp_path, warmup="auto", analysis="steady_state")
    run = simlab.run(steady, "static", keep_requests=False)
    compared = simlab.compare(steady, ["static"], replications=1)
    assert run.world.warmup == run.record.warmup == compared.question.warmup
    assert run.summary["requests"] == compared.estimates["static"]["requests"].mean
    record = running.run(steady.resolve("static"), seed=1)
    assert record.warmup == run.world.warmup


def test_pilots_leave_a_controller_of_one_s_own_alone(tmp_path: Path) -> None:
    steady = scenario(tmp_path, warmup="auto", analysis="steady_state")
    mine = Mine()
    simlab.run(steady, loops={"mine": mine})
    assert mine.steps == 4


def test_beneath_the_faces_a_seed_is_asked_for(shop: Scenario) -> None:
    with pytest.raises(TypeError, match="seed"):
        running.run(shop.resolve(None))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param({"seed": -1}, "seed must be", id="seed"),
        pytest.param(
            {"replication": -1}, "replication must be from 0 on, got -1", id="replication"
        ),
        pytest.param({"strategy": "two"}, "no strategy 'two'", id="strategy"),
        pytest.param({"engine": "warp"}, "engine must be auto or reference", id="engine"),
    ],
)
def test_wrong_words_are_told(shop: Scenario, words: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        simlab.run(shop, **words)


def test_a_wrong_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.yaml"):
        simlab.load(tmp_path / "nowhere.yaml")


def test_plots_are_the_report_s(shop: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ModuleType("simlab.report")
    report.timeline = lambda record, world, title: ("timeline", record, world, title)  # type: ignore[attr-defined]
    report.comparison = lambda comparison: ("comparison", comparison)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "simlab.report", report)
    run = simlab.run(shop)
    assert run.plot() == ("timeline", run.record, run.world, "shop, no strategy, seed 1")
    found = simlab.compare(shop, ["static"], replications=1)
    assert found.plot() == ("comparison", found)


# The package itself.


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_simlab_costs_next_to_nothing() -> None:
    heavy = "('numpy', 'pandas', 'scipy', 'simpy', 'matplotlib', 'ruamel', 'click', 'rich')"
    code = f"import sys, simlab; print([name for name in {heavy} if name in sys.modules])"
    assert python(code) == "[]"


def test_a_run_needs_neither_tables_nor_statistics(shop: Scenario) -> None:
    heavy = "('pandas', 'scipy', 'matplotlib', 'click', 'rich')"
    code = (
        "import sys, simlab\n"
        f"simlab.run(simlab.load({shop.path!r}), 'one').to_json()\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    assert python(code) == "[]"


@pytest.mark.parametrize("name", simlab.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(simlab, name) is not None
    assert name in dir(simlab)


def test_there_are_at_most_twenty_names() -> None:
    assert len(simlab.__all__) <= 20
    assert simlab.__all__ == sorted(simlab.__all__, key=lambda name: (not name.isupper(), name))


def test_load_is_the_function_though_there_is_a_subpackage() -> None:
    code = (
        "import simlab\n"
        "before = simlab.load\n"
        "import simlab.load.settings\n"
        "from simlab.load import Slo\n"
        "assert simlab.load is before and callable(before)\n"
        "import sys\n"
        "print(type(sys.modules['simlab.load']).__name__, Slo.__name__)"
    )
    assert python(code) == "module Slo"
    assert not isinstance(simlab.load, ModuleType)


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="'simlab' has no attribute 'lode'"):
        _ = simlab.lode  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="has no attribute 'runn'"):
        _ = simlab.study.runn  # type: ignore[attr-defined]


class Stepless:
    period = 5.0


class Timeless:
    def __init__(self, period: object) -> None:
        self.period = period

    def step(self, _: object) -> Decision:
        return Decision()


@pytest.mark.parametrize("face", [simlab.run, simlab.start])
@pytest.mark.parametrize(
    ("loop", "complaint"),
    [
        pytest.param(object(), "a `period` and a `step`", id="neither"),
        pytest.param(Stepless(), "a `period` and a `step`", id="no step"),
        pytest.param(Timeless(0.0), "positive number of seconds, got 0.0", id="no time passes"),
        pytest.param(Timeless(float("nan")), "got nan", id="no number"),
        pytest.param(Timeless("15s"), "got '15s'", id="text"),
    ],
)
def test_what_is_no_controller_is_told_before_the_run(
    shop: Scenario, face: Any, loop: Any, complaint: str
) -> None:
    with pytest.raises(UserError, match=r"^loops: .*'mine'") as error:
        face(shop, loops={"mine": loop})
    assert complaint in str(error.value)
