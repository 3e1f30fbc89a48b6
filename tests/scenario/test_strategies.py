"""Strategies: what they may set, what they extend, their own files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simlab.core import FileError, UserError
from simlab.scenario import Scenario, load_strategy, parse

SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")
STATIC = "  static: {}\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("{load: {}}", "static.load: a strategy may not set load, which is the world's; it may"
                     " set loops, links and services", id="the load"),
        pytest.param("{telemetry: {lag: 1s}}", "a strategy may not set telemetry", id="the telemetry"),
        pytest.param("{faults: {}}", "a strategy may not set faults", id="faults"),
        pytest.param("{platform: {}}", "a strategy may not set platform", id="the platform"),
        pytest.param("{slo: {within: 1s}}", "a strategy may not set slo", id="the goal"),
        pytest.param("{services: {web: {cores: 2}}}", "static.services.web.cores: a strategy may not set"
                     " cores, which is the world's; it may set replicas, slots, line, request, probes, linger and"
                     " grace", id="cores"),
        pytest.param("{services: {web: {operations: {}}}}", "a strategy may not set operations", id="operations"),
        pytest.param("{services: {web: {boot: 1s}}}", "a strategy may not set boot", id="boot"),
        pytest.param("{services: {web: {replica: 1}}}", "unknown key 'replica'; did you mean 'replicas'?",
                     id="a slip"),
        pytest.param("{links: {all->all: {latency: 1ms}}}", "links.all->all.latency: a strategy may not set"
                     " latency, which is the world's; it may set all of a link but latency and loss",
                     id="latency"),
        pytest.param("{links: {all->all: {loss: 1%}}}", "a strategy may not set loss", id="loss"),
        pytest.param("{services: {wb: {replicas: 1}}}", "static.services.wb: there is no service 'wb'; did you"
                     " mean 'web'?", id="a service that is not there"),
        pytest.param("{links: {cart->web: {timeout: 1s}}}", "cart->web: matches no link", id="no such link"),
        pytest.param("{links: {web->cart: {operations: {x: {}}}}}", "cart has no operation 'x'", id="no operation"),
        pytest.param("{loop: {}}", "unknown key 'loop'; did you mean 'loops'?", id="a slip at the top"),
        pytest.param("{queues: {}}", "not yet: queues", id="what is to come"),
        pytest.param("{extends: hp}", "static.extends: there is no strategy 'hp'; did you mean 'hpa'?",
                     id="extends nobody"),
        pytest.param("{extends: static}", "in a circle: static -> static", id="extends itself"),
        pytest.param("{extends: other}\n  other: {extends: static}", "in a circle: static -> other -> static",
                     id="extends itself by a detour"),
        pytest.param("{loops: {web: {kind: hpa, target: web, maxReplicas: 8, file: x.yaml}}}",
                     "not yet: loops read from the files that people have", id="a loop from a file"),
        pytest.param("{loops: {x: {kind: kpa, target: web}}}", "not yet: Knative's autoscaler", id="a loop to come"),
    ],
)  # fmt: skip
def test_refuses(complaints: Callable[..., list[str]], body: str, said: str) -> None:
    found = complaints((STATIC, f"  static: {body}\n"))
    assert any(said in one for one in found)
    assert all("static" in one or "other" in one for one in found)


def test_two_of_one_name_are_a_duplicate_key(complaints: Callable[..., list[str]]) -> None:
    assert "duplicate key 'static'" in complaints((STATIC, STATIC * 2))[0]


def test_a_strategy_sets_what_an_operator_can(changed: Callable[..., Scenario]) -> None:
    body = "{services: {web: {replicas: 9, line: 3, request: {cores: 500m}, grace: 5s}}}"
    world = changed((STATIC, f"  static: {body}\n")).resolve("static")
    web = world.services["web"]
    assert (web.replicas, web.line, web.cpu_request, web.grace, web.slots) == (
        9,
        3.0,
        0.5,
        5.0,
        64.0,
    )


def test_a_strategy_is_merged_over_what_it_extends(changed: Callable[..., Scenario]) -> None:
    more = """\
  static: {}
  base: {about: Base., services: {web: {replicas: 9, line: 3}}, loops: {a: {kind: hpa, target: cart, maxReplicas: 2}}}
  middle: {extends: base, services: {web: {line: 4}}}
  top: {extends: middle, loops: {a: {maxReplicas: 7}, b: {kind: hpa, target: web, maxReplicas: 3}}}
  less: {extends: top, loops: {a: none}}
