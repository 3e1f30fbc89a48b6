"""Health checkers in running worlds, from scenario files: what they find, do, and cost."""

import pytest

from simlab.telemetry import Record
from tests.model.scenes import begin, counts, logs, outcomes, play

SHOP = """
    duration: 300s
    services:
      web: {replicas: 2, boot: 4s, linger: 1s, operations: {get: [{cpu: 10ms}], healthz: [{cpu: 50ms}]}}
      db: {operations: {get: [{cpu: 1ms}]}}
    load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 8/s}}}
    links: {users->web: {timeout: 500ms}}
"""
DOCTOR = "strategies: {{heal: {{loops: {{doctor: {{kind: health, target: web{fields}}}}}}}}}"
DEAD = "faults: {ill: {kind: crash, target: web, replicas: 1, at: 45s, restart: false}}"
HUNG = "faults: {ill: {kind: pause, target: web, replicas: 1, at: 45s, lasts: 100s}}"


def scene(*faults: str, fields: str = "") -> str:
    lines = [*(f"    {one}" for one in faults), "    " + DOCTOR.format(fields=fields)]
    return SHOP + "\n".join(lines)


def found(record: Record, kind: str) -> list[tuple[float, str, str]]:
    return [(one.at, one.who, one.data["target"]) for one in record.events if one.kind == kind]


def done(record: Record, status: str = "done") -> list[tuple[float, str]]:
    return [
        (round(one.at, 9), one.data["action"]["kind"])
        for one in record.events
        if one.kind == "action" and one.data["status"] == status
    ]


def bad(record: Record) -> int:
    return sum(1 for one in outcomes(record) if one != "ok")


def test_a_dead_replica_that_nobody_restarts_is_brought_back() -> None:
    """Refused from 49 s on, held unhealthy at the third time, 70 s; up again 4 s later."""
    left, healed = play(scene(DEAD)), play(scene(DEAD), "heal")
    assert left.services["web"].restarts == 0
    ((at, who, target),) = found(healed, "probe_failed")
    assert (at, who) == (70.0, "doctor")
    assert done(healed) == [(74.0, "restart")]
    ((back, _, the_same),) = found(healed, "recovered")
    assert (back, the_same) == (90.0, target)
    assert [kind for _, kind, _, _ in logs(healed)] == ["crash", "restart", "ready"]
    assert healed.services["web"].ready == pytest.approx(left.services["web"].ready + 300.0 - 74.0)
    assert (healed.faults[0].detected, healed.faults[0].acted) == (70.0, 70.0)
    assert (left.faults[0].detected, left.faults[0].acted) == (None, None)


def test_a_hung_replica_is_found_by_its_silence_and_restarted_once_an_episode() -> None:
    """Draining takes 10 s, since it hangs; up at 84 s, what hung is gone, well twice at 100 s."""
    left = play(scene(HUNG))
    healed = play(scene(HUNG, fields=", recover: [restart]"), "heal")
    assert [at for at, *_ in found(healed, "probe_failed")] == [70.0]
    assert [at for at, *_ in found(healed, "recovered")] == [100.0]
    assert done(healed, "accepted") == [(70.0, "restart")]
    assert healed.services["web"].restarts == 1
    assert 400 <= bad(left) <= 424
    assert 100 <= bad(healed) <= 108


def test_each_episode_has_its_recovery() -> None:
    again = "faults: {ill: {kind: crash, target: web, replicas: 1, every: 100s, restart: false}}"
    record = play(scene(again), "heal")
    assert [at for at, *_ in found(record, "probe_failed")] == [130.0, 230.0]
    assert done(record) == [(134.0, "restart"), (234.0, "restart")]


def test_nobody_is_ill_where_nothing_is_wrong() -> None:
    for fields in ("", ", operation: healthz", ", phi: {}"):
        record = play(scene(fields=fields), "heal")
        assert found(record, "probe_failed") == []
        assert done(record) == []


def test_a_failing_operation_is_found_only_by_asking_for_it() -> None:
    sick = (
        "faults: {ill: {kind: errors, target: web, replicas: 1, at: 45s, lasts: 100s, share: 100%}}"
    )
    assert found(play(scene(sick), "heal"), "probe_failed") == []
    asked = play(scene(sick, fields=", operation: healthz"), "heal")
    assert [at for at, *_ in found(asked, "probe_failed")] == [70.0]


