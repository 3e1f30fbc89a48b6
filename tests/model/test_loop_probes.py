"""Probes that loops ask for: who is probed when, and what comes back by the step."""

from typing import Any

import pytest

from simlab.core import Decision, ProbeSeen, ProbeWish, Restart, UserError
from tests.model.scenes import Puppet, begin, counts, play

TWO = "services: {web: {replicas: 2, operations: {get: [{wait: 10s}], ok: [{wait: 250ms}]}}, db: {operations: {get: []}}}"


def asking(period: float, wishes: dict[str, Any], **acts: Any) -> Puppet:
    return Puppet(period, acts.get("acts"), probes=wishes)


def told(text: str, *, period: float = 10.0, acts: Any = None, **wishes: ProbeWish) -> list[Any]:
    """Return what each step of a loop with these wishes is told."""
    loop = asking(period, wishes, acts=acts)
    begin(text, loops={"eye": loop}).finish()
    return [
        [
            (one.service, one.replica, one.at, one.took, one.reason or one.passed)
            for one in seen.probes
        ]
        for seen in loop.seen
    ]


def test_all_answers_are_in_at_the_step_in_order_of_service_and_replica() -> None:
    first, *_ = told(TWO, db=ProbeWish(None, 2.0), web=ProbeWish("ok", 1.0))
    assert first == [
        ("web", 0, 9.0, 0.25, True),
        ("web", 1, 9.0, 0.25, True),
        ("db", 0, 8.0, 0.0, True),
    ]


def test_each_step_is_told_of_its_own_probes_alone() -> None:
    steps = told(TWO, db=ProbeWish(None, 1.0))
    assert steps == [[("db", 0, 10.0 * k - 1.0, 0.0, True)] for k in range(1, 11)]


def test_all_means_every_service_without_a_wish_of_its_own() -> None:
    first, *_ = told(TWO, all=ProbeWish(None, 1.0), web=ProbeWish("ok", 1.0))
    assert [(service, took) for service, _, _, took, _ in first] == [
        ("web", 0.25), ("web", 0.25), ("db", 0.0)
    ]  # fmt: skip


def test_a_loop_without_wishes_is_told_nothing() -> None:
    assert told(TWO, period=50.0) == [[], []]


@pytest.mark.parametrize(
    ("wait", "answer"),
    [
        pytest.param("1500ms", (1.5, True), id="just before the step"),
        pytest.param("2s", (2.0, "timeout"), id="of the very instant of the step"),
        pytest.param("9s", (2.0, "timeout"), id="later"),
    ],
)
def test_an_answer_of_the_very_instant_comes_too_late(wait: str, answer: tuple[Any, ...]) -> None:
    text = f"services: {{web: {{operations: {{ok: [{{wait: {wait}}}]}}}}}}"
    first, *_ = told(text, web=ProbeWish("ok", 2.0))
    assert [one[3:] for one in first] == [answer]


def test_probes_may_take_the_whole_period() -> None:
    steps = told(TWO, web=ProbeWish("ok", 10.0))
    assert [one[2] for step in steps for one in step] == [10.0 * k for k in range(10) for _ in "01"]


@pytest.mark.parametrize(
    ("fault", "without", "asked"),
    [
        pytest.param("{kind: pause, target: web, at: 4s}", "timeout", "timeout", id="paused"),
        pytest.param(
            "{kind: crash, target: web, restart: false, at: 4s}", "refused", "refused", id="crashed"
        ),
        pytest.param("{kind: errors, target: web, share: 100%, at: 4s}", True, "error", id="failing"),
        pytest.param("{kind: slow, target: web, speed: 5%, at: 4s}", True, "timeout", id="slow"),
        pytest.param(
            "{kind: crash, target: web, restart: false, at: 9050ms}", True, "crashed",
            id="crashing meanwhile",
        ),
    ],
)  # fmt: skip
def test_what_broken_replicas_answer(fault: str, without: Any, asked: Any) -> None:
    text = f"services: {{web: {{operations: {{ok: [{{cpu: 100ms}}]}}}}}}\nfaults: {{f: {fault}}}"
    for operation, expected in ((None, without), ("ok", asked)):
        first, *_ = told(text, web=ProbeWish(operation, 1.0))
        assert [one[4] for one in first] == [expected]