"""
    made = changed((STATIC, more))
    top, less = made.resolve("top"), made.resolve("less")
    assert (top.services["web"].replicas, top.services["web"].line) == (9, 4.0)
    assert {name: loop.maxReplicas for name, loop in top.loops.items()} == {"a": 7, "b": 3}
    assert list(less.loops) == ["b"]
    assert made.resolve("static").services["web"].replicas == 3


FILE = """\
schema: simlab/strategy/v1
name: calm
x-own: anything
loops: {web: {kind: hpa, target: web, maxReplicas: 4}}
made: {by: hand, seeds: [1, 2]}
"""


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    path = tmp_path / "calm.yaml"
    path.write_text(FILE)
    return path


def test_a_strategy_may_have_its_own_file(shop: Scenario, calm: Path) -> None:
    strategy = load_strategy(calm)
    assert strategy.name == "calm"
    assert shop.resolve(strategy).loops["web"].maxReplicas == 4
    more = shop.with_strategies(strategy)
    assert more.strategies == ("static", "hpa", "calm")
    assert more.resolve("calm") == shop.resolve(strategy)


def test_a_file_without_a_name_gives_its_own(tmp_path: Path) -> None:
    path = tmp_path / "brave.yaml"
    path.write_text(FILE.replace("name: calm\n", ""))
    assert load_strategy(path).name == "brave"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("strategy/v1", "scenario/v1", "this file says that it is a scenario", id="another kind"),
        pytest.param("target: web, ", "target: web, maxReplica: 4, ", ":4:39: loops.web.maxReplica", id="a slip"),
        pytest.param("made:", "load:", "a strategy may not set load", id="the world"),
        pytest.param("loops:", "services: {web: {cores: 1}}\nloops:", "may not set cores", id="cores"),
        pytest.param("[1, 2]", "[x]", "made.seeds[0]: 'x' is not a number", id="where it came from"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused(calm: Path, old: str, new: str, said: str) -> None:
    calm.write_text(FILE.replace(old, new))
    with pytest.raises(FileError) as error:
        load_strategy(calm)
    assert said in str(error.value)
    assert str(error.value).startswith(f"{calm}:")


def test_a_file_that_does_not_fit_the_world_is_told_with_its_place(
    shop: Scenario, calm: Path
) -> None:
    calm.write_text(FILE.replace("target: web", "target: wob"))
    strategy = load_strategy(calm)
    with pytest.raises(FileError, match=r"calm.yaml:4:34: loops.web.target: there is no service"):
        shop.resolve(strategy)


def test_names_of_strategies_are_taken_once(shop: Scenario, calm: Path) -> None:
    strategy = load_strategy(calm)
    with pytest.raises(UserError, match="there is a strategy 'calm' already"):
        shop.with_strategies(strategy, strategy)
    calm.write_text(FILE.replace("name: calm", "name: hpa"))
    with pytest.raises(UserError, match=r"calm.yaml:1:1: there is a strategy 'hpa' already"):
        shop.with_strategies(load_strategy(calm))


def test_a_file_may_extend_the_scenarios_own(shop: Scenario, calm: Path) -> None:
    calm.write_text("schema: simlab/strategy/v1\nextends: hpa\nloops: {web: {minReplicas: 2}}\n")
    loop = shop.resolve(load_strategy(calm)).loops["web"]
    assert (loop.minReplicas, loop.maxReplicas) == (2, 8)


def test_a_strategy_may_extend_a_file(calm: Path) -> None:
    text = SHOP.replace(STATIC, "  static: {extends: calm.yaml, loops: {web: {minReplicas: 2}}}\n")
    loop = parse(text, base=calm.parent).resolve("static").loops["web"]
    assert (loop.minReplicas, loop.maxReplicas) == (2, 4)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "static.extends: cannot be extended: ", id="a file that is not there"),
        pytest.param(FILE.replace("loops:", "lops:"), "calm.yaml:4:1: lops: unknown key", id="a bad file"),
        pytest.param(FILE + "extends: calm.yaml\n", "in a circle", id="a file that extends itself"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_extended_is_told(calm: Path, content: str | None, said: str) -> None:
    calm.unlink() if content is None else calm.write_text(content)
    text = SHOP.replace(STATIC, "  static: {extends: calm.yaml}\n")
    with pytest.raises(FileError) as error:
        parse(text, base=calm.parent)
    assert said in str(error.value)


def test_a_file_whose_name_is_none_must_say_one(tmp_path: Path) -> None:
    path = tmp_path / "My Strategy.yaml"
    path.write_text(FILE)
    assert load_strategy(path).name == "calm"
    path.write_text(FILE.replace("name: calm\n", ""))
    with pytest.raises(
        FileError, match="name: is missing, and the file's own, 'My Strategy', is none"
    ):
        load_strategy(path)