def test_probing_an_operation_is_work_of_the_service() -> None:
    """Two replicas, each at 9, 19, ..., 299 s, 50 ms each: 3 core-seconds."""
    left, asked = (play(scene(fields=one), "heal") for one in ("", ", operation: healthz"))
    assert counts(asked, "web")["ok"] == counts(left, "web")["ok"] + 60
    assert asked.services["web"].busy == pytest.approx(left.services["web"].busy + 3.0)
    assert asked.sources["users"].requests == left.sources["users"].requests


def test_a_service_that_is_too_busy_fails_its_probes() -> None:
    """The more so the less time they have: what an operator has to weigh."""
    crowd = SHOP.replace("rate: 8/s", "rate: 250/s").replace("duration: 300s", "duration: 12s")
    text = crowd + "    " + DOCTOR.format(fields=", operation: healthz, period: 2s, recover: []")
    assert found(play(text, "heal"), "probe_failed") != []


def test_one_checker_for_each_service_that_is_meant() -> None:
    text = SHOP + "    strategies: {heal: {loops: {doctor: {kind: health, target: all}}}}"
    record = play(text, "heal")
    assert {one.who for one in record.events if one.kind == "decision"} == {
        "doctor/web",
        "doctor/db",
    }


def test_who_boots_is_not_taken_for_ill() -> None:
    slow = SHOP.replace("boot: 4s", "boot: 100s")
    up = "    strategies: {{heal: {{loops: {{s: {{kind: script, steps: [{{at: 20s, scale: {{web: 3}}}}]}}, doctor: {{kind: health, target: web, initial_delay: {delay}}}}}}}}}"
    assert found(play(slow + up.format(delay="2m"), "heal"), "probe_failed") == []
    hasty = found(play(slow + up.format(delay="30s"), "heal"), "probe_failed")
    assert hasty == [(70.0, "doctor", "services.web/2")]


@pytest.mark.parametrize("at", [49.0, 69.025, 69.5, 70.0, 73.0])
def test_a_fork_goes_on_alike_in_the_middle_of_an_episode(at: float) -> None:
    text = scene(HUNG, fields=", operation: healthz")
    world = begin(text, "heal")
    world.advance(at)
    twin = world.fork()
    one, two, whole = world.finish(), twin.finish(), play(text, "heal")
    assert one.events == two.events == whole.events
    assert outcomes(one) == outcomes(two) == outcomes(whole)


SPARE = SHOP.replace("      db:", "      spare: {operations: {get: [{cpu: 10ms}]}}\n      db:")


def test_the_standby_takes_over_for_those_that_are_given_up_and_gives_back() -> None:
    """Both err from 45 s to 145 s; a restart does not help; then the standby has all, for a while."""
    sick = "faults: {ill: {kind: errors, target: web, at: 45s, lasts: 100s, share: 100%}}"
    fields = ", operation: healthz, recover: [restart, reroute], standby: spare, restarting: 100%"
    text = SPARE + f"    {sick}\n    " + DOCTOR.format(fields=fields)
    left, healed = play(text), play(text, "heal")
    switched = [
        (one.at, one.data["action"]["share"])
        for one in healed.events
        if one.kind == "action" and one.data["action"]["kind"] == "switch_traffic"
    ]
    assert switched == [(100.0, 1.0), (160.0, 0.0)]
    assert counts(left, "spare") == {}
    assert counts(healed, "spare") == {"ok": 60 * 8}
    assert bad(healed) <= bad(left) - 45 * 8


def test_a_full_storage_is_cleaned_up() -> None:
    """Logs fill 10 MiB at 100 s: what writes fails, so asking shows it; clean up frees it."""
    text = (
        SHOP.replace(
            "linger: 1s,",
            "linger: 1s, storage: {per_request: 1Ki, log_rate: 0.1Mi/s, limit: 10Mi},",
        )
        + "    "
        + DOCTOR.format(fields=", operation: healthz, recover: [clean_up]")
    )
    left, healed = play(text), play(text, "heal")
    assert [kind for _, kind in done(healed)][:1] == ["clean_up"]
    assert bad(left) == pytest.approx(200 * 8, rel=0.05)
    assert bad(healed) < bad(left) / 2
    assert found(healed, "recovered") != []
