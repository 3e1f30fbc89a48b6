"""The platform's probes in a running world: endpoints, replaced containers, load, forks."""

import pytest

from simlab.core import Decision, Restart, ScaleTo
from simlab.model import World
from simlab.telemetry import Record
from tests.model.scenes import Puppet, begin, counts, logs, outcomes, play

WEB = "services: {{web: {{replicas: 2, probes: {probes}, operations: {{get: [{{cpu: 1ms}}], ok: [{{cpu: 500ms}}]}}, {more}}}}}"
HUNG = "faults: {hung: {kind: pause, target: web, replicas: 1, at: 20s, lasts: 40s}}"
LOAD = (
    "load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 8/s}}}\n"
    "links: {users->web: {timeout: 500ms}}"
)


def world(probes: str, more: str = "linger: 0s", *parts: str) -> str:
    return "\n".join([WEB.format(probes=probes, more=more), *parts])


def failures(record: Record) -> int:
    return sum(1 for outcome in outcomes(record) if outcome != "ok")


def test_a_replica_that_is_not_ready_gets_no_requests_and_gets_them_again() -> None:
    """Hung for 40 s, half of 8 requests a second are lost; found within 2 s, only those of 2 s."""
    text = world("{readiness: {periodSeconds: 1, failureThreshold: 1}}", "linger: 0s", HUNG, LOAD)
    left = play(world("{}", "linger: 0s", HUNG, LOAD))
    record = play(text)
    assert failures(left) in (159, 160)
    assert 0 < failures(record) <= 8
    (_, _, _, number), *_ = told = logs(record, "unready", "ready")
    assert [(kind, who, one) for _, kind, who, one in told] == [
        ("unready", "web", number),
        ("ready", "web", number),
    ]
    assert 21.0 <= told[0][0] <= 22.0
    assert 60.0 <= told[1][0] <= 61.0
    assert record.faults[0].detected == pytest.approx(told[0][0])


def test_discovery_takes_its_time_to_tell_of_readiness() -> None:
    probes = "{readiness: {periodSeconds: 1, failureThreshold: 1}}"
    soon, late = (
        play(world(probes, "linger: 0s", HUNG, LOAD, f"platform: {{discovery: {delay}}}"))
        for delay in ("0s", "5s")
    )
    assert failures(late) == failures(soon) + 5 * 8 / 2


@pytest.mark.parametrize(
    ("probe", "fails"),
    [
        pytest.param("periodSeconds: 2, failureThreshold: 1", (21.0, 23.0), id="one failure"),
        pytest.param("periodSeconds: 2, failureThreshold: 5", (29.0, 31.0), id="five in a row"),
        pytest.param("periodSeconds: 8, failureThreshold: 2", (29.0, 37.0), id="rarely"),
        pytest.param(
            "periodSeconds: 4, timeoutSeconds: 3, failureThreshold: 1", (23.0, 27.0), id="patient"
        ),
    ],
)
def test_when_a_replica_is_held_unready(probe: str, fails: tuple[float, float]) -> None:
    record = play(world(f"{{readiness: {{{probe}}}}}", "linger: 0s", HUNG))
    first = logs(record, "unready")[0][0]
    assert fails[0] <= first <= fails[1]


def seen_ready(loop: Puppet) -> list[int]:
    return [one.services["web"].ready for one in loop.seen]


def test_loops_see_who_is_ready() -> None:
    eye = Puppet(10.0)
    probes = "{readiness: {periodSeconds: 1, failureThreshold: 1}}"
    begin(world(probes, "linger: 0s", HUNG), loops={"eye": eye}).finish()
    assert seen_ready(eye) == [2, 2, 1, 1, 1, 1, 2, 2, 2, 2]
    off = next(one for one in eye.seen[3].services["web"].replicas if not one.ready)
    assert 21.0 <= off.ready_since <= 22.0
    assert off.phase == "Running"
    assert not off.deleting


def test_a_new_replica_is_ready_when_it_first_passes() -> None:
    """It boots from 4 s to 7.5 s; probed every 2 s from 4 s on, it passes at 8 s."""
    text = """
        services: {web: {boot: 3.5s, probes: {readiness: {periodSeconds: 2}}, operations: {get: []}}}
        strategies: {up: {loops: {s: {kind: script, steps: [{at: 4s, scale: {web: 2}}]}}}}
    """
    assert logs(play(text, "up"), "ready") == [(8.0, "ready", "web", 1)]


