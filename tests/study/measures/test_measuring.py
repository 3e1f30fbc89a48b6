"""All measures of a run: their names at every level, paths to them, and how documents show them."""

from dataclasses import replace
from math import isfinite

import pytest
from study_fakes import simulate, world

from simlab.core import UserError
from simlab.load import Slo
from simlab.study.measures import (
    DEFAULT,
    MEASURES,
    RunMeasures,
    check_paths,
    known_paths,
    measure,
    measure_of,
    names_of,
)
from simlab.telemetry import FaultRecord, LinkRecord, Record

WORLD = world(2)
RECORD = simulate(WORLD, seed=1)
RUN = measure(RECORD, WORLD)


@pytest.mark.parametrize("level", ["total", "sources", "services", "links", "faults"])
def test_every_level_has_the_measures_of_the_table_and_no_other(level: str) -> None:
    expected = {name for name, row in MEASURES.items() if level in row.of}
    found = RUN.total if level == "total" else next(iter(getattr(RUN, level).values()))
    assert set(found) == expected


def test_what_is_measured_is_finite_or_none() -> None:
    values = [RUN.get(path) for path in RUN.paths()]
    assert all(value is None or isfinite(value) for value in values)
    assert None in values


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("cost", "less"),
        ("bad_share", "less"),
        ("goodput", "more"),
        ("good", "more"),
        ("throughput", "more"),
        ("apdex", "more"),
        ("requests", None),
        ("core_utilization", None),
        ("outcomes.timeout", None),
        ("theta_O", "less"),
        ("replica_hours", "less"),
        ("time_to_detect", "less"),
        ("latency_p999", "less"),
    ],
)
def test_directions(name: str, better: str | None) -> None:
    assert MEASURES[name].better == better


def test_nothing_but_these_is_better_when_there_is_more() -> None:
    more = {name for name, row in MEASURES.items() if row.better == "more"}
    assert more == {"good", "goodput", "throughput", "apdex", "recovered"}


def test_the_default_four_are_in_the_table() -> None:
    assert DEFAULT == ("cost", "bad_share", "latency_p99", "replica_hours")
    assert all("total" in MEASURES[name].of for name in DEFAULT)


def test_the_total_is_of_all_parts() -> None:
    record = replace(RECORD, links={**RECORD.links, "a->b": LinkRecord(calls=80, attempts=200)})
    record.sources = {"shoppers": RECORD.sources["shoppers"], "bots": RECORD.sources["shoppers"]}
    both = replace(WORLD, load={**WORLD.load, "bots": WORLD.load["shoppers"]})
    found = measure(record, both)
    assert found.total["requests"] == 240
    assert found.total["retry_amplification"] == (122 + 200) / (120 + 80)
    assert found.links["a->b"]["attempts_per_call"] == 2.5
    assert found.sources["bots"] == found.sources["shoppers"]


def test_rates_are_over_what_is_counted() -> None:
    warm = replace(WORLD, warmup=40.0)
    found = measure(simulate(warm, seed=1), warm)
    assert found.total["requests"] == 80
    assert found.total["throughput"] == found.sources["shoppers"]["throughput"] == 1.0


def test_no_link_amplifies_nothing() -> None:
    found = measure(replace(RECORD, links={"a->b": LinkRecord()}), WORLD)
    assert found.total["retry_amplification"] is None
    assert found.links["a->b"]["attempts_per_call"] is None


def test_a_source_s_own_slo_counts_for_it() -> None:
    own = replace(WORLD.load["shoppers"], slo=Slo(within=0.5, objective=0.5))
    found = measure(RECORD, replace(WORLD, load={"shoppers": own}))
    bad = found.total["bad_share"]
    assert bad is not None
    assert found.sources["shoppers"]["burn"] == bad / (1 - 0.5)
    assert found.total["burn"] == bad / (1 - 0.9)


def test_bad_requests_cost_without_the_invalid_ones() -> None:
    record = simulate(WORLD, seed=1)
    source = record.sources["shoppers"]
    source.outcomes[0] -= 10
    source.outcomes[2] += 10
    found = measure(record, WORLD).total
    assert found["cost.terms.bad_request"] == pytest.approx((110 - source.good) * 0.01)


