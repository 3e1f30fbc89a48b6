"""What healers and probes name has to be there; what is legal but surely unmeant is warned of."""

from collections.abc import Callable

import pytest

from simlab.controllers import KubeletProbe
from simlab.scenario import Scenario, warnings

HPA = "{kind: hpa, target: web, maxReplicas: 8}"
CART = "{replicas: 2, tags: [stateful]"
Complaints = Callable[..., list[str]]
Changed = Callable[..., Scenario]


def health(fields: str, target: str = "cart") -> tuple[str, str]:
    return HPA, f"{{kind: health, target: {target}, {fields}}}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            health("operation: gets"),
            "loops.web.operation: cart has no operation 'gets'; did you mean 'get'?",
            id="an operation to probe",
        ),
        pytest.param(
            health("recover: [reroute], standby: wet"),
            "loops.web.standby: there is no service 'wet'; did you mean 'web'?",
            id="a standby",
        ),
        pytest.param(health("timeout: 11s"), "timeout must not be longer than the period", id="time"),
        pytest.param(health("period: 0s"), "period must be positive", id="no period"),
        pytest.param(health("unhealthy: 1"), "unknown key 'unhealthy'", id="a slip"),
        pytest.param(health("recover: [pray]"), "recover[0]: 'pray' came; allowed is", id="a recovery"),
        pytest.param(
            (CART, f"{CART}, probes: {{readiness: {{operation: gets}}}}"),
            "probes.readiness.operation must be an operation of this service (get)",
            id="an operation of the platform's probe",
        ),
        pytest.param(
            (CART, f"{CART}, probes: {{liveness: {{successThreshold: 2}}}}"),
            "liveness.successThreshold must be 1",
            id="liveness twice",
        ),
        pytest.param(
            (CART, f"{CART}, probes: {{readiness: {{periodSeconds: 0}}}}"),
            "periodSeconds must be a whole number from 1 on",
            id="no period of the platform's",
        ),
    ],
)  # fmt: skip
def test_complains(complaints: Complaints, change: tuple[str, str], said: str) -> None:
    found = complaints(change)
    assert len(found) >= 1
    assert all(said in one and one.startswith("shop.yaml:") for one in found)


def test_a_strategy_may_set_probes(changed: Changed) -> None:
    services = "services: {cart: {probes: {liveness: {periodSeconds: 5}}}}"
    shop = changed(("  static: {}", f"  static: {{{services}}}"))
    assert shop.resolve("static").services["cart"].probes.liveness == KubeletProbe(periodSeconds=5)
    assert shop.resolve(None).services["cart"].probes.liveness is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            (CART, f"{CART}, probes: {{liveness: {{operation: put}}}}"), id="the platform's"
        ),
        pytest.param(health("operation: put"), id="a loop's"),
    ],
)
def test_an_operation_that_is_only_probed_is_not_idle(
    changed: Changed, change: tuple[str, str]
) -> None:
    put = ("{get: [{wait: 3ms}, {cpu: 15ms}]}", "{get: [{wait: 3ms}, {cpu: 15ms}], put: 1ms}")
    idle = [str(one) for one in warnings(changed(put)) if "is never called" in str(one)]
    asked = [str(one) for one in warnings(changed(put, change)) if "is never called" in str(one)]
    assert len(idle) == 1
    assert all("with" in one for one in asked), "with another strategy, perhaps"


@pytest.mark.parametrize(
    ("probes", "warns"),
    [
        pytest.param(
            "liveness: {}", "probes.liveness: gives up after 20s of a boot of 30s", id="hasty"
        ),
        pytest.param("liveness: {initialDelaySeconds: 10}", None, id="just patient enough"),
        pytest.param("liveness: {}, startup: {failureThreshold: 4}", None, id="startup waits"),
        pytest.param(
            "liveness: {}, startup: {}", "probes.startup: gives up after 20s of a boot", id="or not"
        ),
        pytest.param("readiness: {}", None, id="readiness ends nothing"),
    ],
)
def test_liveness_that_does_not_wait_for_a_boot(
    changed: Changed, probes: str, warns: str | None
) -> None:
    shop = changed((CART, f"{CART}, boot: 30s, probes: {{{probes}}}"))
    found = [str(one) for one in warnings(shop)]
    assert (len(found) == 0) if warns is None else (len(found) == 1 and warns in found[0])