def test_a_container_that_hangs_is_replaced_and_well_again() -> None:
    """All of its grace passes, since it hangs with requests outside; what hung is gone then."""
    probes = "{liveness: {periodSeconds: 1, failureThreshold: 2, terminationGracePeriodSeconds: 3}}"
    record = play(world(probes, "linger: 0s", HUNG, LOAD))
    assert [kind for _, kind, _, _ in logs(record)] == ["drain", "unhealthy", "restart", "ready"]
    drained, ended, again, _ = (at for at, *_ in logs(record))
    assert 22.0 <= drained <= 23.0
    assert ended == again == pytest.approx(drained + 3.0)
    assert record.services["web"].restarts == 1
    assert failures(record) <= 6 * 4


def test_a_container_that_fails_again_and_again_waits_longer_each_time() -> None:
    probes = (
        "{liveness: {operation: ok, periodSeconds: 1, failureThreshold: 2, timeoutSeconds: 1,"
        " terminationGracePeriodSeconds: 3}}"
    )
    broken = "faults: {broken: {kind: errors, target: web, replicas: 1, at: 20s, share: 100%}}"
    record = play(world(probes, "linger: 0s", broken))
    gaps = [
        after[0] - before[0]
        for before, after in zip(logs(record, "unhealthy"), logs(record, "restart"), strict=False)
    ]
    assert len(gaps) >= 3
    assert gaps[:3] == pytest.approx([0.0, 10.0, 20.0])


def test_without_restart_a_container_that_fails_stays_down() -> None:
    probes = "{liveness: {periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 1}}"
    record = play(world(probes, "linger: 0s, restart: false", HUNG))
    assert [kind for _, kind, _, _ in logs(record)] == ["drain", "unhealthy"]


SLOW_BOOT = """
    duration: 140s
    services: {{web: {{boot: 25s, probes: {probes}, operations: {{get: []}}}}}}
    strategies: {{up: {{loops: {{s: {{kind: script, steps: [{{at: 44s, scale: {{web: 2}}}}]}}}}}}}}
"""


@pytest.mark.parametrize(
    ("probes", "told"),
    [
        pytest.param("{}", [(69.0, "ready")], id="left alone it is up after its boot"),
        pytest.param(
            "{liveness: {initialDelaySeconds: 26}}", [(69.0, "ready")], id="liveness that waits"
        ),
        pytest.param(
            "{liveness: {}}",
            [(64.0, "unhealthy"), (64.0, "restart"), (89.0, "ready")],
            id="hasty liveness ends it; between ticks the next one just makes it",
        ),
        pytest.param(
            "{startup: {failureThreshold: 4}, liveness: {}}", [(69.0, "ready")],
            id="startup keeps liveness waiting",
        ),
        pytest.param(
            "{startup: {failureThreshold: 2}, liveness: {}}",
            [(54.0, "unhealthy"), (54.0, "restart"), (74.0, "unhealthy"), (84.0, "restart"),
             (104.0, "unhealthy"), (124.0, "restart"), (134.0, "unhealthy")],
            id="hasty startup ends it again and again, in back-off",
        ),
    ],
)  # fmt: skip
def test_boots_and_probes(probes: str, told: list[tuple[float, str]]) -> None:
    """Ticks are at 44, 54, 64, ... s; one that boots refuses."""
    record = play(SLOW_BOOT.format(probes=probes), "up")
    assert [(at, kind) for at, kind, _, _ in logs(record)] == told


ONE_MORE = """
    services: {{web: {{replicas: 0, linger: 0s, boot: {boot}, probes: {probes}, operations: {{get: [], ok: {ok}}}}}}}
    strategies: {{up: {{loops: {{s: {{kind: script, steps: [{{at: 4s, scale: {{web: 1}}}}{more}]}}}}}}}}
    {faults}
"""


def one_more(
    probes: str, *, boot: str = "0s", ok: str = "[]", more: str = "", faults: str = ""
) -> str:
    return ONE_MORE.format(probes=probes, boot=boot, ok=ok, more=more, faults=faults)


