"""Paths: where they lead, what counts as being there, what is said of those that lead nowhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simlab.core import FileError, UserError
from simlab.model.settings.world import WorldSettings
from simlab.scenario import Scenario, load, split_argument
from simlab.scenario.paths import PathError, steps_of


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("duration", ("duration",)),
        ("services.cart.replicas", ("services", "cart", "replicas")),
        ("links.web->cart.timeout", ("links", "web->cart", "timeout")),
        ("load.shoppers.to[web.browse]", ("load", "shoppers", "to", "web.browse")),
        ("load.shoppers.shape[0].file", ("load", "shoppers", "shape", "0", "file")),
        ("a[0][1]", ("a", "0", "1")),
    ],
)
def test_paths_have_steps(path: str, steps: tuple[str, ...]) -> None:
    assert steps_of(path) == steps


@pytest.mark.parametrize(
    "path", ["", ".a", "a..b", "a.", "a[", "a[]", "[0]", "a]b", ".".join("a" * 99)]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(PathError, match="is not a path"):
        steps_of(path)


Look = Callable[[WorldSettings], object]


@pytest.mark.parametrize(
    ("path", "value", "look", "result"),
    [
        pytest.param("duration", "20m", lambda w: w.duration, 1200.0, id="of the world"),
        pytest.param("services.cart.replicas", "4", lambda w: w.services["cart"].replicas, 4,
                     id="a field that is written"),
        pytest.param("services.cart.cores", "500m", lambda w: w.services["cart"].cores, 0.5,
                     id="a field that nobody wrote"),
        pytest.param("services.cart.memory.limit", "1Gi", lambda w: w.services["cart"].memory.limit, 2.0**30,
                     id="below a field that nobody wrote"),
        pytest.param("services.cart.line", "7", lambda w: w.services["cart"].line, 7.0,
                     id="a field of the defaults"),
        pytest.param("defaults.service.line", "7", lambda w: w.services["cart"].line, 7.0,
                     id="the default itself"),
        pytest.param("services.web.operations.browse[0].cpu.mean", "30ms",
                     lambda w: w.services["web"].operations["browse"].steps[0].cpu.base.mean, 0.03,
                     id="through shorthands"),
        pytest.param("services.web.operations.browse.steps[0].cpu.base.mean", "30ms",
                     lambda w: w.services["web"].operations["browse"].steps[0].cpu.base.mean, 0.03,
                     id="with shorthands written out"),
        pytest.param("services.web.operations.checkout.steps[0].cpu.per.lines", "9ms",
                     lambda w: w.services["web"].operations["checkout"].steps[0].cpu.per["lines"].value, 0.009,
                     id="an amount by what is carried"),
        pytest.param("services.web.operations.checkout.errors", "7%",
                     lambda w: w.services["web"].operations["checkout"].errors.share, 0.07, id="a share"),
        pytest.param("services.web.operations.checkout.errors.after", "1ms",
                     lambda w: w.services["web"].operations["checkout"].errors.after, 0.001,
                     id="beside what a shorthand says"),
        pytest.param("services.catalog.operations.list", "9ms",
                     lambda w: w.services["catalog"].operations["list"].steps[0].cpu.base.value, 0.009,
                     id="a shorthand as a whole"),
        pytest.param("services.web.operations.checkout.steps[1].times", "2",
                     lambda w: w.services["web"].operations["checkout"].steps[1].times, 2, id="of a step"),
        pytest.param("links.web->cart.timeout", "200ms", lambda w: w.links["web->cart"].timeout, 0.2,
                     id="of a link that is written"),
        pytest.param("links.web->catalog.timeout", "200ms", lambda w: w.links["web->catalog"].timeout, 0.2,
                     id="of a link that nobody wrote"),
        pytest.param("links.web->cart.retry.attempts", "9", lambda w: w.links["web->cart"].retry.attempts, 9.0,
                     id="of a kind"),
        pytest.param("links.web->cart.balancer", "{kind: p2c}", lambda w: w.links["web->cart"].balancer.kind,
                     "p2c", id="a kind as a whole"),
        pytest.param("links.web->cart.retry", "none", lambda w: w.links["web->cart"].retry, None, id="none"),
        pytest.param("links.all->all.balancer", "{kind: p2c}", lambda w: w.links["shoppers->web"].balancer.kind,
                     "p2c", id="of a selector"),
        pytest.param("load.shoppers.to[web.browse]", "85%", lambda w: w.load["shoppers"].to["web.browse"], 0.85,
                     id="a name with a point"),
        pytest.param("load.shoppers.shape[0].rate", "5/s", lambda w: w.load["shoppers"].shape[0].rate, 5.0,
                     id="the only shape by number"),
        pytest.param("load.shoppers.shape.rate", "5/s", lambda w: w.load["shoppers"].shape[0].rate, 5.0,
                     id="the only shape without"),
        pytest.param("load.shoppers.arrivals", "even", lambda w: w.load["shoppers"].arrivals.process, "even",
                     id="a word that is short for a mapping"),
        pytest.param("faults.cart-dies.replicas", "all", lambda w: w.faults["cart-dies"].replicas.count, None,
                     id="of a fault"),
        pytest.param("carries.lines", "5", lambda w: w.carries["lines"].value, 5.0, id="a carried number"),
        pytest.param("warmup", "1m", lambda w: w.warmup, 60.0, id="the warm-up"),
        pytest.param("telemetry.lag", "2s", lambda w: w.telemetry.lag, 2.0, id="of telemetry"),
    ],
)  # fmt: skip
def test_a_path_leads_to_a_value(
    changed: Callable[..., Scenario], path: str, value: str, look: Look, result: object
) -> None:
    assert look(changed(sets=[(path, value)]).resolve()) == result


def test_values_of_strategies_reach_who_extends_them(changed: Callable[..., Scenario]) -> None:
    more = ("  static: {}\n", "  static: {}\n  other: {extends: hpa}\n")
    made = changed(more, sets=[("strategies.hpa.loops.web.maxReplicas", "5")])
    most = [made.resolve(name).loops["web"].maxReplicas for name in ("hpa", "other")]
    assert most == [5, 5]
    made = changed(more, sets=[("strategies.other.loops.web.maxReplicas", "5")])
    most = [made.resolve(name).loops["web"].maxReplicas for name in ("hpa", "other")]
    assert most == [8, 5]


def test_values_are_set_in_turn(changed: Callable[..., Scenario]) -> None:
    path = "services.web.operations.browse[0].cpu"
    sets = [(f"{path}.mean", "1ms"), (f"{path}.cv", "2"), (f"{path}.mean", "3ms")]
    law = changed(sets=sets).resolve().services["web"].operations["browse"].steps[0].cpu.base
    assert (law.mean, law.cv) == (0.003, 2.0)


def test_a_new_call_is_a_new_link(changed: Callable[..., Scenario]) -> None:
    sets = [("services.cart.operations.get[0]", "{call: catalog.list}"),
            ("links.cart->catalog.timeout", "2s")]  # fmt: skip
    assert changed(sets=sets).resolve().links["cart->catalog"].timeout == 2.0


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("services.carts.replicas", "there is no services.carts; did you mean 'cart'?",
                     id="a name like another"),
        pytest.param("services.x.replicas", "there is no services.x; there is web, cart and catalog",
                     id="a name like none"),
        pytest.param("services.cart.replica", "services.cart has no such field: unknown key 'replica';"
                     " did you mean 'replicas'?", id="a field like another"),
        pytest.param("service.cart", "unknown key 'service'; did you mean 'services'?", id="at the top"),
        pytest.param("services.cart.queues", "services.cart has no such field", id="a field of nobody"),
        pytest.param("services.cart.pools.db", "not yet: pools", id="a field to come"),
        pytest.param("services.web.replicas.x", "services.web.replicas is a single value: it has no 'x'",
                     id="below a word"),
        pytest.param("services.catalog.operations.list[3]", "is a list of 1", id="beyond a list"),
        pytest.param("services.web.operations.browse[0].cpu.mean.x", "is a single value", id="below a number"),
        pytest.param("services.web.operations.browse[0].wait", "unknown key 'wait'", id="another verb"),
        pytest.param("load.shoppers.shape[x]", "has no such field: unknown key 'x'", id="a word for a number"),
        pytest.param("load.shoppers.shape[-1].rate", "unknown key '-1'", id="from behind"),
        pytest.param("load.shoppers.to[web.brows]", "there is no load.shoppers.to[web.brows]; did you mean"
                     " 'web.browse'?", id="a name with a point"),
        pytest.param("links.web->stock.timeout", "there is no links.web->stock", id="a link that is not there"),
        pytest.param("links.web-", "there is no links.web-; did you mean 'web->cart'?", id="half a link"),
        pytest.param("links.web->catalog.retry.attempts", "links.web->catalog.retry is not set, so it has no"
                     " 'attempts'; set links.web->catalog.retry={kind: ...} as a whole", id="of no kind"),
        pytest.param("strategies.hpa.loops.x.maxReplicas", "there is no strategies.hpa.loops.x;",
                     id="a loop that is not there"),
        pytest.param("strategies.hp.loops", "there is no strategies.hp; did you mean 'hpa'?",
                     id="a strategy that is not there"),
        pytest.param("strategies", "there is no strategies.", id="no strategy at all"),
        pytest.param("defaults.service.lin", "did you mean 'line'?", id="of the defaults"),
        pytest.param("faults.cart-dies.at.x", "is a single value", id="of a fault"),
        pytest.param("a..b", "'a..b' is not a path", id="no path"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_told_by_what_gave_it(
    complaints: Callable[..., list[str]], path: str, said: str
) -> None:
    found = complaints(sets=[(path, "3")])
    assert len(found) == 1
    assert found[0].startswith(f"--set {path}: ")
    assert said in found[0]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param("services.cart.replicas", "x", "services.cart.replicas: 'x' is not a number", id="a word"),
        pytest.param("services.cart.memory", "{x: 1}", "services.cart.memory.x: unknown key 'x'",
                     id="a mapping"),
        pytest.param("services.cart.replicas", "", "no value came; write none to remove it", id="nothing"),
        pytest.param("services.cart.replicas", "[1", "is not YAML 1.2", id="half a list"),
        pytest.param("services.cart.slots", "0", "slots must be a whole number from 1 on", id="too little"),
        pytest.param("services.web.operations.browse[0].cpu.shape", "1", "gamma takes mean and cv",
                     id="what does not fit the rest"),
        pytest.param("load.shoppers.to[web.browse]", "50%", "to must sum to 100 %", id="a mix"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_told_by_what_gave_it(
    complaints: Callable[..., list[str]], path: str, value: str, said: str
) -> None:
    found = complaints(sets=[(path, value)])
    assert len(found) == 1
    assert said in found[0]
    if "shape" not in path and "to[" not in path:
        assert found[0].startswith(f"--set {path}: ")


def test_an_argument_is_a_path_and_a_value() -> None:
    assert split_argument("services.cart.replicas=4") == ("services.cart.replicas", "4")
    assert split_argument("a={b: c=d}") == ("a", "{b: c=d}")
    assert split_argument(" a = b ") == ("a", "b")


@pytest.mark.parametrize("argument", ["a", "=4", "", "  =4"])
def test_an_argument_without_a_path_or_a_value_is_refused(argument: str) -> None:
    with pytest.raises(UserError, match=r"must be PATH=VALUE$"):
        split_argument(argument)


def test_a_shell_that_took_the_arrow_is_explained() -> None:
    with pytest.raises(
        UserError, match="a shell takes > for itself, so put quotes around it: 'links"
    ):
        split_argument("links.web-")


def test_files_in_values_count_from_where_the_shell_is(
    changed: Callable[..., Scenario], shop: Scenario, tmp_path: object
) -> None:
    with pytest.raises(FileError, match="there is no file"):
        shop.with_sets({"load.shoppers.shape": "{kind: trace, file: x.csv}"}, base=str(tmp_path))


def test_values_may_come_from_python(shop: Scenario) -> None:
    world = shop.with_sets(
        {
            "services.cart.replicas": 4,
            "services.cart.restart": False,
            "services.cart.slots": float("inf"),
            "links.web->cart.retry": None,
            "links.web->cart.balancer": {"kind": "p2c"},
            "services.cart.tags": ["x"],
            "load.shoppers.scale": 0.1,
        }
    ).resolve()
    cart, link = world.services["cart"], world.links["web->cart"]
    assert (cart.replicas, cart.restart, cart.slots, cart.tags) == (4, False, float("inf"), ("x",))
    assert (link.retry, link.balancer.kind, world.load["shoppers"].scale) == (None, "p2c", 0.1)


def test_a_scenario_with_values_is_another_scenario(shop: Scenario) -> None:
    other = shop.with_sets([("services.cart.replicas", "4")])
    assert (shop.resolve().services["cart"].replicas, len(shop.sets), len(other.sets)) == (2, 0, 1)
    assert (
        other.with_sets([("services.web.replicas", "9")]).resolve().services["cart"].replicas == 4
    )


def test_a_field_is_of_the_kind_that_stands_there(changed: Callable[..., Scenario]) -> None:
    world = changed(sets=[("links.web->cart.balancer.choices", "3")]).resolve()
    assert getattr(world.links["web->cart"].balancer, "choices", None) == 3


def test_a_field_is_of_the_built_in_kind_where_none_is_written(
    complaints: Callable[..., list[str]],
) -> None:
    plain = ("  all->all: {balancer: {kind: least_request}}\n", "")
    (found,) = complaints(plain, sets=[("links.web->cart.balancer.choices", "3")])
    assert "unknown key 'choices'; allowed is kind" in found


def test_files_of_values_count_from_their_own_base(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("t_seconds,rate\n0,1\n60,2\n")
    path = Path(__file__).with_name("shop.yaml")
    sets = [("load.shoppers.shape", "{kind: trace, file: x.csv}")]
    (shape,) = load(path, sets, base=tmp_path).resolve().load["shoppers"].shape
    assert getattr(shape, "file", None) == str(tmp_path / "x.csv")


def test_what_was_removed_is_not_there_any_more(complaints: Callable[..., list[str]]) -> None:
    (found,) = complaints(sets=[("faults.cart-dies", "none"), ("faults.cart-dies.at", "1m")])
    assert found == "--set faults.cart-dies.at: there is no faults.cart-dies; there is nothing"
