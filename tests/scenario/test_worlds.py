"""Scenarios: what they resolve to, and all that is wrong with them, told at once with its place."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from simlab.core import FileError, UserError
from simlab.scenario import Scenario, load, parse

SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")


def test_defaults_are_under_every_service(shop: Scenario) -> None:
    services = shop.resolve().services
    assert {name: (one.replicas, one.slots) for name, one in services.items()} == {
        "web": (3, 64.0), "cart": (2, 64.0), "catalog": (2, 64.0),
    }  # fmt: skip


def test_without_a_strategy_nothing_decides(shop: Scenario) -> None:
    assert shop.resolve().loops == {}
    assert shop.resolve() == shop.resolve("static")
    assert list(shop.resolve("hpa").loops) == ["web"]


def test_an_unknown_strategy_is_told_with_the_nearest(shop: Scenario) -> None:
    with pytest.raises(UserError, match=r"shop has no strategy 'hpaa'; did you mean 'hpa'?"):
        shop.resolve("hpaa")
    with pytest.raises(UserError, match="shop has no strategy 'xyz'; there are static, hpa"):
        shop.resolve("xyz")


def test_a_scenario_knows_itself(shop: Scenario, tmp_path: Path) -> None:
    assert (shop.name, shop.about, shop.path, shop.strategies) == (
        "shop",
        "",
        None,
        ("static", "hpa"),
    )
    path = tmp_path / "other.yaml"
    path.write_text(SHOP.replace("name: shop", "about: A shop."))
    other = load(path)
    assert (other.name, other.about, other.path) == ("other", "A shop.", str(path))


def test_a_scenario_goes_to_other_processes(shop: Scenario) -> None:
    again = pickle.loads(pickle.dumps(shop))
    assert again == shop
    assert again.resolve("hpa") == shop.resolve("hpa")
    world = shop.resolve("hpa")
    assert pickle.loads(pickle.dumps(world)) == world


def test_files_count_from_the_file_that_names_them(tmp_path: Path, monkeypatch: object) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").write_text("t_seconds,rate\n0,1\n60,2\n")
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("{kind: constant, rate: 10/s}", "{kind: trace, file: data/x.csv}"))
    (shape,) = load(path).resolve().load["shoppers"].shape
    assert getattr(shape, "file", None) == str(tmp_path / "data" / "x.csv")


def test_a_recorded_load_brings_only_numbers_that_are_declared(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("t_seconds,lines,tokens\n0,1,2\n")
    text = SHOP.replace("{kind: constant, rate: 10/s}", "{kind: trace, file: x.csv}")
    with pytest.raises(FileError) as error:
        parse(text, base=tmp_path)
    assert "requests carry no 'tokens': declare it in `carries`" in str(error.value)
    assert str(error.value).count("\n") == 0


def test_single_arrivals_stand_alone(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("t_seconds,lines\n0,1\n")
    both = "[{kind: trace, file: x.csv}, {kind: constant, rate: 1/s}]"
    with pytest.raises(FileError, match=r"load.shoppers.shape: .*must stand alone"):
        parse(SHOP.replace("{kind: constant, rate: 10/s}", both), base=tmp_path)


CRASH = "kind: crash, target: cart, replicas: 1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(("schema: simlab/scenario/v1\n", ""),
                     "shop.yaml:1:1: the first line must be 'schema: simlab/scenario/v1'", id="no schema"),
        pytest.param(("schema: simlab/scenario/v1\nname: shop\n", "name: shop\nschema: simlab/scenario/v1\n"),
                     "shop.yaml:2:1: schema: 'schema: simlab/scenario/v1' must be the first line",
                     id="the schema later"),
        pytest.param(("simlab/scenario/v1", "simlab/scenari/v1"),
                     "shop.yaml:1:9: schema: 'simlab/scenari/v1' came; allowed is simlab/scenario/v1;"
                     " did you mean 'simlab/scenario/v1'?", id="a slip of the schema"),
        pytest.param(("simlab/scenario/v1", "simlab/scenario/v2"), "simlab is too old for v2", id="a later one"),
        pytest.param(("simlab/scenario/v1", "simlab/strategy/v1"), "this file says that it is a strategy",
                     id="another kind of file"),
        pytest.param(("simlab/scenario/v1", "[a]"), "shop.yaml:1:9: schema: ", id="a list for a schema"),
        pytest.param(("duration: 10m\n", ""), "shop.yaml:1:1: duration: is missing", id="no duration"),
        pytest.param(("duration: 10m", "duration: 90m"), "shop.yaml:3:11: duration: '90m': m is minutes",
                     id="too many minutes"),
        pytest.param(("name: shop", "name: The Shop"), "shop.yaml:2:7: name: 'The Shop' came", id="a bad name"),
        pytest.param(("name: shop", "loops: {}"), "loops stand in a strategy: strategies.NAME.loops",
                     id="loops outside a strategy"),
        pytest.param(("name: shop", "queues: {}"), "shop.yaml:2:1: queues: not yet: queues", id="to come"),
        pytest.param(("name: shop", "warmup: auto"), "warmup: auto is for analysis: steady_state",
                     id="a warm-up to be found in what is no steady state"),
        pytest.param(("name: shop", "warmup: 10m"), "warmup must be shorter than the duration", id="all warm-up"),
        pytest.param(("{slots: 64, line: 128}", "{slots: 64, lien: 128}"),
                     "shop.yaml:6:24: defaults.service.lien: unknown key 'lien'; did you mean 'line'?",
                     id="a slip in defaults is told once, where it is"),
        pytest.param(("{slots: 64, line: 128}", "{slots: 64, line: {room: 3, order: lifo}}"),
                     "defaults.service.line: not yet: a line with an order of its own", id="a form to come"),
        pytest.param(("{call: cart.get}", "{call: cart.got}"),
                     "shop.yaml:17:40: services.web.operations.checkout.steps[1].do[0].call: cart has no"
                     " operation 'got'; did you mean 'get'?", id="a call of nothing"),
        pytest.param(("operations: {list: 4ms}", "operations: {list: [{call: web.browse}]}"),
                     "calls must not go in a circle: web.browse -> catalog.list -> web.browse", id="a circle"),
        pytest.param(("{lines: 2ms}", "{lins: 2ms}"), "per.lins: requests carry no 'lins': declare it in"
                     " `carries`; did you mean 'lines'?", id="a number that nobody carries"),
        pytest.param(("times: lines", "times: rows"), "steps[1].times: requests carry no 'rows'",
                     id="rounds by a number that nobody carries"),
        pytest.param(("times: lines", "times: batch"), "times: not yet: `batch`", id="a number to come"),
        pytest.param(("{kind: constant, rate: 10/s}}", "{kind: constant, rate: 10/s}, carries: {x: 1}}"),
                     "load.shoppers.carries.x: requests carry no 'x'", id="a source's own number"),
        pytest.param(("web.checkout: 15%", "web.checkout: 25%"), "load.shoppers.to: to must sum to 100 %",
                     id="a mix of more than all"),
        pytest.param(("web.checkout: 15%", "web.buy: 15%"), "load.shoppers.to[web.buy]: web has no operation",
                     id="a mix of nothing"),
        pytest.param(("target: cart", "target: crt"), "faults.cart-dies.target: there is no service or tag 'crt'",
                     id="a fault of nobody"),
        pytest.param(("target: cart", "target: web->cart"), "'web->cart' is a link; allowed is a service, a tag"
                     " or all", id="a crash of a link"),
        pytest.param(("target: cart", "target: shoppers"), "no service or tag 'shoppers'", id="a crash of a source"),
        pytest.param(("kind: crash, target: cart, replicas: 1", "kind: delay, add: 1ms, target: web->crt"),
                     "faults.cart-dies.target: there is no link 'web->crt'; did you mean 'web->cart'?",
                     id="a delay on no link"),
        pytest.param((CRASH, "kind: surge, factor: 2, target: cart"), "'cart' is no source; allowed is a source or all",
                     id="a surge of a service"),
        pytest.param((CRASH, "kind: surge, factor: 2, target: shopers"),
                     "there is no source 'shopers'; did you mean 'shoppers'?", id="a surge of nobody"),
        pytest.param((CRASH, "kind: boot_fails, target: shoppers"), "no service or tag 'shoppers'",
                     id="boots of a source"),
        pytest.param((CRASH, "kind: loss, share: 1%, target: web->crt"), "there is no link 'web->crt'; did you mean",
                     id="loss on no link"),
        pytest.param((CRASH, "kind: partition, target: cart, from: shoppers"),
                     "faults.cart-dies.from: shoppers does not call cart", id="a partition between strangers"),
        pytest.param((CRASH, "kind: partition, target: web->cart, from: shoppers"),
                     "faults.cart-dies.from: shoppers does not call web->cart", id="a partition off its link"),
        pytest.param((CRASH, "kind: partition, target: cart, from: shopers"),
                     "faults.cart-dies.from: there is no service, source or tag 'shopers'; did you mean",
                     id="a partition from nobody"),
        pytest.param((CRASH, "kind: controller, loop: A"), "faults.cart-dies.loop", id="a loop by no name"),
        pytest.param((CRASH, "kind: bad_config, path: services.cart.slot, to: 1"), "services.cart.slot cannot change",
                     id="a bad path"),
        pytest.param((CRASH, "kind: bad_config, path: services.cart.slots, to: x"), "faults.cart-dies.to: 'x' is not",
                     id="a bad value"),
        pytest.param(("kind: crash", "kind: flush"), "faults.cart-dies.kind: not yet: caches that lose",
                     id="a fault to come"),
        pytest.param(("at: 5m", "at: 5m, every: 1m"), "one of at, every and random must be given",
                     id="a fault at two times"),
        pytest.param(("at: 5m", "at: 5m, when: x"), "faults.cart-dies.when: not yet: faults that wait",
                     id="a fault that waits"),
        pytest.param(("{kind: hpa, target: web, maxReplicas: 8}", "{kind: hpa, target: web}"),
                     "shop.yaml:30:22: strategies.hpa.loops.web.maxReplicas: is missing; allowed is a whole number",
                     id="a strategy that is not whole"),
        pytest.param(("web->cart:", "web->crt:"), "links.web->crt: there is no service or tag 'crt'",
                     id="a selector of nobody"),
        pytest.param(("web->cart: {timeout: 300ms", "web: {timeout: 300ms"), "links.web: 'web' came; allowed is a"
                     " link", id="a selector that is no link"),
    ],
)  # fmt: skip
def test_refuses(complaints: Callable[..., list[str]], change: tuple[str, str], said: str) -> None:
    found = complaints(change)
    assert len(found) == 1
    assert said in found[0]


def test_a_world_has_services(complaints: Callable[..., list[str]]) -> None:
    text = "schema: simlab/scenario/v1\nduration: 1m\n"
    for more in ("", "services: {}\n"):
        with pytest.raises(FileError, match="services: is missing; a world has at least one"):
            parse(text + more)


def test_all_is_told_at_once_in_the_order_of_the_file(complaints: Callable[..., list[str]]) -> None:
    found = complaints(
        ("duration: 10m", "duration: 2Gi"),
        ("replicas: 3", "replica: 3"),
        ("cv: 1", "cv: 1ms"),
        ("{call: catalog.list, chance", "{call: catalog.lst, chance"),
        ("rate: 10/s", "rate: 10"),
        ("target: cart", "target: crt"),
        ("target: web", "target: wob"),
        ("maxReplicas: 8", "maxReplicas: x"),
    )
    paths = [one.split(": ")[1] for one in found]
    assert paths == [
        "duration", "services.web.replica", "services.web.operations.browse[0].cpu.cv",
        "services.web.operations.checkout.steps[2].call", "faults.cart-dies.target",
        "strategies.hpa.loops.web.target", "strategies.hpa.loops.web.maxReplicas",
    ]  # fmt: skip


def test_what_several_services_have_from_the_defaults_is_told_once(
    complaints: Callable[..., list[str]],
) -> None:
    found = complaints(("{slots: 64, line: 128}", "{slots: 0, line: 1.5}"))
    assert len(found) == 1
    found = complaints(("{slots: 64, line: 128}", "{slots: 0}"))
    assert [one.split(": ", 1)[0] for one in found] == ["shop.yaml:6:20"]


@pytest.mark.parametrize(
    "text",
    ["services: 5", "services: {web: 5}", "services: {web: {operations: 5}}", "load: [1]", "links: 5",
     "strategies: [x]", "strategies: {a: 5}", "faults: {a: 5}", "defaults: 5", "defaults: {service: 5}",
     "services: {web: {operations: {a: [5]}}}", "carries: [a]", "strategies: {a: {loops: 5}}",
     "strategies: {a: {links: 5, services: 5}}", "links: {a->b: 5}", "load: {s: {to: [1]}}"],
)  # fmt: skip
def test_forms_that_nobody_expects_are_told(text: str) -> None:
    with pytest.raises(FileError, match=r"came; allowed is"):
        parse(f"schema: simlab/scenario/v1\nduration: 1m\n{text}")


def test_the_readers_own_keys_are_left_alone(changed: Callable[..., Scenario]) -> None:
    made = changed(
        ("name: shop\n", "name: shop\nx-big: &big {replicas: 9}\n"), ("cart: {replicas: 2,", "cart: {<<: *big,")
    )  # fmt: skip
    assert made.resolve().services["cart"].replicas == 9


def test_own_keys_stand_at_the_top_only(complaints: Callable[..., list[str]]) -> None:
    assert "unknown key 'x-y'" in complaints(("replicas: 3", "x-y: 3"))[0]


def test_what_is_removed_is_gone(changed: Callable[..., Scenario]) -> None:
    made = changed(
        ("{kind: hpa, target: web,", "{kind: hpa, target: all,"),
        ("  static: {}", "  static: none"),
        ("[{wait: 3ms}, {cpu: 15ms}]}}", "1ms}}\n  spare: {operations: {get: 1ms}}"),
        sets=[("services.spare", "none"), ("faults.cart-dies", "none")],
    )
    assert made.strategies == ("hpa",)
    world = made.resolve("hpa")
    assert list(world.services) == ["web", "cart", "catalog"]
    assert list(world.loops) == ["web/web", "web/cart", "web/catalog"]
    assert world.faults == {}


def test_nobody_calls_what_is_removed(complaints: Callable[..., list[str]]) -> None:
    found = complaints(sets=[("services.cart", "none")])
    assert any("there is no service 'cart'" in one for one in found)
