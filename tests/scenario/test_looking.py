"""What is legal but surely unmeant is warned of, where it stands; and nothing else is."""

from collections.abc import Callable

import pytest

from simlab.scenario import Scenario, warnings

Told = Callable[..., list[str]]
HPA = "{kind: hpa, target: web, maxReplicas: 8}"


@pytest.fixture
def told(changed: Callable[..., Scenario]) -> Told:
    def of(*changes: tuple[str, str], strategies: list[str] | None = None) -> list[str]:
        return [str(one) for one in warnings(changed(*changes), strategies)]

    return of


def test_a_sound_scenario_has_none(told: Told) -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        pytest.param(("rate: 10/s", "rate: 200/s"), "with static",
                     id="more load than cores"),
        pytest.param(("catalog: {", "catalog: {storage: {per_request: 2Mi, limit: 2775Mi}, "),
                     "shop.yaml:20:48: services.catalog.storage.limit: what requests write fills it after 5m",
                     id="storage that fills up"),
        pytest.param(("{timeout: 300ms,", "{timeout: 17ms,"),
                     "shop.yaml:23:24: links.web->cart.timeout: is 17ms; the fastest answer of cart.get takes 18ms",
                     id="a time-out shorter than the fastest answer"),
        pytest.param(("{timeout: 300ms,", "{operations: {get: {timeout: 17ms}},"),
                     "shop.yaml:23:43: links.web->cart.operations.get.timeout: is 17ms", id="of an operation"),
        pytest.param(("{timeout: 300ms,", "{deadline: 17ms,"), "links.web->cart.deadline: is 17ms", id="a deadline"),
        pytest.param(("kind: crash, target: cart, replicas: 1, at: 5m}", "kind: crash, target: cart, at: 10m}"),
                     "shop.yaml:27:46: faults.cart-dies.at: is 10m, but the run ends at 10m", id="a late fault"),
        pytest.param(("at: 5m}", "every: 11m}"), "faults.cart-dies.every: is 11m", id="a fault every too long"),
        pytest.param(("duration: 10m", "duration: 10m\ntelemetry: {window: 10s}"),
                     "shop.yaml:4:21: telemetry.window: is 10s, shorter than a scrape (15s)", id="a window"),
        pytest.param((HPA, HPA.replace("}", ", telemetry: {scrape: 30s, window: 20s}}")),
                     "loops.web.telemetry.window: is 20s, shorter than a scrape (30s)", id="a loop's window"),
        pytest.param(("{get: [{wait: 3ms}, {cpu: 15ms}]}", "{get: [{wait: 3ms}, {cpu: 15ms}], put: 1ms}"),
                     "shop.yaml:19:92: services.cart.operations.put: is never called", id="an idle operation"),
        pytest.param(("  static: {}", "  static: {services: {web: {replicas: 3}}}"),
                     "shop.yaml:29:11: strategies.static: changes nothing in this world", id="an idle strategy"),
    ],
)  # fmt: skip
def test_warns(told: Told, change: tuple[str, str], warning: str) -> None:
    found = told(change)
    assert len(found) == 1
    assert warning in found[0]


def test_pauses_need_an_end_of_waiting(told: Told) -> None:
    pause = ("kind: crash, target: cart", "kind: pause, target: stateful")
    no_timeout = ("{timeout: 300ms, ", "{timeout: none, ")
    assert told(pause) == []
    (found,) = told(pause, no_timeout)
    assert "shop.yaml:27:36: faults.cart-dies.target: web->cart has no timeout" in found
    assert told(pause, ("{timeout: 300ms, ", "{timeout: none, deadline: 5s, ")) == []
    assert told(("target: cart", "target: web"), no_timeout) == []


DIES = "kind: crash, target: cart, replicas: 1, at: 5m"
NO_TIMEOUT = ("{timeout: 300ms, ", "{timeout: none, ")


