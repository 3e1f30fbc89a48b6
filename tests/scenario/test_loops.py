"""Loops whose target selects several services are one controller for each."""

from collections.abc import Callable

import pytest

from simlab.controllers import AdaptiveSystemSettings
from simlab.scenario import Scenario

HPA = "{kind: hpa, target: web, maxReplicas: 8}"


@pytest.mark.parametrize(
    ("loop", "targets"),
    [
        pytest.param(HPA, {"web": "web"}, id="one service"),
        pytest.param(HPA.replace("web", "stateful"), {"web": "cart"}, id="a tag of one service"),
        pytest.param(
            HPA.replace("web", "all"),
            {"web/web": "web", "web/cart": "cart", "web/catalog": "catalog"},
            id="all services",
        ),
        pytest.param(
            "{kind: script, target: all, steps: [{at: 1m, scale: {web: 2}}]}",
            {"web": "all"},
            id="a script is one for all",
        ),
        pytest.param(
            "{kind: script, steps: [{at: 1m, scale: {web: 2}}]}", {"web": "all"}, id="by default"
        ),
        pytest.param("{kind: adaptive_system}", {"web": "all"}, id="a system is one for all"),
        pytest.param(
            "{kind: adaptive_system, target: stateful}", {"web": "cart"}, id="a system of a tag"
        ),
        pytest.param(
            "{kind: adaptive_system, target: cart}", {"web": "cart"}, id="a system of a service"
        ),
    ],
)
def test_a_loop_is_one_for_each_service(
    changed: Callable[..., Scenario], loop: str, targets: dict[str, str]
) -> None:
    world = changed((HPA, loop)).resolve("hpa")
    assert {name: one.target for name, one in world.loops.items()} == targets


def test_a_tag_is_written_out_for_one_that_is_for_all(changed: Callable[..., Scenario]) -> None:
    tagged = ("tags: [stateful]", "tags: [stateful, shop]"), ("web:\n", "web:\n    tags: [shop]\n")
    system = "{kind: adaptive_system, target: shop, scaling: {target: stateful, maxReplicas: 4}}"
    (loop,) = changed(*tagged, (HPA, system)).resolve("hpa").loops.values()
    assert isinstance(loop, AdaptiveSystemSettings)
    assert loop.scaling is not None
    assert (loop.target, loop.scaling.target) == ("web,cart", "cart")
    (loop,) = (
        changed((HPA, "{kind: adaptive_system, scaling: {target: stateful}}"))
        .resolve("hpa")
        .loops.values()
    )
    assert isinstance(loop, AdaptiveSystemSettings)
    assert loop.scaling is not None
    assert (loop.target, loop.scaling.target) == ("all", "cart")


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        pytest.param(
            "{kind: adaptive_system, target: wb}", "there is no service or tag 'wb'", id="no system"
        ),
        pytest.param(
            "{kind: adaptive_system, scaling: {target: wb}}",
            "there is no service or tag 'wb'",
            id="a stranger within a system",
        ),
        pytest.param(
            "{kind: adaptive_system, target: shoppers}", "'shoppers'", id="a system of a source"
        ),
        pytest.param(
            "{kind: adaptive_system, target: web, scaling: {target: cart}}",
            "scaling.target must be among the system's services, got cart",
            id="beyond its system",
        ),
        pytest.param(HPA.replace("web", "wb"), "there is no service or tag 'wb'", id="nobody"),
        pytest.param(HPA.replace("web", "shoppers"), "'shoppers'", id="a source"),
        pytest.param(HPA.replace("web", "web->cart"), "'web->cart'", id="a link"),
        pytest.param("{kind: hpa, maxReplicas: 8}", "target: is missing", id="no target"),
        pytest.param(
            "{kind: script, target: stateful, steps: [{at: 1m, scale: {web: 2}}]}",
            "'stateful' came; allowed is web, cart, catalog or all",
            id="a script takes no tags",
        ),
    ],
)
def test_refuses(complaints: Callable[..., list[str]], loop: str, said: str) -> None:
    found = complaints((HPA, loop))
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("shop.yaml:30:")
