"""Pipelines: what is seen agrees with a count over the whole story; faults hit every one."""

import pickle
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.core import Outcome, Reading
from simlab.telemetry import MissingRule, Pipeline, StaleRule, TelemetrySettings

ENDS = [Outcome.OK, Outcome.DEGRADED, Outcome.INVALID, Outcome.ERROR, Outcome.TIMEOUT]


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[int, int, Outcome, float]]:
    """Draw attempts by time: when (s), at which replica, how each ended, after how long."""
    attempt = st.tuples(
        st.integers(0, 60), st.integers(0, 1), st.sampled_from(ENDS), st.floats(0.001, 5.0)
    )
    return sorted(draw(st.lists(attempt, max_size=40)))


def told(shop: Any, story: list[Any], until: int, dead: range) -> None:
    """Let the story happen; at each second scrapes come before attempts. Replica 1 may die."""
    story = list(story)
    for now in range(until + 1):
        shop.web.replicas[1].alive = now not in dead
        if now % int(shop.settings.scrape) == 0:
            shop.pipeline.scrape(float(now))
        while story and story[0][0] == now:
            _, replica, outcome, took = story.pop(0)
            shop.serve(replica, outcome, took, cpu=took / 2)


def scrapes(settings: TelemetrySettings, now: int) -> list[int]:
    """Return the times of the scrapes behind what is seen at `now`."""
    step = int(settings.scrape)
    usable = [at for at in range(0, now + 1, step) if at <= now - settings.lag]
    return [at for at in usable if at >= usable[-1] - settings.window] if usable else []


def reading(value: float | None, span: list[int]) -> Any:
    """Return what is to be read over these scrapes, floats being sums in another order."""
    if not span:
        return Reading(None, float("-inf"))
    if len(span) == 1 or value is None:
        return Reading(None, span[-1], span[-1] - span[0])
    return Reading(pytest.approx(value, abs=1e-9), span[-1], span[-1] - span[0])  # type: ignore[arg-type]


