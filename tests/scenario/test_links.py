"""What holds for a link: layers from weak to strong, operations over links, strategies over all."""

from collections.abc import Callable

import pytest

from simlab.scenario import Scenario, parse

BASE = """\
schema: simlab/scenario/v1
duration: 1m
DEFAULTS
services:
  web: {tags: [front], operations: {get: [{call: cart.get}, {call: cart.put}]}}
  cart: {tags: [data], operations: {get: 1ms, put: 1ms}}
load: {s: {to: web.get, shape: {kind: constant, rate: 1/s}}}
links: SCENARIO
strategies: {x: {links: STRATEGY}}
"""


def world(scenario: str = "{}", strategy: str = "{}", defaults: str = "{}") -> Scenario:
    text = BASE.replace("SCENARIO", scenario).replace("STRATEGY", strategy)
    return parse(text.replace("DEFAULTS", f"defaults: {{link: {defaults}}}"))


def timeout(of: Scenario, strategy: str | None = None, operation: str = "get") -> float | None:
    return of.resolve(strategy).links["web->cart"].call(operation).timeout


@pytest.mark.parametrize(
    ("links", "seconds"),
    [
        pytest.param("{}", 1.0, id="defaults over built-in"),
        pytest.param("{all->all: {timeout: 2}}", 2.0, id="all over defaults"),
        pytest.param(
            "{web->all: {timeout: 3}, all->all: {timeout: 2}}", 3.0, id="a caller over all"
        ),
        pytest.param(
            "{all->data: {timeout: 4}, web->all: {timeout: 3}}",
            4.0,
            id="a callee's tag over a caller",
        ),
        pytest.param(
            "{front->cart: {timeout: 5}, web->data: {timeout: 4}}",
            5.0,
            id="a callee's name over all",
        ),
        pytest.param("{all->all: {timeout: none}}", None, id="none removes"),
        pytest.param(
            "{web->cart: {timeout: none}, all->all: {timeout: 2}}", None, id="none is as strong"
        ),
        pytest.param(
            "{web->cart: {timeout: 6}, all->all: {operations: {get: {timeout: 7}}}}",
            7.0,
            id="an operation over links",
        ),
        pytest.param(
            "{web->cart: {operations: {get: {timeout: 8}}},"
            " all->all: {operations: {get: {timeout: 7}}}}",
            8.0,
            id="an operation of a stronger selector",
        ),
        pytest.param(
            "{web->cart: {timeout: 9, operations: {get: {deadline: 20}}}}",
            9.0,
            id="an operation has what it does not say from its link",
        ),
    ],
)
def test_the_stronger_holds(links: str, seconds: float | None) -> None:
    assert timeout(world(links, defaults="{timeout: 1}")) == seconds


def test_other_operations_have_what_the_link_says() -> None:
    made = world("{web->cart: {timeout: 1, operations: {get: {timeout: 2}}}}")
    assert [timeout(made, operation=one) for one in ("get", "put")] == [2.0, 1.0]


@pytest.mark.parametrize(
    ("strategy", "seconds"),
    [
        pytest.param("{}", 7.0, id="says nothing"),
        pytest.param(
            "{all->all: {timeout: 1}}", 1.0, id="its weakest over the scenario's strongest"
        ),
        pytest.param("{all->all: {timeout: none}}", None, id="its none too"),
        pytest.param(
            "{all->all: {timeout: 1}, web->cart: {operations: {get: {timeout: 3}}}}",
            3.0,
            id="among its own the order is the same",
        ),
        pytest.param(
            "{web->cart: {operations: {get: {cancel: all}}}}", 7.0, id="another field stays"
        ),
    ],
)
def test_the_whole_strategy_is_over_the_whole_scenario(
    strategy: str, seconds: float | None
) -> None:
    made = world("{web->cart: {timeout: 6, operations: {get: {timeout: 7}}}}", strategy)
    assert timeout(made, "x") == seconds
    assert timeout(made) == 7.0


def test_a_strategy_can_speak_of_an_operation_first() -> None:
    made = world("{web->cart: {timeout: 6}}", "{web->cart: {operations: {put: {cancel: all}}}}")
    link = made.resolve("x").links["web->cart"]
    assert (link.call("put").timeout, link.call("put").cancel) == (6.0, "all")
    assert (link.call("get").timeout, link.call("get").cancel) == (6.0, "none")


def test_kinds_are_kept_and_changed() -> None:
    made = world(
        "{all->all: {balancer: {kind: least_request, choices: 3}}}",
        "{web->cart: {balancer: {choices: 2}}, s->web: {balancer: {kind: p2c}}}",
    )
    links = made.resolve("x").links
    assert (links["web->cart"].balancer.kind, links["s->web"].balancer.kind) == (
        "least_request",
        "p2c",
    )
    assert getattr(links["web->cart"].balancer, "choices", None) == 2


def test_what_is_removed_from_a_link_is_built_in_again() -> None:
    made = world("{all->all: {balancer: {kind: p2c}, retry: {kind: backoff}}}",
                 "{web->cart: {balancer: none, retry: none}}")  # fmt: skip
    link = made.resolve("x").links["web->cart"]
    assert (link.balancer.kind, link.retry) == ("round_robin", None)


def test_every_pair_has_a_link() -> None:
    assert list(world().resolve().links) == ["web->cart", "s->web"]


@pytest.mark.parametrize(
    ("links", "said"),
    [
        pytest.param(
            "{web->cart: {operations: {got: {timeout: 1}}}}",
            "cart has no operation 'got'; did you mean 'get'?",
            id="an operation that is none",
        ),
        pytest.param(
            "{all->data: {retry: {attempts: 2}}}",
            "all->data.retry: has no kind; allowed is backoff",
            id="a kind that nobody said",
        ),
        pytest.param(
            "{all->all: {loss: 1%}}",
            "all->all].loss: loss needs a timeout",
            id="loss without an end",
        ),
    ],
)
def test_refuses(complaints: Callable[..., list[str]], links: str, said: str) -> None:
    with pytest.raises(ValueError) as error:
        world(links)
    assert said.replace("all->all].", "all->all.") in str(error.value)


def test_operations_of_no_link_are_not_asked_for() -> None:
    with pytest.raises(ValueError, match="matches no link") as error:
        world(strategy="{cart->web: {operations: {got: {timeout: 1}}}}")
    assert "\n" not in str(error.value)
