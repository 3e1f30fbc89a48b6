"""Each kind of fault, by a scenario: what it does, that it ends, that two of it leave no trace."""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from simlab.core import Decision, SwitchTraffic
from simlab.telemetry import Record
from tests.model.scenes import Arrivals, Puppet, begin, counts, ends, logs, outcomes, play, sent

SCENE = """
    duration: 100s
    services:
      web:
        replicas: 2
        storage: {{base: 1Mi, per_request: 1, limit: 1Gi}}
        operations: {{get: [{{cpu: {{dist: exponential, mean: 30ms}}}}, {{call: db.read}}]}}
      db: {{replicas: 2, operations: {{read: [{{cpu: 5ms}}]}}}}
    links: {{all->all: {{timeout: 500ms, balancer: {{kind: random}}}}}}
    load: {{users: {{to: web.get, shape: {{kind: constant, rate: 20/s}}}}}}
    faults: {{{faults}}}
"""

End = tuple[str, float]


class Effect(NamedTuple):
    """Windows of requests: while the fault is on, and long after it."""

    during: list[End]
    after: list[End]
    record: Record


def effect(faults: str = "") -> Effect:
    record = play(SCENE.format(faults=faults))
    rows = record.requests

    def window(start: float, end: float) -> list[End]:
        return [
            (str(outcome), round(float(took), 7))
            for at, outcome, took in zip(
                rows["arrival"], rows["outcome"], rows["latency"], strict=True
            )
            if start <= at < end
        ]

    return Effect(window(20.0, 39.0), window(70.0, 100.0), record)


@pytest.fixture(scope="module")
def calm() -> Effect:
    return effect()


def share(ends: list[End], outcome: str) -> float:
    return sum(1 for one, _ in ends if one == outcome) / len(ends)


def mean(ends: list[End]) -> float:
    answered = [took for outcome, took in ends if outcome == "ok"]
    return sum(answered) / len(answered)


def ready(record: Record) -> float:
    """Return the mean number of ready replicas of web from 20 to 40 s."""
    column, times = record.timeline["services.web.ready"], record.timeline["t"]
    return float(column[(times > 20.0) & (times <= 40.0)].mean())


def evicted(record: Record) -> int:
    return len(logs(record, "evict"))


Seen = Callable[[Effect], bool]
SLOWER = 0.07  # Seconds: more than the mean latency of a calm world.

