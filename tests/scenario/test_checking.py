"""`check`: errors and warnings of any file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simlab.scenario import Scenario, check, warnings

SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")
IDLE = SHOP.replace("{list: 4ms}", "{list: 4ms, other: 1ms}")


@pytest.fixture
def shop_file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(IDLE)
    return path


def test_a_scenario_has_errors_or_warnings(shop_file: Path) -> None:
    errors, found = check(shop_file)
    assert (errors, [one.message for one in found]) == ([], ["is never called"])
    shop_file.write_text(IDLE.replace("replicas: 3", "replica: 3"))
    errors, found = check(shop_file)
    assert ([one.path for one in errors], found) == (["services.web.replica"], [])


def test_a_scenario_is_checked_with_its_values(shop_file: Path) -> None:
    errors, _ = check(shop_file, [("services.web.replicas", "x")])
    assert [one.where for one in errors] == ["--set services.web.replicas"]
    _, found = check(shop_file, [("load.shoppers.scale", "20")])
    assert found[0].path == "services.web.replicas"


def test_a_strategy_has_errors(tmp_path: Path) -> None:
    path = tmp_path / "calm.yaml"
    path.write_text("schema: simlab/strategy/v1\nloops: {}\n")
    assert check(path) == ([], [])
    path.write_text("schema: simlab/strategy/v1\nlops: {}\n")
    errors, _ = check(path)
    assert [one.path for one in errors] == ["lops"]


def test_an_experiment_warns_of_its_scenarios_once(shop_file: Path) -> None:
    path = shop_file.with_name("which.yaml")
    path.write_text("schema: simlab/experiment/v1\nscenarios: [shop.yaml, shop.yaml]\n")
    errors, found = check(path)
    assert (errors, len(found)) == ([], 1)
    path.write_text("schema: simlab/experiment/v1\nscenarios: [ship.yaml]\n")
    errors, found = check(path)
    assert (len(errors), found) == (1, [])


def test_what_is_no_file_of_ours_is_an_error(tmp_path: Path) -> None:
    errors, found = check(tmp_path)
    assert (len(errors), found) == (1, [])
    path = tmp_path / "x.yaml"
    path.write_text("schema: other/v1")
    assert "allowed is simlab/scenario/v1" in str(check(path)[0][0])


@pytest.mark.parametrize(
    ("sets", "strategies", "told"),
    [
        pytest.param([("services.web.replicas", "4")], ["big"], ["services.web.replicas"], id="it is"),
        pytest.param([("services.web.replicas", "4")], ["big", "hpa"], [], id="not by all"),
        pytest.param([("services.web.replicas", "4")], None, [], id="not by all there are"),
        pytest.param([("services.web.line", "4")], ["big"], [], id="another field"),
        pytest.param([("services.web.request", "{cores: 2, memory: 1Gi}")], ["big"], [], id="only in part"),
        pytest.param([("strategies.big.services.web.replicas", "4")], ["big"], [], id="of the strategy itself"),
        pytest.param([("strategies.hpa.loops.web.maxReplicas", "4")], ["big"], [], id="of another strategy"),
        pytest.param([("defaults.service.replicas", "4")], ["big"], ["defaults.service.replicas"],
                     id="by every service"),
        pytest.param([("name", "other")], ["big"], [], id="words about it"),
    ],
)  # fmt: skip
def test_warns_of_values_that_every_strategy_overrides(
    changed: Callable[..., Scenario],
    sets: list[tuple[str, str]],
    strategies: list[str] | None,
    told: list[str],
) -> None:
    big = (
        "  static: {}",
        "  static: {}\n  big: {services: {web: {replicas: 9, request: {cores: 1}}}}",
    )
    found = warnings(changed(big, sets=sets), strategies)
    changes = [one for one in found if "changes nothing" in one.message]
    assert [one.where for one in changes] == [f"--set {path}" for path in told]