def test_a_full_replica_is_overloaded() -> None:
    text = """
        services: {web: {slots: 1, line: 0, operations: {get: [{wait: 30s}], ok: []}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 0.2/s}}}
    """
    first, *_ = told(text, web=ProbeWish("ok", 1.0))
    assert [one[4] for one in first] == ["overloaded"]
    first, *_ = told(text, web=ProbeWish(None, 1.0))
    assert [one[4] for one in first] == [True]


def test_who_boots_refuses_and_who_drains_is_not_asked() -> None:
    text = """
        services: {web: {replicas: 2, boot: 12s, linger: 8s, operations: {ok: []}}}
        duration: 30s
    """
    acts = {1: Decision([Restart("web", (0,), 1)])}
    steps = told(text, acts=acts, web=ProbeWish("ok", 5.0))
    assert [[(one[1], one[4]) for one in step] for step in steps] == [
        [(0, True), (1, True)],
        [(1, True)],  # Asked at 15 s: 0 drains from 10 s to 18 s,
        [(0, "refused"), (1, True)],  # and boots until 30 s.
    ]


def test_a_probe_is_work_of_its_service_and_goes_on_in_vain() -> None:
    text = "services: {web: {operations: {ok: [{cpu: 3s}]}}}"
    loop = asking(10.0, {"web": ProbeWish("ok", 1.0)})
    record = begin(text, loops={"eye": loop}).finish()
    assert [one.reason for seen in loop.seen for one in seen.probes] == ["timeout"] * 10
    assert counts(record, "web") == {"ok": 9}  # That of 99 s is still at it.
    assert record.services["web"].in_vain == 9
    assert record.services["web"].busy == pytest.approx(9 * 3.0 + 1.0)


def test_probes_call_what_their_operation_calls() -> None:
    text = """
        services: {web: {operations: {ok: [{call: db.get}]}}, db: {operations: {get: [{wait: 375ms}]}}}
    """
    first, *_ = told(text, web=ProbeWish("ok", 1.0))
    assert first == [("web", 0, 9.0, 0.375, True)]


def test_probing_one_more_service_shifts_nobodys_luck() -> None:
    law = "{dist: exponential, mean: 300ms}"
    text = (
        f"services: {{a: {{operations: {{ok: [{{wait: {law}}}]}}}}, b: {{operations: {{ok: []}}}}}}"
    )
    alone = told(text, a=ProbeWish("ok", 1.0))
    both = told(text, a=ProbeWish("ok", 1.0), b=ProbeWish("ok", 1.0))
    assert [step[:1] for step in both] == alone
    assert len({step[0][3] for step in alone}) > 5


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        pytest.param(
            {"nobody": ProbeWish(None, 1.0)}, "no service 'nobody' to probe", id="service"
        ),
        pytest.param(
            {"db": ProbeWish("ok", 1.0)}, "db has no operation 'ok' to probe", id="operation"
        ),
        pytest.param({"all": ProbeWish("ok", 1.0)}, "db has no operation 'ok'", id="of one of all"),
        pytest.param(
            {"web": ProbeWish(None, 11.0)},
            r"loops.eye: probes: timeout must not be longer than the period \(10 s\), got 11 s",
            id="no time",
        ),
    ],
)
def test_what_cannot_be_probed_is_told_before_the_run(
    wishes: dict[str, ProbeWish], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        begin(TWO, loops={"eye": asking(10.0, wishes)})


@pytest.mark.parametrize("at", [8.0, 8.1, 9.5, 10.0])
def test_a_fork_goes_on_alike_with_probes_under_way(at: float) -> None:
    def seen(loop: Any) -> list[tuple[ProbeSeen, ...]]:
        return [one.probes for one in loop.seen]

    text = TWO.replace("250ms", "{dist: exponential, mean: 1s}")
    loop = asking(10.0, {"web": ProbeWish("ok", 2.0)})
    world = begin(text, loops={"eye": loop})
    world.advance(at)
    twin = world.fork()
    records = [twin.finish(), world.finish()]
    other = twin.loops["eye"]
    assert other is not loop
    assert seen(other) == seen(loop)
    assert records[0].events == records[1].events
    fresh = asking(10.0, {"web": ProbeWish("ok", 2.0)})
    begin(text, loops={"eye": fresh}).finish()
    assert seen(fresh) == seen(loop)
    assert play(text).services["web"].outcomes != records[0].services["web"].outcomes
