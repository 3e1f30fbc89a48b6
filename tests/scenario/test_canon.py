"""What runs are keyed by: what changes it, and what does not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from simlab.core import UserError
from simlab.model.settings.world import WorldSettings
from simlab.scenario import Scenario, canonical, digest, parse

SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")
BROWSE = "[{cpu: {dist: gamma, mean: 20ms, cv: 1}}, {call: catalog.list}]"


def test_it_is_json() -> None:
    world = parse(SHOP).resolve("hpa")
    assert json.loads(json.dumps(canonical(world))) == canonical(world)
    assert len(digest(world)) == 64


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("duration: 10m", "duration: 600s"), id="another unit"),
        pytest.param(("name: shop", "name: another"), id="another name"),
        pytest.param(("name: shop", "about: Something."), id="words about it"),
        pytest.param(("replicas: 3", "replicas: 3e0"), id="another way to write a number"),
        pytest.param(("line: 128}", "line: 128, cores: 1}"), id="a default that is written"),
        pytest.param((BROWSE, f"{{steps: {BROWSE}}}"), id="the long form"),
        pytest.param(("  static: {}\n", ""), id="another strategy less"),
        pytest.param(("  hpa: {", "  other: {"), id="the strategy's name"),
    ],
)
def test_what_means_the_same_is_the_same(
    changed: Callable[..., Scenario], shop: Scenario, change: tuple[str, str]
) -> None:
    other = changed(change)
    assert digest(other.resolve(other.strategies[-1])) == digest(shop.resolve("hpa"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("duration: 10m", "duration: 11m"), id="another duration"),
        pytest.param(("mean: 20ms", "mean: 20.000001ms"), id="a little more work"),
        pytest.param(("line: 128", "line: unlimited"), id="another limit"),
        pytest.param(("maxReplicas: 8", "maxReplicas: 9"), id="another strategy"),
        pytest.param(("loops: {web:", "loops: {wob:"), id="another name of a loop"),
        pytest.param(("{web.browse: 85%, web.checkout: 15%}", "{web.checkout: 15%, web.browse: 85%}"),
                     id="another order of a mix"),
        pytest.param(("  cart-dies:", "  cart-falls:"), id="another name of a fault"),
    ],
)  # fmt: skip
def test_what_means_something_else_is_something_else(
    changed: Callable[..., Scenario], shop: Scenario, change: tuple[str, str]
) -> None:
    assert digest(changed(change).resolve("hpa")) != digest(shop.resolve("hpa"))


def test_a_world_from_python_may_have_whole_numbers() -> None:
    assert digest(WorldSettings(duration=600)) == digest(WorldSettings(duration=600.0))


def test_a_file_is_what_it_holds(tmp_path: Path) -> None:
    text = SHOP.replace("{kind: constant, rate: 10/s}", "{kind: trace, file: x.csv}")
    content = "t_seconds,rate\n0,1\n60,2\n"
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.csv").write_text(content if name != "c" else content + "120,3\n")
    worlds = {name: parse(text, base=tmp_path / name).resolve() for name in ("a", "b", "c")}
    assert digest(worlds["a"]) == digest(worlds["b"]) != digest(worlds["c"])
    assert str(tmp_path) not in json.dumps(canonical(worlds["a"]))
    (tmp_path / "a" / "x.csv").unlink()
    with pytest.raises(UserError, match=r"x.csv cannot be read"):
        digest(worlds["a"])


def test_every_field_is_there() -> None:
    (_, link) = canonical(parse(SHOP).resolve())["links"][0]
    assert link["deadline"] is None
    assert link["per"] == "replica"
    assert canonical(parse(SHOP).resolve())["services"][0][1]["memory"]["limit"] is None
    assert (
        canonical(parse(SHOP.replace("slots: 64, ", "")).resolve())["services"][0][1]["slots"]
        == "unlimited"
    )