@pytest.mark.parametrize(
    "fault",
    [
        "kind: unreachable, target: cart, at: 5m",
        "kind: loss, target: cart, share: 1%, at: 5m",
        "kind: loss, target: web->cart, share: 1%, at: 5m",
        "kind: partition, target: stateful, from: web, at: 5m",
    ],
)
def test_messages_that_vanish_need_an_end_of_waiting(told: Told, fault: str) -> None:
    assert told((DIES, fault)) == []
    (found,) = told((DIES, fault), NO_TIMEOUT)
    assert "faults.cart-dies.target: web->cart has no timeout: calls may never end" in found


def test_a_partition_from_elsewhere_leaves_nobody_waiting(told: Told) -> None:
    assert told((DIES, "kind: partition, target: web, from: shoppers, at: 5m"), NO_TIMEOUT) == []


@pytest.mark.parametrize(
    ("fault", "service", "warning"),
    [
        pytest.param("kind: evict, target: cart, at: 5m", "grace: 0s",
                     "cart has grace 0s: what is inside ends crashed", id="an eviction without grace"),
        pytest.param("kind: crash_loop, target: cart, at: 5m", "restart: false",
                     "cart is not restarted: it crashes once", id="a crash loop without restarts"),
        pytest.param("kind: disk_fill, target: cart, size: 1Gi, at: 5m", "",
                     "cart has no limit of storage: it is never full", id="a disk without an end"),
    ],
)  # fmt: skip
def test_warns_of_faults_that_services_cannot_take(
    told: Told, fault: str, service: str, warning: str
) -> None:
    (found,) = told(
        (DIES, fault), ("  cart: {", f"  cart: {{{service}, " if service else "  cart: {")
    )
    assert f"faults.cart-dies.target: {warning}" in found
    other = fault.replace("target: cart", "target: catalog")
    assert all("cart has" not in one for one in told((DIES, other)))


def test_boots_fail_only_where_something_may_boot(told: Told) -> None:
    """The strategy `static` scales nothing, `hpa` scales web."""
    fault = "kind: boot_fails, target: web, at: 5m"
    (found,) = told((DIES, fault))
    assert "faults.cart-dies.target: nothing of web ever boots (with static)" in found
    crash = "kind: crash, target: web, at: 4m}\n  x: {" + fault
    assert told((DIES, crash)) == []
    more = "kind: bad_config, path: services.web.replicas, to: 3, at: 4m}\n  x: {" + fault
    assert told((DIES, more)) == []
    assert told((DIES, fault), ("  web:\n", "  web:\n    memory: {limit: 1Gi}\n")) == []


@pytest.mark.parametrize(
    ("fault", "warning"),
    [
        pytest.param("kind: slow, target: cart, at: 5m, speed: 1",
                     "faults.cart-dies.speed: speed 1 changes nothing", id="a slow one at full speed"),
        pytest.param("kind: errors, target: cart, at: 5m, share: 0%",
                     "faults.cart-dies.share: share 0 changes nothing", id="no errors"),
        pytest.param("kind: surge, target: all, at: 5m, factor: 1",
                     "faults.cart-dies.factor: factor 1 changes nothing", id="a surge of nothing"),
        pytest.param("kind: crash, target: cart, at: 5m, replicas: 0",
                     "faults.cart-dies.replicas: is none: it hits nothing", id="no replicas"),
        pytest.param("kind: crash, target: cart, at: 5m, replicas: 0%",
                     "faults.cart-dies.replicas: is none: it hits nothing", id="no share of them"),
        pytest.param("kind: delay, target: idle, at: 5m, add: 1ms",
                     "faults.cart-dies.target: nobody calls idle: it hits nothing", id="no link"),
        pytest.param("kind: surge, target: all, every: 1m, factor: 2",
                     "faults.cart-dies: has no lasts: each time multiplies", id="surges that pile up"),
        pytest.param("kind: surge, target: all, random: {mean: 1m}, factor: 2",
                     "faults.cart-dies: has no lasts: each time multiplies", id="random ones"),
    ],
)  # fmt: skip
def test_warns_of_faults_that_do_nothing_or_too_much(told: Told, fault: str, warning: str) -> None:
    idle = ("  cart: {", "  idle: {}\n  cart: {")
    (found,) = told((DIES, fault), idle)
    assert warning in found