def test_hours_depend_on_the_headroom_in_nothing_but_demand() -> None:
    # 36 core-seconds in the last minute: one replica at 80 %, two at 50 %, two are ready.
    calm = measure(RECORD, replace(WORLD, slo=Slo(within=0.5, headroom=0.5)))
    assert RUN.services["web"]["tau_O"] == 1.0
    assert calm.services["web"]["tau_O"] == 0.5  # In the half before four bins are full.
    assert calm.services["web"]["core_hours"] == RUN.services["web"]["core_hours"]


def test_without_an_slo_the_headroom_is_80_percent() -> None:
    assert measure(RECORD, replace(WORLD, slo=None)).services["web"]["tau_O"] == 1.0
    assert measure(RECORD, replace(WORLD, slo=None)).total["apdex"] is None


@pytest.mark.parametrize(
    ("times", "detect", "act"),
    [
        pytest.param([(30.0, 31.5, None)], 1.5, None, id="seen, nothing done"),
        pytest.param([(30.0, 32.0, 40.0), (60.0, 66.0, 70.0)], 4.0, 10.0, id="the mean"),
        pytest.param([(30.0, 32.0, 40.0), (60.0, None, 70.0)], None, 10.0, id="one never seen"),
    ],
)
def test_faults(
    times: list[tuple[float, float | None, float | None]], detect: float | None, act: float | None
) -> None:
    faults = [
        FaultRecord(fault="dies", kind="crash", start=start, detected=detected, acted=acted)
        for start, detected, acted in times
    ]
    found = measure(Record(duration=100.0, warmup=0.0, faults=faults), WORLD).faults
    assert found["dies"]["time_to_detect"] == detect
    assert found["dies"]["time_to_act"] == act
    assert found["dies"]["time_to_recover"] is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("requests", 120),
        ("outcomes.ok", 120),
        ("sources.shoppers.outcomes.ok", 120),
        ("services.web.scaling_operations", 0),
        ("links.shoppers->web.attempts_per_call", 122 / 120),
        ("faults.dies.time_to_detect", 1.5),
        ("faults.never.time_to_detect", None),
    ],
)
def test_paths(path: str, value: float | None) -> None:
    assert RUN.get(path) == value


def test_every_path_of_a_run_can_be_asked_for() -> None:
    names = names_of(WORLD)
    check_paths(tuple(path for path in RUN.paths() if not path.startswith("faults.")), names)
    assert set(known_paths(names)) == {p for p in RUN.paths() if not p.startswith("faults.")}
    assert measure_of("sources.shoppers.goodput") is MEASURES["goodput"]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        pytest.param("costs", "did you mean cost", id="a typing error"),
        pytest.param("replica_hour", "did you mean replica_hours", id="another"),
        pytest.param("theta_U", "did you mean services.web.theta_U", id="a measure of services"),
        pytest.param("tau_U", "did you mean services.web.tau_U", id="a short one"),
        pytest.param("services.webb.cost", "services.web", id="a wrong name"),
        pytest.param("services.web.cost", "services.web", id="a measure of something else"),
        pytest.param("zzz", "simlab list measures", id="nothing near"),
    ],
)
def test_unknown_measures_are_refused_with_the_nearest(path: str, hint: str) -> None:
    with pytest.raises(UserError, match=f"unknown measure '{path}'.*{hint}"):
        check_paths(("cost", path), names_of(WORLD))


def test_documents_nest_outcomes_by_name_but_not_in_sum() -> None:
    document = RUN.to_json()
    assert set(document) == {"measures", "sources", "services", "links", "queues", "faults"}
    assert document["measures"]["outcomes.ok"] == 120
    source = document["sources"]["shoppers"]
    assert source["outcomes"]["ok"] == 120
    assert sum(source["outcomes"].values()) + source["in_flight"] == source["requests"]
    assert "cancelled" not in source["outcomes"]
    assert "cancelled" in document["links"]["shoppers->web"]["outcomes"]
    assert document["queues"] == {}


def test_goes_through_plain_data_unchanged() -> None:
    assert RunMeasures(**RUN.to_plain()) == RUN