def test_an_answer_of_a_container_that_is_gone_says_nothing() -> None:
    """Probed at 14 s for 0.9 s; it crashes at 14.5 s and is up again at once."""
    crash = "faults: {dies: {kind: crash, target: web, at: 14500ms}}"
    text = one_more(
        "{liveness: {operation: ok, failureThreshold: 1}}", ok="[{wait: 900ms}]", faults=crash
    )
    assert [kind for _, kind, _, _ in logs(play(text, "up"))] == [
        "ready",
        "crash",
        "restart",
        "ready",
    ]


def test_after_a_restart_liveness_waits_for_startup_anew() -> None:
    """Up from 4 s; it crashes at 20 s and boots until 25 s, when startup was asked at 24 s only."""
    crash = "faults: {dies: {kind: crash, target: web, at: 20s}}"
    probes = "{startup: {failureThreshold: 9}, liveness: {periodSeconds: 1, failureThreshold: 1}}"
    told = [kind for _, kind, _, _ in logs(play(one_more(probes, boot="5s", faults=crash), "up"))]
    assert told == ["ready", "crash", "restart", "ready"]


def test_who_drains_to_go_is_not_asked_whether_it_lives() -> None:
    text = one_more("{liveness: {operation: ok}}", more=", {at: 26s, scale: {web: 0}}")
    drains = text.replace("linger: 0s", "linger: 20s")
    assert counts(play(text, "up"), "web") == counts(play(drains, "up"), "web") == {"ok": 3}


@pytest.mark.parametrize(
    ("probes", "told"),
    [
        pytest.param("{}", [20.0, 20.0], id="without a probe at once"),
        pytest.param(
            "{readiness: {initialDelaySeconds: 4, periodSeconds: 1}}", [24.0, 28.0],
            id="with one when the last has passed it",
        ),
    ],
)  # fmt: skip
def test_the_next_restart_waits_until_the_last_is_ready(probes: str, told: list[float]) -> None:
    text = f"""
        services: {{web: {{replicas: 2, linger: 0s, probes: {probes}, operations: {{get: []}}}}}}
        strategies: {{s: {{loops: {{s: {{kind: script, steps: [{{at: 20s, restart: [web]}}]}}}}}}}}
    """
    record = play(text, "s")
    ready = logs(record, "ready")
    assert [at for at, *_ in logs(record, "restart")] == pytest.approx([20.0, told[0]], abs=1.0)
    assert [at for at, *_ in ready] == pytest.approx(told, abs=2.0)
    (done,) = (
        one.at for one in record.events if one.kind == "action" and one.data["status"] == "done"
    )
    assert done == pytest.approx(ready[-1][0])


PROVING = """
    services: {web: {replicas: 2, linger: 0s, operations: {get: []},
                     probes: {readiness: {initialDelaySeconds: 4, periodSeconds: 1}}}}
"""


def test_a_restart_asked_for_meanwhile_waits_until_the_last_is_ready() -> None:
    acts = {20: Decision([Restart("web", (0,), 1)]), 22: Decision([Restart("web", (1,), 2)])}
    record = begin(PROVING, loops={"hand": Puppet(1.0, acts)}).finish()
    (first, *_), (second, *_) = logs(record, "restart")
    passed = logs(record, "ready")[0][0]
    assert (first, second) == (20.0, passed)
    assert passed >= 24.0


def test_a_restart_is_done_when_all_are_ready_whoever_goes_meanwhile() -> None:
    acts = {20: Decision([Restart("web", (0,), 1)]), 22: Decision([ScaleTo("web", 1, 2)])}
    record = begin(PROVING, loops={"hand": Puppet(1.0, acts)}).finish()
    assert [(kind, number) for _, kind, _, number in logs(record, "gone", "ready")] == [
        ("gone", 1), ("ready", 0),
    ]  # fmt: skip
    done = [
        one.at
        for one in record.events
        if one.kind == "action" and one.data["status"] == "done"
        if one.data["action"]["kind"] == "restart"
    ]
    assert done == pytest.approx([logs(record, "ready")[0][0]])


def test_one_that_never_passes_does_not_hold_up_its_own_next_restart() -> None:
    """Asked for at 20 s and 40 s; its probe takes too long, always."""
    text = """
        services: {web: {linger: 0s, probes: {readiness: {operation: ok}},
                         operations: {get: [], ok: [{wait: 5s}]}}}
        strategies: {s: {loops: {s: {kind: script, steps: [{at: 20s, restart: [web]}, {at: 40s, restart: [web]}]}}}}
    """
    assert len(logs(play(text, "s"), "restart")) == 2