@pytest.mark.parametrize(
    "fault",
    [
        "kind: slow, target: cart, at: 5m, speed: 0.99",
        "kind: crash, target: cart, at: 5m, replicas: 1%",
        "kind: surge, target: all, every: 2m, lasts: 1m, factor: 2",
        "kind: surge, target: all, at: 2m, factor: 2",
    ],
)
def test_faults_that_do_something_are_well(told: Told, fault: str) -> None:
    assert told((DIES, fault)) == []


def test_a_controller_that_fails_is_somebodys(told: Told) -> None:
    """`hpa` has a loop web, `static` has none: that is no slip."""
    assert told((DIES, "kind: controller, loop: web, at: 5m")) == []
    (found,) = told((DIES, "kind: controller, loop: wep, at: 5m"))
    assert "faults.cart-dies.loop: no strategy has a loop wep: it hits nothing" in found


def test_retries_multiply_from_three_levels_on(told: Told) -> None:
    deeper = ("{wait: 3ms}, ", "{call: catalog.list}, ")
    everywhere = ("{balancer: {kind: least_request}}", "{retry: {kind: backoff, attempts: 2}}")
    (found,) = told(deeper, everywhere)
    assert "retries at 3 levels multiply: shoppers->web, web->cart, cart->catalog" in found
    assert told(everywhere) == []
    assert (
        told(deeper, ("{balancer: {kind: least_request}}", "{retry: {kind: backoff, attempts: 1}}"))
        == []
    )


def test_replicas_that_a_loop_may_add_count(told: Told) -> None:
    busy = ("rate: 10/s", "rate: 200/s")
    assert len(told(busy, strategies=["static"])) == 1
    assert told(busy, strategies=["hpa"]) == []
    few = told(busy, (HPA, HPA.replace("8", "4")), strategies=["hpa"])
    assert "the load needs 4.18 cores in the mean; there are at most 4 x 1" in few[0]
    script = "{kind: script, steps: [{at: 1m, scale: {web: 5}}]}"
    assert told(busy, (HPA, script), strategies=["hpa"]) == []


def test_an_empty_strategy_is_meant_so(told: Told) -> None:
    assert told(("  static: {}", "  static: {about: Nothing decides.}")) == []
    assert len(told(("  static: {}", "  static: {extends: other}\n  other: {}"))) == 1


def test_what_is_odd_with_some_strategies_only_names_them(told: Told) -> None:
    few, many, _, common = told(("rate: 10/s", "rate: 900/s"))
    assert few.endswith("at most 3 x 1 (with static)")
    assert many.endswith("at most 8 x 1 (with hpa)")
    assert "services.catalog.replicas: the load needs" in common
    assert common.endswith("at most 2 x 1")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([("{timeout: 300ms,", "{timeout: 18ms,")], id="as long as the fastest answer"),
        pytest.param(
            [
                (
                    "catalog: {",
                    "catalog: {storage: {per_request: 1Mi, log_rate: 1Gi/s, limit: 2776Mi}, ",
                )
            ],
            id="as much storage as is written; logs can be cleaned up",
        ),
        pytest.param(
            [
                ("  web:\n", "  web:\n    storage: {per_request: 1Mi, limit: 10Mi}\n"),
                ("  static: {}\n", ""),
            ],
            id="storage of what something scales",
        ),
        pytest.param(
            [("duration: 10m", "duration: 10m\ntelemetry: {window: 15s}")], id="one scrape"
        ),
        pytest.param(
            [
                ("{get: [{wait: 3ms}, {cpu: 15ms}]}", "{get: [{cpu: 250ms}]}"),
                ("{web.browse: 85%, web.checkout: 15%}", "{web.checkout: 100%}"),
                ("times: lines", "times: 1"),
                ("rate: 10/s", "rate: 8/s"),
            ],
            id="as much load as cores",
        ),
    ],
)
def test_the_edge_is_still_fine(told: Told, changes: list[tuple[str, str]]) -> None:
    found = told(*changes)
    assert [one for one in found if "browse: is never called" not in one] == []
