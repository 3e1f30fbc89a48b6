"""The shipped files: they are well, as small as they say, and what they teach is what they show.

What theory knows exactly stands here again in numbers; runs are shorter than as filed, since a
claim that needs the whole length of a run to show would be a poor lesson.
"""

from functools import cache
from math import exp, factorial, inf, log
from pathlib import Path

import pytest

import simlab
from simlab.load import Arrivals
from simlab.scenario import Scenario, grid_of
from simlab.study import Comparison, Run
from simlab.study.statistics import Estimate

TOP = Path(__file__).parents[2]
SCENARIOS = sorted((TOP / "scenarios").glob("*.yaml"))
EXPERIMENTS = sorted((TOP / "experiments").glob("*.yaml"))
MOST = 40_000  # Requests in a run, so that a comparison takes a minute and not an hour.
LARGE = ("flash-crowd",)


def named(path: Path) -> str:
    return path.stem


def load(name: str, **sets: str) -> Scenario:
    return simlab.load(TOP / "scenarios" / f"{name}.yaml", sets=sets)


# All of them.


def test_there_are_the_scenarios_that_the_gallery_shows() -> None:
    gallery = (TOP / "docs" / "scenarios.md").read_text(encoding="utf-8")
    shown = [path.name for path in SCENARIOS if f"`{path.name}`" in gallery]
    assert len(SCENARIOS) >= 8
    assert shown == [path.name for path in SCENARIOS]


@pytest.mark.parametrize("path", [*SCENARIOS, *EXPERIMENTS], ids=named)
def test_is_well(path: Path) -> None:
    assert simlab.check(path) == ([], [])


@pytest.mark.parametrize("path", SCENARIOS, ids=named)
def test_is_called_as_its_file_and_says_what_it_teaches(path: Path) -> None:
    scenario = simlab.load(path)
    assert path.read_text(encoding="utf-8").startswith("schema: simlab/scenario/v1\n")
    assert scenario.name == path.stem
    assert 100 < len(scenario.about) < 1000


@pytest.mark.parametrize("path", SCENARIOS, ids=named)
def test_every_strategy_makes_a_world_of_its_own(path: Path) -> None:
    scenario = simlab.load(path)
    worlds = [scenario.resolve(name) for name in scenario.strategies]
    assert len(worlds) >= 2
    assert all(one not in worlds[:at] for at, one in enumerate(worlds))


@pytest.mark.parametrize("path", [one for one in SCENARIOS if one.stem not in LARGE], ids=named)
@pytest.mark.parametrize("replication", [0, 1, 2])
def test_a_run_is_small_enough_to_be_compared_at_once(path: Path, replication: int) -> None:
    assert 0 < requests_of(simlab.load(path), replication) <= MOST


def requests_of(scenario: Scenario, replication: int) -> int:
    """Return how many requests arrive in a run, without running it."""
    world, count = scenario.resolve(scenario.strategies[0]), 0
    for name, source in world.load.items():
        arrivals = Arrivals(source, seed=1, replication=replication, name=name)
        while arrivals.next() < world.duration:
            count += 1
    return count


@pytest.mark.parametrize("path", EXPERIMENTS, ids=named)
def test_an_experiment_asks_of_enough_runs(path: Path) -> None:
    asked = simlab.load_experiment(path)
    points = len(grid_of(asked.factors, asked.scenarios[0]).points) if asked.factors else 1
    assert (asked.kind == "sweep") == (points > 1)
    assert asked.replications * points >= 20
    assert len(asked.about) > 20


# What theory knows.


@cache
def compared(name: str, strategies: tuple[str, ...], seconds: str, *measures: str) -> Comparison:
    scenario = load(name, duration=seconds)
    return simlab.compare(scenario, strategies, replications=5, seed=1, measures=measures)


def server_of_its_own(rate: float, per_second: float) -> tuple[float, float]:
    """Return mean and 99 % of the exponential response time of M/M/1."""
    return 1 / (per_second - rate), log(100) / (per_second - rate)


def in_turn(rate: float, per_second: float, servers: int) -> float:
    """Return the mean response time of E/M/1, its arrivals every so-many-th of a Poisson stream."""
    sigma = 0.5
    for _ in range(200):
        sigma = (rate / (rate + per_second * (1 - sigma))) ** servers
    return 1 / (per_second * (1 - sigma))


def one_line(rate: float, per_second: float, servers: int) -> float:
    """Return the mean response time of M/M/c, by Erlang's formula."""
    load = rate / per_second
    last = load**servers / factorial(servers) * servers / (servers - load)
    waits = last / (sum(load**k / factorial(k) for k in range(servers)) + last)
    return waits / (servers * per_second - rate) + 1 / per_second


