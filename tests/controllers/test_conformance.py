"""What every controller must do, checked on every controller there is."""

import pickle
from copy import deepcopy
from dataclasses import MISSING, fields, replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab import controllers
from simlab.controllers import (
    BalancerSettings,
    BreakerSettings,
    LoopSettings,
    RetrySettings,
    ScriptStep,
    TokenBucketSettings,
)
from simlab.core import (
    REFUSED,
    Action,
    Loop,
    Observation,
    Outcome,
    Reading,
    ReplicaSeen,
    ScaleTo,
    ServiceSeen,
    Settings,
)


def members(union: Any) -> list[Any]:
    """Return the classes in a union, or the one class that it is."""
    return list(get_args(union)) or [union]


NEEDED: dict[str, Any] = {
    "target": "web",
    "maxReplicas": 12,
    "steps": (ScriptStep(at=30.0, scale={"web": 5}), ScriptStep(at=5.0, restart=("cart",))),
}


def make(kind: Any) -> Any:
    """Return settings of this kind: its defaults, and what it must be told."""
    told = {
        field.name: NEEDED[field.name]
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    }
    return kind(**told)


ALL = [
    *members(BreakerSettings),
    *members(BalancerSettings),
    *members(RetrySettings),
    *members(LoopSettings),
]
every = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
every_loop = pytest.mark.parametrize("kind", members(LoopSettings), ids=lambda one: one.__name__)


@every
def test_settings_are_values(kind: Any) -> None:
    one = make(kind)
    assert isinstance(one, Settings)
    assert one == make(kind) == replace(one)
    assert hash(one) == hash(replace(one))
    assert kind(**{field.name: getattr(one, field.name) for field in fields(kind)}) == one
    assert pickle.loads(pickle.dumps(one)) == one


@every
def test_settings_are_told_apart_by_kind(kind: Any) -> None:
    assert fields(kind)[0].name == "kind"
    kinds = [make(other).kind for other in ALL]
    assert kinds.count(make(kind).kind) == 1


@every
def test_every_field_is_documented(kind: Any) -> None:
    for field in fields(kind):
        assert field.name == "kind" or f"        {field.name}: " in kind.__doc__, field.name


@every
def test_what_can_change_is_a_setting_or_leads_to_one(kind: Any) -> None:
    for name in kind.CHANGEABLE:
        assert hasattr(make(kind), name.partition(".")[0])


@every
def test_refuses_to_change_anything_else(kind: Any) -> None:
    with pytest.raises(ValueError, match="cannot change while"):
        make(kind).build().reconfigure("colour", 1.0)


def test_every_setting_is_offered_by_the_package() -> None:
    assert all(getattr(controllers, kind.__name__) is kind for kind in ALL)
    assert sorted(controllers.__all__) == controllers.__all__


@every
def test_a_built_one_can_be_copied_and_pickled(kind: Any) -> None:
    built = make(kind).build()
    for copy in (deepcopy(built), pickle.loads(pickle.dumps(built))):
        assert type(copy) is type(built)
        assert copy is not built


# Loops: what they decide depends on what they have seen, and on nothing else.

numbers = st.none() | st.floats(0, 1e3)


@st.composite
def replicas(draw: Any) -> ReplicaSeen:
    at = draw(st.floats(0, 100))
    names = ("cpu", "memory", "in_flight")
    return ReplicaSeen(
        number=draw(st.integers(0, 30)),
        phase=draw(st.sampled_from(["Running", "Running", "Pending"])),
        ready=draw(st.booleans()),
        ready_since=draw(st.sampled_from([float("-inf"), at])),
        started_at=draw(st.sampled_from([float("-inf"), at])),
        deleting=draw(st.booleans()),
        restarts=0,
        cpu_request=draw(st.sampled_from([0.5, 1.0])),
        cpu_limit=2.0,
        memory_request=draw(st.none() | st.just(1e9)),
        memory_limit=None,
        readings={name: Reading(draw(numbers), at, 60.0) for name in names},
    )


services = st.builds(
    ServiceSeen,
    wanted=st.integers(0, 20),
    replicas=st.lists(replicas(), max_size=4, unique_by=lambda one: one.number),
    readings=st.fixed_dictionaries({"latency_p95": st.builds(Reading, numbers, st.floats(0, 100))}),
)
histories = st.lists(
    st.tuples(st.floats(0, 400), st.fixed_dictionaries({"web": services})), max_size=8
)