KINDS: dict[str, tuple[str, Seen]] = {
    "crash_loop": (
        "kind: crash_loop, target: web, replicas: 1",
        lambda now: ready(now.record) < 1.1 and now.record.services["web"].restarts >= 2,
    ),
    "fast_errors": (
        "kind: fast_errors, target: web, share: 50%",
        lambda now: 0.4 < share(now.during, "error") < 0.6,
    ),
    "unreachable": (
        "kind: unreachable, target: db, replicas: 1",
        lambda now: 0.4 < share(now.during, "timeout") < 0.6,
    ),
    "partition": (
        "kind: partition, target: web",
        lambda now: share(now.during, "timeout") == 1.0,
    ),
    "loss": (
        "kind: loss, target: web, share: 20%",
        lambda now: abs(share(now.during, "timeout") - (1 - 0.8**2)) < 0.07,
    ),
    "cpu_hog": (
        "kind: cpu_hog, target: web, cores: 2",
        lambda now: mean(now.during) > SLOWER,
    ),
    "disk_fill": (
        "kind: disk_fill, target: web, size: 1Gi",
        lambda now: share(now.during, "error") == 1.0,
    ),
    "evict": ("kind: evict, target: web", lambda now: evicted(now.record) >= 2),
    "bad_config": (
        "kind: bad_config, path: links.web->db.timeout, to: 1ms",
        lambda now: share(now.during, "dependency") == 1.0,
    ),
    "errors": (
        "kind: errors, target: db, share: 30%",
        lambda now: 0.2 < share(now.during, "dependency") < 0.4,
    ),
    "slow": (
        "kind: slow, target: web, speed: 50%",
        lambda now: mean(now.during) > SLOWER,
    ),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_fault_has_its_effect_and_ends(calm: Effect, kind: str) -> None:
    """Long after it requests fare exactly as if it had never been: by the same luck."""
    words, seen = KINDS[kind]
    lasts = "" if kind == "evict" else ", lasts: 20s"
    now = effect(f"f: {{{words}, at: 20s{lasts}}}")
    assert seen(now)
    assert not seen(calm)
    assert now.after == calm.after
    assert len(calm.after) > 400


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_two_that_overlap_leave_no_trace(calm: Effect, kind: str) -> None:
    words, seen = KINDS[kind]
    lasts = "" if kind == "evict" else ", lasts: 15s"
    now = effect(f"f: {{{words}, at: 20s{lasts}}}, g: {{{words}, at: 27s{lasts}}}")
    assert seen(now) or now.during != calm.during
    assert now.after == calm.after


# Crashes and boots.

LIVES = """
    duration: 120s
    services: {{web: {{replicas: 2, boot: 2s, {service} operations: {{get: []}}}}}}
    load: {{users: {{to: web.get, shape: {{kind: constant, rate: 0/s}}}}}}
    faults: {{{faults}}}
    strategies:
      up: {{loops: {{l: {{kind: script, steps: [{{at: 10s, scale: {{web: 4}}}}]}}}}}}
      more: {{loops: {{l: {{kind: script, steps: [{{at: 10s, scale: {{web: 7}}}}]}}}}}}
"""


def lives(faults: str, strategy: str | None = None, service: str = "", **more: Any) -> Record:
    return play(LIVES.format(faults=faults, service=service), strategy, **more)


def test_a_crash_loop_backs_off_and_comes_back_at_the_first_boot_after_it() -> None:
    """Crashes at 10, 12 (at once), 24 (10 s), 46 (20 s later); the boot of 86 s is good."""
    record = lives("f: {kind: crash_loop, target: web, replicas: 1, at: 10s, lasts: 40s}")
    assert [at for at, *_ in logs(record, "crash")] == [10.0, 12.0, 24.0, 46.0]
    assert [at for at, *_ in logs(record, "restart")] == [10.0, 22.0, 44.0, 86.0]
    assert [at for at, *_ in logs(record, "ready")] == [88.0]
    assert record.services["web"].restarts == 4


def test_a_crash_loop_of_a_service_that_is_not_restarted_crashes_once() -> None:
    record = lives(
        "f: {kind: crash_loop, target: web, replicas: 1, at: 10s}", service="restart: false,"
    )
    assert len(logs(record, "crash")) == 1
    assert logs(record, "restart") == []


def test_boots_that_fail_are_crashes_at_their_end_and_back_off() -> None:
    """Both of 10 s: at 12, at 14 (restarted at once); then at 26 s; ready by those of 46 s."""
    record = lives("f: {kind: boot_fails, target: web, at: 5s, lasts: 30s}", "up")
    assert sorted({at for at, *_ in logs(record, "crash")}) == [12.0, 14.0, 26.0]
    assert [at for at, *_ in logs(record, "ready")] == [48.0, 48.0]


def test_a_boot_that_ends_when_the_fault_is_over_is_good() -> None:
    record = lives("f: {kind: boot_fails, target: web, at: 5s, lasts: 6s}", "up")
    assert logs(record, "crash") == []


def failed(record: Record) -> set[tuple[int, float]]:
    return {(number, at) for at, _, _, number in logs(record, "crash")}


def test_which_boots_fail_is_luck_that_all_strategies_share() -> None:
    fault = "f: {kind: boot_fails, target: web, share: 50%, at: 5s}"
    few, many = failed(lives(fault, "up")), failed(lives(fault, "more"))
    assert {one for one in many if one[0] < 4} == few
    assert 0 < len({number for number, at in many if at == 12.0}) < 5
    assert failed(lives(fault.replace("f:", "g:"), "more")) != many


def test_an_eviction_drains_with_grace_and_replaces_at_once(at: Arrivals) -> None:
    """The request of 9.9 s is answered; wanted stays; a boot is not waited for by the drain."""
    text = LIVES.format(
        faults="f: {kind: evict, target: web, replicas: 1, at: 10s}", service="linger: 3s,"
    ).replace("get: []", "get: [{wait: 1s}]")
    text = text.replace("{kind: constant, rate: 0/s}", at(9.9, 9.95))
    record = play(text)
    assert outcomes(record) == ["ok", "ok"]
    (evicted,) = (number for _, _, _, number in logs(record, "evict"))
    assert logs(record) == [
        (10.0, "evict", "web", evicted),
        (10.0, "drain", "web", evicted),
        (12.0, "ready", "web", 2),
        (13.0, "gone", "web", evicted),
    ]
    assert record.services["web"].scalings == []
    assert (record.faults[0].stop, record.faults[0].instant) == (None, True)


def test_an_eviction_without_grace_loses_what_is_inside(at: Arrivals) -> None:
    text = LIVES.format(faults="f: {kind: evict, target: web, at: 10s}", service="grace: 0s,")
    text = text.replace("get: []", "get: [{wait: 1s}]")
    assert ends(play(text.replace("{kind: constant, rate: 0/s}", at(9.5)))) == [(10.0, "crashed")]


# Fast errors.

FAST = """
    services: {{web: {{slots: 1, operations: {{get: {get}}}}}}}
    load: {{users: {{to: web.get, shape: {shape}}}}}
    faults: {{{faults}}}
"""


def test_fast_errors_skip_the_steps(at: Arrivals) -> None:
    faults = "f: {kind: fast_errors, target: web, share: 100%, after: 250ms, at: 0s}"
    record = play(FAST.format(faults=faults, shape=at(1, 1, 5), get="[{cpu: 2s}]"))
    assert ends(record) == [(1.25, "error"), (1.5, "error"), (5.25, "error")]
    assert record.services["web"].busy == 0.0


def test_of_several_the_first_that_a_request_falls_to_says_when(at: Arrivals) -> None:
    faults = (
        "f: {kind: fast_errors, target: web, share: 100%, after: 250ms, at: 0s, lasts: 10s},"
        " g: {kind: fast_errors, target: web, share: 100%, after: 100ms, at: 0s, lasts: 20s}"
    )
    record = play(FAST.format(faults=faults, shape=at(1, 11, 21), get="[]"))
    assert ends(record) == [(1.25, "error"), (11.1, "error"), (21.0, "ok")]


def test_shares_of_all_errors_compose_by_one_and_the_same_luck() -> None:
    """Own errors fail after 300 ms, fast ones after 100 ms, others after the steps: 200 ms."""
    shape = "{kind: constant, rate: 40/s}"
    get = "{errors: {share: 20%, after: 300ms}, steps: [{wait: 200ms}]}"

    def took(faults: str) -> list[tuple[str, float]]:
        text = FAST.format(faults=faults, shape=shape, get=get).replace("slots: 1, ", "")
        rows = play("duration: 60s\n" + text.replace("\n    ", "\n")).requests
        return [
            (str(outcome), round(float(latency), 6))
            for outcome, latency in zip(rows["outcome"], rows["latency"], strict=True)
        ]

    own = took("")
    faults = "g: {kind: errors, target: web, share: 50%, at: 0s}"
    fast = "f: {kind: fast_errors, target: web, share: 25%, after: 100ms, at: 0s}"
    some, all_ = took(faults), took(f"{fast}, {faults}")
    parts = Counter(all_)
    n = len(own)
    assert parts["error", 0.3] / n == pytest.approx(0.2, abs=0.03)
    assert parts["error", 0.1] / n == pytest.approx(0.8 * 0.25, abs=0.03)
    assert parts["error", 0.2] / n == pytest.approx(0.8 * 0.75 * 0.5, abs=0.03)
    assert all(a == b for a, b in zip(own, all_, strict=True) if a == ("error", 0.3))
    assert all(b[0] == "error" for a, b in zip(some, all_, strict=True) if a[0] == "error")


# Messages that vanish.

NET = """
    services:
      web: {{replicas: {replicas}, operations: {{get: {web}, ask: [{{call: db.read}}]}}}}
      db: {{operations: {{read: {db}}}}}
    links: {{users->web: {{{users}}}, web->db: {{{inner}}}}}
    load: {{users: {{to: web.get, shape: {shape}}}}}
    faults: {{{faults}}}
"""


def net(
    faults: str,
    shape: str,
    *,
    web: str = "[{call: db.read}]",
    db: str = "[]",
    users: str = "timeout: 4s",
    inner: str = "timeout: 1s",
    replicas: int = 1,
) -> Record:
    return play(
        NET.format(
            faults=faults, shape=shape, web=web, db=db, users=users, inner=inner, replicas=replicas
        )
    )


def test_what_arrives_at_a_replica_that_cannot_be_reached_vanishes(at: Arrivals) -> None:
    """What has arrived before is worked on; its reply vanishes if it is sent meanwhile."""
    record = net(
        "f: {kind: unreachable, target: db, at: 5s, lasts: 3s}",
        at(1, 4.5, 6, 9),
        db="[{wait: 700ms}]",
    )
    assert ends(record) == [(1.7, "ok"), (5.5, "dependency"), (7.0, "dependency"), (9.7, "ok")]
    assert sent(record, "web->db") == {"ok": 2, "timeout": 2}
    assert counts(record, "db") == {"ok": 3}


def test_what_it_sends_and_what_comes_back_to_it_vanishes(at: Arrivals) -> None:
    """Of 3.8 s: asked at 4.9 s, its answer of 5.9 s vanishes. Of 4 s: it asks at 5.1 s in vain."""
    faults = "f: {kind: unreachable, target: web, at: 5s, lasts: 3s}"
    web = "[{wait: 1100ms}, {call: db.read}]"
    record = net(faults, at(3.8, 4), web=web, db="[{wait: 1s}]", inner="timeout: none")
    assert counts(record, "db") == {"ok": 1}
    assert outcomes(record) == ["timeout", "timeout"]
    assert sent(record, "web->db") == {}


def test_other_replicas_of_the_service_still_call(at: Arrivals) -> None:
    faults = "f: {kind: unreachable, target: web, replicas: 1, at: 5s, lasts: 3s}"
    record = net(faults, at(5.5, 5.6, 5.7, 5.8), replicas=2)
    assert sorted(outcomes(record)) == ["ok", "ok", "timeout", "timeout"]


@pytest.mark.parametrize(
    ("origin", "caught"),
    [
        pytest.param("users", ["timeout", "timeout"], id="from a source"),
        pytest.param("all", ["timeout", "timeout"], id="from everywhere"),
    ],
)
def test_a_partition_cuts_off_both_ways(at: Arrivals, origin: str, caught: list[str]) -> None:
    """Of 4.5 s: the reply of 5.5 s vanishes. Of 6 s: the message does."""
    faults = f"f: {{kind: partition, target: web, from: {origin}, at: 5s, lasts: 3s}}"
    record = net(faults, at(4.5, 6, 9), web="[{wait: 1s}]")
    assert outcomes(record) == [*caught, "ok"]
    assert counts(record, "web") == {"ok": 2}
    assert record.faults[0].targets == ("users->web",)


def test_a_partition_is_only_from_where_it_is(at: Arrivals) -> None:
    record = net("f: {kind: partition, target: db, from: web, at: 0s}", at(1), web="[]")
    assert outcomes(record) == ["ok"]
    assert record.faults[0].targets == ("web->db",)


@pytest.mark.parametrize("kind", ["partition", "unreachable"])
def test_a_cancellation_vanishes_too(at: Arrivals, kind: str) -> None:
    """What has been told to stop stops, but for what nobody can tell."""
    inner = "timeout: 1s, cancel: all"
    told = net("", at(1), db="[{wait: 9s}]", inner=inner)
    assert counts(told, "db") == {"cancelled": 1}
    untold = net(
        f"f: {{kind: {kind}, target: db, at: 1.5s}}", at(1), db="[{wait: 9s}]", inner=inner
    )
    assert counts(untold, "db") == {"ok": 1}


def test_what_is_lost_is_luck_of_fault_and_message_that_all_share() -> None:
    """The same requests are lost whatever the balancer does and however many replicas there are."""
    shape = "{kind: constant, rate: 20/s}"

    def lost(faults: str, replicas: int = 1) -> list[bool]:
        record = net(faults, shape, replicas=replicas, web="[]")
        return [one == "timeout" for one in outcomes(record)]

    fault = "f: {kind: loss, target: web, share: 30%, at: 0s}"
    one = lost(fault)
    assert sum(one) / len(one) == pytest.approx(1 - 0.7**2, abs=0.06)
    assert lost(fault, replicas=5) == one
    other = lost(fault.replace("f:", "g:"))
    assert other != one
    both = lost(f"{fault}, {fault.replace('f:', 'g:')}")
    assert both == [a or b for a, b in zip(one, other, strict=True)]


def test_each_way_is_lost_apart() -> None:
    """What the callee has seen is all but what was lost on its way there."""
    record = net(
        "f: {kind: loss, target: web, share: 30%, at: 0s}",
        "{kind: constant, rate: 20/s}",
        web="[]",
    )
    seen = counts(record, "web")["ok"] / len(outcomes(record))
    assert seen == pytest.approx(0.7, abs=0.05)


def test_loss_shifts_nobodys_luck(at: Arrivals) -> None:
    law = "timeout: 9s, loss: 20%, latency: {dist: exponential, mean: 100ms}"
    shape = "{kind: constant, rate: 10/s}"
    bare = ends(net("", shape, users=law, web="[]"))
    bent = ends(net("f: {kind: loss, target: web, share: 1%, at: 0s}", shape, users=law, web="[]"))
    apart = [one != other for one, other in zip(bare, bent, strict=True)]
    assert 0 < sum(apart) / len(apart) < 0.06


def test_occurrences_of_one_loss_have_luck_of_their_own() -> None:
    """From the second on two of them are on at once."""
    record = net(
        "f: {kind: loss, target: web, share: 20%, every: 25s, lasts: 50s}",
        "{kind: constant, rate: 20/s}",
        web="[]",
    )
    rows = record.requests
    late = [str(one) for one, at in zip(rows["outcome"], rows["arrival"], strict=True) if at > 50]
    assert late.count("timeout") / len(late) == pytest.approx(1 - 0.8**4, abs=0.06)


@pytest.mark.parametrize("fault", ["partition, target: db", "loss, target: db, share: 100%"])
def test_what_a_switch_of_traffic_sends_elsewhere_goes_around(at: Arrivals, fault: str) -> None:
    text = f"""
        services:
          web: {{operations: {{get: [{{call: db.read}}]}}}}
          db: {{operations: {{read: []}}}}
          spare: {{operations: {{read: []}}}}
        links: {{web->db: {{timeout: 1s}}}}
        load: {{users: {{to: web.get, shape: {at(1, 5)}}}}}
        faults: {{f: {{kind: {fault}, at: 0s}}}}
    """
    switch = Puppet(3.0, {1: Decision([SwitchTraffic("db", "spare", 1.0, id=1)])})
    world = begin(text, loops={"hand": switch})
    assert outcomes(world.finish()) == ["dependency", "ok"]


# What takes cores.


@pytest.mark.parametrize(
    ("discipline", "cores", "hog", "alone", "two"),
    [
        pytest.param("ps", 1, 1, 2.0, 3.0, id="ps: one more piece"),
        pytest.param("ps", 2, 1, 1.0, 1.5, id="ps: where there is room it takes nothing away"),
        pytest.param("ps", 1, 0.5, 1.5, 2.5, id="ps: half a piece"),
        pytest.param("fifo", 1, 1, 2.0, 4.0, id="fifo: shares with the one that runs"),
        pytest.param("fifo", 2, 1, 1.5, 1.5, id="fifo: as if all were busy"),
    ],
)
def test_a_hog_shares_the_cores(
    at: Arrivals, discipline: str, cores: int, hog: float, alone: float, two: float
) -> None:
    """Requests of 1 core-second each: one alone at 10 s, two at 30 s; and one when it is over."""
    text = f"""
        services: {{web: {{discipline: {discipline}, cores: {cores}, operations: {{get: [{{cpu: 1s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(10, 30, 30, 60)}}}}}
        faults: {{f: {{kind: cpu_hog, target: web, cores: {hog}, at: 5s, lasts: 50s}}}}
    """
    found = ends(play(text))
    assert found[0][0] == pytest.approx(10 + alone)
    assert max(at for at, _ in found[1:3]) == pytest.approx(30 + two)
    assert found[3][0] == pytest.approx(61.0)


@pytest.mark.parametrize(
    ("discipline", "cores", "busy"),
    [
        pytest.param("ps", 4, 1.5, id="what it takes where all is free"),
        pytest.param("ps", 1, 1.0, id="all there is"),
        pytest.param("fifo", 4, 1.5, id="fifo, free"),
        pytest.param("fifo", 1, 1.0, id="fifo, full"),
    ],
)
def test_a_hog_is_seen_in_the_cpu_reading(discipline: str, cores: int, busy: float) -> None:
    hand = Puppet(10.0)
    text = f"""
        duration: 60s
        services: {{web: {{discipline: {discipline}, cores: {cores}, operations: {{get: []}}}}}}
        telemetry: {{scrape: 1s, window: 5s}}
        faults: {{f: {{kind: cpu_hog, target: web, cores: 1.5, at: 12s, lasts: 20s}}}}
    """
    begin(text, loops={"hand": hand}).finish()
    seen = [one.services["web"].replicas[0].readings["cpu"].value for one in hand.seen]
    assert seen == [0.0, pytest.approx(busy), pytest.approx(busy), 0.0, 0.0, 0.0]


def test_a_hog_is_gone_while_its_container_is_and_comes_back_with_it() -> None:
    text = """
        duration: 60s
        services: {web: {cores: 2, boot: 10s, operations: {get: []}}}
        faults:
          f: {kind: cpu_hog, target: web, cores: 1, at: 0s}
          c: {kind: crash, target: web, at: 20s, restart: false}
    """
    assert play(text).services["web"].busy == pytest.approx(20.0)
    again = play(text.replace(", restart: false", ""))
    assert again.services["web"].busy == pytest.approx(60.0)


def test_a_hog_shares_cores_that_change_meanwhile(at: Arrivals) -> None:
    """At 1 / 2 of a core until 11 s, then at 2 / 3 of one: 1 s, and 0.75 s more."""
    text = f"""
        services: {{web: {{discipline: fifo, cores: 1, operations: {{get: [{{cpu: 1s}}]}}}}}}
        load: {{users: {{to: web.get, shape: {at(10)}}}}}
        faults:
          f: {{kind: cpu_hog, target: web, cores: 1, at: 5s}}
          g: {{kind: set, path: services.web.cores, to: 2, at: 11s}}
    """
    assert ends(play(text)) == [(11.75, "ok")]


def test_hogs_add_up() -> None:
    text = """
        duration: 60s
        services: {web: {cores: 9, operations: {get: []}}}
        faults:
          f: {kind: cpu_hog, target: web, cores: 1, at: 0s, lasts: 20s}
          g: {kind: cpu_hog, target: web, cores: 2.5, at: 10s, lasts: 20s}
    """
    assert play(text).services["web"].busy == pytest.approx(10 * 1 + 10 * 3.5 + 10 * 2.5)


# Surges.


def arrivals(faults: str, shape: str, extra: str = "") -> list[float]:
    record = play(f"""
        duration: 60s
        services: {{web: {{operations: {{get: []}}}}}}
        load: {{users: {{to: web.get, {extra} shape: {shape}}}}}
        faults: {{{faults}}}
    """)
    return [float(at) for at in record.requests["arrival"]]


def per_window(times: list[float]) -> list[int]:
    return [sum(1 for at in times if start <= at < start + 20) for start in (0, 20, 40)]


EVEN = "{kind: constant, rate: 1/s}"


def test_a_surge_multiplies_the_rate_while_it_lasts() -> None:
    even = "arrivals: even,"
    surge = "f: {kind: surge, target: users, factor: 3, at: 20s, lasts: 20s}"
    assert per_window(arrivals(surge, EVEN, even)) == [19, 60, 20]
    assert per_window(arrivals("", EVEN, even)) == [19, 20, 20]
    silence = "f: {kind: surge, target: all, factor: 0, at: 20s, lasts: 20s}"
    assert per_window(arrivals(silence, EVEN, even)) == [19, 1, 19]  # The one that was due at 20 s.


def test_surges_multiply_each_other_and_the_scale() -> None:
    """At rates 1, 2, 6 and, with the scale doubled, 12, 4 and 2 a second."""
    faults = (
        "f: {kind: surge, target: users, factor: 2, at: 10s, lasts: 40s},"
        " g: {kind: surge, target: users, factor: 3, at: 20s, lasts: 20s},"
        " s: {kind: set, path: load.users.scale, to: 2, at: 30s}"
    )
    times = arrivals(faults, EVEN, "arrivals: even,")
    windows = [sum(1 for at in times if start <= at < start + 10) for start in range(0, 60, 10)]
    assert windows == [9, 20, 60, 120, 40, 20]


def test_a_surge_keeps_the_luck_of_the_load() -> None:
    """The n-th arrival comes where the integral is the same, only earlier."""
    bare = arrivals("", "{kind: constant, rate: 5/s}")
    bent = arrivals(
        "f: {kind: surge, target: users, factor: 2, at: 20s}", "{kind: constant, rate: 5/s}"
    )
    assert [20 + (at - 20) / 2 if at > 20 else at for at in bare] == pytest.approx(
        bent[: len(bare)]
    )


def test_a_surge_of_users_brings_more_of_them() -> None:
    shape = "{kind: users, count: 2, think: 1s}"
    few, many, back = per_window(
        arrivals("f: {kind: surge, target: users, factor: 4, at: 20s, lasts: 20s}", shape)
    )
    assert few == 40
    assert back == pytest.approx(40, abs=8)
    assert many == pytest.approx(160, abs=10)
