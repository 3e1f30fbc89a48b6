"""Values whose kind only their path knows: `set` faults, and scripts."""

from collections.abc import Callable

import pytest

from simlab.scenario import Scenario

CRASH = "{kind: crash, target: cart, replicas: 1, at: 5m}"
HPA = "{kind: hpa, target: web, maxReplicas: 8}"


@pytest.mark.parametrize(
    ("path", "to", "value"),
    [
        pytest.param("links.web->cart.timeout", "100ms", 0.1, id="a duration"),
        pytest.param("links.web->cart.timeout", "none", None, id="none"),
        pytest.param("services.cart.replicas", "5", 5, id="a count"),
        pytest.param("services.cart.line", "unlimited", float("inf"), id="a limit"),
        pytest.param("services.cart.cores", "500m", 0.5, id="cores"),
        pytest.param("load.shoppers.scale", "2.5", 2.5, id="a number"),
    ],
)
def test_a_value_is_read_by_the_kind_of_its_path(
    changed: Callable[..., Scenario], path: str, to: str, value: object
) -> None:
    fault = f"{{kind: set, path: {path}, to: {to}, at: 1m, lasts: 1m}}"
    assert changed((CRASH, fault)).resolve().faults["cart-dies"].to == value
    script = f"{{kind: script, steps: [{{at: 1m, set: {{{path}: {to}}}}}]}}"
    world = changed((HPA, script)).resolve("hpa")
    assert world.loops["web"].steps[0].set == {path: value}


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        pytest.param("links.web->cart.timeout", "2Gi", "'2Gi' is a size; allowed is a duration", id="a kind"),
        pytest.param("services.cart.replicas", "half", "'half' is not a number", id="a word"),
        pytest.param("services.cart.boot", "1s", "cannot change while the system runs", id="no such change"),
        pytest.param("links.web->crt.timeout", "1s", "did you mean links.web->cart.timeout", id="a slip"),
    ],
)  # fmt: skip
def test_refuses(complaints: Callable[..., list[str]], path: str, to: str, said: str) -> None:
    fault = f"{{kind: set, path: {path}, to: {to}, at: 1m}}"
    found = complaints((CRASH, fault))
    assert len(found) == 1
    assert found[0].startswith("shop.yaml:27:")
    assert "faults.cart-dies." in found[0]
    assert said in found[0]
    found = complaints((HPA, f"{{kind: script, steps: [{{at: 1m, set: {{{path}: {to}}}}}]}}"))
    assert len(found) == 1
    assert "strategies.hpa.loops.web.steps[0].set[" in found[0]
    assert said in found[0]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        pytest.param("scale: {wb: 2}", "steps[0].scale.wb: there is no service 'wb'", id="scales nobody"),
        pytest.param("switch: {from: wb, to: cart}", "steps[0].switch.from: there is no service 'wb'", id="takes from nobody"),
        pytest.param("switch: {from: web, to: crt}", "steps[0].switch.to: there is no service 'crt'", id="gives to nobody"),
        pytest.param("clean_up: wb", "steps[0].clean_up: there is no service 'wb'", id="cleans nobody"),
        pytest.param("quota: {wb: {cores: 2}}", "steps[0].quota.wb: there is no service 'wb'", id="gives nobody more"),
        pytest.param("restart: [wb]", "steps[0].restart[0]: there is no service 'wb'", id="restarts nobody"),
    ],
)  # fmt: skip
def test_a_script_names_services_that_are_there(
    complaints: Callable[..., list[str]], step: str, said: str
) -> None:
    found = complaints((HPA, f"{{kind: script, steps: [{{at: 1m, {step}}}]}}"))
    assert len(found) == 1
    assert said in found[0]


def test_a_script_scales_and_restarts(changed: Callable[..., Scenario]) -> None:
    script = "{kind: script, steps: [{at: 1m, scale: {web: 2}, restart: [cart]}]}"
    (step,) = changed((HPA, script)).resolve("hpa").loops["web"].steps
    assert (step.at, step.scale, step.restart, step.set) == (60.0, {"web": 2}, ("cart",), {})