def observations(history: list[Any]) -> list[Observation]:
    now, seen = 0.0, []
    for gap, found in history:
        now += gap
        seen.append(Observation(now=now, services=found))
    return seen


@every_loop
@given(history=histories)
@settings(max_examples=30, deadline=None)
def test_loops_decide_by_what_they_see_alone(kind: Any, history: list[Any]) -> None:
    one, two = make(kind).build(), make(kind).build()
    assert isinstance(one, Loop)
    for seen in observations(history):
        decision = one.step(seen)
        assert two.step(seen) == decision
        two = deepcopy(two)


def scaled(actions: Any) -> list[int]:
    found: list[Action] = list(actions)
    return [one.replicas for one in found if isinstance(one, ScaleTo) and one.service == "web"]


@every_loop
@given(history=histories)
@settings(max_examples=30, deadline=None)
def test_scalers_stay_within_their_bounds(kind: Any, history: list[Any]) -> None:
    one, least, most = make(kind), 1, 12
    loop = one.build()
    for seen in observations(history):
        decision = loop.step(seen)
        assert all(least <= count <= most for count in scaled(decision.actions))
        assert all(
            isinstance(value, str | float | int | None) for value in decision.because.values()
        )
        if kind is not controllers.ScriptSettings:
            wanted = seen.services["web"].wanted
            assert all(count != wanted for count in scaled(decision.actions))


@every_loop
@given(wanted=st.integers(1, 10), gaps=st.lists(st.floats(0, 100), max_size=6))
@settings(max_examples=30, deadline=None)
def test_nobody_scales_by_what_is_missing(kind: Any, wanted: int, gaps: list[float]) -> None:
    """A script does not look at all, so it is left out; bounds hold whatever is missing."""
    if kind is controllers.ScriptSettings:
        pytest.skip("a script goes by the clock alone")
    loop, now = make(kind).build(), 0.0
    for gap in gaps:
        now += gap
        web = ServiceSeen(wanted=wanted, readings={"latency_p95": Reading(None, now)})
        decision = loop.step(Observation(now=now, services={"web": web}))
        assert not decision.actions
        due = bool(decision.because)  # Of a system's loops there may be none at a step.
        assert due == any(
            "False" in str(why) or "missing" in str(why) for why in decision.because.values()
        )


@every_loop
def test_loops_have_a_target_a_pipeline_and_a_period(kind: Any) -> None:
    one = make(kind)
    assert isinstance(one.target, str)
    assert one.telemetry is None
    assert one.build().period == one.period > 0


# Attempts: breakers, balancers, retries, each told the same story twice.

stories = st.lists(
    st.tuples(
        st.floats(0, 30), st.floats(0.01, 0.99), st.sampled_from(list(Outcome)), st.floats(0, 90)
    ),
    max_size=40,
)


@pytest.mark.parametrize("kind", members(BreakerSettings), ids=lambda one: one.__name__)
@given(story=stories)
@settings(max_examples=30, deadline=None)
def test_gates_decide_by_what_they_are_told_alone(kind: Any, story: list[Any]) -> None:
    sizes = {"slidingWindowSize": 5, "permittedNumberOfCallsInHalfOpenState": 2}
    one, two = (replace(make(kind), **sizes).build() for _ in range(2))
    now = 0.0
    for gap, luck, outcome, took in story:
        now += gap
        ticket = one.admit(now, luck)
        assert two.admit(now, luck) == ticket
        for gate in (one, two):
            if ticket != REFUSED:
                gate.record(ticket, now, outcome, took)
        two = deepcopy(two)
        assert one.state == two.state
        assert one.next(now) == two.next(now)


@pytest.mark.parametrize("kind", members(RetrySettings), ids=lambda one: one.__name__)
@given(story=stories)
@settings(max_examples=30, deadline=None)
def test_retries_decide_by_what_they_are_told_alone(kind: Any, story: list[Any]) -> None:
    budget = TokenBucketSettings(per_call=0.2, per_success=0.1, room=2.0)
    one, two = (replace(make(kind), budget=budget).build() for _ in range(2))
    now, waited = 0.0, 0.0
    for number, (gap, luck, outcome, _) in enumerate(story):
        now += gap
        for retry in (one, two):
            retry.begin(now)
        wait = one.after(1 + number % 3, outcome, now, luck, waited)
        assert two.after(1 + number % 3, outcome, now, luck, waited) == wait
        assert wait is None or wait >= 0
        waited = wait or 0.0
        for retry in (one, two):
            retry.end(outcome, now)
        two = deepcopy(two)
