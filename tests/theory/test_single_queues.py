"""One queue: M/M/1, M/D/1, M/G/1, M/M/c, M/M/c/K, processor sharing, impatience, Little."""

from collections.abc import Callable
from math import exp, factorial

import numpy as np
import pytest

from simlab.core import Outcome
from simlab.telemetry import Record
from tests.theory.conftest import holds, mean_latencies, queue

Runs = Callable[..., list[Record]]
MU = 50.0
EXPONENTIAL = "{dist: exponential, mean: 20ms}"


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_mm1_has_its_mean_sojourn(runs: Runs, load: float) -> None:
    """W = 1 / (mu - lambda)."""
    records = runs(queue(rate=load * MU, work=EXPONENTIAL, seconds=600))
    assert holds(mean_latencies(records), 1 / (MU - load * MU), width=0.15)


def test_mm1_has_its_sojourn_quantile(runs: Runs) -> None:
    """The sojourn of M/M/1 is exponential: its median is ln 2 / (mu - lambda)."""
    from simlab.telemetry import quantile

    records = runs(queue(rate=0.6 * MU, work=EXPONENTIAL, seconds=600))
    medians = [quantile(record.sources["users"].histogram, 0.5) or 0.0 for record in records]
    assert holds(medians, np.log(2) / (MU - 0.6 * MU), width=0.05)


@pytest.mark.parametrize(
    ("work", "cv2"),
    [
        pytest.param("20ms", 0.0, id="M/D/1"),
        pytest.param("{dist: gamma, mean: 20ms, cv: 0.5}", 0.25, id="M/G/1, gamma"),
        pytest.param("{dist: lognormal, mean: 20ms, cv: 1.5}", 2.25, id="M/G/1, lognormal"),
        pytest.param("{dist: hyperexponential, mean: 20ms, cv: 2}", 4.0, id="M/G/1, two phases"),
    ],
)
def test_mg1_waits_as_pollaczek_and_khinchine_say(runs: Runs, work: str, cv2: float) -> None:
    """W = 1/mu + rho (1 + cv^2) / (2 (mu - lambda))."""
    load = 0.6
    records = runs(queue(rate=load * MU, work=work, seconds=900))
    exact = 1 / MU + load * (1 + cv2) / (2 * (MU - load * MU))
    assert holds(mean_latencies(records), exact, width=0.2)


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(EXPONENTIAL, id="M/M/1-PS"),
        pytest.param("20ms", id="M/D/1-PS"),
        pytest.param("{dist: hyperexponential, mean: 20ms, cv: 2}", id="M/G/1-PS"),
    ],
)
def test_processor_sharing_does_not_feel_the_shape_of_work(runs: Runs, work: str) -> None:
    """W = (1/mu) / (1 - rho), whatever the law of the work."""
    records = runs(queue(rate=0.7 * MU, work=work, service="discipline: ps", seconds=600))
    assert holds(mean_latencies(records), (1 / MU) / (1 - 0.7), width=0.15)


def erlang_c(servers: int, load: float) -> float:
    """Return the share that waits in M/M/c offered `load` erlangs."""
    top = load**servers / factorial(servers) * servers / (servers - load)
    return top / (sum(load**k / factorial(k) for k in range(servers)) + top)


@pytest.mark.parametrize("servers", [2, 4])
def test_mmc_waits_as_erlang_says(runs: Runs, servers: int) -> None:
    """W = 1/mu + C(c, a) / (c mu - lambda), cores being the servers."""
    rate = 0.75 * servers * MU
    service = f"discipline: fifo, cores: {servers}"
    records = runs(queue(rate=rate, work=EXPONENTIAL, service=service, seconds=300))
    exact = 1 / MU + erlang_c(servers, rate / MU) / (servers * MU - rate)
    assert holds(mean_latencies(records), exact, width=0.1)


def test_mmck_turns_away_as_many_as_it_should(runs: Runs) -> None:
    """P(K) of the birth and death chain with c servers and room for K."""
    servers, room, rate = 2, 5, 0.9 * 2 * MU
    service = f"discipline: fifo, cores: {servers}, slots: {servers}, line: {room - servers}"
    records = runs(queue(rate=rate, work=EXPONENTIAL, service=service, seconds=300))
    a, weights = rate / MU, [1.0]
    for n in range(1, room + 1):
        weights.append(weights[-1] * a / min(n, servers))
    turned = [
        record.sources["users"].outcomes[Outcome.OVERLOADED] / record.sources["users"].requests
        for record in records
    ]
    assert holds(turned, weights[-1] / sum(weights), width=0.1)


@pytest.mark.parametrize("load", [0.8, 1.2])
def test_impatient_users_leave_as_barrer_says(runs: Runs, load: float) -> None:
    """M/M/1+D: the share never served, users giving up after D (Barrer, Oper. Res. 5, 1957).

    The workload's density is lambda P0 exp(-(mu - lambda) v) up to D, and falls as exp(-mu v)
    beyond, where nobody joins; so loss = P(V >= D).
    """
    patience, rate = 0.06, load * MU
    link = f"timeout: {patience}, cancel: queued"
    service = "discipline: fifo, slots: 1"
    records = runs(queue(rate=rate, work=EXPONENTIAL, service=service, link=link, seconds=400))
    beyond = rate * exp(-(MU - rate) * patience) / MU
    below = rate * (1 - exp(-(MU - rate) * patience)) / (MU - rate)
    lost = [
        record.services["web"].outcomes[Outcome.CANCELLED] / sum(record.services["web"].outcomes)
        for record in records
    ]
    assert holds(lost, beyond / (1 + below + beyond), width=0.1)


def test_littles_law(runs: Runs) -> None:
    """L = lambda W: the mean number inside, sampled each second, against latencies."""
    records = runs(queue(rate=0.7 * MU, work=EXPONENTIAL, seconds=600, warmup=0))
    ratios = []
    for record in records:
        source = record.sources["users"]
        inside = np.mean(record.timeline["services.web.in_flight"])
        ratios.append(float(inside) / (source.latency_sum / record.duration))
    assert holds(ratios, 1.0, width=0.1)
