"""What is offered, and how fast it can be at best; by hand on small systems."""

from math import isclose

import pytest

from simlab.scenario import parse
from simlab.scenario.flow import Flow

HEAD = (
    "schema: simlab/scenario/v1\nduration: 100s\ncarries: {lines: {dist: exponential, mean: 4}}\n"
)
SOURCE = "load: {s: {to: a.x, shape: {kind: constant, rate: 10/s}}}\n"


def flow(services: str, rest: str = SOURCE) -> Flow:
    return Flow(parse(f"{HEAD}services:\n{services}\n{rest}").resolve())


def one(steps: str) -> str:
    """Return a service `a` with these steps, beside a service `b` that works 1 ms."""
    return (
        f"  a: {{operations: {{x: {steps}}}}}\n  b: {{operations: {{y: 1ms, z: [{{wait: 5ms}}]}}}}"
    )


@pytest.mark.parametrize(
    ("steps", "a", "b"),
    [
        pytest.param("[{cpu: 20ms}]", 0.2, 0.0, id="work times rate"),
        pytest.param("[{cpu: {dist: exponential, mean: 20ms}}]", 0.2, 0.0, id="the mean of a law"),
        pytest.param("[{wait: 20ms}]", 0.0, 0.0, id="waiting is no work"),
        pytest.param(
            "[{cpu: {base: 10ms, per: {lines: 1ms}}}]", 0.14, 0.0, id="by what is carried"
        ),
        pytest.param("[{cpu: 20ms, chance: 25%}]", 0.05, 0.0, id="by chance"),
        pytest.param("[{cpu: 20ms, chance: 25%, else: [{cpu: 4ms}]}]", 0.08, 0.0, id="or else"),
        pytest.param("[{times: 3, do: [{cpu: 1ms}, {call: b.y}]}]", 0.03, 0.03, id="rounds"),
        pytest.param(
            "[{times: lines, do: [{call: b.y}]}]", 0.0, 0.04, id="rounds by what is carried"
        ),
        pytest.param(
            "[{parallel: [{call: b.y}, [{call: b.y}, {cpu: 1ms}]]}]", 0.01, 0.02, id="branches"
        ),
        pytest.param("[{call: b.y, chance: 50%}, {call: b.y}]", 0.0, 0.015, id="several calls"),
    ],
)
def test_demand_is_work_times_rate(steps: str, a: float, b: float) -> None:
    demand = flow(one(steps)).demand()
    assert isclose(demand["a"], a, abs_tol=1e-12)
    assert isclose(demand["b"], b, abs_tol=1e-12)


def test_demand_goes_down_all_ways() -> None:
    services = """\
  a: {operations: {x: [{call: b.x}, {call: c.x}]}}
  b: {operations: {x: [{call: c.x}, {call: d.x}]}}
  c: {operations: {x: [{call: d.x}]}}
  d: {operations: {x: 1ms}}"""
    assert isclose(flow(services).demand()["d"], 0.03)


def test_sources_add_up_and_bring_their_own_numbers() -> None:
    rest = """\
load:
  s: {to: a.x, shape: {kind: constant, rate: 10/s}, scale: 2}
  t: {to: {a.x: 100%}, shape: {kind: steps, points: [[0s, 0/s], [50s, 10/s]]}, carries: {lines: 1}}
  u: {to: a.x, shape: {kind: users, count: 5, think: 1s}}"""
    demand = flow(one("[{cpu: {base: 0s, per: {lines: 1ms}}}]"), rest).demand()
    assert isclose(demand["a"], 20 * 0.004 + 5 * 0.001)  # Users wait when it takes long.


@pytest.mark.parametrize(
    ("steps", "seconds"),
    [
        pytest.param("[{cpu: 20ms}]", 0.02, id="work on one core"),
        pytest.param("[{cpu: {dist: exponential, mean: 20ms}}]", 0.0, id="the least of a law"),
        pytest.param(
            "[{cpu: {dist: uniform, low: 3ms, high: 9ms}}, {wait: 1ms}]", 0.004, id="steps add up"
        ),
        pytest.param(
            "[{cpu: {base: 1ms, per: {lines: 1s}}}]", 0.001, id="what is carried may be nothing"
        ),
        pytest.param("[{wait: 5ms, chance: 50%}]", 0.0, id="what may be skipped"),
        pytest.param("[{wait: 5ms, chance: 50%, else: [{wait: 2ms}]}]", 0.002, id="or else"),
        pytest.param(
            "[{wait: 5ms, chance: 50%, else: [{wait: 9ms}]}]", 0.005, id="the quicker of both"
        ),
        pytest.param("[{call: b.z, optional: true}]", 0.0, id="what may fail"),
        pytest.param("[{call: b.z, else: [{wait: 1ms}]}]", 0.001, id="what may fail, or else"),
        pytest.param(
            "[{parallel: [{wait: 1ms}, [{wait: 2ms}, {wait: 2ms}]]}]",
            0.004,
            id="the longest branch",
        ),
        pytest.param("[{times: 3, do: [{wait: 1ms}]}]", 0.003, id="rounds"),
        pytest.param("[{times: lines, do: [{wait: 1ms}]}]", 0.0, id="rounds that may be none"),
        pytest.param("[{call: b.z}]", 0.009, id="a call, there and back"),
    ],
)
def test_the_fastest_answer(steps: str, seconds: float) -> None:
    rest = f"{SOURCE}links: {{a->b: {{latency: {{dist: uniform, low: 2ms, high: 9ms}}}}}}"
    if "call" not in steps:
        rest = SOURCE
    assert isclose(flow(one(steps), rest).fastest("a.x"), seconds, abs_tol=1e-12)


def test_less_than_a_core_is_slow_and_more_is_no_faster() -> None:
    for cores, seconds in (("500m", 0.04), ("4", 0.02)):
        made = flow(f"  a: {{cores: {cores}, operations: {{x: 20ms}}}}")
        assert isclose(made.fastest("a.x"), seconds)


def test_what_is_reached() -> None:
    services = one("[{times: 2, do: [{parallel: [{call: b.y}]}]}]")
    assert flow(services).reachable() == {"a.x", "b.y"}