def test_the_texts_have_the_exact_values() -> None:
    """What `about` promises, from the formulas above and below."""
    mean, tail = server_of_its_own(80, 100)
    assert (round(mean, 6), round(tail, 4)) == (0.05, 0.2303)
    mean, tail = server_of_its_own(40, 100)
    assert (round(mean, 4), round(tail, 4)) == (0.0167, 0.0768)
    assert round(in_turn(80, 25, 4), 4) == 0.1307
    assert round(one_line(80, 25, 4), 4) == 0.0698
    assert round(1 - good_if_all_are_served(90, 100, 0.1), 3) == 0.368
    assert round(1 - good_if_the_late_are_dropped(90, 100, 0.1), 3) == 0.100
    assert round(1 - good_if_few_may_wait(90, 100, 0.1, 7), 3) == 0.108


def test_mm1_holds_its_exact_mean_and_tail() -> None:
    rates = {"one-server": 80, "two-servers": 40}
    found = compared("mm1", tuple(rates), "4m", "latency_mean", "latency_p99").estimates
    for strategy, rate in rates.items():
        mean, tail = server_of_its_own(rate, 100)
        holds(found[strategy]["latency_mean"], mean, within=0.15)
        holds(found[strategy]["latency_p99"], tail, within=0.25)


def holds(estimate: Estimate, exact: float, *, within: float) -> None:
    """Assert that the interval holds `exact`, and is narrow enough (relative) to mean it."""
    assert estimate.mean is not None
    assert estimate.half is not None
    assert estimate.half < within * exact
    assert abs(estimate.mean - exact) < estimate.half


POOLED = ("random", "round-robin", "p2c", "least-request", "one-line")


def test_pooling_holds_what_is_exact_and_all_keep_their_order() -> None:
    found = compared("pooling", POOLED, "2m", "latency_mean")
    means = [found.estimates[name]["latency_mean"].mean or inf for name in POOLED]
    holds(found.estimates["random"]["latency_mean"], 1 / (25 - 20), within=0.15)
    holds(found.estimates["round-robin"]["latency_mean"], in_turn(80, 25, 4), within=0.15)
    holds(found.estimates["one-line"]["latency_mean"], one_line(80, 25, 4), within=0.15)
    assert means == sorted(means, reverse=True)
    assert {one.verdict for one in found.found} == {"worse"}  # Each a against each later b.


def test_pooling_in_one_line_is_one_server_with_four_cores_to_the_last_bit() -> None:
    one = load("pooling", duration="1m")
    cores = {"services.server.replicas": "1", "services.server.cores": "4"}
    four = load("pooling", duration="1m", **cores)
    waits = simlab.run(one, "one-line", seed=1).requests["latency"]
    assert len(waits) > 4000
    assert waits.tolist() == simlab.run(four, "random", seed=1).requests["latency"].tolist()


def test_processor_sharing_does_not_feel_what_one_slot_does() -> None:
    names = ("sharing", "one-slot")
    found = compared("processor-sharing", names, "6m", "latency_mean").estimates
    holds(found["sharing"]["latency_mean"], 0.010 / (1 - 0.8), within=0.3)
    waiting = 0.8 / 0.2 * (1 + 3**2) / 2 * 0.010
    holds(found["one-slot"]["latency_mean"], waiting + 0.010, within=0.35)


def good_if_all_are_served(rate: float, per_second: float, limit: float) -> float:
    """Return the share that M/M/1 answers within `limit`."""
    return 1 - exp(-(per_second - rate) * limit)


def good_if_the_late_are_dropped(rate: float, per_second: float, limit: float) -> float:
    """Return the share that is answered in time if who has waited for `limit` is not served.

    The work ahead of an arrival has the density v(x) = rate p0 exp(-(per_second - rate) x) below
    the limit, and falls with `per_second` beyond it (Barrer, 1957); p0 makes it a law.
    """
    spare = per_second - rate
    beyond = exp(-spare * limit)
    p0 = 1 / (1 + rate * (1 - beyond) / spare + rate * beyond / per_second)
    late = exp(-per_second * limit)
    waited = (1 - beyond) / spare - late * (exp(rate * limit) - 1) / rate
    return p0 * (1 - late) + rate * p0 * waited


def good_if_few_may_wait(rate: float, per_second: float, limit: float, room: int) -> float:
    """Return the share that M/M/1/room takes in and answers within `limit` (Erlang's law)."""
    load = rate / per_second
    first = (1 - load) / (1 - load ** (room + 1))
    work = per_second * limit
    late = [sum(exp(-work) * work**k / factorial(k) for k in range(n + 1)) for n in range(room)]
    return sum(first * load**n * (1 - late[n]) for n in range(room))


IMPATIENT = ("in-vain", "cancel", "short-line")