def test_who_fails_before_it_was_told_of_is_not_told_of() -> None:
    """Ready at 4 s, hung from 5 s on, unready at 7 s; known 10 s after that it would have been."""
    hung = "faults: {hung: {kind: pause, target: web, at: 5s}}\n    platform: {discovery: 10s}"
    probes = "{readiness: {periodSeconds: 1, failureThreshold: 1}}"
    world = begin(one_more(probes, faults=hung), "up")
    world.advance(30.0)
    assert [kind for _, kind, _, _ in logs(world.finish())] == ["ready", "unready"]
    assert world.services["web"].endpoints == []


def test_probes_with_an_operation_are_work_of_the_service() -> None:
    """Each takes 0.5 core-seconds, every 10 s of 100 s, in each of two replicas: 10 in all."""
    asked = play(world("{readiness: {operation: ok}}"))
    assert counts(asked, "web") == {"ok": 20}
    assert asked.services["web"].busy == pytest.approx(10.0)
    alone = play(world("{readiness: {}}"))
    assert (counts(alone, "web"), alone.services["web"].busy) == ({}, 0.0)


def test_probes_are_nobodys_requests() -> None:
    record = play(world("{liveness: {operation: ok, periodSeconds: 3}}", "linger: 0s", LOAD))
    assert record.sources["users"].requests == 799  # The last one is due at the end.
    assert sum(record.links["users->web"].outcomes) == 799
    assert sum(record.services["web"].outcomes) > 799 + 60


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param("[{wait: 1500ms}]", id="too slow"),
        pytest.param("{errors: 100%, steps: []}", id="failing"),
        pytest.param("[{cpu: 1.5}]", id="too much work"),
    ],
)
def test_an_operation_that_fails_makes_a_replica_unready(operation: str) -> None:
    text = f"""
        services: {{web: {{probes: {{readiness: {{operation: ok}}}}, operations: {{ok: {operation}}}}}}}
    """
    eye = Puppet(50.0)
    begin(text, loops={"eye": eye}).finish()
    assert seen_ready(eye) == [0, 0]


def test_a_full_replica_fails_its_probe() -> None:
    """Its one slot is taken for 30 s from 10 s on, and there is no line."""
    text = """
        services: {web: {slots: 1, line: 0, operations: {get: [{wait: 30s}], ok: []},
                         probes: {readiness: {operation: ok, periodSeconds: 1, failureThreshold: 3}}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: steps, points: [[0s, 0.1/s], [15s, 0/s]]}}}
    """
    first, second = logs(play(text), "ready", "unready")
    assert (first[1], second[1]) == ("unready", "ready")
    assert 12.0 <= first[0] <= 13.0
    assert 40.0 <= second[0] <= 41.0


def test_probes_carry_what_requests_carry() -> None:
    text = """
        carries: {lines: 3}
        services: {web: {probes: {readiness: {operation: ok}},
                         operations: {ok: [{wait: {base: 0s, per: {lines: 300ms}}}]}}}
    """
    assert play(text).services["web"].outcomes[0] == 10  # In 0.9 s, which is in time.


def test_those_of_the_start_are_probed_at_times_of_their_own() -> None:
    text = world(
        "{readiness: {failureThreshold: 1}}", "linger: 0s", HUNG.replace("replicas: 1, ", "")
    )
    first, second = (at for at, *_ in logs(play(text), "unready"))
    assert 21.0 < first < second < 31.0
    assert second - first > 0.1


@pytest.mark.parametrize("at", [20.5, 22.25, 30.0, 61.0])
def test_a_fork_goes_on_alike_with_probes_under_way(at: float) -> None:
    probes = "{readiness: {operation: ok, periodSeconds: 1}, liveness: {periodSeconds: 2}}"
    text = world(probes, "linger: 0s", HUNG, LOAD)
    one = begin(text)
    one.advance(at)
    other: World = one.fork()
    first, second, whole = one.finish(), other.finish(), play(text)
    assert first.events == second.events == whole.events
    assert outcomes(first) == outcomes(second) == outcomes(whole)