@given(
    story=stories(),
    now=st.integers(0, 60),
    scrape=st.sampled_from([1, 5, 7]),
    window=st.sampled_from([3, 10, 21, 60]),
    lag=st.integers(0, 12),
    dead=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_windows_say_what_the_whole_story_says(
    make_shop: Any,
    story: list[Any],
    now: int,
    scrape: int,
    window: int,
    lag: int,
    dead: tuple[int, int],
) -> None:
    shop = make_shop(scrape=scrape, window=window, lag=lag)
    told(shop, story, now, range(*dead))
    measured = shop.pipeline.observe(float(now))
    span = scrapes(shop.settings, now)
    inside = [one for one in story if span and span[0] <= one[0] < span[-1]]
    over = span[-1] - span[0] if len(span) > 1 else 1
    web = measured.services["web"]
    assert web["arrival_rate"] == reading(len(inside) / over, span)
    for outcome in ENDS:
        count = sum(1 for one in inside if one[2] == outcome)
        assert web[f"rate.{outcome.name.lower()}"] == reading(count / over, span)
    answered = [one[3] for one in inside if one[2] <= Outcome.DEGRADED]
    mean = sum(answered) / len(answered) if answered else None
    assert web["latency_mean"] == reading(mean, span)
    for replica in (0, 1):
        alive = [at for at in span if replica == 0 or at not in range(*dead)]
        if alive and alive[-1] != span[-1]:
            assert measured.replica("web", replica)["cpu"] == Reading(None, alive[-1])
            continue
        if not alive:
            assert measured.replica("web", replica)["cpu"] == Reading(None, float("-inf"))
            continue
        used = [one[3] / 2 for one in story if one[1] == replica and alive[0] <= one[0] < alive[-1]]
        expected = reading(sum(used) / max(1, alive[-1] - alive[0]), alive)
        assert measured.replica("web", replica)["cpu"] == expected


def test_what_happens_after_a_scrape_of_its_instant_is_not_in_it(shop: Any) -> None:
    told(shop, [(10, 0, Outcome.OK, 1.0)], 10, range(0))
    assert shop.pipeline.observe(10.0).services["web"]["arrival_rate"].value == 0.0


def test_everything_has_a_name_in_the_order_of_the_scenario(shop: Any) -> None:
    measured = shop.pipeline.observe(0.0)
    assert list(measured.services) == ["web", "cart"]
    assert list(measured.links) == ["web->cart"]
    assert list(measured.sources) == ["shoppers"]


TARGETS = ["web", "cart", "web->cart", "shoppers"]


def everything(measured: Any) -> dict[str, Any]:
    return {**measured.services, **measured.links, **measured.sources}


@pytest.mark.parametrize("target", [*TARGETS, "all"])
def test_missing_metrics_are_holes_of_their_target_only(shop: Any, target: str) -> None:
    for now in (0.0, 10.0):
        shop.pipeline.scrape(now)
    shop.rules.push(MissingRule(id="dark/0", target=target))
    shop.pipeline.scrape(20.0)
    for name, readings in everything(shop.pipeline.observe(20.0)).items():
        hit = target in (name, "all")
        assert readings["arrival_rate"] == (
            Reading(None, 10.0) if hit else Reading(0.0, 20.0, 20.0)
        )


@pytest.mark.parametrize("target", [*TARGETS, "all"])
def test_stale_metrics_keep_the_last_scrape_of_their_target_only(shop: Any, target: str) -> None:
    for now in (0.0, 10.0):
        shop.pipeline.scrape(now)
    shop.rules.push(StaleRule(id="blind/0", target=target))
    for now in (20.0, 30.0):
        shop.pipeline.scrape(now)
    for name, readings in everything(shop.pipeline.observe(30.0)).items():
        hit = target in (name, "all")
        assert readings["arrival_rate"] == Reading(0.0, *((10.0, 10.0) if hit else (30.0, 30.0)))


def test_replicas_are_as_blind_as_their_service(shop: Any) -> None:
    for now in (0.0, 10.0):
        shop.pipeline.scrape(now)
    shop.rules.push(StaleRule(id="blind/0", target="web"))
    shop.web.replicas[0].held = 500.0
    shop.pipeline.scrape(20.0)
    assert shop.pipeline.observe(20.0).replica("web", 0)["memory"] == Reading(0.0, 10.0)
    shop.rules.push(MissingRule(id="dark/0", target="web"))
    shop.pipeline.scrape(30.0)
    assert shop.pipeline.observe(30.0).replica("web", 0)["memory"] == Reading(None, float("-inf"))


def test_after_a_stale_fault_a_rate_needs_two_new_scrapes(shop: Any) -> None:
    rule = StaleRule(id="blind/0", target="web")
    rates = []
    for step in range(10):
        if step == 3:
            shop.rules.push(rule)
        if step == 8:
            shop.rules.pop(rule)
        shop.pipeline.scrape(step * 10.0)
        rates.append(shop.pipeline.observe(step * 10.0).services["web"]["arrival_rate"])
        shop.serve(0, Outcome.OK, 0.1)
    assert rates[2:8] == [Reading(0.1, 20.0, 20.0)] * 6
    assert rates[8:] == [Reading(None, 80.0), Reading(0.1, 90.0, 10.0)]


def test_a_lag_hides_the_start_of_a_fault_as_well(make_shop: Any) -> None:
    shop = make_shop(lag=10.0)
    shop.pipeline.scrape(0.0)
    shop.rules.push(MissingRule(id="dark/0", target="web"))
    shop.pipeline.scrape(10.0)
    assert shop.pipeline.observe(19.0).services["web"]["restarts"] == Reading(0.0, 0.0)
    assert shop.pipeline.observe(20.0).services["web"]["restarts"] == Reading(None, 0.0)


def test_a_metric_fault_hits_every_pipeline(shop: Any) -> None:
    fast = Pipeline(TelemetrySettings(scrape=1.0, window=6.0), shop.probes, shop.rules)
    for pipeline in (shop.pipeline, fast):
        pipeline.scrape(0.0)
    shop.rules.push(MissingRule(id="dark/0"))
    for pipeline in (shop.pipeline, fast):
        pipeline.scrape(10.0)
        assert pipeline.observe(10.0).services["web"]["restarts"].value is None


@pytest.mark.parametrize("copier", [deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_goes_on_alike(shop: Any, copier: Any) -> None:
    """The copy has probes, rules and history of its own."""
    rule = StaleRule(id="blind/0", target="web->cart")
    for now in (0.0, 10.0, 20.0):
        shop.pipeline.scrape(now)
        shop.serve(0, Outcome.OK, 0.1, cpu=3.0)
    shop.rules.push(rule)
    twin = copier(shop)
    views = []
    for one in (shop, twin):
        one.serve(1, Outcome.DEGRADED, 0.7, cpu=1.0)
        one.pipeline.scrape(30.0)
        one.rules.pop(rule)
        one.pipeline.scrape(40.0)
        measured = one.pipeline.observe(40.0)
        views.append({name: dict(each) for name, each in everything(measured).items()})
    assert views[0] == views[1]
    assert views[0]["web"]["arrival_rate"] == Reading(0.1, 40.0, 30.0)


def test_what_is_kept_does_not_grow(shop: Any) -> None:
    sizes = []
    for step in range(400):
        shop.serve(0, Outcome.OK, 0.1)
        shop.pipeline.scrape(step * 10.0)
        if step in (100, 399):
            sizes.append(len(pickle.dumps(shop.pipeline._links)))
    assert sizes[1] <= sizes[0] * 1.1