@pytest.mark.parametrize(
    ("strategy", "good", "within"),
    [
        ("in-vain", good_if_all_are_served(90, 100, 0.1), 0.25),
        ("cancel", good_if_the_late_are_dropped(90, 100, 0.1), 0.25),
        ("short-line", good_if_few_may_wait(90, 100, 0.1, 7), 0.15),
    ],
    ids=IMPATIENT,
)
def test_impatience_costs_what_theory_says(strategy: str, good: float, within: float) -> None:
    found = compared("impatience", IMPATIENT, "2m30s", "bad_share").estimates
    holds(found[strategy]["bad_share"], 1 - good, within=within)


# What only a simulation shows.


@cache
def ran(name: str, strategy: str, *sets: tuple[str, str]) -> Run:
    return simlab.run(load(name, **dict(sets)), strategy, seed=1, keep_requests=False)


def bad(run: Run) -> float:
    share = run.summary["bad_share"]
    assert share is not None
    return share


SHORT = ("duration", "4m")  # The fault ends at 2m30s.


@cache
def stormed(strategy: str) -> Run:
    return ran("retry-storm", strategy, SHORT)


def after_the_fault(run: Run) -> float:
    """Return the bad share of the last half minute, which begins a minute after the fault ended."""
    return float(run.timeline["sources.users.bad_share"].loc[210.5:].mean())


@pytest.mark.parametrize("strategy", ["naive", "backoff"])
def test_a_retry_storm_outlives_its_cause_where_nothing_bounds_the_retries(strategy: str) -> None:
    assert after_the_fault(stormed(strategy)) > 0.95


@pytest.mark.parametrize("strategy", ["no-retry", "budget", "breaker", "short-line"])
def test_a_retry_storm_ends_with_its_cause_where_something_does(strategy: str) -> None:
    assert after_the_fault(stormed(strategy)) < 0.03


def test_naive_retries_multiply_at_two_levels_and_a_budget_bounds_them() -> None:
    naive, budget = stormed("naive"), stormed("budget")
    asked = naive.summary["requests"]
    assert asked is not None
    assert (naive.summary["retry_amplification"] or 0) > 2
    assert (budget.summary["retry_amplification"] or inf) < 1.05
    assert (naive.measures.links["api->db"]["attempts"] or 0) > 5 * asked
    assert (budget.measures.links["api->db"]["attempts"] or inf) < 1.1 * asked


def test_a_breaker_spares_the_database_while_it_is_slow() -> None:
    rate = "links.api->db.attempt_rate"
    during = {one: stormed(one).timeline[rate].loc[95:150].mean() for one in ("budget", "breaker")}
    assert during["breaker"] < 0.5 * during["budget"]


def test_naive_is_worse_than_a_budget_by_verdict() -> None:
    storm = load("retry-storm", duration="3m")
    found = simlab.compare(storm, ["naive", "budget"], replications=2, measures=["bad_share"])
    assert [one.verdict for one in found.found] == ["worse"]


KIND = "faults.frozen.kind"
FLOOR = tuple((f"strategies.{one}.loops.web.minReplicas", "2") for one in ("hpa", "pid"))


def test_frozen_metrics_lead_autoscalers_astray_and_hpa_first() -> None:
    assert bad(ran("frozen-metrics", "hpa")) > bad(ran("frozen-metrics", "pid")) > 0.15


@pytest.mark.parametrize("strategy", ["hpa", "pid"])
@pytest.mark.parametrize(
    "sets",
    [
        pytest.param(((KIND, "missing_metrics"),), id="they are missing instead"),
        pytest.param(FLOOR, id="there is a floor"),
    ],
)
def test_frozen_metrics_do_no_harm_where(strategy: str, sets: tuple[tuple[str, str], ...]) -> None:
    assert bad(ran("frozen-metrics", strategy, *sets)) < 0.01


@pytest.mark.parametrize("strategy", ["hpa", "pid"])
def test_frozen_metrics_end_in_one_replica(strategy: str) -> None:
    assert least_ready(ran("frozen-metrics", strategy)) == 1
    assert least_ready(ran("frozen-metrics", strategy, (KIND, "missing_metrics"))) > 1


def least_ready(run: Run) -> float:
    return float(run.timeline["services.web.ready"].min())


def test_the_first_look_trades_replicas_for_latency() -> None:
    measures = ("replica_hours", "latency_p99")
    look = load("first-look", duration="7m")
    found = simlab.compare(look, ["static", "pid"], replications=2, seed=1, measures=measures)
    assert found.found[0].verdict == "worse"
    static, pid = (found.values[name]["latency_p99"] for name in ("static", "pid"))
    assert all((a or inf) < 0.7 * (b or 0) for a, b in zip(static, pid, strict=True))
